// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * variant.c - the variant under test and its account in the words of Go.
 *
 * Role:       see variant.h. The build names the variant's file as
 *             GO_VARIANT_FILE; it becomes part of this one. What the public
 *             account (al_stats) has is taken from there.
 * Invariants: see variant.h.
 * Locks:      heap->lock, for the page heap's part.
 * Units:      bytes, objects, descriptors.
 * Source:     Go 1.19 mstats.go.
 */
#include GO_VARIANT_FILE

#include "variant.h"

const struct variant variant = {
	.name = GO_NAME,
	.malloc_flags = GO_SYM(malloc_flags),
	.free = GO_SYM(free),
	.trim = GO_SYM(trim),
	.usable_size = GO_SYM(usable_size),
};

/* Pieces handed out of @s: what is counted, less the current block's own one */
static uint64_t count_tiny_pieces(const struct span *s)
{
	struct span *tiny = (struct span *)(uintptr_t)s;
	uint64_t n = 0;

	for (size_t slot = 0; slot < s->nslots; slot++)
		if (!(s->freebits[slot / 64] >> slot % 64 & 1))
			n += atomic_load(span_tiny_count(tiny, slot));
	if (cache_mine->tiny && cache_mine->tiny_span == s)
		n--;
	return n;
}

static void count_span(const struct span *s, struct account *a)
{
	uint64_t used = s->spanclass < 2 ? 1 : s->nslots - span_nfree(s);

	a->objects += used;
	a->mallocs += s->tiny ? count_tiny_pieces(s) : used;
}

#define MAX_ARENAS 4096

/* Indexes of the arenas that there are. */
static size_t arenas[MAX_ARENAS];

/* The map is long and nearly empty: walked anew after the heap grew only. */
static size_t list_arenas(void)
{
	static uint64_t grows = UINT64_MAX;
	static size_t n;

	if (grows == go_heap.n.grows)
		return n;
	grows = go_heap.n.grows;
	n = 0;
	for (size_t i = 0; i < SPARSE_ARENAS && n < MAX_ARENAS; i++)
		if (atomic_load(&go_arenas[i]))
			arenas[n++] = i;
	return n;
}

/* The page map leads from a span's first page to it. */
static void count_arena(size_t i, struct account *a)
{
	struct heap_arena *arena = atomic_load(&go_arenas[i]);

	for (size_t page = 0; page < SPARSE_ARENA_PAGES; page++) {
		const struct span *s = atomic_load(&arena->spans[page]);

		if (s && s->state == SPAN_INUSE &&
		    s->base ==
			    (i << SPARSE_LG_ARENA) + (page << SPARSE_LG_PAGE))
			count_span(s, a);
	}
}

void variant_account(struct account *a)
{
	struct al_stats st = { .size = sizeof(st) };

	*a = (struct account){ 0 };
	if (GO_SYM(stats)(&st) != 0)
		return;
	a->alloc_bytes = st.inuse_bytes;
	a->sys_bytes = st.mapped_bytes - st.metadata_bytes;
	a->released_bytes = st.returned_bytes;
	go_lock_take(&go_heap.lock);
	a->inuse_bytes = heap_span_counts_locked(&go_heap).inuse_npages
			 << go_heap.lg_page;
	a->descriptors = go_heap.spans.inuse;
	for (size_t n = list_arenas(); n--;)
		count_arena(arenas[n], a);
	go_lock_drop(&go_heap.lock);
}
