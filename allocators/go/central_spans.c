// SPDX-License-Identifier: MIT
/*
 * central_spans.c - central policy: whole spans, exclusive to a cache.
 *
 * Role:       see freelist.h.
 * Invariants: every span of slots is on nonempty or on empty; one that a cache
 *             has is on empty with incache set, and only its freebuf is
 *             touched here. ref is the number of slots on neither freelist.
 * Locks:      central[spc].lock; of a span with incache set, freelist and ref
 *             belong to the cache's thread. Dropped while the page heap is
 *             called.
 * Units:      slots.
 * Source:     after Go 1.3 mcentral.c.
 * Differs:    no sweepgen: nothing sweeps. central_spans_reuse() is ours (see
 *             variants/go1.4.c).
 */
#include "freelist.h"
#include "pageheap.h"

#include <string.h>

static struct span *grow(struct go_heap *h, struct go_cache *c,
			 struct central *ce)
{
	unsigned int spc = ce->spanclass;
	struct span *s;

	s = heap_alloc_span(h, c, h->classes->npages[spc / 2], spc);
	if (!s)
		return NULL;
	if (s->needzero) {
		memset((void *)s->base, 0, span_bytes(h, s));
		s->needzero = 0;
	}
	freelist_carve(s);
	s->incache = true;
	go_lock_take(&ce->lock);
	span_list_push_back(&ce->empty, s);
	go_lock_drop(&ce->lock);
	return s;
}

struct span *central_spans_cache(struct go_heap *h, struct go_cache *c,
				 unsigned int spc)
{
	struct central *ce = &h->central[spc];
	struct span *s;

	go_lock_take(&ce->lock);
	s = ce->nonempty.first;
	if (s) {
		span_list_remove(&ce->nonempty, s);
		span_list_push_back(&ce->empty, s);
		s->incache = true;
	}
	go_lock_drop(&ce->lock);
	return s ? s : grow(h, c, ce);
}

static void merge_freebuf(struct span *s)
{
	void *slot = s->freebuf;

	while (slot) {
		void *next = slot_next(slot);

		slot_link(slot, s->freelist);
		s->freelist = slot;
		s->ref--;
		slot = next;
	}
	s->freebuf = NULL;
}

void central_spans_uncache(struct go_heap *h, struct go_cache *c,
			   struct span *s)
{
	struct central *ce = &h->central[s->spanclass];
	bool dead;

	go_lock_take(&ce->lock);
	s->incache = false;
	merge_freebuf(s);
	dead = s->ref == 0;
	if (s->freelist)
		span_list_remove(&ce->empty, s);
	if (s->freelist && !dead)
		span_list_push_front(&ce->nonempty, s);
	go_lock_drop(&ce->lock);
	if (dead)
		heap_free_span(h, c, s);
}

bool central_spans_reuse(struct go_heap *h, struct span *s)
{
	struct central *ce = &h->central[s->spanclass];
	bool reuse;

	go_lock_take(&ce->lock);
	merge_freebuf(s);
	reuse = s->freelist != NULL;
	s->incache = reuse;
	go_lock_drop(&ce->lock);
	return reuse;
}

/* Return: @s is without a used slot, and on no list any more. */
static bool free_slot(struct central *ce, struct span *s, void *slot)
{
	if (s->incache) {
		slot_link(slot, s->freebuf);
		s->freebuf = slot;
		return false;
	}
	if (!s->freelist) {
		span_list_remove(&ce->empty, s);
		span_list_push_front(&ce->nonempty, s);
	}
	slot_link(slot, s->freelist);
	s->freelist = slot;
	if (--s->ref)
		return false;
	span_list_remove(&ce->nonempty, s);
	return true;
}

void central_spans_free(struct go_heap *h, struct go_cache *c, unsigned int spc,
			void *chain)
{
	struct central *ce = &h->central[spc];

	go_lock_take(&ce->lock);
	while (chain) {
		void *next = slot_next(chain);
		struct span *s = h->space->get(h, (uintptr_t)chain);

		if (GO_UNLIKELY(!s || s->spanclass != spc))
			go_fatal(h, "corrupt free list leads to", chain);
		if (free_slot(ce, s, chain)) {
			go_lock_drop(&ce->lock);
			heap_free_span(h, c, s);
			go_lock_take(&ce->lock);
		}
		chain = next;
	}
	go_lock_drop(&ce->lock);
}

static uint64_t list_unused_bytes(const struct go_heap *h,
				  const struct span_list *l, uint64_t *ncached)
{
	uint64_t bytes = 0;

	for (const struct span *s = l->first; s; s = s->next) {
		bytes += span_bytes(h, s) - (uint64_t)s->ref * s->elemsize +
			 (uint64_t)freelist_length(s->freebuf) * s->elemsize;
		*ncached += s->incache;
	}
	return bytes;
}

uint64_t central_spans_unused_bytes(struct go_heap *h, unsigned int spc,
				    uint64_t *ncached)
{
	struct central *ce = &h->central[spc];
	uint64_t bytes;

	go_lock_take(&ce->lock);
	bytes = list_unused_bytes(h, &ce->nonempty, ncached) +
		list_unused_bytes(h, &ce->empty, ncached);
	go_lock_drop(&ce->lock);
	return bytes;
}
