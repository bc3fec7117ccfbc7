// SPDX-License-Identifier: MIT
/*
 * span_set.h - a bag of spans that many threads fill and empty without a lock.
 *
 * Role:       the partial spans of a class (Go 1.15 on).
 * Invariants: head <= tail; entries [head, tail) are in blocks of 512 that the
 *             spine leads to. A block is retired when all its entries were
 *             popped. Entries come out in the order in which they went in.
 * Locks:      none to push or pop, but for one push and one pop in 512, which
 *             add or retire a block under spine_lock.
 * Units:      spans.
 * Source:     after Go 1.15 mspanset.go.
 * Differs:    Go starts anew from entry 0 with each collection. Here nothing
 *             does, so the spine is a ring, and head and tail are words of
 *             their own with 64 bits each. A push makes sure of its block
 *             before it takes an entry, so that it may fail for lack of
 *             memory. An entry can be taken back from the middle: what is
 *             left there is passed over by whoever pops it.
 */
#ifndef GO_SPAN_SET_H
#define GO_SPAN_SET_H

#include "span.h"

#define SPAN_SET_BLOCK_ENTRIES 512
#define SPAN_SET_SPINE_BLOCKS  16 /* at first; doubles */

struct span_set_block {
	_Atomic uint32_t popped;
	struct span_set_block *next; /* retired; spine_lock */
	_Alignas(GO_CACHELINE) _Atomic(struct span *)
		entry[SPAN_SET_BLOCK_ENTRIES];
};

/* Block k is in slot k % nblocks. Never freed: others may still read it. */
struct span_set_spine {
	size_t nblocks; /* power of two; set at creation */
	_Atomic(struct span_set_block *) block[];
};

struct span_set {
	_Alignas(GO_CACHELINE) _Atomic uint64_t head; /* next to pop */
	_Alignas(GO_CACHELINE) _Atomic uint64_t tail; /* next to fill */
	_Alignas(GO_CACHELINE) _Atomic(struct span_set_spine *) spine;
	_Atomic uint64_t end_block; /* blocks below it were made */
	struct go_lock spine_lock;
	struct span_set_block *retired; /* spine_lock */
};

/**
 * span_set_push() - put @s in. Any thread.
 * Return: false: no memory for a block; @s is not in the set.
 * Locks:  takes spine_lock, h->lock when a block is needed.
 */
bool span_set_push(struct go_heap *h, struct span_set *set, struct span *s);

/** span_set_pop() - take out the oldest entry; NULL: none. Any thread. */
struct span *span_set_pop(struct span_set *set);

/**
 * span_set_remove() - take @s, which is in the set and may not be pushed by
 * others meanwhile, out of the middle. Any thread. Needs no memory.
 * Return: false: somebody has popped it.
 */
bool span_set_remove(struct span_set *set, const struct span *s);

/** span_set_each() - call @f on each entry. No other thread is at the set. */
void span_set_each(const struct span_set *set,
		   void (*f)(const struct span *s, void *arg), void *arg);

/** go_pause() - wait a moment for another thread; @spins: waited so far. */
void go_pause(unsigned int spins);

#endif /* GO_SPAN_SET_H */
