// SPDX-License-Identifier: MIT
/*
 * spanmap.h - from an address to its span: the lookup that every free makes.
 *
 * Role:       hot, inline side of the address space policies; the cold side is
 *             struct space_ops (pageheap.h).
 * Invariants: every page of a span of small objects leads to it. Of a large
 *             object's span first and last page do (heap->map_all_pages: all).
 *             Of a free run at most first and last page are right, what lies
 *             between may be stale: whoever looks up must compare with the
 *             span's bounds. A descriptor is never unmapped.
 * Locks:      written under heap->lock, read without: a legal pointer reached
 *             its reader through some synchronisation after the entry was set.
 * Units:      addresses, pages.
 * Source:     after Go 1.11 mheap.go (arenas), Go 1.9 mheap.go (spans).
 * Differs:    no arenaBaseOffset: user addresses of x86-64 and arm64 Linux lie
 *             below 2^48, so an address is its own index.
 */
#ifndef GO_SPANMAP_H
#define GO_SPANMAP_H

#include "span.h"

/* Sparse: 64 MiB arenas of 8 KiB pages in a two-level map of 2^48 bytes. */
#define SPARSE_LG_ADDRESS  48
#define SPARSE_LG_ARENA	   26
#define SPARSE_LG_PAGE	   13
#define SPARSE_ARENAS	   ((size_t)1 << (SPARSE_LG_ADDRESS - SPARSE_LG_ARENA))
#define SPARSE_ARENA_BYTES ((size_t)1 << SPARSE_LG_ARENA)
#define SPARSE_ARENA_PAGES ((size_t)1 << (SPARSE_LG_ARENA - SPARSE_LG_PAGE))

struct heap_arena {
	_Atomic(struct span *) spans[SPARSE_ARENA_PAGES];
	const struct go_heap
		*heap; /* whose arena; set before it is published */
	_Atomic uintptr_t
		used_bytes; /* radix: none above was ever handed out */
};

/* 32 MiB of addresses, touched where arenas are: 512 arenas a system page. */
extern _Atomic(struct heap_arena *) go_arenas[SPARSE_ARENAS];

/**
 * spanmap_sparse_lookup() - entry of @p's page, or NULL.
 * Cost: two loads, one branch. NULL has no entry. Address bits from 48 on are
 * not looked at: such a pointer is outside of the span that it leads to.
 */
static inline struct span *spanmap_sparse_lookup(const void *p)
{
	uintptr_t address = (uintptr_t)p;
	size_t i = (address >> SPARSE_LG_ARENA) % SPARSE_ARENAS;
	struct heap_arena *a =
		atomic_load_explicit(&go_arenas[i], memory_order_acquire);

	if (GO_UNLIKELY(!a))
		return NULL;
	return atomic_load_explicit(
		&a->spans[(address >> SPARSE_LG_PAGE) % SPARSE_ARENA_PAGES],
		memory_order_acquire);
}

/* space_sparse_later differs in when memory is mapped, not in where it lies. */
#define spanmap_sparse_later_lookup spanmap_sparse_lookup

/*
 * Linear: one arena, one entry a page from its start on. There is one in a
 * process: the first heap that asks gets it.
 */
struct linear_map {
	uintptr_t start;	       /* of the arena; set at init */
	_Atomic(struct span *) *spans; /* set at init; mapped to npages */
	_Atomic size_t npages;	       /* of the arena, in use or free */
	/* where address 0 would have its mark; 0: no marks (freelist.h) */
	uintptr_t marks;
	const struct go_heap *heap; /* whose; set at init */
};

/* Arena bytes a mark. */
#define LINEAR_MARK_BYTES 16

extern struct linear_map go_linear;

/* A variant on 4 KiB pages defines it as 12. */
#ifndef GO_LG_PAGE
#define GO_LG_PAGE 13
#endif

/**
 * spanmap_linear_lookup() - entry of @p's page, or NULL.
 * Cost: one load after three of one line that never changes; one branch.
 */
static inline struct span *spanmap_linear_lookup(const void *p)
{
	size_t i = ((uintptr_t)p - go_linear.start) >> GO_LG_PAGE;

	if (GO_UNLIKELY(i >= atomic_load_explicit(&go_linear.npages,
						  memory_order_relaxed)))
		return NULL;
	return atomic_load_explicit(&go_linear.spans[i], memory_order_acquire);
}

/* The arenas of older releases differ in size and place only. */
#define spanmap_linear_1_0_lookup spanmap_linear_lookup
#define spanmap_linear_1_1_lookup spanmap_linear_lookup
#define spanmap_linear_1_2_lookup spanmap_linear_lookup
#define spanmap_linear_1_3_lookup spanmap_linear_lookup

#endif /* GO_SPANMAP_H */
