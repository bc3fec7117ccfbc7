// SPDX-License-Identifier: MIT
/*
 * cache_bitmap_thread.h - thread cache of bitmap spans: beginning and end.
 *
 * Role:       included by a variant; the two hooks of cache_thread.h.
 * Invariants: a cache whose thread has ended owns no span and its inbox is
 *             closed.
 * Locks:      none held; calls into central and heap take theirs.
 * Units:      none.
 * Source:     after Go mcache.go releaseAll.
 * Differs:    see cache_thread.h.
 */
#ifndef GO_CACHE_BITMAP_THREAD_H
#define GO_CACHE_BITMAP_THREAD_H

static void cache_begin(struct thread_cache *c)
{
	for (unsigned int spc = 0; spc < GO_MAX_SPANCLASSES; spc++)
		c->alloc[spc] = &cache_dummy_span;
	c->empty_max_bytes = CACHE_EMPTY_MIN_BYTES;
	c->returned_bytes = 0;
	atomic_store_explicit(&c->inbox, NULL, memory_order_release);
}

static void cache_give_list(struct thread_cache *c, struct span_list *l)
{
	struct span *s;

	while ((s = l->first)) {
		cache_unhold(c, s);
		cache_unlink(c, s);
		GO_CENTRAL_FN(uncache_span)(&go_heap, &c->base, s);
	}
}

/* Everything goes to central. */
static void cache_give_back(struct thread_cache *c)
{
	cache_drop_tiny(c);
	cache_drop_runs(c);
	for (unsigned int spc = 0; spc < GO_MAX_SPANCLASSES; spc++) {
		struct span *s = c->alloc[spc];

		if (s != &cache_dummy_span) {
			c->alloc[spc] = &cache_dummy_span;
			s->place = PLACE_NONE;
			GO_CENTRAL_FN(uncache_span)(&go_heap, &c->base, s);
		}
		cache_give_list(c, &c->partial[spc]);
		cache_give_list(c, &c->full[spc]);
	}
	/* From here on nothing is ours: what still arrives goes to central. */
	cache_drain(c, atomic_exchange_explicit(&c->inbox, INBOX_CLOSED,
						memory_order_acq_rel));
}

#endif /* GO_CACHE_BITMAP_THREAD_H */
