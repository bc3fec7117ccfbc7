// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * batch_queue.c - a bounded queue that carries batches of pointers.
 *
 * Role:       see batch_queue.h.
 * Invariants: nfull + nempty + (1 if the consumer holds one) = depth.
 * Locks:      lock guards everything; nfull and nempty may be read without it,
 *             as a hint.
 * Units:      counts in batches.
 * Source:     none.
 */
#include "batch_queue.h"

#include <allotrope/workload.h>

#include <pthread.h>
#include <stdatomic.h>

struct batch_queue {
	_Alignas(64) pthread_mutex_t lock;
	pthread_cond_t changed;	      /* one waiter or more saw no hope */
	unsigned int nwaiting;	      /* guarded by lock */
	unsigned int first;	      /* guarded by lock; oldest full one */
	unsigned int depth;	      /* set at init */
	_Atomic(unsigned int) nfull;  /* written under lock */
	_Atomic(unsigned int) nempty; /* written under lock */
	struct batch **empty;	      /* guarded by lock; a stack */
	struct batch *full[];	      /* guarded by lock; a ring of depth */
};

/* Some 20 microseconds where a pause takes 140 cycles, fewer elsewhere: about
 * what a sleep and a waking cost two threads. */
#define SPINS 500

static inline void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#else
	__asm__ volatile("" ::: "memory");
#endif
}

size_t batch_queue_bytes(unsigned int depth)
{
	return sizeof(struct batch_queue) + 2 * depth * sizeof(struct batch *);
}

void batch_queue_init(struct batch_queue *q, unsigned int depth)
{
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->changed, NULL);
	q->depth = depth;
	q->empty = q->full + depth;
}

void batch_queue_fini(struct batch_queue *q)
{
	pthread_cond_destroy(&q->changed);
	pthread_mutex_destroy(&q->lock);
}

void batch_queue_add_empty(struct batch_queue *q, struct batch *empty)
{
	q->empty[q->nempty++] = empty;
}

/*
 * Returns with the lock held and *count above zero, and tells whether the
 * worker is idle now: busy() is then due when the lock has been given up.
 */
static bool lock_when(struct batch_queue *q, struct al_thread *t,
		      _Atomic(unsigned int) *count)
{
	bool idle = false;

	for (;;) {
		pthread_mutex_lock(&q->lock);
		while (!*count && idle) {
			q->nwaiting++;
			pthread_cond_wait(&q->changed, &q->lock);
			q->nwaiting--;
		}
		if (*count)
			return idle;
		pthread_mutex_unlock(&q->lock);
		t->services->idle(t);
		idle = true;
		for (int i = 0; i < SPINS; i++) {
			if (atomic_load_explicit(count, memory_order_relaxed))
				break;
			relax();
		}
	}
}

static void unlock_changed(struct batch_queue *q)
{
	const bool wake = q->nwaiting;

	pthread_mutex_unlock(&q->lock);
	if (wake)
		pthread_cond_broadcast(&q->changed);
}

struct batch *batch_queue_swap_in(struct batch_queue *q, struct al_thread *t,
				  struct batch *full)
{
	const bool idle = lock_when(q, t, &q->nempty);
	struct batch *empty = q->empty[--q->nempty];

	q->full[(q->first + q->nfull++) % q->depth] = full;
	unlock_changed(q);
	if (idle)
		t->services->busy(t);
	return empty;
}

struct batch *batch_queue_take(struct batch_queue *q, struct al_thread *t)
{
	const bool idle = lock_when(q, t, &q->nfull);
	struct batch *full = q->full[q->first];

	q->first = (q->first + 1) % q->depth;
	q->nfull--;
	pthread_mutex_unlock(&q->lock);
	if (idle)
		t->services->busy(t);
	return full;
}

void batch_queue_give_back(struct batch_queue *q, struct batch *empty)
{
	pthread_mutex_lock(&q->lock);
	q->empty[q->nempty++] = empty;
	unlock_changed(q);
}
