// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * falsesharing.c - do two threads' objects share a cache line?
 *
 * Role:       the workloads `cache-thrash` (active false sharing: the allocator
 *             itself hands one line to two threads) and `cache-scratch`
 *             (passive: the program passed objects of one line to several
 *             threads, which free them; does the allocator reuse them there?).
 * Invariants: the inner work is the same in total for any number of threads:
 *             without false sharing the time is 1/T of that of one thread.
 * Locks:      none.
 * Units:      sizes in bytes; an operation is a byte written and read back.
 * Source:     Berger, McKinley, Blumofe, Wilson: Hoard, ASPLOS 2000.
 * Differs:    stores are volatile as well as loads, so that no compiler drops
 *             them; `workers_on_shared_lines` tells what the clock can only
 *             suggest: half-way through, each worker looks once whether
 *             another one's live object lies on the line of its own.
 */
#include "pattern.h"

#include <allotrope/workload.h>

#include <stdatomic.h>

enum {
	P_ITERATIONS,
	P_REPETITIONS,
	P_SIZE
};

static const struct al_param params[] = {
	[P_ITERATIONS] = { "iterations",
			   AL_PARAM_NUM,
			   { .num = 100 },
			   1,
			   1 << 30,
			   "objects",
			   "that each thread allocates" },
	[P_REPETITIONS] = { "repetitions",
			    AL_PARAM_NUM,
			    { .num = 500000 },
			    1,
			    1 << 30,
			    "",
			    "times all threads together write an object" },
	[P_SIZE] = { "size",
		     AL_PARAM_NUM,
		     { .num = 8 },
		     1,
		     1 << 20,
		     "bytes",
		     "of each object" },
};

#define LINE_BYTES 64

/* Each in its own scratch, and so on its own cache line. */
struct local {
	_Atomic(uintptr_t) current; /* the live object; 0: none */
	bool has_shared;	    /* saw another one's object on its line */
};

static void falsesharing_thread_prepare(struct al_thread *t)
{
	t->local = t->run->services->scratch(t->run, sizeof(struct local));
}

/* Worker 0 stands for the main thread: it holds all before it gives any. */
static void scratch_thread_prepare(struct al_thread *t)
{
	struct al_run *run = t->run;
	const size_t size = (size_t)run->param[P_SIZE].num;
	void **given;

	falsesharing_thread_prepare(t);
	if (t->index)
		return;
	given = run->services->scratch(run, run->nthreads * sizeof(*given));
	for (unsigned int i = 0; i < run->nthreads; i++) {
		given[i] = al_malloc(t, size);
		pattern_fill(given[i], size);
	}
	run->shared = given;
}

static void write_and_read(void *p, size_t size, uint64_t times)
{
	const uint64_t word = pattern_word(p);
	volatile unsigned char *byte = p;

	while (times--)
		for (size_t i = 0; i < size; i++) {
			byte[i] = (unsigned char)(word >> 8 * (i % 8));
			(void)byte[i];
		}
}

static void publish(struct local *local, const void *p)
{
	atomic_store_explicit(&local->current, (uintptr_t)p,
			      memory_order_relaxed);
}

static bool shares_a_line(const struct al_thread *t, const void *p)
{
	const struct al_run *run = t->run;
	const uintptr_t more = (uintptr_t)run->param[P_SIZE].num - 1;
	const uintptr_t mine = (uintptr_t)p;

	for (unsigned int k = 0; k < run->nthreads; k++) {
		struct local *other = run->thread[k]->local;
		const uintptr_t its = atomic_load_explicit(
			&other->current, memory_order_relaxed);

		if (k != t->index && its &&
		    its / LINE_BYTES <= (mine + more) / LINE_BYTES &&
		    mine / LINE_BYTES <= (its + more) / LINE_BYTES)
			return true;
	}
	return false;
}

static int thrash_thread_run(struct al_thread *t)
{
	const struct al_run *run = t->run;
	const size_t size = (size_t)run->param[P_SIZE].num;
	const uint64_t all = (uint64_t)run->param[P_REPETITIONS].num;
	const uint64_t times =
		all / run->nthreads + (t->index < all % run->nthreads);
	const int64_t iterations = run->param[P_ITERATIONS].num;
	struct local *local = t->local;

	for (int64_t n = 0; n < iterations; n++) {
		void *p = al_malloc(t, size);

		publish(local, p);
		if (n == iterations / 2)
			local->has_shared = shares_a_line(t, p);
		pattern_fill(p, size);
		write_and_read(p, size, times);
		publish(local, NULL);
		t->call.free(p);
		al_step(t, times * size);
	}
	return 0;
}

static int scratch_thread_run(struct al_thread *t)
{
	void **given = t->run->shared;

	t->call.free(given[t->index]);
	return thrash_thread_run(t);
}

static void falsesharing_finish(struct al_run *run)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < run->nthreads; i++)
		n += ((const struct local *)run->thread[i]->local)->has_shared;
	run->services->metric(run, "workers_on_shared_lines", n);
}

static bool falsesharing_object_valid(const struct al_run *run, const void *p,
				      size_t size)
{
	return pattern_valid(p, size);
}

const struct al_workload al_workload_cache_thrash = {
	.abi = AL_WORKLOAD_ABI,
	.needs = AL_NEEDS_REUSE,
	.size = sizeof(al_workload_cache_thrash),
	.name = "cache-thrash",
	.summary = "active false sharing: each thread writes its small object",
	.op = "byte written and read back",
	.source = "Berger et al., Hoard, ASPLOS 2000",
	.params = params,
	.nparams = sizeof(params) / sizeof(params[0]),
	.min_threads = 1,
	.touch_prefix = SIZE_MAX,
	.object_valid = falsesharing_object_valid,
	.thread_prepare = falsesharing_thread_prepare,
	.thread_run = thrash_thread_run,
	.finish = falsesharing_finish,
};

const struct al_workload al_workload_cache_scratch = {
	.abi = AL_WORKLOAD_ABI,
	.needs = AL_NEEDS_REUSE | AL_NEEDS_REMOTE_FREE,
	.size = sizeof(al_workload_cache_scratch),
	.name = "cache-scratch",
	.summary = "passive false sharing: objects of one line, given away",
	.op = "byte written and read back",
	.source = "Berger et al., Hoard, ASPLOS 2000",
	.params = params,
	.nparams = sizeof(params) / sizeof(params[0]),
	.min_threads = 1,
	.touch_prefix = SIZE_MAX,
	.object_valid = falsesharing_object_valid,
	.thread_prepare = scratch_thread_prepare,
	.thread_run = scratch_thread_run,
	.finish = falsesharing_finish,
};
