// SPDX-License-Identifier: MIT
/*
 * fixalloc.c - memory for the allocator's own tables.
 *
 * Role:       see fixalloc.h.
 * Invariants: next <= end, both within one chunk.
 * Locks:      the caller's.
 * Units:      bytes.
 * Source:     after Go mfixalloc.go, malloc.go persistentalloc.
 * Differs:    see fixalloc.h.
 */
#include "fixalloc.h"

static uintptr_t round_up(uintptr_t x, size_t align)
{
	return (x + align - 1) & ~(uintptr_t)(align - 1);
}

void persistent_init(struct persistent *p, const struct osmem_ops *os)
{
	*p = (struct persistent){ .os = os };
}

void *persistent_alloc(struct persistent *p, size_t size, size_t align)
{
	uintptr_t start = round_up(p->next, align);

	if (size >= PERSISTENT_DIRECT_BYTES) {
		void *direct;

		size = round_up(size, 4096);
		direct = p->os->alloc(size);
		if (direct)
			p->total_bytes += size;
		return direct;
	}
	if (p->next == 0 || start + size > p->end) {
		void *chunk = p->os->alloc(PERSISTENT_CHUNK_BYTES);

		if (!chunk)
			return NULL;
		p->total_bytes += PERSISTENT_CHUNK_BYTES;
		start = (uintptr_t)chunk;
		p->end = start + PERSISTENT_CHUNK_BYTES;
	}
	p->next = start + size;
	return (void *)start;
}

void fixalloc_init(struct fixalloc *f, struct persistent *from, size_t size,
		   size_t align)
{
	*f = (struct fixalloc){
		.from = from,
		.size = round_up(size, align),
		.align = align,
	};
}

void *fixalloc_alloc(struct fixalloc *f)
{
	void *record = f->free;

	if (record) {
		f->free = *(void **)record;
	} else {
		if (f->next == f->end) {
			size_t chunk = FIXALLOC_CHUNK_BYTES / f->size * f->size;

			if (chunk == 0)
				chunk = f->size;
			record = persistent_alloc(f->from, chunk, f->align);
			if (!record)
				return NULL;
			f->next = (uintptr_t)record;
			f->end = f->next + chunk;
		}
		record = (void *)f->next;
		f->next += f->size;
	}
	f->inuse++;
	return record;
}

void fixalloc_free(struct fixalloc *f, void *record)
{
	*(void **)record = f->free;
	f->free = record;
	f->inuse--;
}
