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

static bool is_large(const struct persistent *p)
{
	return p->total_bytes >= PERSISTENT_LARGE_BYTES && p->os->alloc_huge;
}

void persistent_init(struct persistent *p, const struct osmem_ops *os)
{
	*p = (struct persistent){ .os = os };
}

/* @block of @size bytes was obtained from the system. */
static void *note_block(struct persistent *p, void *block, size_t size)
{
	if (!block)
		return NULL;
	if (p->nblocks < PERSISTENT_FIRST) {
		p->first[p->nblocks].p = block;
		p->first[p->nblocks].size = size;
	}
	p->nblocks++;
	p->total_bytes += size;
	return block;
}

void persistent_undo(struct persistent *p)
{
	for (size_t i = 0; i < p->nblocks && i < PERSISTENT_FIRST; i++)
		p->os->release(p->first[i].p, p->first[i].size);
	persistent_init(p, p->os);
}

/* A new chunk; what is left of the old one is lost. False: no memory. */
static bool take_chunk(struct persistent *p)
{
	size_t n = PERSISTENT_HUGE_BYTES;
	void *chunk = NULL;

	if (is_large(p))
		chunk = p->os->alloc_huge(n);
	if (!chunk) {
		n = PERSISTENT_CHUNK_BYTES;
		chunk = p->os->alloc(n);
	}
	if (!note_block(p, chunk, n))
		return false;
	p->next = (uintptr_t)chunk;
	p->end = p->next + n;
	return true;
}

void *persistent_alloc(struct persistent *p, size_t size, size_t align)
{
	size_t direct = is_large(p) ? PERSISTENT_CHUNK_BYTES / 2
				    : PERSISTENT_DIRECT_BYTES;
	uintptr_t start;

	if (size >= direct) {
		size = round_up(size, 4096);
		return note_block(p, p->os->alloc(size), size);
	}
	if ((p->next == 0 || round_up(p->next, align) + size > p->end) &&
	    !take_chunk(p))
		return NULL;
	start = round_up(p->next, align);
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
