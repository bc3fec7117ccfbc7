// SPDX-License-Identifier: MIT
/*
 * large.h - the contract of structures for long free runs.
 *
 * Role:       keeps the free spans that are too long for the free[] lists and
 *             finds one that fits.
 * Invariants: a free span is in the set between insert() and remove(); its
 *             base and npages do not change in between.
 * Locks:      heap->lock held on every call.
 * Units:      pages.
 * Source:     after Go mheap.go freelarge.
 */
#ifndef GO_LARGE_H
#define GO_LARGE_H

#include "span.h"

/** struct large_set - one structure uses list or root. */
struct large_set {
	struct span_list list;
	struct span *root;
	uint64_t count;
	uint64_t random; /* state of the priorities, not 0 */
};

struct large_ops {
	const char *name;
	const char *source;

	/** insert() - add a free span. */
	void (*insert)(struct large_set *set, struct span *s);

	/** remove() - take a span out that is in the set. */
	void (*remove)(struct large_set *set, struct span *s);

	/**
	 * find() - a span of at least @npages, left in the set; NULL if the
	 * policy finds none.
	 * @steps: spans looked at are added.
	 */
	struct span *(*find)(const struct large_set *set, size_t npages,
			     uint64_t *steps);

	/** valid() - walk the set: order kept and @set->count right? */
	bool (*valid)(const struct large_set *set);
};

/** large_list - unordered list, best fit by full scan, ties to the lowest. */
extern const struct large_ops large_list;

/**
 * large_treap - treap ordered by (npages, base), the walk of Go 1.9 to 1.12:
 * it stops where the left child is too short, though a better fit may hang
 * below that child's right.
 */
extern const struct large_ops large_treap;

/** large_treap_bestfit - the same treap, a walk that finds the best fit. */
extern const struct large_ops large_treap_bestfit;

#endif /* GO_LARGE_H */
