// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * barrier.h - where threads wait for each other.
 *
 * Role:       a reusable barrier whose last arriver may act before the release.
 * Invariants: nobody leaves before all have come; the last arriver's action is
 *             seen by all.
 * Locks:      none; one atomic counter and a futex.
 * Units:      spin budget in nanoseconds.
 * Source:     generation (sense-reversing) barrier; Hensgen, Finkel, Manber,
 *             IJPP 1988.
 */
#ifndef AL_BARRIER_H
#define AL_BARRIER_H

#include <stdatomic.h>
#include <stdint.h>

struct barrier {
	unsigned int parties;
	uint64_t spin_ns;	  /* then sleep; 0: sleep at once */
	_Atomic uint32_t arrived; /* of this generation */
	_Atomic uint32_t generation;
};

/**
 * barrier_init() - make ready for @parties threads.
 * @spin_ns: how long to spin before sleeping. Spinning makes all leave at once,
 *	but takes processor time from whoever is still on the way: 0 where there
 *	are more threads than processors.
 */
void barrier_init(struct barrier *b, unsigned int parties, uint64_t spin_ns);

/**
 * barrier_wait() - wait until all parties are here.
 * @last: called by the last to arrive, before anybody leaves; or NULL.
 */
void barrier_wait(struct barrier *b, void (*last)(void *arg), void *arg);

#endif /* AL_BARRIER_H */
