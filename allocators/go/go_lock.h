// SPDX-License-Identifier: MIT
/*
 * go_lock.h - the lock of central lists and page heap.
 *
 * Role:       a mutex of one word that needs nothing of the C library, counts
 *             itself and can be reset in a forked child.
 * Invariants: word is 0 free, 1 held, 2 held and somebody may sleep.
 * Locks:      is one. acquired and contended are written by the holder only.
 * Units:      counts since start.
 * Source:     Drepper, "Futexes Are Tricky" (2011), mutex 2; after Go lock_futex.go.
 */
#ifndef GO_LOCK_H
#define GO_LOCK_H

#include <stdatomic.h>
#include <stdint.h>

struct go_lock {
	_Atomic uint32_t word;
	uint32_t contended; /* found held; guarded by the lock */
	uint64_t acquired;  /* guarded by the lock */
};

/** go_lock_wait() - take a lock that was found held. Spins, then sleeps. */
void go_lock_wait(struct go_lock *l);

/** go_lock_wake() - wake one sleeper after an unlock. */
void go_lock_wake(struct go_lock *l);

/** go_lock_take() - acquire. Cost: one compare-and-swap when free. */
static inline void go_lock_take(struct go_lock *l)
{
	uint32_t free = 0;

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
	if (__builtin_expect(atomic_exchange_explicit(
				     &l->word, 0, memory_order_release) == 2,
			     0))
		go_lock_wake(l);
}

/** go_lock_reset() - make free whoever held it: for the child of a fork. */
static inline void go_lock_reset(struct go_lock *l)
{
	atomic_store_explicit(&l->word, 0, memory_order_relaxed);
}

#endif /* GO_LOCK_H */
