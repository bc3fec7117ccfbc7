// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * larson.c - a server with bleeding: threads die, their objects live on.
 *
 * Role:       the workload `larson`.
 * Invariants: a worker owns `blocks` slots. A life is rounds x blocks steps of
 *             free a random slot, allocate a random size into it; then the
 *             worker goes on in a fresh operating system thread, which inherits
 *             the slots and frees what others allocated. All lives of a worker
 *             read one pair of tapes, onwards from where the last one stopped.
 * Locks:      none.
 * Units:      sizes in bytes.
 * Source:     Larson, Krishnan: Memory allocation for long-running server
 *             applications, ISMM 1998.
 * Differs:    a fixed number of lives instead of seconds, so that two
 *             allocators do the same work; each worker fills its own slots
 *             instead of the main thread; nothing before the clock is counted.
 */
#include "pattern.h"

#include <allotrope/random.h>
#include <allotrope/workload.h>

enum {
	P_BLOCKS,
	P_ROUNDS,
	P_LIVES,
	P_MIN,
	P_MAX
};

static const struct al_param params[] = {
	[P_BLOCKS] = { "blocks",
		       AL_PARAM_NUM,
		       { .num = 1000 },
		       1,
		       1 << 28,
		       "objects",
		       "live at once in each thread" },
	[P_ROUNDS] = { "rounds",
		       AL_PARAM_NUM,
		       { .num = 50 },
		       1,
		       1 << 20,
		       "",
		       "replacements of a life, as a multiple of blocks" },
	[P_LIVES] = { "lives",
		      AL_PARAM_NUM,
		      { .num = 20 },
		      1,
		      1 << 20,
		      "threads",
		      "one after another in each worker" },
	[P_MIN] = { "min",
		    AL_PARAM_NUM,
		    { .num = 8 },
		    2,
		    1 << 30,
		    "bytes",
		    "smallest object" },
	[P_MAX] = { "max",
		    AL_PARAM_NUM,
		    { .num = 1000 },
		    3,
		    1 << 30,
		    "bytes",
		    "sizes are uniform in [min, max)" },
};

/*
 * Slots and sizes are read from two tapes. One length is a power of two, the
 * other odd: the pairs repeat after the product of the lengths only, 2.7e8
 * steps at least, yet both tapes of a small heap stay in the second-level
 * cache. Drawing in the loop would cost more than some allocators do.
 */
#define SIZES_ON_TAPE ((size_t)1 << 14)

static size_t slots_on_tape(int64_t blocks)
{
	const size_t n = 8 * (size_t)blocks;

	return (n > SIZES_ON_TAPE ? n : SIZES_ON_TAPE) | 1;
}

struct local {
	void **slot;	      /* nslots objects, none NULL in the region */
	const uint32_t *pick; /* tape: a slot */
	const uint32_t *size; /* tape: bytes */
	size_t npicks;
	size_t at_pick, at_size;
	size_t nslots;
	int64_t lives_left;
};

static void larson_prepare(struct al_run *run)
{
	if (run->param[P_MIN].num >= run->param[P_MAX].num)
		run->services->fail(run, "min is %lld, not below max %lld",
				    (long long)run->param[P_MIN].num,
				    (long long)run->param[P_MAX].num);
}

static void *new_object(struct al_thread *t, size_t size)
{
	void *p = al_malloc(t, size);

	pattern_mark(p);
	return p;
}

static inline void replace(struct al_thread *t, struct local *local)
{
	void **slot = &local->slot[local->pick[local->at_pick]];

	t->call.free(*slot);
	*slot = new_object(t, local->size[local->at_size]);
	if (++local->at_pick == local->npicks)
		local->at_pick = 0;
	local->at_size = (local->at_size + 1) % SIZES_ON_TAPE;
}

static void larson_thread_prepare(struct al_thread *t)
{
	struct al_run *run = t->run;
	void *(*scratch)(struct al_run *, size_t) = run->services->scratch;
	const uint64_t min = (uint64_t)run->param[P_MIN].num;
	const uint64_t max = (uint64_t)run->param[P_MAX].num;
	struct al_random random = { t->seed };
	struct local *local = scratch(run, sizeof(*local));
	uint32_t *pick, *size;

	local->nslots = (size_t)run->param[P_BLOCKS].num;
	local->lives_left = run->param[P_LIVES].num;
	local->npicks = slots_on_tape(run->param[P_BLOCKS].num);
	local->slot = scratch(run, local->nslots * sizeof(*local->slot));
	local->pick = pick = scratch(run, local->npicks * sizeof(*pick));
	local->size = size = scratch(run, SIZES_ON_TAPE * sizeof(*size));
	for (size_t i = 0; i < local->npicks; i++)
		pick[i] = (uint32_t)al_random_below(&random, local->nslots);
	for (size_t i = 0; i < SIZES_ON_TAPE; i++)
		size[i] = (uint32_t)al_random_range(&random, min, max - 1);
	t->local = local;
	for (size_t i = 0; i < local->nslots; i++)
		local->slot[i] =
			new_object(t, al_random_range(&random, min, max - 1));
	for (size_t i = 0; i < 4 * local->nslots; i++)
		replace(t, local);
}

static int larson_life(struct al_thread *t)
{
	struct local *local = t->local;
	const uint64_t nsteps =
		(uint64_t)t->run->param[P_ROUNDS].num * local->nslots;

	for (uint64_t i = 0; i < nsteps; i++) {
		replace(t, local);
		al_step(t, 2);
	}
	if (--local->lives_left > 0)
		return t->services->hand_over(t, larson_life);
	return 0;
}

static void larson_thread_finish(struct al_thread *t)
{
	struct local *local = t->local;

	for (size_t i = 0; i < local->nslots; i++)
		t->call.free(local->slot[i]);
}

static bool larson_object_valid(const struct al_run *run, const void *p,
				size_t size)
{
	return pattern_mark_valid(p);
}

const struct al_workload al_workload_larson = {
	.abi = AL_WORKLOAD_ABI,
	.needs = AL_NEEDS_REMOTE_FREE | AL_NEEDS_REUSE,
	.size = sizeof(al_workload_larson),
	.name = "larson",
	.summary = "random replacement; threads die and hand their objects on",
	.op = "malloc or free",
	.source = "Larson and Krishnan, ISMM 1998; fixed work, barriers",
	.params = params,
	.nparams = sizeof(params) / sizeof(params[0]),
	.min_threads = 1,
	.touch_prefix = 2,
	.object_valid = larson_object_valid,
	.prepare = larson_prepare,
	.thread_prepare = larson_thread_prepare,
	.thread_run = larson_life,
	.thread_finish = larson_thread_finish,
};
