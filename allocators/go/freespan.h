// SPDX-License-Identifier: MIT
/*
 * freespan.h - free runs that have a descriptor, found through the page map.
 *
 * Role:       what the page heaps up to Go 1.13 need to coalesce.
 * Invariants: first and last page of a free span lead to it; what lies between
 *             may be stale, so that bounds have to be compared.
 * Locks:      heap->lock held on every call.
 * Units:      addresses, pages.
 * Source:     after Go mheap.go freeSpanLocked, coalesce, grow.
 */
#ifndef GO_FREESPAN_H
#define GO_FREESPAN_H

#include "pageheap.h"

/** freespan_at() - the free span that holds the page at @addr, or NULL. */
static inline struct span *freespan_at(const struct go_heap *h, uintptr_t addr)
{
	struct span *s = h->space->get(h, addr);

	if (!s || s->state != SPAN_FREE || addr < s->base ||
	    addr - s->base >= span_bytes(h, s))
		return NULL;
	return s;
}

/** freespan_end() - the address behind @s. */
static inline uintptr_t freespan_end(const struct go_heap *h,
				     const struct span *s)
{
	return s->base + span_bytes(h, s);
}

/** freespan_before() - the free span that ends where @s begins, or NULL. */
static inline struct span *freespan_before(const struct go_heap *h,
					   const struct span *s)
{
	return freespan_at(h, s->base - ((uintptr_t)1 << h->lg_page));
}

/** freespan_after() - the free span that begins where @s ends, or NULL. */
static inline struct span *freespan_after(const struct go_heap *h,
					  const struct span *s)
{
	return freespan_at(h, freespan_end(h, s));
}

/** freespan_map() - let the first and the last page of @s lead to it. */
static inline void freespan_map(struct go_heap *h, struct span *s)
{
	h->space->set(h, s->base, 1, s);
	h->space->set(h, freespan_end(h, s) - ((uintptr_t)1 << h->lg_page), 1,
		      s);
}

/** freespan_begin() - @s is not in use any more; its fields are the heap's. */
static inline void freespan_begin(struct span *s)
{
	s->state = SPAN_FREE;
	s->owner = NULL;
	s->limit = 0;
}

/**
 * freespan_absorb() - make @s the descriptor of @n's pages too. @n lies next to
 * it, is in no structure, and is deleted; ages and what was returned are the
 * policy's to merge before.
 */
static inline void freespan_absorb(struct go_heap *h, struct span *s,
				   struct span *n)
{
	if (n->base < s->base)
		s->base = n->base;
	s->npages += n->npages;
	s->needzero |= n->needzero;
	span_delete(h, n);
}

/**
 * freespan_cut() - leave @s its first @npages.
 * Return: the rest, as old and of the same kind, in no structure; NULL: there
 *	is no descriptor for it, and @s is as it was.
 */
static inline struct span *freespan_cut(struct go_heap *h, struct span *s,
					size_t npages)
{
	struct span *rest = span_new(h, s->base + (npages << h->lg_page),
				     s->npages - npages);

	if (!rest)
		return NULL;
	s->npages = npages;
	rest->needzero = s->needzero;
	rest->scavenged = s->scavenged;
	rest->unused_since_ns = s->unused_since_ns;
	return rest;
}

/**
 * freespan_grow() - at least @npages from the address space policy, in no
 * structure. NULL: the system has no more.
 */
static inline struct span *freespan_grow(struct go_heap *h, size_t npages)
{
	struct span *s = span_new(h, 0, 0); /* first: the run must not leak */
	struct page_run run;

	if (!s)
		return NULL;
	if (h->space->grow_locked(h, npages, &run) != 0) {
		span_delete(h, s);
		return NULL;
	}
	s->base = run.base;
	s->npages = run.npages;
	h->n.grows++;
	return s;
}

/** freespan_valid() - is @s free, mapped, and apart from its like? */
static inline bool freespan_valid(const struct go_heap *h, const struct span *s)
{
	const struct span *t = freespan_before(h, s);
	const struct span *u = freespan_after(h, s);

	return s->state == SPAN_FREE && !s->owner && s->limit == 0 &&
	       freespan_at(h, s->base) == s &&
	       freespan_at(h, freespan_end(h, s) -
				      ((uintptr_t)1 << h->lg_page)) == s &&
	       !(t && t->scavenged == s->scavenged) &&
	       !(u && u->scavenged == s->scavenged);
}

#endif /* GO_FREESPAN_H */
