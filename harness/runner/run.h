// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * run.h - one measurement: the run, its workers, its pass.
 *
 * Role:       what run.c, worker.c and the passes share.
 * Invariants: there is one run a process; a worker's memory is first touched by
 *             the worker, on its own node.
 * Locks:      each field says who writes it.
 * Units:      bytes, nanoseconds.
 * Source:     none.
 */
#ifndef AL_RUN_H
#define AL_RUN_H

#include "barrier.h"
#include "cell.h"
#include "record.h"

#include <allotrope/workload.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/resource.h>

#define CACHE_LINE 64

struct worker;
struct run;

/**
 * struct pass - one instrument. NULL hooks do nothing.
 * @open:   main thread, before workers exist.
 * @base:   main thread; workers wait, the allocator is not yet initialised.
 * @attach: in each operating system thread of a worker, before its first call
 *	of the allocator; @detach is its counterpart.
 * @starting: last worker to be ready, just before the clock starts.
 * @begin:  worker, just after the clock started, and again in a successor.
 * @end:    worker, just after its last operation, and before a hand-over.
 * @done:   worker, its last @end is behind it: it takes no more part.
 * @stopped: main thread; all workers wait, objects are still live.
 * @freed:  main thread; everything was freed, the workers are gone.
 * @calls:  what the workload calls instead of the allocator itself.
 * @point, @idle, @busy: see al_thread_services.
 */
struct pass {
	void (*open)(struct run *r);
	void (*base)(struct run *r);
	void (*attach)(struct worker *w);
	void (*detach)(struct worker *w);
	void (*starting)(struct run *r);
	void (*begin)(struct worker *w);
	void (*end)(struct worker *w);
	void (*done)(struct worker *w);
	void (*stopped)(struct run *r);
	void (*freed)(struct run *r);
	const struct al_calls *calls;
	void (*point)(struct al_thread *t);
	void (*idle)(struct al_thread *t);
	void (*busy)(struct al_thread *t);
};

extern const struct pass pass_time;
extern const struct pass pass_counters;
extern const struct pass pass_memory;
extern const struct pass pass_check;

/** struct worker - one logical thread of the workload. */
struct worker {
	_Alignas(2 *
		 CACHE_LINE) struct al_thread t; /* first: see worker_of() */

	struct run *r;
	uint64_t ops_before;	   /* of the region */
	uint64_t begin_ns, end_ns; /* its own stamps of the region */
	int result;
	bool is_inside;		     /* was on its processors at the end */
	_Atomic unsigned int nlives; /* threads it has had, or was given */
	pthread_t thread;	     /* the present one */
	pthread_t predecessor;	     /* joined by its successor */
	char *stack[2];		     /* lives use them in turn */
	int (*next)(struct al_thread *t);
	uint64_t nobjects;     /* made so far; pass check */
	uint64_t filled_bytes; /* of these, looked at whole; pass check */
	int64_t account_live;  /* bytes; pass memory, as the next three */
	int64_t account_usable;
	int64_t account_objects;
	int64_t unsaid_bytes; /* not yet in the common sum */
	void *pass_local;     /* the pass's own */
};

struct run {
	struct al_run shared; /* first: what the workload sees */

	const struct cell *cell;
	const struct al_workload *workload;
	const struct pass *pass;
	struct worker **worker; /* nthreads */
	struct barrier gate;	/* workers and the main thread; sleeps */
	struct barrier start;	/* workers only; spins */
	_Atomic unsigned int running;
	uint64_t start_ns; /* the last arriver's stamp */
	struct rusage usage_start, usage_end;
};

static inline struct worker *worker_of(struct al_thread *t)
{
	return (struct worker *)(void *)t;
}

/** worker_self - the worker that runs on this operating system thread. */
extern __thread struct worker *worker_self;

/** worker_start() - create worker @index; it then waits at the gate. */
void worker_start(struct run *r, unsigned int index);

/** run_ops() - operations of the region, all workers. Between operations. */
uint64_t run_ops(const struct run *r);

/** run_measure() - the whole life of one measurement, and its record. */
enum status run_measure(const struct cell *cell);

#endif /* AL_RUN_H */
