// SPDX-License-Identifier: MIT
/*
 * pageheap_treaps.c - page heap policy: two treaps by length, one of them of
 * spans whose memory was given to the system.
 *
 * Role:       Go 1.12: the shortest that fits, found by the early-stopping walk
 *             of Go 1.9; what grows the resident set is made up for by giving
 *             the longest free spans back.
 * Invariants: free spans are on the treap that scavenged says, and maximal: no
 *             two neighbours of the same kind. scavenged means all of it.
 * Locks:      heap->lock held on every call; madvise is called inside it, as in
 *             the original.
 * Units:      pages, bytes, nanoseconds.
 * Source:     after Go 1.12 mheap.go allocSpanLocked, grow, coalesce,
 *             scavengeLargest, scavengeAll; mgclarge.go.
 * Differs:    pages are system pages or multiples, so no bounds are rounded.
 *             Go 1.12.5 took scavenging on allocation out again.
 */
#include "freespan.h"
#include "large.h"
#include "treap.h"

#include <errno.h>

struct treaps {
	struct large_set free;
	struct large_set scavenged;
	uint64_t free_npages; /* on both */
	uint64_t scavenged_npages;
	size_t grown_npages;
	size_t credit_bytes;  /* scavenged beyond need */
	bool scavenge_allocs; /* make up for allocations, not only for growth */
};

static struct large_set *set_of(struct treaps *t, const struct span *s)
{
	return s->scavenged ? &t->scavenged : &t->free;
}

static void insert(struct treaps *t, struct span *s)
{
	large_treap.insert(set_of(t, s), s);
	t->free_npages += s->npages;
	t->scavenged_npages += s->scavenged ? s->npages : 0;
}

static void remove(struct treaps *t, struct span *s)
{
	large_treap.remove(set_of(t, s), s);
	t->free_npages -= s->npages;
	t->scavenged_npages -= s->scavenged ? s->npages : 0;
}

static int init(struct go_heap *h, bool scavenge_allocs)
{
	struct treaps *t =
		persistent_alloc(&h->persistent, sizeof(*t), GO_CACHELINE);

	if (!t)
		return -ENOMEM;
	t->free.random = UINT64_C(0x9e3779b97f4a7c15);
	t->scavenged.random = UINT64_C(0xd1342543de82ef95);
	t->scavenge_allocs = scavenge_allocs;
	h->ph = t;
	return 0;
}

/* Make @s the descriptor of @n's pages too: next to it and of its kind. */
static void absorb(struct go_heap *h, struct span *s, struct span *n)
{
	if (!n || n->scavenged != s->scavenged)
		return;
	remove(h->ph, n);
	if (s->unused_since_ns < n->unused_since_ns)
		s->unused_since_ns = n->unused_since_ns;
	freespan_absorb(h, s, n);
}

/* @s, on no treap, is free: merge and keep it. */
static void keep(struct go_heap *h, struct span *s)
{
	freespan_begin(s);
	absorb(h, s, freespan_before(h, s));
	absorb(h, s, freespan_after(h, s));
	freespan_map(h, s);
	insert(h->ph, s);
}

static void free_locked(struct go_heap *h, struct span *s)
{
	s->scavenged = 0;
	s->unused_since_ns = h->os->clock_ns();
	keep(h, s);
}

/* Give the memory of @s, on the treap of such that have it, to the system. */
static size_t scavenge(struct go_heap *h, struct span *s)
{
	size_t npages = s->npages;

	remove(h->ph, s);
	h->os->unused((void *)s->base, span_bytes(h, s));
	s->scavenged = 1;
	keep(h, s);
	return npages;
}

/* The resident set grows by @nbytes: take so much from the longest spans. */
static void scavenge_longest(struct go_heap *h, size_t nbytes)
{
	struct treaps *t = h->ph;
	size_t done = 0;
	struct span *s;

	if (nbytes <= t->credit_bytes) {
		t->credit_bytes -= nbytes;
		return;
	}
	nbytes -= t->credit_bytes;
	t->credit_bytes = 0;
	while (done < nbytes && (s = treap_last(t->free.root)))
		done += scavenge(h, s) << h->lg_page;
	if (done > nbytes)
		t->credit_bytes = done - nbytes;
}

static bool grow(struct go_heap *h, size_t npages)
{
	struct span *s = freespan_grow(h, npages);

	if (!s)
		return false;
	scavenge_longest(h, span_bytes(h, s));
	((struct treaps *)h->ph)->grown_npages += s->npages;
	free_locked(h, s);
	return true;
}

/* The shorter of both treaps' answers; of equals the one with memory. */
static struct span *pick(struct go_heap *h, size_t npages)
{
	struct treaps *t = h->ph;
	struct span *f = large_treap.find(&t->free, npages, &h->n.search_steps);
	struct span *s =
		large_treap.find(&t->scavenged, npages, &h->n.search_steps);

	return f && (!s || f->npages <= s->npages) ? f : s;
}

/* Cut @s, which is on no treap, to @npages; the rest is free again. */
static bool cut(struct go_heap *h, struct span *s, size_t npages)
{
	struct span *rest;

	if (s->npages == npages)
		return true;
	rest = freespan_cut(h, s, npages);
	if (!rest)
		return false;
	keep(h, rest);
	return true;
}

static struct span *alloc_locked(struct go_heap *h, size_t npages)
{
	struct treaps *t = h->ph;
	struct span *s = pick(h, npages);

	if (!s) {
		if (!grow(h, npages))
			return NULL;
		s = pick(h, npages);
	}
	remove(t, s);
	s->state = SPAN_INUSE; /* so that the rest keeps off it */
	if (!cut(h, s, npages)) {
		keep(h, s);
		return NULL;
	}
	if (s->scavenged) {
		h->os->used((void *)s->base, span_bytes(h, s));
		s->scavenged = 0;
		if (t->scavenge_allocs)
			scavenge_longest(h, span_bytes(h, s));
	}
	return s;
}

static void account_locked(struct go_heap *h, struct pageheap_account *a)
{
	const struct treaps *t = h->ph;

	*a = (struct pageheap_account){
		.free_npages = t->free_npages,
		.returned_npages = t->scavenged_npages,
		.spans_free = t->free.count + t->scavenged.count,
		.spans_large = t->free.count + t->scavenged.count,
	};
}

/* Recursion is as deep as the treap, some 40 levels at a million spans. */
static bool tree_valid(const struct go_heap *h, const struct span *s,
		       bool scavenged, uint64_t *npages)
{
	if (!s)
		return true;
	*npages += s->npages;
	return s->scavenged == scavenged && freespan_valid(h, s) &&
	       tree_valid(h, s->child[0], scavenged, npages) &&
	       tree_valid(h, s->child[1], scavenged, npages);
}

static bool valid_locked(struct go_heap *h)
{
	const struct treaps *t = h->ph;
	uint64_t free = 0, scavenged = 0;

	return large_treap.valid(&t->free) &&
	       large_treap.valid(&t->scavenged) &&
	       tree_valid(h, t->free.root, false, &free) &&
	       tree_valid(h, t->scavenged.root, true, &scavenged) &&
	       free + scavenged == t->free_npages &&
	       scavenged == t->scavenged_npages;
}

/* The longest span that is unused since @before_ns or longer; else NULL. */
static struct span *idle_below(struct span *s, uint64_t before_ns)
{
	while (s) {
		struct span *t = idle_below(s->child[1], before_ns);

		if (t || s->unused_since_ns <= before_ns)
			return t ? t : s;
		s = s->child[0];
	}
	return NULL;
}

static size_t scavenge_locked(struct go_heap *h, size_t max_npages,
			      uint64_t idle_since_ns)
{
	struct treaps *t = h->ph;
	size_t done = 0;
	struct span *s;

	while (done < max_npages &&
	       (s = idle_below(t->free.root, idle_since_ns)))
		done += scavenge(h, s);
	return done;
}

static void backing_locked(struct go_heap *h, struct pageheap_backing *b)
{
	const struct treaps *t = h->ph;

	*b = (struct pageheap_backing){
		.grown_npages = t->grown_npages,
		.free_npages = t->free_npages,
		.returned_npages = t->scavenged_npages,
	};
}

static void trim_locked(struct go_heap *h)
{
	scavenge_locked(h, SIZE_MAX, UINT64_MAX);
}

static int init_released(struct go_heap *h)
{
	return init(h, true);
}

static int init_mended(struct go_heap *h)
{
	return init(h, false);
}

#define TREAPS_OPS                                                      \
	.alloc_locked = alloc_locked, .free_locked = free_locked,       \
	.account_locked = account_locked, .valid_locked = valid_locked, \
	.trim_locked = trim_locked, .scavenge_locked = scavenge_locked, \
	.backing_locked = backing_locked

const struct pageheap_ops pageheap_treaps = {
	.name = "treaps",
	.source = "Go 1.12.0 mheap.go, mgclarge.go",
	.init = init_released,
	TREAPS_OPS,
};

const struct pageheap_ops pageheap_treaps_mended = {
	.name = "treaps-mended",
	.source = "Go 1.12.5 mheap.go, mgclarge.go",
	.init = init_mended,
	TREAPS_OPS,
};
