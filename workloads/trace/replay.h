// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * replay.h - inside the workload `replay`: its tables and its loop.
 *
 * Role:       joins replay.c (parameters, who plays what) and player.c (the
 *             timed loop).
 * Invariants: see replay.c.
 * Locks:      see replay.c.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_TRACE_REPLAY_H
#define AL_TRACE_REPLAY_H

#include "verify.h"

#include <allotrope/workload.h>

#include <limits.h>
#include <stdatomic.h>

/**
 * struct slot - one object of the trace. Sixteen bytes; the converter gives
 * different lanes different cache lines of them where it can.
 * @object: what the allocator gave; NULL when there is none.
 * @stamp:  position of the last event on it: pass x events + seq.
 */
struct slot {
	void *object;
	_Atomic uint64_t stamp;
};

/** struct replay - shared by all workers; set before they start. */
struct replay {
	struct trace trace;
	struct slot *table; /* copies x trace.head.slots */
	uint64_t repeat;
	uint32_t copies;
	unsigned int touch;
	char path[PATH_MAX];
	_Atomic uint64_t blocked; /* waits that did wait */
	_Atomic uint64_t met;	  /* workers that came to meetings */
};

/** struct lane - a stream of the trace in the hands of its worker. */
struct lane {
	struct trace_op op; /* next to be played */
	struct trace_code code;
	struct slot *table;
	uint8_t *raw;
	uint32_t number;
	uint32_t at;   /* index into trace.order, of the block in raw */
	uint32_t left; /* ops of the block still coded */
};

/** struct player - a worker's own. */
struct player {
	struct lane *lanes;
	uint32_t *heap; /* lanes with ops left, by position of the next */
	uint32_t nlanes, nheap;
	struct trace_unpacker *unpacker;
	uint64_t pass;
	uint64_t meetings;
	uint64_t blocked;
	bool threads_die;
};

/** REPLAY_DONE - replay_pass() has come to the end of all lanes. */
#define REPLAY_DONE INT_MIN

/** replay_rewind() - set all lanes of @w at their first op. */
void replay_rewind(struct al_thread *t, struct player *w);

/**
 * replay_pass() - play @w's lanes to their ends.
 * @resume: thread_run() to go on with in a new thread.
 * Return: REPLAY_DONE, or what thread_run() has to return at once.
 */
int replay_pass(struct al_thread *t, struct player *w,
		int (*resume)(struct al_thread *t));

/** replay_meet() - wait until all workers have come here. */
void replay_meet(struct al_thread *t, struct player *w);

/**
 * replay_free_left() - free this worker's share of what the trace leaves.
 * @counted: as operations.
 */
void replay_free_left(struct al_thread *t, struct replay *r, bool counted);

/** replay_mark_valid() - are the first bytes as the player left them? */
bool replay_mark_valid(const void *p, size_t size);

#endif /* AL_TRACE_REPLAY_H */
