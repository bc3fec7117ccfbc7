// SPDX-License-Identifier: MIT
/*
 * central.h - the contract of central policies: spans of a class without owner.
 *
 * Role:       moves spans between thread caches and page heap. A policy is a
 *             name: GO_CENTRAL central_lists gives central_lists_cache_span()
 *             and so on, called directly.
 * Invariants: a span is owned by a cache or kept here, never both. A span
 *             without a used slot is not kept here: it goes to the page heap.
 * Locks:      central[spc].lock guards what central_lists keeps, and stands for
 *             the owner of each span kept there (see span.h); central_sets
 *             makes heap->moving the owner instead. heap->lock may be taken
 *             inside.
 * Units:      spans, slots.
 * Source:     after Go mcentral.go.
 */
#ifndef GO_CENTRAL_H
#define GO_CENTRAL_H

#include "span.h"

/* One per span class, on cache lines of its own. */
struct central {
	_Alignas(GO_CACHELINE) struct go_lock lock;
	uint8_t spanclass;
	union {
		struct {			   /* up to Go 1.14 */
			struct span_list nonempty; /* with free slots */
			struct span_list empty;	   /* without, no owner */
		};
		void *sets; /* Go 1.15 on: the policy's */
	};
};

/**
 * central_POLICY_cache_span() - a span with a free slot for @c, which becomes
 * its owner.
 * Return: the span, on no list; NULL when there is no more memory.
 * Locks:  takes central[spc].lock, heap->lock.
 */
struct span *central_lists_cache_span(struct go_heap *h, struct go_cache *c,
				      unsigned int spc);

/**
 * central_POLICY_uncache_span() - take over @s from its owner @c, which calls.
 * Slots freed by others meanwhile are folded in; a span that is wholly free and
 * not on its way through an inbox goes to the page heap.
 */
void central_lists_uncache_span(struct go_heap *h, struct go_cache *c,
				struct span *s);

/**
 * central_POLICY_notified() - slots of @s were freed by a thread that is not
 * its owner; the caller holds the span's notification (SPAN_NOTIFIED).
 * @adopt: the caller's cache is ready to own the span.
 * Return: the owner at the time of the call. NULL: dealt with here, the
 *	notification is used up. @c: the caller's cache owns the span now (or
 *	did before) and has to place it, notification used up only if it was
 *	adopted (place is PLACE_NONE). Another cache: the caller sends the
 *	notification on to it.
 */
struct go_cache *central_lists_notified(struct go_heap *h, struct go_cache *c,
					struct span *s, bool adopt);

/**
 * central_POLICY_unused_bytes() - sum of @of over the spans of class @spc that
 * are kept here, for stats; @nspans grows by their number.
 */
uint64_t central_lists_unused_bytes(struct go_heap *h, unsigned int spc,
				    uint64_t *nspans,
				    uint64_t (*of)(const struct span *));

/* Go 1.15 on: partial spans in a set without a lock. */
struct span *central_sets_cache_span(struct go_heap *h, struct go_cache *c,
				     unsigned int spc);
void central_sets_uncache_span(struct go_heap *h, struct go_cache *c,
			       struct span *s);
struct go_cache *central_sets_notified(struct go_heap *h, struct go_cache *c,
				       struct span *s, bool adopt);
uint64_t central_sets_unused_bytes(struct go_heap *h, unsigned int spc,
				   uint64_t *nspans,
				   uint64_t (*of)(const struct span *));

/**
 * central_POLICY_quiesce() - let nobody be between two states, before a fork.
 * Locks: taken by the caller: cache start lock; left: quiet_lock. Before
 *	central and heap locks.
 */
void central_sets_quiesce(struct go_heap *h);

/** central_POLICY_resume() - go on; @child: in the child of a fork. */
void central_sets_resume(struct go_heap *h, bool child);

/* The locks of the lists do: the caller holds them all. */
static inline void central_lists_quiesce(struct go_heap *h)
{
	(void)h;
}

static inline void central_lists_resume(struct go_heap *h, bool child)
{
	(void)h;
	(void)child;
}

#endif /* GO_CENTRAL_H */
