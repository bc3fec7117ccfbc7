// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * rendezvous.h - stops all workers between two operations.
 *
 * Role:       lets one thread look at a still process at agreed points.
 * Invariants: the meeting happens when every worker has arrived, is idle or has
 *             left; until it is over nobody goes on and nobody becomes busy.
 * Locks:      its own mutex, also held during the meeting.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_RENDEZVOUS_H
#define AL_RENDEZVOUS_H

#include <pthread.h>
#include <stdint.h>

struct rendezvous {
	pthread_mutex_t lock;
	pthread_cond_t over;
	unsigned int active;  /* neither idle nor gone; guarded by lock */
	unsigned int arrived; /* of these: waiting; guarded by lock */
	uint64_t meetings;    /* so far; guarded by lock */
	void (*meet)(void *arg);
	void *arg;
};

/** rendezvous_init() - for @n workers, all active; @meet looks at them. */
void rendezvous_init(struct rendezvous *z, unsigned int n,
		     void (*meet)(void *arg), void *arg);

/** rendezvous_arrive() - wait here until the meeting is over. */
void rendezvous_arrive(struct rendezvous *z);

/** rendezvous_idle() - do not wait for me: I wait for another worker. */
void rendezvous_idle(struct rendezvous *z);

/** rendezvous_busy() - I work again; waits for a meeting that is on. */
void rendezvous_busy(struct rendezvous *z);

/** rendezvous_leave() - do not wait for me any more. */
void rendezvous_leave(struct rendezvous *z);

#endif /* AL_RENDEZVOUS_H */
