// SPDX-License-Identifier: MIT
/*
 * cache_stats.h - the part of a variant's account that every cache policy has.
 *
 * Role:       included by a variant; locks and page heap in struct al_stats.
 * Invariants: called while no thread is inside the allocator.
 * Locks:      heap->lock.
 * Units:      bytes, spans, events.
 * Source:     after Go mstats.go.
 * Differs:    nothing is counted an object.
 */
#ifndef GO_CACHE_STATS_H
#define GO_CACHE_STATS_H

#include <allotrope/allocator.h>

/* @unused: bytes of spans in use that are in no live object. */
static void cache_account_heap(struct al_stats *st, uint64_t unused)
{
	struct go_heap *h = &go_heap;
	struct pageheap_account pages;
	struct span_counts spans;

	st->central_locks = st->central_contended = 0;
	for (unsigned int spc = 2; spc < h->nspanclasses; spc++) {
		st->central_locks += h->central[spc].lock.acquired;
		st->central_contended += h->central[spc].lock.contended;
	}
	go_lock_take(&h->lock);
	h->pageheap->account_locked(h, &pages);
	spans = heap_span_counts_locked(h);
	st->heap_locks = h->lock.acquired - 1;
	st->heap_contended = h->lock.contended;
	st->grows = h->n.grows;
	st->search_steps = h->n.search_steps;
	st->spans_inuse = spans.spans_inuse;
	st->spans_free = pages.spans_free;
	st->spans_large = pages.spans_large;
	st->metadata_bytes = h->persistent.total_bytes;
	st->inuse_bytes = (spans.inuse_npages << h->lg_page) - unused;
	st->returned_bytes = pages.returned_npages << h->lg_page;
	st->idle_bytes =
		((pages.free_npages - pages.returned_npages) << h->lg_page) +
		unused;
	st->mapped_bytes =
		((spans.inuse_npages + pages.free_npages) << h->lg_page) +
		st->metadata_bytes;
	go_lock_drop(&h->lock);
}

#endif /* GO_CACHE_STATS_H */
