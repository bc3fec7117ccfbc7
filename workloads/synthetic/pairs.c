// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pairs.c - one size, malloc and free in a fixed order: what does a call cost?
 *
 * Role:       the workload `pairs`.
 * Invariants: a round is `batch` mallocs, then `batch` frees in the asked order
 *             (with batch 1: each object is freed at once). Every worker does
 *             the same number of rounds on objects of its own. One round before
 *             the clock starts warms caches and page tables.
 * Locks:      none.
 * Units:      sizes in bytes.
 * Source:     the micro test of every allocator's own suite.
 */
#include "pattern.h"

#include <allotrope/random.h>
#include <allotrope/workload.h>

#include <string.h>

#define TOUCHED_BYTES 8

enum {
	P_PAIRS,
	P_SIZE,
	P_BATCH,
	P_ORDER,
};

static const struct al_param params[] = {
	[P_PAIRS] = { "pairs",
		      AL_PARAM_NUM,
		      { .num = 2000000 },
		      1,
		      INT64_C(1) << 40,
		      "pairs",
		      "malloc and free, a worker; whole batches" },
	[P_SIZE] = { "size",
		     AL_PARAM_NUM,
		     { .num = 64 },
		     TOUCHED_BYTES,
		     1 << 30,
		     "bytes",
		     "of each object; the first 8 are written" },
	[P_BATCH] = { "batch",
		      AL_PARAM_NUM,
		      { .num = 1 },
		      1,
		      1 << 26,
		      "objects",
		      "allocated before the first is freed" },
	[P_ORDER] = { "order",
		      AL_PARAM_TEXT,
		      { .text = "lifo" },
		      0,
		      0,
		      "",
		      "of the frees: lifo, fifo or random" },
};

struct local {
	size_t batch;
	void **object;	 /* in the order of allocation */
	uint32_t *order; /* the i-th free is that of object[order[i]] */
};

static void pairs_prepare(struct al_run *run)
{
	const char *order = run->param[P_ORDER].text;

	if (strcmp(order, "lifo") && strcmp(order, "fifo") &&
	    strcmp(order, "random"))
		run->services->fail(
			run, "order is \"%.40s\", not lifo, fifo or random",
			order);
}

/* Fisher-Yates; the same shuffle for every allocator. */
static void shuffle(uint32_t *order, size_t n, uint64_t seed)
{
	struct al_random random = { seed };

	for (size_t i = n; i > 1; i--) {
		size_t k = al_random_below(&random, i);
		uint32_t swap = order[k];

		order[k] = order[i - 1];
		order[i - 1] = swap;
	}
}

static inline void round_of_pairs(struct al_thread *t,
				  const struct local *local, size_t size)
{
	for (size_t i = 0; i < local->batch; i++) {
		local->object[i] = al_malloc(t, size);
		pattern_fill(local->object[i], TOUCHED_BYTES);
		al_step(t, 1);
	}
	for (size_t i = 0; i < local->batch; i++) {
		t->call.free(local->object[local->order[i]]);
		al_step(t, 1);
	}
}

static void pairs_thread_prepare(struct al_thread *t)
{
	void *(*scratch)(struct al_run *, size_t) = t->run->services->scratch;
	const size_t n = (size_t)t->run->param[P_BATCH].num;
	const char *order = t->run->param[P_ORDER].text;
	struct local *local = scratch(t->run, sizeof(*local));

	local->batch = n;
	local->object = scratch(t->run, n * sizeof(*local->object));
	local->order = scratch(t->run, n * sizeof(*local->order));
	for (size_t i = 0; i < n; i++)
		local->order[i] = (uint32_t)(*order == 'l' ? n - 1 - i : i);
	if (*order == 'r')
		shuffle(local->order, n, t->seed);
	t->local = local;
	round_of_pairs(t, local, (size_t)t->run->param[P_SIZE].num);
}

/* Batch 1: nothing of the harness stands between malloc and its free. */
static int free_at_once(struct al_thread *t, size_t size, uint64_t npairs)
{
	for (uint64_t i = 0; i < npairs; i++) {
		void *p = al_malloc(t, size);

		pattern_fill(p, TOUCHED_BYTES);
		t->call.free(p);
		al_step(t, 2);
	}
	return 0;
}

static int pairs_thread_run(struct al_thread *t)
{
	const struct local *local = t->local;
	const size_t size = (size_t)t->run->param[P_SIZE].num;
	const uint64_t npairs = (uint64_t)t->run->param[P_PAIRS].num;
	const uint64_t rounds = (npairs + local->batch - 1) / local->batch;

	if (local->batch == 1)
		return free_at_once(t, size, npairs);
	for (uint64_t round = 0; round < rounds; round++)
		round_of_pairs(t, local, size);
	return 0;
}

static bool pairs_object_valid(const struct al_run *run, const void *p,
			       size_t size)
{
	return pattern_valid(p, TOUCHED_BYTES);
}

const struct al_workload al_workload_pairs = {
	.abi = AL_WORKLOAD_ABI,
	.needs = AL_NEEDS_REUSE,
	.size = sizeof(al_workload_pairs),
	.name = "pairs",
	.summary = "one size, batches freed in order, in reverse or at random",
	.op = "malloc or free",
	.source = "common practice; one warm-up round before the clock",
	.params = params,
	.nparams = sizeof(params) / sizeof(params[0]),
	.min_threads = 1,
	.touch_prefix = TOUCHED_BYTES,
	.object_valid = pairs_object_valid,
	.prepare = pairs_prepare,
	.thread_prepare = pairs_thread_prepare,
	.thread_run = pairs_thread_run,
};
