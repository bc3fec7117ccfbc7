// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fragment.c - the sizes shift: how much memory does that cost for ever?
 *
 * Role:       the workload `fragment`.
 * Invariants: each worker keeps at most its share of `live` bytes. It allocates
 *             `volume` times that from the first law of sizes, freeing random
 *             objects to make room; frees a random part of what is live; then
 *             allocates as much from the second law. What lives at the end
 *             stays until the harness has looked.
 * Locks:      none.
 * Units:      sizes in bytes.
 * Source:     Rumble, Kejriwal, Ousterhout: Log-structured memory for
 *             DRAM-based storage, FAST 2014, section 2 and its eight settings.
 * Differs:    objects are written whole; each worker does it for itself.
 */
#include "pattern.h"

#include <allotrope/random.h>
#include <allotrope/workload.h>

enum {
	P_SETTING,
	P_LIVE,
	P_VOLUME
};

static const struct al_param params[] = {
	[P_SETTING] = { "setting",
			AL_PARAM_NUM,
			{ .num = 4 },
			1,
			8,
			"",
			"1: 100 bytes; 2, 3: 100 to 130; 4, 5: 100-150 to "
			"200-250; 6: 100-200 to 1000-2000; 7: 1000-2000 to "
			"1500-2500; 8: 50-150 to 5000-15000; freed between: "
			"0, 0, 90, 0, 90, 50, 90, 90 percent" },
	[P_LIVE] = { "live",
		     AL_PARAM_NUM,
		     { .num = 32 << 20 },
		     1 << 20,
		     INT64_C(1) << 40,
		     "bytes",
		     "live at once, all threads together" },
	[P_VOLUME] = { "volume",
		       AL_PARAM_NUM,
		       { .num = 5 },
		       1,
		       1000,
		       "",
		       "allocated from each law, as a multiple of live" },
};

struct law {
	uint32_t min, max; /* uniform, both included */
};

static const struct setting {
	struct law before, after;
	unsigned int freed_percent;
} settings[] = {
	{ { 100, 100 }, { 100, 100 }, 0 },
	{ { 100, 100 }, { 130, 130 }, 0 },
	{ { 100, 100 }, { 130, 130 }, 90 },
	{ { 100, 150 }, { 200, 250 }, 0 },
	{ { 100, 150 }, { 200, 250 }, 90 },
	{ { 100, 200 }, { 1000, 2000 }, 50 },
	{ { 1000, 2000 }, { 1500, 2500 }, 90 },
	{ { 50, 150 }, { 5000, 15000 }, 90 },
};

/* One length a power of two, the other odd: see larson.c. */
#define SIZES_ON_TAPE ((size_t)1 << 14)
#define DRAWS_ON_TAPE (((size_t)1 << 14) + 1)

struct object {
	void *p;
	size_t size;
};

struct local {
	struct object *live; /* nlive of them, in no order */
	size_t nlive;
	size_t live_bytes, most_bytes;
	const uint32_t *size[2]; /* tapes: one a law */
	const uint32_t *draw;	 /* tape: 32 random bits */
	size_t at_size, at_draw;
};

static const uint32_t *size_tape(struct al_run *run, struct al_random *random,
				 struct law law)
{
	uint32_t *tape =
		run->services->scratch(run, SIZES_ON_TAPE * sizeof(*tape));

	for (size_t i = 0; i < SIZES_ON_TAPE; i++)
		tape[i] = (uint32_t)al_random_range(random, law.min, law.max);
	return tape;
}

static void fragment_thread_prepare(struct al_thread *t)
{
	struct al_run *run = t->run;
	const struct setting *s = &settings[run->param[P_SETTING].num - 1];
	struct local *local = run->services->scratch(run, sizeof(*local));
	struct al_random random = { t->seed };
	uint32_t *draw;
	size_t most;

	local->most_bytes = (size_t)run->param[P_LIVE].num / run->nthreads;
	local->size[0] = size_tape(run, &random, s->before);
	local->size[1] = size_tape(run, &random, s->after);
	local->draw = draw =
		run->services->scratch(run, DRAWS_ON_TAPE * sizeof(*draw));
	for (size_t i = 0; i < DRAWS_ON_TAPE; i++)
		draw[i] = (uint32_t)al_random_next(&random);
	most = local->most_bytes / s->before.min + 1;
	local->live = run->services->scratch(run, most * sizeof(*local->live));
	t->local = local;
}

static void free_one(struct al_thread *t, struct local *local)
{
	const uint64_t draw = local->draw[local->at_draw];
	struct object *o = &local->live[draw * local->nlive >> 32];

	if (++local->at_draw == DRAWS_ON_TAPE)
		local->at_draw = 0;
	t->call.free(o->p);
	local->live_bytes -= o->size;
	*o = local->live[--local->nlive];
	al_step(t, 1);
}

static void allocate(struct al_thread *t, struct local *local,
		     const uint32_t *sizes, size_t volume_bytes)
{
	for (size_t done = 0; done < volume_bytes;) {
		const size_t size = sizes[local->at_size];
		void *p;

		local->at_size = (local->at_size + 1) % SIZES_ON_TAPE;
		while (local->nlive &&
		       local->live_bytes + size > local->most_bytes)
			free_one(t, local);
		p = al_malloc(t, size);
		pattern_fill(p, size);
		local->live[local->nlive++] = (struct object){ p, size };
		local->live_bytes += size;
		done += size;
		al_step(t, 1);
	}
}

static int fragment_thread_run(struct al_thread *t)
{
	const union al_value *param = t->run->param;
	const struct setting *s = &settings[param[P_SETTING].num - 1];
	struct local *local = t->local;
	const size_t volume = (size_t)param[P_VOLUME].num * local->most_bytes;
	size_t keep_bytes;

	allocate(t, local, local->size[0], volume);
	keep_bytes = local->live_bytes / 100 * (100 - s->freed_percent);
	while (local->nlive && local->live_bytes > keep_bytes)
		free_one(t, local);
	allocate(t, local, local->size[1], volume);
	return 0;
}

static void fragment_thread_finish(struct al_thread *t)
{
	struct local *local = t->local;

	while (local->nlive)
		t->call.free(local->live[--local->nlive].p);
}

static void fragment_finish(struct al_run *run)
{
	double bytes = 0;

	for (unsigned int i = 0; i < run->nthreads; i++) {
		const struct local *local = run->thread[i]->local;

		bytes += (double)local->live_bytes;
	}
	run->services->metric(run, "end_live_bytes", bytes);
}

static bool fragment_object_valid(const struct al_run *run, const void *p,
				  size_t size)
{
	return pattern_valid(p, size);
}

const struct al_workload al_workload_fragment = {
	.abi = AL_WORKLOAD_ABI,
	.needs = AL_NEEDS_REUSE,
	.size = sizeof(al_workload_fragment),
	.name = "fragment",
	.summary = "the law of sizes changes under a full heap",
	.op = "malloc or free",
	.source = "Rumble et al., Log-structured memory, FAST 2014",
	.params = params,
	.nparams = sizeof(params) / sizeof(params[0]),
	.min_threads = 1,
	.touch_prefix = SIZE_MAX,
	.object_valid = fragment_object_valid,
	.thread_prepare = fragment_thread_prepare,
	.thread_run = fragment_thread_run,
	.thread_finish = fragment_thread_finish,
	.finish = fragment_finish,
};
