// SPDX-License-Identifier: MIT
/*
 * space_sparse.c - address space policy: 64 MiB arenas wherever there is room.
 *
 * Role:       takes address space at hints, maps it, enters it in go_arenas.
 * Invariants: an arena that is in go_arenas is reserved as a whole, mapped too
 *             unless map_later, and never given up.
 * Locks:      heap->lock.
 * Units:      bytes; runs in pages.
 * Source:     after Go 1.11 malloc.go sysAlloc, arenaHint; mheap.go heapArena.
 * Differs:    no heap bitmap in heap_arena: nothing is scanned. When the hints
 *             are used up the kernel chooses the place of each growth.
 */
#include "pageheap.h"
#include "spanmap.h"

#include <errno.h>

/* Go tries 0x00c0<<32, 0x01c0<<32, ... 0x7fc0<<32 in this order. */
#define FIRST_HINT  (UINT64_C(0xc0) << 32)
#define HINT_STRIDE (UINT64_C(1) << 40)
#define NHINTS	    0x80

struct sparse {
	unsigned int hint; /* the one in use; NHINTS: all used up */
	uintptr_t next;	   /* where the arena after the last one would be */
	struct heap_arena *spare; /* of growth that failed; through spans[0] */
};

_Atomic(struct heap_arena *) go_arenas[SPARSE_ARENAS];

static int sparse_init(struct go_heap *h)
{
	struct sparse *sp = persistent_alloc(&h->persistent, sizeof(*sp), 16);

	if (!sp)
		return -ENOMEM;
	sp->hint = 0;
	sp->next = FIRST_HINT;
	sp->spare = NULL;
	h->sp = sp;
	return 0;
}

/* Reserve @n bytes at the present hint, going on to the next until one fits. */
static uintptr_t reserve_at_hint(struct go_heap *h, size_t n)
{
	struct sparse *sp = h->sp;

	while (sp->hint < NHINTS) {
		void *want = (void *)sp->next;
		void *got = h->os->reserve(want, n);

		if (got == want) {
			sp->next += n;
			return (uintptr_t)got;
		}
		if (!got)
			return 0; /* no room at all: keep the hint */
		h->os->release(got, n);
		sp->hint++;
		sp->next = FIRST_HINT + sp->hint * HINT_STRIDE;
	}
	return 0;
}

/* Anywhere: reserve one arena more than needed and trim both ends. */
static uintptr_t reserve_anywhere(struct go_heap *h, size_t n)
{
	uintptr_t got, start, end;

	if (n + SPARSE_ARENA_BYTES < n)
		return 0;
	got = (uintptr_t)h->os->reserve(NULL, n + SPARSE_ARENA_BYTES);
	if (!got)
		return 0;
	start = (got + SPARSE_ARENA_BYTES - 1) & ~(SPARSE_ARENA_BYTES - 1);
	end = got + n + SPARSE_ARENA_BYTES;
	if (start > got)
		h->os->release((void *)got, start - got);
	if (end > start + n)
		h->os->release((void *)(start + n), end - (start + n));
	return start;
}

/* A heap_arena of zeroes. */
static struct heap_arena *arena_new(struct go_heap *h)
{
	struct sparse *sp = h->sp;
	struct heap_arena *a = sp->spare;

	if (!a)
		return persistent_alloc(&h->persistent, sizeof(*a),
					GO_CACHELINE);
	sp->spare = (struct heap_arena *)atomic_load_explicit(
		&a->spans[0], memory_order_relaxed);
	atomic_store_explicit(&a->spans[0], NULL, memory_order_relaxed);
	return a;
}

/* @a was never used: keep it for the next growth. */
static void arena_delete(struct go_heap *h, struct heap_arena *a)
{
	struct sparse *sp = h->sp;

	atomic_store_explicit(&a->spans[0], (struct span *)sp->spare,
			      memory_order_relaxed);
	sp->spare = a;
}

static void forget_arenas(struct go_heap *h, uintptr_t start, uintptr_t end)
{
	for (uintptr_t p = start; p < end; p += SPARSE_ARENA_BYTES) {
		size_t i = p >> SPARSE_LG_ARENA;
		struct heap_arena *a = atomic_load_explicit(
			&go_arenas[i], memory_order_relaxed);

		atomic_store_explicit(&go_arenas[i], NULL,
				      memory_order_release);
		arena_delete(h, a);
	}
}

/* All of them, or none. */
static int register_arenas(struct go_heap *h, uintptr_t start, size_t n)
{
	for (uintptr_t p = start; p < start + n; p += SPARSE_ARENA_BYTES) {
		size_t i = p >> SPARSE_LG_ARENA;
		struct heap_arena *a = arena_new(h);

		if (!a) {
			forget_arenas(h, start, p);
			return -ENOMEM;
		}
		a->heap = h;
		atomic_store_explicit(&go_arenas[i], a, memory_order_release);
	}
	return 0;
}

/* The addresses of a growth that failed: where the next one begins. */
static void give_up(struct go_heap *h, uintptr_t start, size_t n)
{
	struct sparse *sp = h->sp;

	h->os->release((void *)start, n);
	if (sp->next == start + n)
		sp->next = start;
}

static int sparse_grow_locked(struct go_heap *h, size_t npages,
			      struct page_run *run)
{
	uintptr_t start;
	size_t n;

	if (npages > ((size_t)1 << SPARSE_LG_ADDRESS) >> SPARSE_LG_PAGE)
		return -ENOMEM;
	n = npages << SPARSE_LG_PAGE;
	n = (n + SPARSE_ARENA_BYTES - 1) & ~(SPARSE_ARENA_BYTES - 1);
	start = reserve_at_hint(h, n);
	if (!start)
		start = reserve_anywhere(h, n);
	if (!start)
		return -ENOMEM;
	if ((start + n - 1) >> SPARSE_LG_ADDRESS ||
	    (!h->space->map_later && h->os->map((void *)start, n) != 0) ||
	    register_arenas(h, start, n) != 0) {
		give_up(h, start, n);
		return -ENOMEM;
	}
	*run = (struct page_run){ start, n >> SPARSE_LG_PAGE };
	return 0;
}

static struct span *sparse_get(const struct go_heap *h, uintptr_t addr)
{
	size_t i = addr >> SPARSE_LG_ARENA;
	struct heap_arena *a;

	if (i >= SPARSE_ARENAS)
		return NULL;
	a = atomic_load_explicit(&go_arenas[i], memory_order_relaxed);
	if (!a || a->heap != h)
		return NULL;
	return atomic_load_explicit(
		&a->spans[(addr >> SPARSE_LG_PAGE) % SPARSE_ARENA_PAGES],
		memory_order_relaxed);
}

static void sparse_set(struct go_heap *h, uintptr_t addr, size_t npages,
		       struct span *s)
{
	uintptr_t page = addr >> SPARSE_LG_PAGE;

	(void)h;
	for (uintptr_t end = page + npages; page < end; page++) {
		struct heap_arena *a = atomic_load_explicit(
			&go_arenas[page / SPARSE_ARENA_PAGES],
			memory_order_relaxed);

		atomic_store_explicit(&a->spans[page % SPARSE_ARENA_PAGES], s,
				      memory_order_release);
	}
}

const struct space_ops space_sparse = {
	.name = "sparse",
	.source = "Go 1.11-1.16 malloc.go, mheap.go",
	.init = sparse_init,
	.grow_locked = sparse_grow_locked,
	.get = sparse_get,
	.set = sparse_set,
};

const struct space_ops space_sparse_later = {
	.name = "sparse-later",
	.source = "Go 1.17-1.22 malloc.go, mheap.go",
	.map_later = true,
	.init = sparse_init,
	.grow_locked = sparse_grow_locked,
	.get = sparse_get,
	.set = sparse_set,
};
