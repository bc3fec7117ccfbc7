// SPDX-License-Identifier: MIT
/*
 * pageheap_radix.c - page heap policy: bitmaps below summaries, first fit.
 *
 * Role:       makes a page heap of radix.h: descriptors, growth, page caches.
 * Invariants: free memory has no descriptor; its page map entries are stale and
 *             lead to descriptors that are dead or span other pages. [cur_base,
 *             cur_end) is ours and not in the bitmaps yet.
 * Locks:      heap->lock held on every *_locked call; from Go 1.18 on it is let
 *             go of while memory is returned (radix.h). A page cache is its
=======
 *             cur_end) and next are ours and not in the bitmaps yet.
 * Locks:      heap->lock held on every *_locked call. A page cache is its
 *             thread's own; only refilling it takes the lock.
 * Units:      addresses; lengths in pages.
 * Source:     after Go 1.14-1.19 mheap.go allocSpan, allocMSpanLocked,
 *             freeMSpanLocked, grow, allocNeedsZero; mpagecache.go.
 * Differs:    a page cache and its descriptors are a thread's, not a
 *             processor's.
 */
#include "pageheap.h"
#include "radix.h"
#include "span_set.h"
#include "spanmap.h"

#include <errno.h>

/* A cache of 64 pages serves runs below a quarter of it. */
#define CACHED_NPAGES_END 16

/* Descriptors a thread keeps at most; half of them are fetched at once. */
#define CACHED_SPANS	  128

struct pageheap_radix {
	struct radix pages;
	uintptr_t cur_base;
	uintptr_t cur_end;
	struct page_run next; /* goes on there; npages 0: nowhere yet */
	size_t grown_npages;  /* in the bitmaps */
};

static int init_locked(struct go_heap *h)
{
	struct pageheap_radix *p =
		persistent_alloc(&h->persistent, sizeof(*p), GO_CACHELINE);

	if (!p)
		return -ENOMEM;
	h->ph = p;
	return radix_init(&p->pages, h->os, &h->persistent);
}

/* Go 1.18 on: others may allocate while memory is returned. */
static int init(struct go_heap *h)
{
	int err = init_locked(h);

	if (!err)
		((struct pageheap_radix *)h->ph)->pages.unlock = &h->lock;
	return err;
}

/* Enter [cur_base, cur_base + @nbytes) in the bitmaps; or leave all alone. */
static int take_current(struct go_heap *h, uintptr_t nbytes)
{
	struct pageheap_radix *p = h->ph;
	size_t npages = nbytes >> h->lg_page;
	int err = radix_reserve(&p->pages, p->cur_base, npages);

	if (!err && h->space->map_later)
		err = h->os->map((void *)p->cur_base, nbytes);
	if (!err)
		err = radix_grow(&p->pages, p->cur_base, npages);
	if (err)
		return err;
	p->cur_base += nbytes;
	p->grown_npages += npages;
	return 0;
}

/* Go on in the next arenas. What is left of the old one is memory as well. */
static int go_on(struct go_heap *h)
{
	struct pageheap_radix *p = h->ph;
	int err = 0;

	if (p->cur_base < p->cur_end)
		err = take_current(h, p->cur_end - p->cur_base);
	if (err)
		return err;
	p->cur_base = p->next.base;
	p->cur_end = p->next.base + (p->next.npages << h->lg_page);
	p->next.npages = 0;
	return 0;
}

/* Whole chunks, from the arena in use or a new one. */
static int grow(struct go_heap *h, size_t npages)
{
	struct pageheap_radix *p = h->ph;
	size_t chunks = (npages + PALLOC_CHUNK_PAGES - 1) / PALLOC_CHUNK_PAGES;
	uintptr_t nbytes = (uintptr_t)chunks << RADIX_LG_CHUNK;
	int err;

	for (;;) {
		/* arenas may be left from a growth that failed half-way */
		err = p->next.npages ? go_on(h) : 0;
		if (err)
			return err;
		if (p->cur_end - p->cur_base >= nbytes)
			break;
		err = h->space->grow_locked(h, chunks * PALLOC_CHUNK_PAGES,
					    &p->next);
		if (err)
			return err;
		if (p->next.base == p->cur_end) {
			p->cur_end += p->next.npages << h->lg_page;
			p->next.npages = 0;
		}
	}
	err = take_current(h, nbytes);
	if (!err)
		h->n.grows++;
	return err;
}

/*
 * Could any of these pages have been in use before? Each arena remembers how
 * far up it was ever used; a hole that was jumped over counts as used.
 */
static bool needs_zero(uintptr_t base, size_t npages)
{
	uintptr_t at = base, end = base + (npages << RADIX_LG_PAGE);
	bool dirty = false;

	while (at < end) {
		struct heap_arena *a =
			atomic_load_explicit(&go_arenas[at >> SPARSE_LG_ARENA],
					     memory_order_relaxed);
		uintptr_t in_arena = at % SPARSE_ARENA_BYTES;
		uintptr_t limit = end - at < SPARSE_ARENA_BYTES - in_arena
					  ? in_arena + (end - at)
					  : SPARSE_ARENA_BYTES;
		uintptr_t used = atomic_load_explicit(&a->used_bytes,
						      memory_order_relaxed);

		do {
			dirty |= in_arena < used;
		} while (used < limit &&
			 !atomic_compare_exchange_weak_explicit(
				 &a->used_bytes, &used, limit,
				 memory_order_relaxed, memory_order_relaxed));
		at += limit - in_arena;
	}
	return dirty;
}

/* @s describes the run at @base now; @returned pages of it were given back. */
static struct span *finish(struct go_heap *h, struct span *s, uintptr_t base,
			   size_t returned)
{
	s->base = base;
	s->needzero = needs_zero(base, s->npages);
	if (returned)
		h->os->used((void *)base, span_bytes(h, s));
	return s;
}

/* Have descriptors at hand. False: there is none, and no memory for one. */
static bool fetch_spans(struct go_heap *h, struct pagecache *pc)
{
	if (pc->spans)
		return true;
	while (pc->nspans < CACHED_SPANS / 2) {
		struct span *s = fixalloc_alloc(&h->spans);

		if (!s)
			break;
		s->next = pc->spans;
		pc->spans = s;
		pc->nspans++;
	}
	return pc->spans;
}

static struct span *pop_span(struct pagecache *pc, size_t npages)
{
	struct span *s = pc->spans;

	pc->spans = s->next;
	pc->nspans--;
	*s = (struct span){ .npages = npages };
	return s;
}

static void backing_locked(struct go_heap *h, struct pageheap_backing *b)
{
	const struct pageheap_radix *p = h->ph;

	*b = (struct pageheap_backing){
		.grown_npages = p->grown_npages,
		.free_npages = p->pages.free_npages + p->pages.away_npages,
		.returned_npages = p->pages.returned_npages,
	};
}

/* The heap grew by @npages, to be used soon: so many free ones have to go. */
static size_t over_goal(struct go_heap *h, size_t npages)
{
	struct pageheap_backing b;

	backing_locked(h, &b);
	return pageheap_over_goal(h, &b, npages);
}

/* Pages for @s, which has none; if there are none either, @s is deleted. */
static struct span *give_pages(struct go_heap *h, struct span *s)
{
	struct pageheap_radix *p = h->ph;
	uint64_t *steps = &h->n.search_steps;
	size_t returned = 0, npages = s->npages, before = p->grown_npages;
	size_t over = 0;
	uintptr_t base;

	base = radix_alloc(&p->pages, npages, &returned, steps);
	if (!base && grow(h, npages) == 0) {
		over = over_goal(h, p->grown_npages - before);
		base = radix_alloc(&p->pages, npages, &returned, steps);
	}
	if (!base) {
		span_delete(h, s);
		return NULL;
	}
	radix_scavenge(&p->pages, over);
	return finish(h, s, base, returned);
}

static bool too_long(size_t npages)
{
	return npages >> (RADIX_LG_ADDRESS - RADIX_LG_PAGE - 1);
}

static struct span *alloc_locked(struct go_heap *h, size_t npages)
{
	struct span *s = too_long(npages) ? NULL : span_new(h, 0, npages);

	return s ? give_pages(h, s) : NULL;
}

static struct span *alloc_by_locked(struct go_heap *h, struct pagecache *pc,
				    size_t npages)
{
	if (too_long(npages) || !fetch_spans(h, pc))
		return NULL;
	return give_pages(h, pop_span(pc, npages));
}

static void free_pages(struct go_heap *h, struct span *s)
{
	struct pageheap_radix *p = h->ph;

	radix_free(&p->pages, s->base, s->npages);
	s->owner = NULL;
	s->limit = 0;
}

static void free_locked(struct go_heap *h, struct span *s)
{
	free_pages(h, s);
	span_delete(h, s);
}

static void free_by_locked(struct go_heap *h, struct pagecache *pc,
			   struct span *s)
{
	free_pages(h, s);
	if (pc->nspans == CACHED_SPANS) {
		span_delete(h, s);
		return;
	}
	s->state = SPAN_DEAD;
	s->next = pc->spans;
	pc->spans = s;
	pc->nspans++;
}

static bool refill(struct go_heap *h, struct pagecache *pc)
{
	struct pageheap_radix *p = h->ph;
	bool ok;

	go_lock_take(&h->lock);
	if (!pc->free)
		pc->base = radix_take_block(&p->pages, &pc->free, &pc->released,
					    &h->n.search_steps);
	ok = fetch_spans(h, pc) && pc->free;
	go_lock_drop(&h->lock);
	return ok;
}

static struct span *alloc_cached(struct go_heap *h, struct pagecache *pc,
				 size_t npages)
{
	unsigned int n = (unsigned int)npages, i;
	uint64_t mask;
	struct span *s;

	if (npages >= CACHED_NPAGES_END)
		return NULL;
	if ((!pc->free || !pc->spans) && !refill(h, pc))
		return NULL;
	i = palloc_find_ones(pc->free, n);
	if (i == 64)
		return NULL; /* and keep what is cached */
	s = pop_span(pc, npages);
	mask = ((UINT64_C(1) << n) - 1) << i;
	finish(h, s, pc->base + ((uintptr_t)i << RADIX_LG_PAGE),
	       (size_t)__builtin_popcountll(pc->released & mask));
	pc->free &= ~mask;
	pc->released &= ~mask;
	return s;
}

static void flush_locked(struct go_heap *h, struct pagecache *pc)
{
	struct pageheap_radix *p = h->ph;

	radix_put_block(&p->pages, pc->base, pc->free, pc->released);
	while (pc->spans) {
		struct span *s = pc->spans;

		pc->spans = s->next;
		span_delete(h, s);
	}
	*pc = (struct pagecache){ 0 };
}

static void account_locked(struct go_heap *h, struct pageheap_account *a)
{
	const struct pageheap_radix *p = h->ph;
	/* Go 1.14 to 1.16 count what is mapped, though not yet in use */
	uint64_t rest = h->space->map_later
				? 0
				: ((p->cur_end - p->cur_base) >> h->lg_page) +
					  p->next.npages;

	*a = (struct pageheap_account){
		.free_npages =
			p->pages.free_npages + p->pages.away_npages + rest,
		.returned_npages = p->pages.returned_npages + rest,
		.spans_free = radix_count_runs(&p->pages),
	};
	for (const struct go_cache *c = h->caches; c; c = c->all_next) {
		const struct pagecache *pc = &c->pages;

		a->free_npages += (uint64_t)__builtin_popcountll(pc->free);
		a->returned_npages +=
			(uint64_t)__builtin_popcountll(pc->free & pc->released);
		a->spans_free += (uint64_t)__builtin_popcountll(
			pc->free & ~(pc->free << 1));
	}
}

static bool valid_locked(struct go_heap *h)
{
	const struct pageheap_radix *p = h->ph;

	return p->cur_base <= p->cur_end && radix_valid(&p->pages);
}

static size_t scavenge_locked(struct go_heap *h, size_t max_npages,
			      uint64_t idle_since_ns)
{
	struct pageheap_radix *p = h->ph;

	(void)idle_since_ns; /* the bitmaps do not know how long */
	return radix_scavenge(&p->pages, max_npages);
}

static void settle_locked(struct go_heap *h)
{
	const struct pageheap_radix *p = h->ph;

	for (unsigned int spins = 0; p->pages.away_npages; spins++) {
		go_lock_drop(&h->lock);
		go_pause(spins);
		go_lock_take(&h->lock);
	}
}

static void trim_locked(struct go_heap *h)
{
	scavenge_locked(h, SIZE_MAX, UINT64_MAX);
}

#define RADIX_OPS                                                       \
	.alloc_locked = alloc_locked, .free_locked = free_locked,       \
	.account_locked = account_locked, .valid_locked = valid_locked, \
	.trim_locked = trim_locked, .scavenge_locked = scavenge_locked, \
	.backing_locked = backing_locked, .settle_locked = settle_locked

#define RADIX_CACHES                                                      \
	.alloc_cached = alloc_cached, .alloc_by_locked = alloc_by_locked, \
	.free_by_locked = free_by_locked, .flush_locked = flush_locked

const struct pageheap_ops pageheap_radix_1_14 = {
	.name = "radix-1.14",
	.source = "Go 1.14-1.17 mpagealloc.go, mpagecache.go",
	.init = init_locked,
	RADIX_OPS,
	RADIX_CACHES,
};

const struct pageheap_ops pageheap_radix = {
	.name = "radix",
	.source = "Go 1.18-1.22 mpagealloc.go, mpagecache.go",
	.init = init,
	RADIX_OPS,
	RADIX_CACHES,
};

const struct pageheap_ops pageheap_radix_nocache = {
	.name = "radix-nocache",
	.source = "Go 1.18-1.22 mpagealloc.go, without mpagecache.go",
	.init = init,
	RADIX_OPS,
};
