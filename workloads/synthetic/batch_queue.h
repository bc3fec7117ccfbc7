// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * batch_queue.h - a bounded queue that carries batches of pointers.
 *
 * Role:       takes full batches from producers to one consumer, and the empty
 *             ones back.
 * Invariants: batches are neither made nor lost here: who puts a full one in
 *             gets an empty one out. Full ones leave in the order they came.
 * Locks:      the queue's own, for a handful of instructions a batch. A waiter
 *             looks without the lock for about as long as a sleep and a waking
 *             would take, then sleeps, so that a partner who is a little late
 *             costs no system call and one who is very late no processor.
 * Units:      counts in batches.
 * Source:     none.
 */
#ifndef AL_SYNTHETIC_BATCH_QUEUE_H
#define AL_SYNTHETIC_BATCH_QUEUE_H

#include <stddef.h>

struct al_thread;
struct batch_queue;

/** struct batch - @room pointers that travel together; always all of them. */
struct batch {
	size_t room;
	void *object[];
};

/** batch_queue_bytes() - memory that a queue of @depth batches needs. */
size_t batch_queue_bytes(unsigned int depth);

/** batch_queue_init() - make a queue in zeroed memory, aligned to 64. */
void batch_queue_init(struct batch_queue *q, unsigned int depth);

/** batch_queue_fini() - all workers are gone. */
void batch_queue_fini(struct batch_queue *q);

/** batch_queue_add_empty() - set-up: exactly @depth times, one thread. */
void batch_queue_add_empty(struct batch_queue *q, struct batch *empty);

/**
 * batch_queue_swap_in() - producer: put @full in, get an empty one.
 * Waits, as an idle worker, while @depth batches are full or being emptied.
 */
struct batch *batch_queue_swap_in(struct batch_queue *q, struct al_thread *t,
				  struct batch *full);

/** batch_queue_take() - consumer: get a full one. Waits, as an idle worker. */
struct batch *batch_queue_take(struct batch_queue *q, struct al_thread *t);

/** batch_queue_give_back() - consumer: the batch that was taken is empty. */
void batch_queue_give_back(struct batch_queue *q, struct batch *empty);

#endif /* AL_SYNTHETIC_BATCH_QUEUE_H */
