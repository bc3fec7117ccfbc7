// SPDX-License-Identifier: MIT
/*
 * cache_linked_stats.h - the account of a variant of linked slots.
 *
 * Role:       included by a variant; fills struct al_stats.
 * Invariants: called while no thread is inside the allocator.
 * Locks:      central[spc].lock, heap->lock.
 * Units:      bytes, spans, events.
 * Source:     after Go 1.0 malloc.goc, mstats.
 * Differs:    free slots are counted by walking spans: nothing is counted an
 *             object. Who allocated what is freed is not known: remote_frees
 *             stays unknown.
 */
#ifndef GO_CACHE_LINKED_STATS_H
#define GO_CACHE_LINKED_STATS_H

#include "cache_stats.h"

static void cache_account(struct al_stats *st)
{
	uint64_t unused = 0;

	st->refills = st->spans_cached = 0;
	for (struct go_cache *c = go_heap.caches; c; c = c->all_next) {
		unused += cache_unused_bytes((struct thread_cache *)c);
		st->refills += c->n.refills;
	}
	for (unsigned int spc = 2; spc < go_heap.nspanclasses; spc++)
		unused += cache_central_unused_bytes(spc, &st->spans_cached);
	cache_account_heap(st, unused);
}

#endif /* GO_CACHE_LINKED_STATS_H */
