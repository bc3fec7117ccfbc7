// SPDX-License-Identifier: MIT
/*
 * span_set.c - a bag of spans that many threads fill and empty without a lock.
 *
 * Role:       see span_set.h.
 * Invariants: see span_set.h. The block of entry tail exists before tail is
 *             raised past it, and is not retired before it was popped: whoever
 *             won an entry finds its block.
 * Locks:      see span_set.h. spine_lock < heap->lock.
 * Units:      spans.
 * Source:     after Go 1.15 mspanset.go.
 * Differs:    see span_set.h.
 */
#include "span_set.h"

#include <sched.h>

/* What waiting is for takes some tens of instructions. */
#define SPINS_BEFORE_YIELD 100

/* In the entry of a span that was removed. */
static struct span gone;

void go_pause(unsigned int spins)
{
	if (spins >= SPINS_BEFORE_YIELD) {
		sched_yield();
		return;
	}
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

static struct span_set_block *block_of(const struct span_set *set, uint64_t k)
{
	struct span_set_spine *spine =
		atomic_load_explicit(&set->spine, memory_order_acquire);

	return atomic_load_explicit(&spine->block[k & (spine->nblocks - 1)],
				    memory_order_acquire);
}

static void *table_alloc(struct go_heap *h, size_t size)
{
	void *p;

	go_lock_take(&h->lock);
	p = persistent_alloc(&h->persistent, size, GO_CACHELINE);
	go_lock_drop(&h->lock);
	return p;
}

/* A spine with room for block @k. */
static struct span_set_spine *spine_locked(struct go_heap *h,
					   struct span_set *set, uint64_t k)
{
	struct span_set_spine *old =
		atomic_load_explicit(&set->spine, memory_order_relaxed);
	size_t n = old ? 2 * old->nblocks : SPAN_SET_SPINE_BLOCKS;
	struct span_set_spine *new;

	if (old && !atomic_load_explicit(&old->block[k & (old->nblocks - 1)],
					 memory_order_relaxed))
		return old;
	new = table_alloc(h, sizeof(*new) + n * sizeof(new->block[0]));
	if (!new)
		return NULL;
	new->nblocks = n;
	for (size_t i = 0; old && i < old->nblocks; i++) {
		/* all slots are taken: blocks k - nblocks to k - 1 */
		uint64_t b = k - old->nblocks + i;

		new->block[b & (n - 1)] = old->block[b & (old->nblocks - 1)];
	}
	atomic_store_explicit(&set->spine, new, memory_order_release);
	return new;
}

/* Make block @k, the next one, unless somebody did. */
static bool add_block(struct go_heap *h, struct span_set *set, uint64_t k)
{
	struct span_set_spine *spine;
	struct span_set_block *b = NULL;

	go_lock_take(&set->spine_lock);
	if (atomic_load_explicit(&set->end_block, memory_order_relaxed) > k) {
		go_lock_drop(&set->spine_lock);
		return true;
	}
	spine = spine_locked(h, set, k);
	if (spine) {
		b = set->retired;
		if (b)
			set->retired = b->next;
		else
			b = table_alloc(h, sizeof(*b));
	}
	if (b) {
		atomic_store_explicit(&b->popped, 0, memory_order_relaxed);
		atomic_store_explicit(&spine->block[k & (spine->nblocks - 1)],
				      b, memory_order_release);
		atomic_store_explicit(&set->end_block, k + 1,
				      memory_order_release);
	}
	go_lock_drop(&set->spine_lock);
	return b;
}

bool span_set_push(struct go_heap *h, struct span_set *set, struct span *s)
{
	uint64_t at = atomic_load_explicit(&set->tail, memory_order_relaxed);
	struct span_set_block *b;

	do {
		uint64_t k = at / SPAN_SET_BLOCK_ENTRIES;

		if (atomic_load_explicit(&set->end_block,
					 memory_order_acquire) <= k &&
		    !add_block(h, set, k))
			return false;
	} while (!atomic_compare_exchange_weak_explicit(&set->tail, &at, at + 1,
							memory_order_release,
							memory_order_relaxed));
	b = block_of(set, at / SPAN_SET_BLOCK_ENTRIES);
	s->set_entry = at;
	atomic_store_explicit(&b->entry[at % SPAN_SET_BLOCK_ENTRIES], s,
			      memory_order_release);
	return true;
}

static void retire_block(struct span_set *set, uint64_t k,
			 struct span_set_block *b)
{
	struct span_set_spine *spine;

	go_lock_take(&set->spine_lock);
	spine = atomic_load_explicit(&set->spine, memory_order_relaxed);
	atomic_store_explicit(&spine->block[k & (spine->nblocks - 1)], NULL,
			      memory_order_relaxed);
	b->next = set->retired;
	set->retired = b;
	go_lock_drop(&set->spine_lock);
}

/* The oldest entry: a span, or &gone. NULL: there is none. */
static struct span *pop_entry(struct span_set *set)
{
	uint64_t at = atomic_load_explicit(&set->head, memory_order_relaxed);
	struct span_set_block *b;
	_Atomic(struct span *) *entry;
	struct span *s;

	do {
		if (at >=
		    atomic_load_explicit(&set->tail, memory_order_acquire))
			return NULL;
	} while (!atomic_compare_exchange_weak_explicit(&set->head, &at, at + 1,
							memory_order_acq_rel,
							memory_order_relaxed));
	b = block_of(set, at / SPAN_SET_BLOCK_ENTRIES);
	entry = &b->entry[at % SPAN_SET_BLOCK_ENTRIES];
	/* whoever pushes has the entry, not yet it; whoever removes may come */
	for (unsigned int spins = 0;
	     !(s = atomic_exchange_explicit(entry, NULL, memory_order_acq_rel));
	     spins++)
		go_pause(spins);
	if (atomic_fetch_add_explicit(&b->popped, 1, memory_order_acq_rel) ==
	    SPAN_SET_BLOCK_ENTRIES - 1)
		retire_block(set, at / SPAN_SET_BLOCK_ENTRIES, b);
	return s;
}

struct span *span_set_pop(struct span_set *set)
{
	struct span *s;

	do
		s = pop_entry(set);
	while (s == &gone);
	return s;
}

/*
 * The entry may have been popped, its block retired and in use anew elsewhere
 * in the set: @s is nowhere then, for it is not pushed again before this ends.
 */
bool span_set_remove(struct span_set *set, const struct span *s)
{
	uint64_t at = s->set_entry;
	struct span_set_block *b = block_of(set, at / SPAN_SET_BLOCK_ENTRIES);
	struct span *expected = (struct span *)(uintptr_t)s;

	return b && atomic_compare_exchange_strong_explicit(
			    &b->entry[at % SPAN_SET_BLOCK_ENTRIES], &expected,
			    &gone, memory_order_acq_rel, memory_order_relaxed);
}

void span_set_each(const struct span_set *set,
		   void (*f)(const struct span *s, void *arg), void *arg)
{
	uint64_t end = atomic_load_explicit(&set->tail, memory_order_acquire);

	for (uint64_t at =
		     atomic_load_explicit(&set->head, memory_order_acquire);
	     at < end; at++) {
		const struct span *s = atomic_load_explicit(
			&block_of(set, at / SPAN_SET_BLOCK_ENTRIES)
				 ->entry[at % SPAN_SET_BLOCK_ENTRIES],
			memory_order_acquire);

		if (s != &gone)
			f(s, arg);
	}
}
