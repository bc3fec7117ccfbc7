// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * rendezvous.c - stops all workers between two operations.
 *
 * Role:       see rendezvous.h.
 * Invariants: arrived <= active; whoever makes them equal holds the meeting.
 * Locks:      z->lock.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "rendezvous.h"

void rendezvous_init(struct rendezvous *z, unsigned int n,
		     void (*meet)(void *arg), void *arg)
{
	pthread_mutex_init(&z->lock, NULL);
	pthread_cond_init(&z->over, NULL);
	z->active = n;
	z->arrived = 0;
	z->meetings = 0;
	z->meet = meet;
	z->arg = arg;
}

static void meet_if_all_locked(struct rendezvous *z)
{
	if (z->arrived == 0 || z->arrived < z->active)
		return;
	z->meet(z->arg);
	z->arrived = 0;
	z->meetings++;
	pthread_cond_broadcast(&z->over);
}

void rendezvous_arrive(struct rendezvous *z)
{
	uint64_t meeting;

	pthread_mutex_lock(&z->lock);
	meeting = z->meetings;
	z->arrived++;
	meet_if_all_locked(z);
	while (z->meetings == meeting)
		pthread_cond_wait(&z->over, &z->lock);
	pthread_mutex_unlock(&z->lock);
}

void rendezvous_idle(struct rendezvous *z)
{
	pthread_mutex_lock(&z->lock);
	z->active--;
	meet_if_all_locked(z);
	pthread_mutex_unlock(&z->lock);
}

void rendezvous_busy(struct rendezvous *z)
{
	pthread_mutex_lock(&z->lock);
	z->active++;
	pthread_mutex_unlock(&z->lock);
}

void rendezvous_leave(struct rendezvous *z)
{
	rendezvous_idle(z);
}
