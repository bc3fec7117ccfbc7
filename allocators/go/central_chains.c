// SPDX-License-Identifier: MIT
/*
 * central_chains.c - central policy: chains of slots, a count of slots a span.
 *
 * Role:       see freelist.h.
 * Invariants: every span of slots is on nonempty (freelist not NULL) or on
 *             empty. ref is the number of its slots that caches or program
 *             have; a span with ref 0 is on its way to the page heap.
 * Locks:      central[spc].lock, dropped while the page heap is called.
 * Units:      slots.
 * Source:     after Go 1.0 mcentral.c.
 * Differs:    running out of memory is an answer. No nfree: nothing reads it.
 */
#include "freelist.h"
#include "pageheap.h"

/* A fresh span goes to the front of nonempty. The lock is dropped inside. */
static bool grow(struct go_heap *h, struct go_cache *c, struct central *ce)
{
	unsigned int spc = ce->spanclass;
	struct span *s;

	go_lock_drop(&ce->lock);
	s = heap_alloc_span(h, c, h->classes->npages[spc / 2], spc);
	if (s)
		freelist_carve(s);
	go_lock_take(&ce->lock);
	if (s)
		span_list_push_front(&ce->nonempty, s);
	return s;
}

static void *take_slot(struct central *ce)
{
	struct span *s = ce->nonempty.first;
	void *slot;

	if (!s)
		return NULL;
	slot = s->freelist;
	s->freelist = slot_next(slot);
	s->ref++;
	if (!s->freelist) {
		span_list_remove(&ce->nonempty, s);
		span_list_push_front(&ce->empty, s);
	}
	return slot;
}

unsigned int central_chains_alloc(struct go_heap *h, struct go_cache *c,
				  unsigned int spc, unsigned int n,
				  void **chain)
{
	struct central *ce = &h->central[spc];
	unsigned int taken = 0;
	void *last = NULL;

	*chain = NULL;
	go_lock_take(&ce->lock);
	if (ce->nonempty.first || grow(h, c, ce))
		while (taken < n) {
			void *slot = take_slot(ce);

			if (!slot)
				break; /* fewer than asked for: as they come */
			if (last)
				slot_link(last, slot);
			else
				*chain = slot;
			last = slot;
			taken++;
		}
	if (last)
		slot_link(last, NULL);
	go_lock_drop(&ce->lock);
	return taken;
}

static void free_slot(struct go_heap *h, struct central *ce, void *slot)
{
	struct span *s = h->space->get(h, (uintptr_t)slot);

	if (GO_UNLIKELY(!s || s->ref == 0))
		go_fatal(h, "corrupt free list leads to", slot);
	if (!s->freelist) {
		span_list_remove(&ce->empty, s);
		span_list_push_front(&ce->nonempty, s);
	}
	slot_link(slot, s->freelist);
	s->freelist = slot;
	if (--s->ref)
		return;
	span_list_remove(&ce->nonempty, s);
	s->freelist = NULL;
	go_lock_drop(&ce->lock);
	heap_free_span(h, NULL, s);
	go_lock_take(&ce->lock);
}

void central_chains_free(struct go_heap *h, unsigned int spc, void *chain)
{
	struct central *ce = &h->central[spc];

	go_lock_take(&ce->lock);
	while (chain) {
		void *next = slot_next(chain);

		free_slot(h, ce, chain);
		chain = next;
	}
	go_lock_drop(&ce->lock);
}

static uint64_t list_unused_bytes(const struct go_heap *h,
				  const struct span_list *l)
{
	uint64_t bytes = 0;

	for (const struct span *s = l->first; s; s = s->next)
		bytes += span_bytes(h, s) - (uint64_t)s->ref * s->elemsize;
	return bytes;
}

uint64_t central_chains_unused_bytes(struct go_heap *h, unsigned int spc)
{
	struct central *ce = &h->central[spc];
	uint64_t bytes;

	go_lock_take(&ce->lock);
	bytes = list_unused_bytes(h, &ce->nonempty) +
		list_unused_bytes(h, &ce->empty);
	go_lock_drop(&ce->lock);
	return bytes;
}
