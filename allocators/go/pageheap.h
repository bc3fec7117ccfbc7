// SPDX-License-Identifier: MIT
/*
 * pageheap.h - the contract of all page heaps.
 *
 * Role:       finds, splits, coalesces runs of pages. heap.c does the rest:
 *             takes the lock, counts, fills the page map of spans in use,
 *             prepares slots.
 * Invariants: a run of pages is either in one span in use or free in the page
 *             heap. Policies with free descriptors (Go up to 1.13) map at least
 *             first and last page of each to it. After free_locked() no two
 *             free runs that the policy merges are neighbours.
 * Locks:      heap->lock held on every *_locked call; policies take no lock.
 * Units:      lengths in pages (npages), positions as addresses.
 * Source:     after Go mheap.go of each release, named by the policy.
 */
#ifndef GO_PAGEHEAP_H
#define GO_PAGEHEAP_H

#include "span.h"

/** struct page_run - addresses fresh from the address space policy. */
struct page_run {
	uintptr_t base;
	size_t npages;
};

/** struct pageheap_account - for stats; the policy fills all of it. */
struct pageheap_account {
	uint64_t free_npages;	  /* free, wherever kept */
	uint64_t returned_npages; /* of these: given back to the system */
	uint64_t spans_free;	  /* maximal free runs as kept */
	uint64_t spans_large; /* of these: in the structure for large ones */
};

/** struct pageheap_backing - for the scavenger; cheap. */
struct pageheap_backing {
	size_t grown_npages;	/* the page heap's, in use or free */
	size_t free_npages;	/* of these; pages in page caches are not */
	size_t returned_npages; /* of the free ones: given to the system */
};

/**
 * struct pageheap_ops - one page heap. Constant.
 *
 * Descriptors: alloc_locked() returns a descriptor from fixalloc h->spans with
 * base, npages, needzero set and on no list; everything else is heap.c's.
 * free_locked() consumes one: it either keeps it as the descriptor of the free
 * run (state SPAN_FREE, owner NULL, limit 0) or gives it to h->spans
 * (span_delete()).
 */
struct pageheap_ops {
	const char *name;
	const char *source; /* Go release and files */

	/** init() - set up h->ph. 0 or -ENOMEM. Required. */
	int (*init)(struct go_heap *h);

	/**
	 * alloc_locked() - a run of @npages, growing the heap if there is
	 * none (h->space->grow_locked()). Required.
	 * Return: the span, or NULL when the system has no more memory.
	 */
	struct span *(*alloc_locked)(struct go_heap *h, size_t npages);

	/**
	 * free_locked() - take back @s, which alloc_locked() returned, or part
	 * of it (heap.c splits for alignment: then a descriptor of its own).
	 * needzero is set by the caller. Required.
	 */
	void (*free_locked)(struct go_heap *h, struct span *s);

	/** account_locked() - fill @a. May be linear. Required. */
	void (*account_locked)(struct go_heap *h, struct pageheap_account *a);

	/**
	 * valid_locked() - walk everything, true if the invariants hold: for
	 * tests and assertion level 3. Required.
	 */
	bool (*valid_locked)(struct go_heap *h);

	/** trim_locked() - return all free memory to the system. NULL: no. */
	void (*trim_locked)(struct go_heap *h);

	/**
	 * scavenge_locked() - return memory of free pages, in the order of the
	 * release.
	 * @max_npages:    stop once so much was returned.
	 * @idle_since_ns: only what is free since then or longer (Go 1.0 to
	 *	1.12; the others do not ask). UINT64_MAX: anything.
	 * Return: pages returned. NULL: the policy returns by trim only.
	 * Locks:  may let go of h->lock meanwhile (Go 1.18 on), as may
	 *	trim_locked() and, for heaps with a goal, alloc_locked().
	 */
	size_t (*scavenge_locked)(struct go_heap *h, size_t max_npages,
				  uint64_t idle_since_ns);

	/**
	 * stamp_locked() - free spans whose age is unknown begin to age (Go
	 * 1.0, where a collection did that). NULL: they age from the free on.
	 */
	void (*stamp_locked)(struct go_heap *h);

	/** backing_locked() - fill @b. Required with scavenge_locked. */
	void (*backing_locked)(struct go_heap *h, struct pageheap_backing *b);

	/**
	 * settle_locked() - wait until no memory is being returned without
	 * the lock: a thread forks. NULL: that never happens.
	 */
	void (*settle_locked)(struct go_heap *h);

	/**
	 * alloc_cached() - a run from the thread's page cache (Go 1.14 on). Not
	 * called with the lock held: taken inside when the cache is empty, to
	 * refill it and the descriptors. NULL: no such thing. @pc: the caller's
	 * own.
	 * Return: as alloc_locked(), or NULL: then the locked way is taken.
	 */
	struct span *(*alloc_cached)(struct go_heap *h, struct pagecache *pc,
				     size_t npages);

	/**
	 * alloc_by_locked() - as alloc_locked(), the descriptor from @pc, the
	 * caller's own. NULL: no such thing. Required with alloc_cached.
	 */
	struct span *(*alloc_by_locked)(struct go_heap *h, struct pagecache *pc,
					size_t npages);

	/** free_by_locked() - as free_locked(), the descriptor to @pc. */
	void (*free_by_locked)(struct go_heap *h, struct pagecache *pc,
			       struct span *s);

	/** flush_locked() - give @pc's pages back: the thread ends. */
	void (*flush_locked)(struct go_heap *h, struct pagecache *pc);
};

/**
 * struct space_ops - where addresses come from and how they lead to spans.
 * The hot lookup is inline, in spanmap.h; this is the cold side.
 */
struct space_ops {
	const char *name;
	const char *source;

	/* grow_locked() only reserves, whoever uses a part maps it (Go 1.17) */
	bool map_later;

	/** init() - set up h->sp. 0 or -ENOMEM. */
	int (*init)(struct go_heap *h);

	/**
	 * grow_locked() - obtain at least @npages, mapped and zero, with room
	 * in the page map. The policy rounds up as its release did.
	 * Return: 0, or -ENOMEM.
	 */
	int (*grow_locked)(struct go_heap *h, size_t npages,
			   struct page_run *run);

	/** get() - page map entry of @addr; NULL outside of all arenas. */
	struct span *(*get)(const struct go_heap *h, uintptr_t addr);

	/** set() - let @npages entries from @addr on point to @s. h->lock. */
	void (*set)(struct go_heap *h, uintptr_t addr, size_t npages,
		    struct span *s);
};

extern const struct space_ops space_sparse;	  /* Go 1.11-1.16 */
extern const struct space_ops space_sparse_later; /* Go 1.17 on: map_later */

/* One contiguous arena, as each release placed it. */
extern const struct space_ops space_linear_1_0; /* 16 GiB, 4 KiB pages */
extern const struct space_ops space_linear_1_1; /* 128 GiB, 4 KiB pages */
extern const struct space_ops space_linear_1_2; /* 128 GiB; 1.2, 1.4 */
extern const struct space_ops space_linear_1_3; /* grows by 128 KiB steps */
extern const struct space_ops space_linear;	/* 512 GiB; 1.5 to 1.10 */

/* Go 1.0: as pageheap_lists, but free spans age when they are stamped. */
extern const struct pageheap_ops pageheap_lists_1_0;

extern const struct pageheap_ops pageheap_lists;     /* free[], linear large */
extern const struct pageheap_ops pageheap_listtreap; /* free[], treap large */
extern const struct pageheap_ops pageheap_listtreap_bestfit;

/** span_new() - a descriptor, zero but for @base and @npages. h->lock. */
struct span *span_new(struct go_heap *h, uintptr_t base, size_t npages);

/** span_delete() - give a descriptor back. h->lock. */
void span_delete(struct go_heap *h, struct span *s);

/**
 * pageheap_over_goal() - @npages without memory are to be used; how many with
 * memory have to go for that? h->lock.
 * The goal is the scavenger's, or what is in use now and a tenth if that is
 * more. 0 if there is no scavenger: then there is no goal.
 */
static inline size_t pageheap_over_goal(const struct go_heap *h,
					const struct pageheap_backing *b,
					size_t npages)
{
	size_t inuse = b->grown_npages - b->free_npages;
	size_t kept = b->grown_npages - b->returned_npages + npages;
	size_t goal = inuse + inuse / 10;

	if (goal < h->goal_npages)
		goal = h->goal_npages;
	if (!h->goal_npages || kept <= goal)
		return 0;
	return kept - goal < npages ? kept - goal : npages;
}

/* Two treaps, free and scavenged; 1.12.5: no scavenging on allocation. */
extern const struct pageheap_ops pageheap_treaps;
extern const struct pageheap_ops pageheap_treaps_mended;

/* One treap by address, first fit. */
extern const struct pageheap_ops pageheap_treap_addr;

/* Bitmaps below summaries; with page caches and without. */
extern const struct pageheap_ops pageheap_radix_1_14; /* to 1.17 */
extern const struct pageheap_ops pageheap_radix;
extern const struct pageheap_ops pageheap_radix_nocache;

#endif /* GO_PAGEHEAP_H */
