// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * prodcons.c - producers allocate, consumers free: the xmalloc-test pattern.
 *
 * Role:       the workload `prodcons`; the queue stands in batch_queue.c.
 * Invariants: worker 2k produces, worker 2k + 1 consumes; every object is freed
 *             by another worker than the one that allocated it. A worker
 *             without a partner (the last of an odd number, or the only one)
 *             does both, a batch at a time. Each producer makes `batches`
 *             batches and each consumer gets exactly as many, mixed or not.
 * Locks:      a queue's, once a batch.
 * Units:      sizes in bytes.
 * Source:     xmalloc-test: Lever, Boreham, USENIX 2000; Eder; Kuszmaul.
 * Differs:    a fixed number of batches instead of seconds; one queue a
 *             consumer instead of one for all; first in first out; the arrays
 *             that carry a batch belong to the harness; what is counted is
 *             counted by the operation.
 */
#include "batch_queue.h"
#include "pattern.h"

#include <allotrope/random.h>
#include <allotrope/workload.h>

enum {
	P_BATCHES,
	P_BATCH,
	P_DEPTH,
	P_SIZE,
	P_MIX
};

static const struct al_param params[] = {
	[P_BATCHES] = { "batches",
			AL_PARAM_NUM,
			{ .num = 250 },
			1,
			1 << 30,
			"batches",
			"that each producer makes" },
	[P_BATCH] = { "batch",
		      AL_PARAM_NUM,
		      { .num = 4096 },
		      1,
		      1 << 24,
		      "objects",
		      "that go from hand to hand at once" },
	[P_DEPTH] = { "depth",
		      AL_PARAM_NUM,
		      { .num = 8 },
		      1,
		      4096,
		      "batches",
		      "that may wait for a consumer" },
	[P_SIZE] = { "size",
		     AL_PARAM_NUM,
		     { .num = 64 },
		     0,
		     1 << 30,
		     "bytes",
		     "of each object; 0: one of 17 sizes from 8 to 2048" },
	[P_MIX] = { "mix",
		    AL_PARAM_NUM,
		    { .num = 0 },
		    0,
		    1,
		    "",
		    "1: a producer's batches go to all consumers in turn" },
};

#define TOUCH_BYTES   ((size_t)128)

/* A prime, no divisor of a likely batch: each starts elsewhere on the tape. */
#define SIZES_ON_TAPE ((size_t)4099)

struct local {
	const uint32_t *size; /* tape: bytes */
	size_t at_size;
	struct batch *batch; /* in this worker's hands; NULL with a consumer */
};

struct shared {
	unsigned int npairs;
	struct batch_queue *queue[]; /* npairs, one a consumer */
};

static bool is_alone(const struct al_thread *t)
{
	return t->index / 2 >= ((const struct shared *)t->run->shared)->npairs;
}

static struct batch *new_batch(struct al_run *run, size_t room)
{
	struct batch *b = run->services->scratch(
		run, sizeof(*b) + room * sizeof(b->object[0]));

	b->room = room;
	return b;
}

static void prodcons_prepare(struct al_run *run)
{
	const unsigned int npairs = run->nthreads / 2;
	const unsigned int depth = (unsigned int)run->param[P_DEPTH].num;
	const size_t room = (size_t)run->param[P_BATCH].num;
	struct shared *shared = run->services->scratch(
		run, sizeof(*shared) + npairs * sizeof(shared->queue[0]));

	shared->npairs = npairs;
	run->shared = shared;
	for (unsigned int i = 0; i < npairs; i++) {
		struct batch_queue *q =
			run->services->scratch(run, batch_queue_bytes(depth));

		batch_queue_init(q, depth);
		for (unsigned int n = 0; n < depth; n++)
			batch_queue_add_empty(q, new_batch(run, room));
		shared->queue[i] = q;
	}
}

static void prodcons_finish(struct al_run *run)
{
	struct shared *shared = run->shared;

	for (unsigned int i = 0; i < shared->npairs; i++)
		batch_queue_fini(shared->queue[i]);
}

static uint32_t draw_size(struct al_random *random, int64_t fixed)
{
	static const uint32_t sizes[] = { 8,   12,  16,	  24,	32,  48,
					  64,  96,  128,  192,	256, 384,
					  512, 768, 1024, 1536, 2048 };

	if (fixed)
		return (uint32_t)fixed;
	return sizes[al_random_below(random, sizeof(sizes) / sizeof(sizes[0]))];
}

static void prodcons_thread_prepare(struct al_thread *t)
{
	struct al_run *run = t->run;
	struct local *local = run->services->scratch(run, sizeof(*local));
	struct al_random random = { t->seed };
	uint32_t *size;

	t->local = local;
	if (t->index % 2 && !is_alone(t))
		return; /* a consumer gets its batches from the queue */
	local->batch = new_batch(run, (size_t)run->param[P_BATCH].num);
	local->size = size =
		run->services->scratch(run, SIZES_ON_TAPE * sizeof(*size));
	for (size_t i = 0; i < SIZES_ON_TAPE; i++)
		size[i] = draw_size(&random, run->param[P_SIZE].num);
}

static void fill(struct al_thread *t, struct local *local, struct batch *b)
{
	size_t at_size = local->at_size;

	for (size_t i = 0; i < b->room; i++) {
		const size_t size = local->size[at_size];
		void *p = al_malloc(t, size);

		pattern_fill(p, size < TOUCH_BYTES ? size : TOUCH_BYTES);
		b->object[i] = p;
		if (++at_size == SIZES_ON_TAPE)
			at_size = 0;
		al_step(t, 1);
	}
	local->at_size = at_size;
}

static void drain(struct al_thread *t, struct batch *b)
{
	for (size_t i = 0; i < b->room; i++) {
		t->call.free(b->object[i]);
		al_step(t, 1);
	}
}

static void produce(struct al_thread *t, const struct shared *shared)
{
	const int64_t nbatches = t->run->param[P_BATCHES].num;
	const bool mix = t->run->param[P_MIX].num;
	struct local *local = t->local;
	unsigned int to = t->index / 2;

	for (int64_t n = 0; n < nbatches; n++) {
		fill(t, local, local->batch);
		local->batch =
			batch_queue_swap_in(shared->queue[to], t, local->batch);
		if (mix)
			to = to + 1 == shared->npairs ? 0 : to + 1;
	}
}

/* Mixed: in round n every consumer is the goal of exactly one producer. */
static void consume(struct al_thread *t, const struct shared *shared)
{
	const int64_t nbatches = t->run->param[P_BATCHES].num;
	struct batch_queue *q = shared->queue[t->index / 2];

	for (int64_t n = 0; n < nbatches; n++) {
		struct batch *b = batch_queue_take(q, t);

		drain(t, b);
		batch_queue_give_back(q, b);
	}
}

static void alternate(struct al_thread *t)
{
	const int64_t nbatches = t->run->param[P_BATCHES].num;
	struct local *local = t->local;

	for (int64_t n = 0; n < nbatches; n++) {
		fill(t, local, local->batch);
		drain(t, local->batch);
	}
}

static int prodcons_thread_run(struct al_thread *t)
{
	const struct shared *shared = t->run->shared;

	if (is_alone(t))
		alternate(t);
	else if (t->index % 2)
		consume(t, shared);
	else
		produce(t, shared);
	return 0;
}

static bool prodcons_object_valid(const struct al_run *run, const void *p,
				  size_t size)
{
	return pattern_valid(p, size < TOUCH_BYTES ? size : TOUCH_BYTES);
}

const struct al_workload al_workload_prodcons = {
	.abi = AL_WORKLOAD_ABI,
	.needs = AL_NEEDS_REMOTE_FREE | AL_NEEDS_REUSE,
	.size = sizeof(al_workload_prodcons),
	.name = "prodcons",
	.summary = "producers allocate, consumers free, in batches",
	.op = "malloc or free",
	.source = "xmalloc-test, Lever and Boreham, USENIX 2000; fixed work, "
		  "one queue a consumer",
	.params = params,
	.nparams = sizeof(params) / sizeof(params[0]),
	.min_threads = 1,
	.touch_prefix = TOUCH_BYTES,
	.object_valid = prodcons_object_valid,
	.prepare = prodcons_prepare,
	.thread_prepare = prodcons_thread_prepare,
	.thread_run = prodcons_thread_run,
	.finish = prodcons_finish,
};
