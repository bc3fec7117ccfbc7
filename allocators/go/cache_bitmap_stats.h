// SPDX-License-Identifier: MIT
/*
 * cache_bitmap_stats.h - the variant's account of itself.
 *
 * Role:       included by a variant; fills struct al_stats.
 * Invariants: called while no thread is inside the allocator.
 * Locks:      those of central.
 * Units:      bytes, spans, events.
 * Source:     after Go mstats.go.
 * Differs:    slots are counted by walking all spans that have free ones:
 *             nothing is counted an object.
 */
#ifndef GO_CACHE_BITMAP_STATS_H
#define GO_CACHE_BITMAP_STATS_H

#include "cache_stats.h"

static uint64_t span_free_bytes(const struct span *s)
{
	uint64_t n = span_nfree(s);

	for (unsigned int w = 0; w < s->nwords; w++)
		n += (uint64_t)__builtin_popcountll(atomic_load_explicit(
			&s->remotebits[w], memory_order_relaxed));
	return n * s->elemsize;
}

/* What is not in live objects: free slots, and the tail behind the last. */
static uint64_t span_unused_bytes(const struct span *s)
{
	return span_bytes(&go_heap, s) - (uint64_t)s->nslots * s->elemsize +
	       span_free_bytes(s);
}

static uint64_t list_unused_bytes(const struct span_list *l, uint64_t *nspans)
{
	uint64_t bytes = 0;

	for (const struct span *s = l->first; s; s = s->next) {
		bytes += span_unused_bytes(s);
		++*nspans;
	}
	return bytes;
}

static uint64_t cache_unused_bytes(const struct thread_cache *c,
				   uint64_t *nspans)
{
	uint64_t bytes = 0;

	for (unsigned int spc = 0; spc < GO_MAX_SPANCLASSES; spc++) {
		if (c->alloc[spc] != &cache_dummy_span) {
			bytes += span_unused_bytes(c->alloc[spc]);
			++*nspans;
		}
		bytes += list_unused_bytes(&c->partial[spc], nspans);
		bytes += list_unused_bytes(&c->full[spc], nspans);
	}
	return bytes;
}

static void cache_account(struct al_stats *st)
{
	struct go_heap *h = &go_heap;
	uint64_t unused = 0, central_spans = 0;

	st->refills = st->remote_frees = st->spans_cached = 0;
	for (struct go_cache *c = h->caches; c; c = c->all_next) {
		unused += cache_unused_bytes((struct thread_cache *)c,
					     &st->spans_cached);
#if GO_RUN_CACHE
		unused += cache_runs_bytes((struct thread_cache *)c);
#endif
		st->refills += c->n.refills;
		st->remote_frees += c->n.remote_frees;
	}
	for (unsigned int spc = 2; spc < h->nspanclasses; spc++)
		unused += GO_CENTRAL_FN(unused_bytes)(h, spc, &central_spans,
						      span_unused_bytes);
	cache_account_heap(st, unused);
}

#endif /* GO_CACHE_BITMAP_STATS_H */
