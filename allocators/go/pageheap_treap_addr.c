// SPDX-License-Identifier: MIT
/*
 * pageheap_treap_addr.c - page heap policy: one treap by address, first fit.
 *
 * Role:       Go 1.13: the lowest span that fits, so that high addresses drain
 *             and can be given back.
 * Invariants: free spans are maximal: no two neighbours of the same kind,
 *             scavenged or not. scavenged means all of it.
 * Locks:      heap->lock held on every call.
 * Units:      pages.
 * Source:     after Go 1.13 mheap.go allocSpanLocked, grow, coalesce,
 *             scavengeLocked; mgclarge.go.
 * Differs:    huge pages are of 2 MiB, whether the system uses them or not.
 */
#include "addr_treap.h"
#include "freespan.h"

#include <errno.h>

struct heap_treap {
	struct addr_treap tree;
	uint64_t free_npages;
	uint64_t scavenged_npages; /* of these */
	size_t grown_npages;
};

static int init(struct go_heap *h)
{
	struct heap_treap *t =
		persistent_alloc(&h->persistent, sizeof(*t), GO_CACHELINE);

	if (!t)
		return -ENOMEM;
	t->tree.random = UINT64_C(0x9e3779b97f4a7c15);
	h->ph = t;
	return 0;
}

static void count(struct heap_treap *t, const struct span *s, size_t npages)
{
	t->free_npages += npages;
	if (s->scavenged)
		t->scavenged_npages += npages;
}

static void uncount(struct heap_treap *t, const struct span *s, size_t npages)
{
	t->free_npages -= npages;
	if (s->scavenged)
		t->scavenged_npages -= npages;
}

/* Make @s the descriptor of @n's pages too: next to it and of its kind. */
static void absorb(struct go_heap *h, struct span *s, struct span *n)
{
	struct heap_treap *t = h->ph;

	if (!n || n->scavenged != s->scavenged)
		return;
	addr_treap_remove(&t->tree, n);
	uncount(t, n, n->npages);
	freespan_absorb(h, s, n);
}

/* @s, not on the treap, is free: merge and keep it. */
static void keep(struct go_heap *h, struct span *s)
{
	struct heap_treap *t = h->ph;

	freespan_begin(s);
	absorb(h, s, freespan_before(h, s));
	absorb(h, s, freespan_after(h, s));
	freespan_map(h, s);
	addr_treap_insert(&t->tree, s);
	count(t, s, s->npages);
}

static void free_locked(struct go_heap *h, struct span *s)
{
	s->scavenged = 0;
	keep(h, s);
}

static bool grow(struct go_heap *h, size_t npages)
{
	struct span *s = freespan_grow(h, npages);

	if (!s)
		return false;
	s->scavenged = 1; /* never touched: as good as given back */
	((struct heap_treap *)h->ph)->grown_npages += s->npages;
	keep(h, s);
	return true;
}

static void backing_locked(struct go_heap *h, struct pageheap_backing *b)
{
	const struct heap_treap *t = h->ph;

	*b = (struct pageheap_backing){
		.grown_npages = t->grown_npages,
		.free_npages = t->free_npages,
		.returned_npages = t->scavenged_npages,
	};
}

/* The low @npages of @s as a span of their own; @s stays where it is. */
static struct span *cut_low(struct go_heap *h, struct span *s, size_t npages)
{
	struct heap_treap *t = h->ph;
	struct span *low;

	if (s->npages == npages) {
		addr_treap_remove(&t->tree, s);
		uncount(t, s, npages);
		return s;
	}
	low = span_new(h, s->base, npages);
	if (!low)
		return NULL;
	low->needzero = s->needzero;
	low->scavenged = s->scavenged;
	s->base += npages << h->lg_page;
	s->npages -= npages;
	h->space->set(h, s->base, 1, s);
	addr_treap_resized(s);
	uncount(t, s, npages);
	return low;
}

/* What to cut off @s's end for @npages of its memory: huge pages stay whole. */
static size_t split_point(const struct go_heap *h, const struct span *s,
			  size_t npages)
{
	uintptr_t end = freespan_end(h, s), base, huge;

	if (npages >= s->npages)
		return s->npages;
	base = end - (npages << h->lg_page);
	huge = base & ~(ADDR_TREAP_HUGE_BYTES - 1);
	return (end - (huge >= s->base ? huge : base)) >> h->lg_page;
}

/* Cut the high @npages off @s, on the treap, as a free span of their own. */
static struct span *cut_high(struct go_heap *h, struct span *s, size_t npages)
{
	struct heap_treap *t = h->ph;
	struct span *high;

	if (npages == s->npages) {
		addr_treap_remove(&t->tree, s);
		uncount(t, s, npages);
		return s;
	}
	high = freespan_cut(h, s, s->npages - npages);
	if (!high)
		return NULL;
	addr_treap_resized(s);
	uncount(t, s, npages);
	freespan_map(h, s);
	return high;
}

/* From the highest address down. */
static size_t scavenge_kind(struct go_heap *h, size_t max_npages,
			    unsigned int kind)
{
	struct heap_treap *t = h->ph;
	uintptr_t bound = UINTPTR_MAX;
	struct span *s;
	size_t done = 0;

	while (done < max_npages &&
	       (s = addr_treap_last_of(&t->tree, bound, kind))) {
		s = cut_high(h, s, split_point(h, s, max_npages - done));
		if (!s)
			break;
		bound = s->base; /* what is left below it has its turn now */
		done += s->npages;
		h->os->unused((void *)s->base, span_bytes(h, s));
		s->scavenged = 1;
		keep(h, s);
	}
	return done;
}

static size_t scavenge_locked(struct go_heap *h, size_t max_npages,
			      uint64_t idle_since_ns)
{
	size_t done = scavenge_kind(h, max_npages, ADDR_TREAP_BACKED_HUGE);

	(void)idle_since_ns; /* Go 1.13 does not ask how long */
	if (done < max_npages)
		done += scavenge_kind(h, max_npages - done, ADDR_TREAP_BACKED);
	return done;
}

/* @s had no memory: others give theirs, if that would be too much. */
static void make_up_for(struct go_heap *h, const struct span *s)
{
	struct pageheap_backing b;

	/* that @s is counted as kept already is the release's */
	backing_locked(h, &b);
	scavenge_locked(h, pageheap_over_goal(h, &b, s->npages), UINT64_MAX);
}

static struct span *alloc_locked(struct go_heap *h, size_t npages)
{
	struct heap_treap *t = h->ph;
	struct span *s = addr_treap_find(&t->tree, npages, &h->n.search_steps);

	if (!s) {
		if (!grow(h, npages))
			return NULL;
		s = addr_treap_find(&t->tree, npages, &h->n.search_steps);
	}
	s = cut_low(h, s, npages);
	if (!s)
		return NULL;
	s->state = SPAN_INUSE; /* so that nothing merges with it */
	if (s->scavenged) {
		h->os->used((void *)s->base, span_bytes(h, s));
		s->scavenged = 0;
		make_up_for(h, s);
	}
	return s;
}

static void account_locked(struct go_heap *h, struct pageheap_account *a)
{
	const struct heap_treap *t = h->ph;

	*a = (struct pageheap_account){
		.free_npages = t->free_npages,
		.returned_npages = t->scavenged_npages,
		.spans_free = t->tree.count,
		.spans_large = t->tree.count,
	};
}

static bool valid_locked(struct go_heap *h)
{
	const struct heap_treap *t = h->ph;
	uint64_t free = 0, scavenged = 0;

	for (const struct span *s = treap_last(t->tree.root); s;
	     s = treap_prev(s)) {
		if (!freespan_valid(h, s))
			return false;
		free += s->npages;
		scavenged += s->scavenged ? s->npages : 0;
	}
	return addr_treap_valid(&t->tree) && free == t->free_npages &&
	       scavenged == t->scavenged_npages;
}

static void trim_locked(struct go_heap *h)
{
	scavenge_locked(h, SIZE_MAX, UINT64_MAX);
}

const struct pageheap_ops pageheap_treap_addr = {
	.name = "treap_addr",
	.source = "Go 1.13 mheap.go, mgclarge.go",
	.init = init,
	.alloc_locked = alloc_locked,
	.free_locked = free_locked,
	.account_locked = account_locked,
	.valid_locked = valid_locked,
	.trim_locked = trim_locked,
	.scavenge_locked = scavenge_locked,
	.backing_locked = backing_locked,
};
