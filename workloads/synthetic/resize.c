// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * resize.c - buffers that grow and shrink: what does realloc cost?
 *
 * Role:       the workload `resize`.
 * Invariants: each worker has `buffers` buffers, resized in turns. Each grows
 *             from `min` by `growth` percent, or by `step` bytes, until the
 *             next size would be above `max`; then it shrinks the same way.
 *             What a growth adds is written; what was there is not read.
 * Locks:      none.
 * Units:      sizes in bytes; an operation is one realloc.
 * Source:     glibc's realloc microbenchmark made useful; the growth factors of
 *             std::vector implementations (1.5, 2).
 */
#include "pattern.h"

#include <allotrope/workload.h>

#include <string.h>

enum {
	P_BUFFERS,
	P_MIN,
	P_MAX,
	P_GROWTH,
	P_STEP,
	P_ROUNDS
};

static const struct al_param params[] = {
	[P_BUFFERS] = { "buffers",
			AL_PARAM_NUM,
			{ .num = 4 },
			1,
			1 << 20,
			"objects",
			"of each thread, resized in turns" },
	[P_MIN] = { "min",
		    AL_PARAM_NUM,
		    { .num = 16 },
		    1,
		    1 << 30,
		    "bytes",
		    "smallest size" },
	[P_MAX] = { "max",
		    AL_PARAM_NUM,
		    { .num = 1 << 20 },
		    2,
		    INT64_C(1) << 36,
		    "bytes",
		    "largest size" },
	[P_GROWTH] = { "growth",
		       AL_PARAM_NUM,
		       { .num = 50 },
		       0,
		       1000,
		       "percent",
		       "that a resize adds; at least one byte" },
	[P_STEP] = { "step",
		     AL_PARAM_NUM,
		     { .num = 0 },
		     0,
		     1 << 30,
		     "bytes",
		     "that a resize adds instead; 0: growth decides" },
	[P_ROUNDS] = { "rounds",
		       AL_PARAM_NUM,
		       { .num = 50 },
		       1,
		       1 << 30,
		       "",
		       "up and down" },
};

struct local {
	size_t *size; /* the sizes on the way up, nsizes of them */
	size_t nsizes;
	uint64_t moved, moved_bytes;
	void *buffer[];
};

static size_t next_size(const struct al_run *run, size_t size)
{
	const size_t step = (size_t)run->param[P_STEP].num;
	const size_t growth = (size_t)run->param[P_GROWTH].num;

	if (step)
		return size + step;
	return size + size / 100 * growth + size % 100 * growth / 100 + 1;
}

static void resize_prepare(struct al_run *run)
{
	if (run->param[P_MIN].num >= run->param[P_MAX].num)
		run->services->fail(run, "min is %lld, not below max %lld",
				    (long long)run->param[P_MIN].num,
				    (long long)run->param[P_MAX].num);
}

static void resize_thread_prepare(struct al_thread *t)
{
	struct al_run *run = t->run;
	const size_t n = (size_t)run->param[P_BUFFERS].num;
	const size_t min = (size_t)run->param[P_MIN].num;
	const size_t max = (size_t)run->param[P_MAX].num;
	struct local *local = run->services->scratch(
		run, sizeof(*local) + n * sizeof(local->buffer[0]));
	size_t nsizes = 0;

	for (size_t size = min; size <= max; size = next_size(run, size))
		nsizes++;
	local->size =
		run->services->scratch(run, nsizes * sizeof(*local->size));
	for (size_t size = min; size <= max; size = next_size(run, size))
		local->size[local->nsizes++] = size;
	t->local = local;
	for (size_t i = 0; i < n; i++) {
		local->buffer[i] = al_malloc(t, min);
		memset(local->buffer[i], 1, min);
	}
}

static void resize_all(struct al_thread *t, struct local *local, size_t from,
		       size_t to)
{
	const size_t n = (size_t)t->run->param[P_BUFFERS].num;

	for (size_t i = 0; i < n; i++) {
		char *p = t->call.realloc(local->buffer[i], to);

		if (__builtin_expect(!p, 0))
			t->services->oom(t, to);
		if (p != local->buffer[i]) {
			local->moved++;
			local->moved_bytes += from < to ? from : to;
		}
		if (to > from)
			memset(p + from, 1, to - from);
		local->buffer[i] = p;
		al_step(t, 1);
	}
}

static int resize_thread_run(struct al_thread *t)
{
	struct local *local = t->local;
	const size_t *size = local->size;

	for (int64_t n = 0; n < t->run->param[P_ROUNDS].num; n++) {
		for (size_t i = 1; i < local->nsizes; i++)
			resize_all(t, local, size[i - 1], size[i]);
		for (size_t i = local->nsizes - 1; i > 0; i--)
			resize_all(t, local, size[i], size[i - 1]);
	}
	return 0;
}

static void resize_thread_finish(struct al_thread *t)
{
	struct local *local = t->local;

	for (int64_t i = 0; i < t->run->param[P_BUFFERS].num; i++)
		t->call.free(local->buffer[i]);
}

static void resize_finish(struct al_run *run)
{
	double moved = 0, bytes = 0;

	for (unsigned int i = 0; i < run->nthreads; i++) {
		const struct local *local = run->thread[i]->local;

		moved += (double)local->moved;
		bytes += (double)local->moved_bytes;
	}
	run->services->metric(run, "moved_objects", moved);
	run->services->metric(run, "moved_bytes", bytes);
}

/* Every byte that a buffer has was written with the same value. */
static bool resize_object_valid(const struct al_run *run, const void *p,
				size_t size)
{
	const char *byte = p;

	return byte[0] == 1 && !memcmp(byte, byte + 1, size - 1);
}

const struct al_workload al_workload_resize = {
	.abi = AL_WORKLOAD_ABI,
	.needs = AL_NEEDS_REALLOC | AL_NEEDS_REUSE,
	.size = sizeof(al_workload_resize),
	.name = "resize",
	.summary = "buffers that grow and shrink by realloc, in turns",
	.op = "realloc",
	.source = "glibc's realloc microbenchmark; our own rules",
	.params = params,
	.nparams = sizeof(params) / sizeof(params[0]),
	.min_threads = 1,
	.touch_prefix = SIZE_MAX,
	.object_valid = resize_object_valid,
	.prepare = resize_prepare,
	.thread_prepare = resize_thread_prepare,
	.thread_run = resize_thread_run,
	.thread_finish = resize_thread_finish,
	.finish = resize_finish,
};
