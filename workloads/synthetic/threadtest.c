// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * threadtest.c - many small objects, nothing shared: does the allocator scale?
 *
 * Role:       the workload `threadtest`.
 * Invariants: `objects` is the number for all workers together, so the total
 *             work does not depend on the number of threads; the first workers
 *             take one object more where it does not divide.
 * Locks:      none.
 * Units:      sizes in bytes.
 * Source:     Berger, McKinley, Blumofe, Wilson: Hoard, ASPLOS 2000.
 * Differs:    the pointer arrays belong to the harness and exist before the
 *             clock starts; threads begin and end outside the timed region.
 */
#include "pattern.h"

#include <allotrope/workload.h>

enum {
	P_OBJECTS,
	P_ITERATIONS,
	P_SIZE,
	P_WORK
};

static const struct al_param params[] = {
	[P_OBJECTS] = { "objects",
			AL_PARAM_NUM,
			{ .num = 10000 },
			1,
			1 << 30,
			"objects",
			"live at once, all threads together" },
	[P_ITERATIONS] = { "iterations",
			   AL_PARAM_NUM,
			   { .num = 1000 },
			   1,
			   1 << 30,
			   "rounds",
			   "times all objects are allocated, then freed" },
	[P_SIZE] = { "size",
		     AL_PARAM_NUM,
		     { .num = 64 },
		     1,
		     1 << 30,
		     "bytes",
		     "of each object; every byte is written" },
	[P_WORK] = { "work",
		     AL_PARAM_NUM,
		     { .num = 0 },
		     0,
		     1 << 30,
		     "steps",
		     "of empty loop after each malloc and each free" },
};

struct local {
	size_t nobjects;
	void *object[];
};

static inline void work(int64_t nsteps)
{
	while (nsteps-- > 0)
		__asm__ volatile("");
}

static void threadtest_thread_prepare(struct al_thread *t)
{
	const struct al_run *run = t->run;
	const size_t total = (size_t)run->param[P_OBJECTS].num;
	const size_t n =
		total / run->nthreads + (t->index < total % run->nthreads);
	struct local *local = run->services->scratch(
		t->run, sizeof(*local) + n * sizeof(local->object[0]));

	local->nobjects = n;
	t->local = local;
}

static int threadtest_thread_run(struct al_thread *t)
{
	const union al_value *param = t->run->param;
	const int64_t iterations = param[P_ITERATIONS].num;
	const int64_t nsteps = param[P_WORK].num;
	const size_t size = (size_t)param[P_SIZE].num;
	struct local *local = t->local;
	const size_t n = local->nobjects;

	for (int64_t round = 0; round < iterations; round++) {
		for (size_t i = 0; i < n; i++) {
			void *p = al_malloc(t, size);

			pattern_fill(p, size);
			local->object[i] = p;
			work(nsteps);
			al_step(t, 1);
		}
		for (size_t i = 0; i < n; i++) {
			t->call.free(local->object[i]);
			work(nsteps);
			al_step(t, 1);
		}
	}
	return 0;
}

static bool threadtest_object_valid(const struct al_run *run, const void *p,
				    size_t size)
{
	return pattern_valid(p, size);
}

const struct al_workload al_workload_threadtest = {
	.abi = AL_WORKLOAD_ABI,
	.needs = AL_NEEDS_REUSE,
	.size = sizeof(al_workload_threadtest),
	.name = "threadtest",
	.summary = "each thread allocates many small objects, then frees them",
	.op = "malloc or free",
	.source = "Berger et al., Hoard, ASPLOS 2000; arrays outside the clock",
	.params = params,
	.nparams = sizeof(params) / sizeof(params[0]),
	.min_threads = 1,
	.touch_prefix = SIZE_MAX,
	.object_valid = threadtest_object_valid,
	.thread_prepare = threadtest_thread_prepare,
	.thread_run = threadtest_thread_run,
};
