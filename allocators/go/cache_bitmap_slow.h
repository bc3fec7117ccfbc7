// SPDX-License-Identifier: MIT
/*
 * cache_bitmap_slow.h - thread cache of bitmap spans: refill, remote frees.
 *
 * Role:       included by a variant after cache_bitmap.h; what happens once a
 *             span instead of once an object.
 * Invariants: as cache_bitmap.h. A span returns to the page heap only when all
 *             slots are in freebits and pending is 0: then no other thread can
 *             be inside a free of it.
 * Locks:      none held; calls into central and heap take theirs.
 * Units:      bytes, slots, spans.
 * Source:     after Go mcache.go refill, releaseAll; design note 4.4.
 * Differs:    the original has no explicit free after 1.3.
 *
 * Freeing into a span of another thread's:
 *  1. set the slot's bit in remotebits. If the word was not 0, somebody else
 *     has gone through 2 or is going to: done, and the span is not touched
 *     again.
 *  2. set the word's bit and NOTIFIED in pending. If NOTIFIED was set: done.
 *  3. hold the notification: push the span on its owner's inbox. Without owner
 *     or with a closed inbox, central decides under its lock.
 * The owner takes words out of pending first, then bits out of the words, so a
 * slot counts as free only after its freer has let go of the span. While
 * NOTIFIED is set the descriptor stays what it is, so whoever holds the
 * notification may look at it, even if the owner changes meanwhile.
 */
#ifndef GO_CACHE_BITMAP_SLOW_H
#define GO_CACHE_BITMAP_SLOW_H

#include <errno.h>

#define INBOX_CLOSED	  ((struct span *)1)

/* Spans moved to central in one refill while too much is half free. */
#define CACHE_SPILL_SPANS 8

/* May @c own spans? Not the dummy, not the cache of a thread that ends. */
static bool cache_is_open(const struct thread_cache *c)
{
	return atomic_load_explicit(&c->inbox, memory_order_relaxed) !=
	       INBOX_CLOSED;
}

static void cache_unhold(struct thread_cache *c, struct span *s)
{
	size_t bytes = span_bytes(&go_heap, s);

	if (GO_LIKELY(s->held == HELD_NOT))
		return;
	if (s->held == HELD_HALF)
		c->half_bytes -= bytes;
	else if (s->held == HELD_EMPTY)
		c->empty_bytes -= bytes;
	s->held = HELD_NOT;
}

static void cache_unlink(struct thread_cache *c, struct span *s)
{
	if (s->place == PLACE_FULL)
		span_list_remove(&c->full[s->spanclass], s);
	else if (s->place == PLACE_PARTIAL)
		span_list_remove(&c->partial[s->spanclass], s);
	s->place = PLACE_NONE;
}

/*
 * The longer a span waits, the more of its slots become free, and the more
 * objects its next turn serves: so the first to come is the first to go.
 */
static void cache_push_partial(struct thread_cache *c, struct span *s)
{
	s->place = PLACE_PARTIAL;
	span_list_push_back(&c->partial[s->spanclass], s);
}

/* A span without a used slot: keep it for its class, or give its pages back. */
static void cache_empty_span(struct thread_cache *c, struct span *s)
{
	size_t bytes = span_bytes(&go_heap, s);

	cache_unhold(c, s);
	if (c->empty_bytes + bytes > c->empty_max_bytes) {
		c->returned_bytes += bytes;
		cache_unlink(c, s);
		heap_free_span(&go_heap, &c->base, s);
		return;
	}
	c->empty_bytes += bytes;
	s->held = HELD_EMPTY;
	s->left = SPAN_LEFT_NEVER;
	cache_unlink(c, s);
	s->place = PLACE_PARTIAL;
	span_list_push_front(&c->partial[s->spanclass], s); /* still warm */
}

/*
 * Slots of @s became free: find its place anew, and after how many more frees
 * to look again. Not for the current span of a class.
 */
static void cache_settle(struct thread_cache *c, struct span *s)
{
	unsigned int nlive = s->nslots - span_nfree(s);
	unsigned int half = s->nslots / 2;

	s->needzero = 1;
	if (nlive == 0 &&
	    atomic_load_explicit(&s->pending, memory_order_acquire) == 0) {
		cache_empty_span(c, s);
		return;
	}
	if (s->place != PLACE_PARTIAL) {
		cache_unlink(c, s);
		cache_push_partial(c, s);
	}
	if (nlive > half) {
		s->left = nlive - half;
		return;
	}
	if (s->held == HELD_NOT) {
		s->held = HELD_HALF;
		c->half_bytes += span_bytes(&go_heap, s);
	}
	s->left = nlive ? nlive : SPAN_LEFT_NEVER;
}

/* s->left reached 0. */
static void cache_span_due(struct thread_cache *c, struct span *s)
{
	if (s->place == PLACE_FULL && s->nslots > 2) { /* its first free slot */
		cache_unlink(c, s);
		cache_push_partial(c, s);
		s->needzero = 1;
		s->left = s->nslots - 1u - s->nslots / 2;
	} else if (s->place == PLACE_CURRENT) {
		s->needzero = 1; /* the first free into a fresh span */
		s->left = SPAN_LEFT_NEVER;
	} else {
		cache_settle(c, s);
	}
}

static bool inbox_push(struct thread_cache *owner, struct span *s)
{
	struct span *head =
		atomic_load_explicit(&owner->inbox, memory_order_relaxed);

	do {
		if (head == INBOX_CLOSED)
			return false;
		s->notify_next = head;
	} while (!atomic_compare_exchange_weak_explicit(&owner->inbox, &head, s,
							memory_order_release,
							memory_order_relaxed));
	return true;
}

static void cache_take_notified(struct thread_cache *c, struct span *s)
{
	span_fold_notified(&go_heap, s);
	if (s->place == PLACE_CURRENT)
		return;
	cache_settle(c, s);
}

/* The notification of @s is ours: find who can use it. */
static void cache_forward(struct thread_cache *c, struct span *s)
{
	for (;;) {
		bool adopt = cache_is_open(c) &&
			     c->half_bytes < CACHE_HALF_MAX_BYTES;
		struct go_cache *owner =
			GO_CENTRAL_FN(notified)(&go_heap, &c->base, s, adopt);

		if (!owner)
			return;
		if (owner == &c->base) {
			if (s->place == PLACE_NONE)
				cache_settle(c, s); /* adopted */
			else
				cache_take_notified(c, s);
			return;
		}
		if (inbox_push((struct thread_cache *)owner, s))
			return;
	}
}

static void cache_drain(struct thread_cache *c, struct span *s)
{
	while (s) {
		struct span *next = s->notify_next;

		if (atomic_load_explicit(&s->owner, memory_order_acquire) ==
		    &c->base)
			cache_take_notified(c, s);
		else
			cache_forward(c, s);
		s = next;
	}
}

static void cache_free_remote(struct thread_cache *c, struct span *s,
			      size_t slot)
{
	uint64_t bit = UINT64_C(1) << slot % 64, before;
	size_t w = slot / 64;
	uint32_t pending;

	before = __atomic_load_n(&s->freebits[w], __ATOMIC_RELAXED);
	if (GO_UNLIKELY(before & bit))
		goto twice;
	before = atomic_fetch_or_explicit(&s->remotebits[w], bit,
					  memory_order_acq_rel);
	if (GO_UNLIKELY(before & bit))
		goto twice;
	if (c != &cache_dummy)
		c->base.n.remote_frees++;
	if (before)
		return;
	pending = atomic_fetch_or_explicit(&s->pending, 1u << w | SPAN_NOTIFIED,
					   memory_order_acq_rel);
	if (pending & SPAN_NOTIFIED)
		return;
	{
		struct go_cache *owner =
			atomic_load_explicit(&s->owner, memory_order_acquire);

		if (!owner || !inbox_push((struct thread_cache *)owner, s))
			cache_forward(c, s);
	}
	return;
twice:
	go_fatal(&go_heap, "double free of",
		 (void *)(s->base + slot * s->elemsize));
}

static struct thread_cache *cache_attach(void);
static bool cache_has_ended(void);

static void cache_free_slot(struct span *s, size_t slot)
{
	struct thread_cache *c = cache_mine;
	uint64_t bit = UINT64_C(1) << slot % 64;

	if (c == &cache_dummy && !cache_has_ended()) {
		c = cache_attach();
		if (!c)
			c = &cache_dummy; /* frees must work without memory */
	}
	if (atomic_load_explicit(&s->owner, memory_order_relaxed) != &c->base) {
		cache_free_remote(c, s, slot);
		return;
	}
	if (s->freebits[slot / 64] & bit)
		go_fatal(&go_heap, "double free of",
			 (void *)(s->base + slot * s->elemsize));
	__atomic_store_n(&s->freebits[slot / 64], s->freebits[slot / 64] | bit,
			 __ATOMIC_RELAXED);
	if (--s->left == 0)
		cache_span_due(c, s);
}

/* The span of a pointer that must be an object; says what is wrong if not. */
static struct span *cache_span_of(const void *p)
{
	struct span *s = GO_SPANMAP_LOOKUP(p);

	if (!s || (uintptr_t)p < s->base ||
	    (uintptr_t)p - s->base >= span_bytes(&go_heap, s))
		go_fatal(&go_heap, "foreign pointer", p);
	if (s->state != SPAN_INUSE)
		go_fatal(&go_heap, "double free of", p);
	return s;
}

/* Which slot of @s is @p? A pointer that is no object's ends the program. */
static size_t cache_slot_of(const struct span *s, const void *p)
{
	uintptr_t offset = (uintptr_t)p - s->base;
	uint64_t product = offset * s->divmul;
	bool whole = s->spanclass < 2 ? offset == 0
		     : s->tiny	      ? true /* pieces start anywhere */
				      : (uint32_t)product < s->divmul;

	if (!whole || (offset && offset >= (uintptr_t)s->nslots * s->elemsize))
		go_fatal(&go_heap, "pointer into the middle of an object", p);
	return product >> 32;
}

/* Bytes usable at @p, which must be an object. */
static size_t cache_usable_size(const void *p)
{
	const struct span *s = cache_span_of(p);

	cache_slot_of(s, p);
	if (s->spanclass < 2)
		return span_bytes(&go_heap, s);
	/* of a tiny piece the size is not known; its slot ends with it */
	if (s->tiny)
		return s->elemsize - ((uintptr_t)p - s->base) % s->elemsize;
	return s->elemsize;
}

/* May object @p share its slot with others? */
static inline bool cache_is_piece(const void *p)
{
	return GO_TINY && GO_SPANMAP_LOOKUP(p)->tiny;
}

/* @s is a large object from now on. */
static inline void cache_note_large(struct span *s)
{
	(void)s;
}

/* Zero a slot of span class @spc that cache_alloc() just returned. */
static inline void *cache_zero(void *p, unsigned int spc, size_t size)
{
	if (p && cache_mine->alloc[spc]->needzero)
		__builtin_memset(p, 0, size);
	return p;
}

#include "cache_runs.h"

static void cache_free_slow(void *p)
{
	struct span *s;
	size_t slot;

	if (!p)
		return;
	s = cache_span_of(p);
	slot = cache_slot_of(s, p);
	if (s->spanclass < 2) {
#if GO_RUN_CACHE
		if (cache_keep_run(cache_mine, s))
			return;
#endif
		heap_free_span(&go_heap, &cache_mine->base, s);
		return;
	}
	if (s->tiny) {
		uint8_t before = atomic_fetch_sub_explicit(
			span_tiny_count(s, slot), 1, memory_order_acq_rel);

		if (before == 0)
			go_fatal(&go_heap, "double free of", p);
		if (before > 1)
			return;
	}
	cache_free_slot(s, slot);
}

/* Too much is half free: let other threads have the oldest of this class. */
static void cache_spill(struct thread_cache *c, unsigned int spc)
{
	for (int i = 0; i < CACHE_SPILL_SPANS; i++) {
		struct span *s = c->partial[spc].last;

		if (!s || c->half_bytes <= CACHE_HALF_MAX_BYTES)
			return;
		cache_unhold(c, s);
		cache_unlink(c, s);
		GO_CENTRAL_FN(uncache_span)(&go_heap, &c->base, s);
	}
}

static void cache_make_current(struct thread_cache *c, unsigned int spc,
			       struct span *s)
{
	cache_unhold(c, s);
	s->place = PLACE_CURRENT;
	s->left = s->needzero ? SPAN_LEFT_NEVER : 1;
	c->alloc[spc] = s;
	c->last_span = NULL; /* may be of an earlier life of @s */
	span_first_word(s);
}

/* The span malloc took from is used up: keep it where thread exit finds it. */
static void cache_park_current(struct thread_cache *c, unsigned int spc)
{
	struct span *s = c->alloc[spc];

	s->place = PLACE_FULL;
	s->left = 1;
	span_list_push_front(&c->full[spc], s);
	c->alloc[spc] = &cache_dummy_span;
}

/* A span of @bytes was taken: should one have been kept? */
static void cache_learn(struct thread_cache *c, size_t bytes)
{
	if (c->returned_bytes < bytes)
		return;
	c->returned_bytes -= bytes;
	if (c->empty_max_bytes < CACHE_EMPTY_MAX_BYTES)
		c->empty_max_bytes += bytes;
}

/* Let alloc[spc] be a span with a free slot. False: no memory. */
static bool cache_refill(struct thread_cache *c, unsigned int spc)
{
	struct span *s = c->alloc[spc];

	if (GO_UNLIKELY(atomic_load_explicit(&c->inbox, memory_order_relaxed)))
		cache_drain(c, atomic_exchange_explicit(&c->inbox, NULL,
							memory_order_acquire));
	if (s != &cache_dummy_span) {
		span_fold_pending(&go_heap, s);
		if (span_next_word(s))
			return true;
		cache_park_current(c, spc);
	}
	c->base.n.refills++;
	if (GO_UNLIKELY(c->half_bytes > CACHE_HALF_MAX_BYTES))
		cache_spill(c, spc);
	s = c->partial[spc].first;
	if (s) {
		cache_unlink(c, s);
	} else {
		s = GO_CENTRAL_FN(cache_span)(&go_heap, &c->base, spc);
		if (!s)
			return false;
		span_fold_pending(&go_heap, s);
		cache_learn(c, span_bytes(&go_heap, s));
	}
	cache_make_current(c, spc, s);
	return true;
}

static void *cache_alloc_slow(unsigned int spc)
{
	struct thread_cache *c = cache_mine;

	if (c == &cache_dummy)
		c = cache_attach();
	if (!c || (!*c->alloc[spc]->cur && !cache_refill(c, spc))) {
		errno = ENOMEM;
		return NULL;
	}
	return cache_alloc(spc);
}

#endif /* GO_CACHE_BITMAP_SLOW_H */
