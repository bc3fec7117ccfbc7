// SPDX-License-Identifier: MIT
/*
 * central_sets.c - central policy: a set of partial spans without a lock.
 *
 * Role:       see central.h.
 * Invariants: a span without owner that has a free slot has exactly one entry
 *             in partial (inset); one without a free slot is on full. Whoever
 *             moves a span that has no owner claims it first: owner is
 *             heap->moving for so long. A span in the set is never owned.
 * Locks:      full: central[spc].lock. partial: none. heap->lock is taken
 *             inside neither. A child of a fork would wait for ever for an
 *             entry or a claim that another thread was about to finish: each
 *             call is announced in its cache, and a fork waits until nobody is
 *             inside (quiesce). quiet_lock < central[spc].lock < heap->lock.
 * Units:      spans.
 * Source:     after Go 1.15-1.22 mcentral.go, mspanset.go.
 * Differs:    design note 4.4 (3). When the last slot of a span in the set is
 *             freed, its entry is taken back and its pages go to the page
 *             heap, at once and without a need for memory. A free into a span
 *             of the set is folded in under a claim, one compare-and-swap; the
 *             span is not adopted by the thread that frees. Full spans are on
 *             a list, which the first free takes them off; Go keeps them in a
 *             set for its sweeper.
 */
#include "central.h"
#include "pageheap.h"
#include "span_set.h"

struct central_sets {
	struct span_set partial;
	struct span_list full; /* central[spc].lock */
};

static struct central_sets *sets_of(const struct central *ce)
{
	return __atomic_load_n(&ce->sets, __ATOMIC_ACQUIRE);
}

/* Made before the first span of the class is; NULL: no memory. */
static struct central_sets *sets_make(struct go_heap *h, struct central *ce)
{
	struct central_sets *sets = sets_of(ce);

	if (sets)
		return sets;
	go_lock_take(&h->lock);
	sets = ce->sets;
	if (!sets) {
		sets = persistent_alloc(&h->persistent, sizeof(*sets),
					GO_CACHELINE);
		if (sets)
			go_lock_init(&sets->partial.spine_lock,
				     GO_RANK_SPAN_SET);
		__atomic_store_n(&ce->sets, sets, __ATOMIC_RELEASE);
	}
	go_lock_drop(&h->lock);
	return sets;
}

/* A call begins. Threads without a cache of their own take turns. */
static void enter(struct go_heap *h, struct go_cache *c)
{
	if (!c->heap) {
		go_lock_take(&h->quiet_lock);
		return;
	}
	for (;;) {
		atomic_store(&c->moving, 1);
		if (!atomic_load(&h->quiet))
			return;
		atomic_store_explicit(&c->moving, 0, memory_order_release);
		go_lock_take(&h->quiet_lock); /* until the fork is over */
		go_lock_drop(&h->quiet_lock);
	}
}

static void leave(struct go_heap *h, struct go_cache *c)
{
	if (!c->heap)
		go_lock_drop(&h->quiet_lock);
	else
		atomic_store_explicit(&c->moving, 0, memory_order_release);
}

static bool is_quiet(struct go_heap *h)
{
	bool quiet = true;

	go_lock_take(&h->lock);
	for (struct go_cache *c = h->caches; c && quiet; c = c->all_next)
		quiet = !atomic_load(&c->moving);
	go_lock_drop(&h->lock);
	return quiet;
}

void central_sets_quiesce(struct go_heap *h)
{
	go_lock_take(&h->quiet_lock);
	atomic_store(&h->quiet, 1);
	for (unsigned int spins = 0; !is_quiet(h); spins++)
		go_pause(spins);
}

void central_sets_resume(struct go_heap *h, bool child)
{
	atomic_store(&h->quiet, 0);
	if (!child) {
		go_lock_drop(&h->quiet_lock);
		return;
	}
	go_lock_reset(&h->quiet_lock);
	/* Announced just then, by threads that the child does not have. */
	for (struct go_cache *c = h->caches; c; c = c->all_next)
		atomic_store_explicit(&c->moving, 0, memory_order_relaxed);
}

static bool claim(struct go_heap *h, struct span *s)
{
	struct go_cache *owner = NULL;

	return atomic_compare_exchange_strong_explicit(
		&s->owner, &owner, h->moving, memory_order_acq_rel,
		memory_order_relaxed);
}

static void set_owner(struct span *s, struct go_cache *owner)
{
	atomic_store_explicit(&s->owner, owner, memory_order_release);
}

/* The oldest span of the set; NULL: it is empty. */
static struct span *take_partial(struct go_heap *h, struct go_cache *c,
				 struct central_sets *sets)
{
	struct span *s = span_set_pop(&sets->partial);

	if (!s)
		return NULL;
	/* nobody else can own it; a free may be at it for a moment */
	for (unsigned int spins = 0; !claim(h, s); spins++)
		go_pause(spins);
	s->inset = 0;
	s->place = PLACE_NONE;
	set_owner(s, c);
	return s;
}

struct span *central_sets_cache_span(struct go_heap *h, struct go_cache *c,
				     unsigned int spc)
{
	struct central_sets *sets = sets_make(h, &h->central[spc]);
	struct span *s;

	if (!sets)
		return NULL;
	enter(h, c);
	s = take_partial(h, c, sets);
	leave(h, c);
	if (s)
		return s;
	s = heap_alloc_span(h, c, h->classes->npages[spc / 2], spc);
	if (s)
		set_owner(s, c);
	return s;
}

/*
 * Keep @s, which we own or have claimed and which is not wholly free. After
 * the owner is gone, @s may be anything.
 */
static void keep(struct go_heap *h, struct span *s)
{
	struct central *ce = &h->central[s->spanclass];
	struct central_sets *sets = sets_of(ce);

	if (span_nfree(s)) {
		s->place = PLACE_NONEMPTY;
		s->inset = 1;
		if (span_set_push(h, &sets->partial, s)) {
			set_owner(s, NULL);
			return;
		}
		s->inset = 0; /* no memory for a block: as if it were full */
	}
	s->place = PLACE_EMPTY;
	go_lock_take(&ce->lock);
	span_list_push_back(&sets->full, s);
	go_lock_drop(&ce->lock);
	set_owner(s, NULL);
}

void central_sets_uncache_span(struct go_heap *h, struct go_cache *c,
			       struct span *s)
{
	enter(h, c);
	span_fold_pending(h, s);
	if (span_nfree(s) == s->nslots && atomic_load(&s->pending) == 0) {
		set_owner(s, NULL);
		heap_free_span(h, c, s);
	} else {
		keep(h, s);
	}
	leave(h, c);
}

/* Claim @s; if a cache owns it, return that instead of NULL. */
static struct go_cache *claim_or_owner(struct go_heap *h, struct span *s)
{
	for (unsigned int spins = 0; !claim(h, s); spins++) {
		struct go_cache *owner =
			atomic_load_explicit(&s->owner, memory_order_acquire);

		if (owner && owner != h->moving)
			return owner;
		go_pause(spins);
	}
	return NULL;
}

static struct go_cache *notified(struct go_heap *h, struct go_cache *c,
				 struct span *s, bool adopt)
{
	struct central *ce = &h->central[s->spanclass];
	struct go_cache *owner = claim_or_owner(h, s);
	bool empty;

	if (owner)
		return owner;
	span_fold_notified(h, s);
	empty = span_nfree(s) == s->nslots;
	if (s->inset && !(empty && span_set_remove(&sets_of(ce)->partial, s))) {
		/* it stays, or whoever has popped it waits for it */
		set_owner(s, NULL);
		return NULL;
	}
	s->inset = 0;
	if (s->place == PLACE_EMPTY) {
		go_lock_take(&ce->lock);
		span_list_remove(&sets_of(ce)->full, s);
		go_lock_drop(&ce->lock);
	}
	s->place = PLACE_NONE;
	if (empty) {
		set_owner(s, NULL);
		heap_free_span(h, c, s);
		return NULL;
	}
	if (adopt) {
		set_owner(s, c);
		return c;
	}
	keep(h, s);
	return NULL;
}

struct go_cache *central_sets_notified(struct go_heap *h, struct go_cache *c,
				       struct span *s, bool adopt)
{
	struct go_cache *owner;

	enter(h, c);
	owner = notified(h, c, s, adopt);
	leave(h, c);
	return owner;
}

struct sum {
	uint64_t bytes;
	uint64_t *nspans;
	uint64_t (*of)(const struct span *);
};

static void add(const struct span *s, void *arg)
{
	struct sum *sum = arg;

	sum->bytes += sum->of(s);
	++*sum->nspans;
}

uint64_t central_sets_unused_bytes(struct go_heap *h, unsigned int spc,
				   uint64_t *nspans,
				   uint64_t (*of)(const struct span *))
{
	struct central *ce = &h->central[spc];
	struct central_sets *sets = sets_of(ce);
	struct sum sum = { 0, nspans, of };

	if (!sets)
		return 0;
	span_set_each(&sets->partial, add, &sum);
	go_lock_take(&ce->lock);
	for (const struct span *s = sets->full.first; s; s = s->next)
		add(s, &sum);
	go_lock_drop(&ce->lock);
	return sum.bytes;
}
