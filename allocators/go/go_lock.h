// SPDX-License-Identifier: MIT
/*
 * go_lock.h - the lock of central lists and page heap.
 *
 * Role:       a mutex of one word that needs nothing of the C library, counts
 *             itself and can be reset in a forked child.
 * Invariants: word is 0 free, 1 held, 2 held and somebody may sleep.
 * Locks:      is one; their order is in go_lockrank.h. acquired and contended
 *             are written by the holder only.
 * Units:      counts since start.
 * Source:     Drepper, "Futexes Are Tricky" (2011), mutex 2; after Go lock_futex.go.
 */
#ifndef GO_LOCK_H
#define GO_LOCK_H

#include <stdatomic.h>
#include <stdint.h>

#include "go_lockrank.h"

struct go_lock {
	_Atomic uint32_t word;
	uint32_t contended; /* found held; guarded by the lock */
	uint64_t acquired;  /* guarded by the lock */
#ifdef GO_LOCK_RANKS
	unsigned int rank; /* set at init */
#endif
};

/** go_lock_init() - give @l, which is zero, its place in the order. */
static inline void go_lock_init(struct go_lock *l, unsigned int rank)
{
#ifdef GO_LOCK_RANKS
	l->rank = rank;
#else
	(void)l;
	(void)rank;
#endif
}

/* The same for one in static memory. */
#ifdef GO_LOCK_RANKS
#define GO_LOCK_INIT(which)     \
	{                       \
		.rank = (which) \
	}
#else
#define GO_LOCK_INIT(which) \
	{                   \
		.word = 0   \
	}
#endif

/** go_lock_wait() - take a lock that was found held. Spins, then sleeps. */
void go_lock_wait(struct go_lock *l);

/** go_lock_wake() - wake one sleeper after an unlock. */
void go_lock_wake(struct go_lock *l);

/** go_lock_take() - acquire. Cost: one compare-and-swap when free. */
static inline void go_lock_take(struct go_lock *l)
{
	uint32_t free = 0;

#ifdef GO_LOCK_RANKS
	go_rank_take(l->rank);
#endif
	if (__builtin_expect(!atomic_compare_exchange_strong_explicit(
				     &l->word, &free, 1, memory_order_acquire,
				     memory_order_relaxed),
			     0))
		go_lock_wait(l);
	l->acquired++;
}

/** go_lock_drop() - release. Cost: one exchange. */
static inline void go_lock_drop(struct go_lock *l)
{
#ifdef GO_LOCK_RANKS
	go_rank_drop(l->rank);
#endif
	if (__builtin_expect(atomic_exchange_explicit(
				     &l->word, 0, memory_order_release) == 2,
			     0))
		go_lock_wake(l);
}

/**
 * go_lock_reset() - as drop, for the child of a fork: it holds the lock, and
 * whoever waits is not there.
 */
static inline void go_lock_reset(struct go_lock *l)
{
#ifdef GO_LOCK_RANKS
	go_rank_drop(l->rank);
#endif
	atomic_store_explicit(&l->word, 0, memory_order_relaxed);
}

#endif /* GO_LOCK_H */
