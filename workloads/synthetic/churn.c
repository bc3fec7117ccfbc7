// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * churn.c - short and long lives, objects that change hands, threads that end.
 *
 * Role:       the workload `churn`.
 * Invariants: a life allocates what its tape says, transient objects into an
 *             array and retained ones aside; it frees random elements of the
 *             array, and swaps random ones with slots that all workers share.
 *             At its end it frees what it holds, and its share of the slots by
 *             half; the next life runs in a fresh operating system thread.
 *             What a swap brings depends on who came first, so which object is
 *             freed where does too; what is allocated does not.
 * Locks:      none; a slot is exchanged atomically.
 * Units:      sizes in bytes.
 * Source:     mstress: Leijen, mimalloc's stress test, 2018.
 * Differs:    choices are drawn before the clock; the array belongs to the
 *             harness; each worker goes on to its next life when it is ready,
 *             without waiting for the others; contents are verified in the
 *             `check` pass only.
 */
#include "pattern.h"

#include <allotrope/random.h>
#include <allotrope/workload.h>

#include <stdatomic.h>

enum {
	P_SCALE,
	P_LIVES,
	P_SLOTS
};

static const struct al_param params[] = {
	[P_SCALE] = { "scale",
		      AL_PARAM_NUM,
		      { .num = 50 },
		      1,
		      1 << 20,
		      "",
		      "150 x scale objects a life, times 1 to 8 by worker" },
	[P_LIVES] = { "lives",
		      AL_PARAM_NUM,
		      { .num = 10 },
		      1,
		      1 << 20,
		      "threads",
		      "one after another in each worker" },
	[P_SLOTS] = { "slots",
		      AL_PARAM_NUM,
		      { .num = 1000 },
		      1,
		      1 << 24,
		      "objects",
		      "that may wait to change hands" },
};

/* One turn of a life: allocate; then free an element or not; swap or not. */
struct step {
	uint32_t bytes;
	uint32_t free_draw, swap_draw; /* which element, as a part of 2^32 */
	uint32_t slot : 24;
	uint32_t is_retained : 1;
	uint32_t frees : 1;
	uint32_t swaps : 1;
	uint32_t empties : 1; /* at the end of a life: the i-th slot of ours */
};

struct shared {
	size_t nslots;
	_Atomic(void *) slot[];
};

struct local {
	const struct step *step;
	size_t nsteps;
	void **element;	 /* of the array; NULL where freed */
	void **retained; /* nsteps have room in each */
	int64_t lives_left;
};

static bool chance(struct al_random *random, unsigned int percent)
{
	return al_random_below(random, 100) < percent;
}

/* Powers of two in words; a few are large, and a few of these huge. */
static uint32_t draw_bytes(struct al_random *random, bool is_retained)
{
	uint64_t words = UINT64_C(1)
			 << al_random_below(random, is_retained ? 7 : 5);

	if (chance(random, 2)) {
		if (chance(random, 2))
			words *= 10000;
		else if (chance(random, 11))
			words *= 1000;
		else
			words *= 100;
	}
	if (words == 40)
		words++;
	return (uint32_t)(words * sizeof(void *));
}

static void churn_prepare(struct al_run *run)
{
	const size_t nslots = (size_t)run->param[P_SLOTS].num;
	struct shared *shared = run->services->scratch(
		run, sizeof(*shared) + nslots * sizeof(shared->slot[0]));

	shared->nslots = nslots;
	run->shared = shared;
}

static void churn_thread_prepare(struct al_thread *t)
{
	struct al_run *run = t->run;
	void *(*scratch)(struct al_run *, size_t) = run->services->scratch;
	const struct shared *shared = run->shared;
	struct local *local = scratch(run, sizeof(*local));
	struct al_random random = { t->seed };
	size_t transient =
		100 * (size_t)run->param[P_SCALE].num * (t->index % 8 + 1);
	size_t retained = transient / 2;
	struct step *step;

	local->nsteps = transient + retained;
	local->lives_left = run->param[P_LIVES].num;
	local->element = scratch(run, local->nsteps * sizeof(void *));
	local->retained = scratch(run, local->nsteps * sizeof(void *));
	step = scratch(run, local->nsteps * sizeof(*step));
	local->step = step;
	for (size_t i = 0; i < local->nsteps; i++) {
		const bool is_retained =
			retained && (!transient || chance(&random, 50));

		*(is_retained ? &retained : &transient) -= 1;
		step[i] = (struct step){
			.bytes = draw_bytes(&random, is_retained),
			.free_draw = (uint32_t)al_random_next(&random),
			.swap_draw = (uint32_t)al_random_next(&random),
			.slot = (uint32_t)al_random_below(&random,
							  shared->nslots),
			.is_retained = is_retained,
			.frees = chance(&random, 66),
			.swaps = chance(&random, 25),
			.empties = chance(&random, 50),
		};
	}
	t->local = local;
}

static void drop(struct al_thread *t, void *p)
{
	if (!p)
		return;
	t->call.free(p);
	al_step(t, 1);
}

static void *make(struct al_thread *t, size_t bytes)
{
	void *p = al_malloc(t, bytes);

	pattern_fill(p, bytes);
	al_step(t, 1);
	return p;
}

/* Worker i owns the slots i, i + nthreads ...: it alone empties them. */
static void empty_slots(struct al_thread *t, const struct local *local)
{
	struct shared *shared = t->run->shared;
	size_t turn = 0;

	for (size_t i = t->index; i < shared->nslots; i += t->run->nthreads) {
		if (local->step[turn].empties)
			drop(t, atomic_exchange(&shared->slot[i], NULL));
		turn = turn + 1 == local->nsteps ? 0 : turn + 1;
	}
}

static void live(struct al_thread *t, struct local *local)
{
	struct shared *shared = t->run->shared;
	void **element = local->element, **retained = local->retained;
	uint64_t n = 0, nretained = 0;

	for (size_t i = 0; i < local->nsteps; i++) {
		const struct step *s = &local->step[i];
		void **e;

		if (s->is_retained)
			retained[nretained++] = make(t, s->bytes);
		else
			element[n++] = make(t, s->bytes);
		if (s->frees && n) {
			e = &element[s->free_draw * n >> 32];
			drop(t, *e);
			*e = NULL;
		}
		if (s->swaps && n) {
			e = &element[s->swap_draw * n >> 32];
			*e = atomic_exchange(&shared->slot[s->slot], *e);
		}
	}
	while (nretained)
		drop(t, retained[--nretained]);
	while (n)
		drop(t, element[--n]);
}

static int churn_life(struct al_thread *t)
{
	struct local *local = t->local;

	live(t, local);
	empty_slots(t, local);
	if (--local->lives_left > 0)
		return t->services->hand_over(t, churn_life);
	return 0;
}

static void churn_thread_finish(struct al_thread *t)
{
	struct shared *shared = t->run->shared;

	for (size_t i = t->index; i < shared->nslots; i += t->run->nthreads)
		t->call.free(atomic_exchange(&shared->slot[i], NULL));
}

static bool churn_object_valid(const struct al_run *run, const void *p,
			       size_t size)
{
	return pattern_valid(p, size);
}

const struct al_workload al_workload_churn = {
	.abi = AL_WORKLOAD_ABI,
	.needs = AL_NEEDS_REMOTE_FREE | AL_NEEDS_REUSE,
	.size = sizeof(al_workload_churn),
	.name = "churn",
	.summary = "short and long lives, objects change hands, threads end",
	.op = "malloc or free",
	.source = "mstress, Leijen 2018; choices drawn before the clock",
	.params = params,
	.nparams = sizeof(params) / sizeof(params[0]),
	.min_threads = 1,
	.touch_prefix = SIZE_MAX,
	.object_valid = churn_object_valid,
	.prepare = churn_prepare,
	.thread_prepare = churn_thread_prepare,
	.thread_run = churn_life,
	.thread_finish = churn_thread_finish,
};
