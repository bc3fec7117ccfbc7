// SPDX-License-Identifier: MIT
/*
 * pageheap_freelists.c - page heap policy: one list a length, and large runs.
 *
 * Role:       free[n] holds free spans of exactly n pages, n below 1 MiB; what
 *             is longer is in a large_set, whose search is the policy's only
 *             difference.
 * Invariants: free runs are maximal: no two of them are neighbours. First and
 *             last page of a free span lead to it in the page map.
 * Locks:      heap->lock held on every call.
 * Units:      pages.
 * Source:     after Go 1.0-1.11 mheap.go allocSpanLocked, freeSpanLocked,
 *             scavenge.
 * Differs:    no busy lists: they served the sweeper. In Go 1.0 the collector
 *             stamps the age of a free span, here the scavenger's pass does.
 */
#include "freespan.h"
#include "large.h"

#include <errno.h>

#define LG_LARGE_BYTES 20

/* Go 1.0: the age of a free span is not known yet. */
#define UNSTAMPED      UINT64_MAX

struct freelists {
	const struct large_ops *large;
	bool stamped_late; /* Go 1.0; later releases stamp when they free */
	size_t grown_npages;
	size_t nlists; /* lists [1, nlists) are used */
	struct large_set set;
	uint64_t nfree; /* free spans, all */
	uint64_t free_npages;
	uint64_t returned_npages;
	struct span_list free[];
};

static int init(struct go_heap *h, const struct large_ops *large,
		bool stamped_late)
{
	size_t nlists = (size_t)1 << (LG_LARGE_BYTES - h->lg_page);
	struct freelists *f = persistent_alloc(
		&h->persistent, sizeof(*f) + nlists * sizeof(f->free[0]),
		GO_CACHELINE);

	if (!f)
		return -ENOMEM;
	f->large = large;
	f->stamped_late = stamped_late;
	f->nlists = nlists;
	f->set.random = UINT64_C(0x9e3779b97f4a7c15);
	h->ph = f;
	return 0;
}

static void insert(struct freelists *f, struct span *s)
{
	if (s->npages < f->nlists)
		span_list_push_front(&f->free[s->npages], s);
	else
		f->large->insert(&f->set, s);
	f->nfree++;
	f->free_npages += s->npages;
	f->returned_npages += s->returned_npages;
}

static void remove(struct freelists *f, struct span *s)
{
	if (s->npages < f->nlists)
		span_list_remove(&f->free[s->npages], s);
	else
		f->large->remove(&f->set, s);
	f->nfree--;
	f->free_npages -= s->npages;
	f->returned_npages -= s->returned_npages;
}

/* Make @s the descriptor of @t's pages too; @t lies next to it. Its age ends */
static void absorb(struct go_heap *h, struct span *s, struct span *t)
{
	if (!t)
		return;
	remove(h->ph, t);
	s->returned_npages += t->returned_npages;
	freespan_absorb(h, s, t);
}

/* @s, on no list, is free: merge and keep it. */
static void keep(struct go_heap *h, struct span *s, uint64_t unused_since_ns)
{
	freespan_begin(s);
	s->unused_since_ns = unused_since_ns;
	s->returned_npages = 0;
	absorb(h, s, freespan_before(h, s));
	absorb(h, s, freespan_after(h, s));
	freespan_map(h, s);
	insert(h->ph, s);
}

static void free_locked(struct go_heap *h, struct span *s)
{
	const struct freelists *f = h->ph;

	keep(h, s, f->stamped_late ? UNSTAMPED : h->os->clock_ns());
}

/* First fit in the lists of exact lengths, the shortest first. */
static struct span *find_small(struct freelists *f, size_t npages,
			       uint64_t *steps)
{
	for (size_t n = npages; n < f->nlists; n++)
		if (f->free[n].first) {
			++*steps;
			return f->free[n].first;
		}
	return NULL;
}

static bool grow(struct go_heap *h, size_t npages)
{
	struct span *s = freespan_grow(h, npages);

	if (!s)
		return false;
	((struct freelists *)h->ph)->grown_npages += s->npages;
	free_locked(h, s);
	return true;
}

/* Cut @s, which is on no list, to @npages; the rest stays as old as it was. */
static bool cut(struct go_heap *h, struct span *s, size_t npages)
{
	const struct freelists *f = h->ph;
	struct span *rest;

	if (s->npages == npages)
		return true;
	rest = freespan_cut(h, s, npages);
	if (!rest)
		return false;
	keep(h, rest, f->stamped_late ? UNSTAMPED : s->unused_since_ns);
	return true;
}

static struct span *alloc_locked(struct go_heap *h, size_t npages)
{
	struct freelists *f = h->ph;
	struct span *s = find_small(f, npages, &h->n.search_steps);

	if (!s)
		s = f->large->find(&f->set, npages, &h->n.search_steps);
	if (!s) {
		if (!grow(h, npages))
			return NULL;
		s = f->large->find(&f->set, npages, &h->n.search_steps);
		if (!s)
			return NULL;
	}
	remove(f, s);
	if (s->returned_npages) {
		h->os->used((void *)s->base, span_bytes(h, s));
		s->returned_npages = 0;
	}
	s->state = SPAN_INUSE;
	if (!cut(h, s, npages)) {
		keep(h, s, s->unused_since_ns);
		return NULL;
	}
	return s;
}

static void account_locked(struct go_heap *h, struct pageheap_account *a)
{
	const struct freelists *f = h->ph;

	*a = (struct pageheap_account){
		.free_npages = f->free_npages,
		.returned_npages = f->returned_npages,
		.spans_free = f->nfree,
		.spans_large = f->set.count,
	};
}

static bool valid_locked(struct go_heap *h)
{
	const struct freelists *f = h->ph;
	uint64_t nfree = f->set.count;

	for (size_t n = 1; n < f->nlists; n++)
		for (struct span *s = f->free[n].first; s; s = s->next) {
			if (s->npages != n || !freespan_valid(h, s))
				return false;
			nfree++;
		}
	return nfree == f->nfree && f->large->valid(&f->set);
}

/* What the scavenger does on its way over all free spans. */
struct pass {
	uint64_t stamp_ns;	/* 0, or the age of what has none */
	uint64_t idle_since_ns; /* return what is at least so old */
	size_t max_npages;
	size_t done_npages;
};

static void pass_span(struct go_heap *h, struct span *s, struct pass *p)
{
	struct freelists *f = h->ph;
	size_t npages = s->npages - s->returned_npages;

	if (p->stamp_ns && s->unused_since_ns == UNSTAMPED)
		s->unused_since_ns = p->stamp_ns;
	if (s->unused_since_ns > p->idle_since_ns ||
	    p->done_npages >= p->max_npages)
		return;
	/* Go 1.0 asks the system again and again */
	if (!npages && !f->stamped_late)
		return;
	h->os->unused((void *)s->base, span_bytes(h, s));
	f->returned_npages += npages;
	s->returned_npages = s->npages;
	p->done_npages += npages;
}

static void pass_tree(struct go_heap *h, struct span *t, struct pass *p)
{
	while (t) { /* recursion is as deep as the treap, some 40 levels */
		pass_span(h, t, p);
		pass_tree(h, t->child[0], p);
		t = t->child[1];
	}
}

static void pass_all(struct go_heap *h, struct pass *p)
{
	struct freelists *f = h->ph;

	for (size_t n = 1; n < f->nlists; n++)
		for (struct span *s = f->free[n].first; s; s = s->next)
			pass_span(h, s, p);
	for (struct span *s = f->set.list.first; s; s = s->next)
		pass_span(h, s, p);
	pass_tree(h, f->set.root, p);
}

static size_t scavenge_locked(struct go_heap *h, size_t max_npages,
			      uint64_t idle_since_ns)
{
	struct pass p = { .idle_since_ns = idle_since_ns,
			  .max_npages = max_npages };

	pass_all(h, &p);
	return p.done_npages;
}

static void stamp_locked(struct go_heap *h)
{
	struct pass p = { .stamp_ns = h->os->clock_ns() };

	pass_all(h, &p);
}

static void backing_locked(struct go_heap *h, struct pageheap_backing *b)
{
	const struct freelists *f = h->ph;

	*b = (struct pageheap_backing){
		.grown_npages = f->grown_npages,
		.free_npages = f->free_npages,
		.returned_npages = f->returned_npages,
	};
}

static void trim_locked(struct go_heap *h)
{
	scavenge_locked(h, SIZE_MAX, UINT64_MAX);
}

static int init_lists_1_0(struct go_heap *h)
{
	return init(h, &large_list, true);
}

static int init_lists(struct go_heap *h)
{
	return init(h, &large_list, false);
}

static int init_listtreap(struct go_heap *h)
{
	return init(h, &large_treap, false);
}

static int init_listtreap_bestfit(struct go_heap *h)
{
	return init(h, &large_treap_bestfit, false);
}

#define FREELISTS_OPS                                                   \
	.alloc_locked = alloc_locked, .free_locked = free_locked,       \
	.account_locked = account_locked, .valid_locked = valid_locked, \
	.trim_locked = trim_locked, .scavenge_locked = scavenge_locked, \
	.backing_locked = backing_locked

const struct pageheap_ops pageheap_lists_1_0 = {
	.name = "lists-1.0",
	.source = "Go 1.0 mheap",
	.init = init_lists_1_0,
	FREELISTS_OPS,
	.stamp_locked = stamp_locked,
};

const struct pageheap_ops pageheap_lists = {
	.name = "lists",
	.source = "Go 1.1-1.8 mheap",
	.init = init_lists,
	FREELISTS_OPS,
};

const struct pageheap_ops pageheap_listtreap = {
	.name = "listtreap",
	.source = "Go 1.9-1.11 mheap",
	.init = init_listtreap,
	FREELISTS_OPS,
};

const struct pageheap_ops pageheap_listtreap_bestfit = {
	.name = "listtreap_bestfit",
	.source = "Go 1.9-1.11 mheap, search after issue 31616",
	.init = init_listtreap_bestfit,
	FREELISTS_OPS,
};
