// SPDX-License-Identifier: MIT
/*
 * central_lists.c - central policy: two locked lists a class.
 *
 * Role:       see central.h.
 * Invariants: a span on nonempty has a free slot or one on its way in
 *             remotebits; a span on empty has none in freebits. Spans that
 *             caches own are on neither list.
 * Locks:      central[spc].lock; heap->lock taken inside it never: spans go to
 *             the page heap after it was dropped.
 * Units:      spans.
 * Source:     after Go 1.4-1.14 mcentral.go.
 * Differs:    the original keeps cached spans on empty, for its sweeper; here
 *             the owner knows them. A free into an ownerless span is locked.
 */
#include "central.h"
#include "pageheap.h"

struct span *central_lists_cache_span(struct go_heap *h, struct go_cache *c,
				      unsigned int spc)
{
	struct central *ce = &h->central[spc];
	struct span *s;

	go_lock_take(&ce->lock);
	s = ce->nonempty.first;
	if (s) {
		span_list_remove(&ce->nonempty, s);
		s->place = PLACE_NONE;
		atomic_store_explicit(&s->owner, c, memory_order_release);
	}
	go_lock_drop(&ce->lock);
	if (s)
		return s;
	s = heap_alloc_span(h, c, h->classes->npages[spc / 2], spc);
	if (s)
		atomic_store_explicit(&s->owner, c, memory_order_release);
	return s;
}

void central_lists_uncache_span(struct go_heap *h, struct go_cache *c,
				struct span *s)
{
	struct central *ce = &h->central[s->spanclass];
	unsigned int nfree;

	go_lock_take(&ce->lock);
	span_fold_pending(h, s);
	nfree = span_nfree(s);
	atomic_store_explicit(&s->owner, NULL, memory_order_release);
	if (nfree == s->nslots && atomic_load(&s->pending) == 0) {
		go_lock_drop(&ce->lock);
		heap_free_span(h, c, s);
		return;
	}
	if (nfree) {
		s->place = PLACE_NONEMPTY;
		span_list_push_front(&ce->nonempty, s);
	} else {
		s->place = PLACE_EMPTY;
		span_list_push_back(&ce->empty, s);
	}
	go_lock_drop(&ce->lock);
}

struct go_cache *central_lists_notified(struct go_heap *h, struct go_cache *c,
					struct span *s, bool adopt)
{
	struct central *ce = &h->central[s->spanclass];
	struct go_cache *owner;

	go_lock_take(&ce->lock);
	owner = atomic_load_explicit(&s->owner, memory_order_acquire);
	if (owner)
		goto out;
	span_fold_notified(h, s);
	if (s->place == PLACE_EMPTY) {
		span_list_remove(&ce->empty, s);
		span_list_push_front(&ce->nonempty, s);
		s->place = PLACE_NONEMPTY;
	}
	if (span_nfree(s) == s->nslots) {
		span_list_remove(&ce->nonempty, s);
		go_lock_drop(&ce->lock);
		heap_free_span(h, c, s);
		return NULL;
	}
	if (adopt) {
		span_list_remove(&ce->nonempty, s);
		s->place = PLACE_NONE;
		owner = c;
		atomic_store_explicit(&s->owner, c, memory_order_release);
	}
out:
	go_lock_drop(&ce->lock);
	return owner;
}

static uint64_t list_sum(const struct span_list *l, uint64_t *nspans,
			 uint64_t (*of)(const struct span *))
{
	uint64_t sum = 0;

	for (const struct span *s = l->first; s; s = s->next) {
		sum += of(s);
		++*nspans;
	}
	return sum;
}

uint64_t central_lists_unused_bytes(struct go_heap *h, unsigned int spc,
				    uint64_t *nspans,
				    uint64_t (*of)(const struct span *))
{
	struct central *ce = &h->central[spc];
	uint64_t sum;

	go_lock_take(&ce->lock);
	sum = list_sum(&ce->nonempty, nspans, of) +
	      list_sum(&ce->empty, nspans, of);
	go_lock_drop(&ce->lock);
	return sum;
}
