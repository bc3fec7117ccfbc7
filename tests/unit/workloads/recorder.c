// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * recorder.c - an allocator that remembers what a workload asked of it.
 *
 * Role:       see recorder.h.
 * Invariants: an object carries who made it, in a header before it.
 * Locks:      see recorder.h.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "recorder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct header {
	uint64_t birth; /* the how manyeth of its worker */
	uint32_t worker;
	uint32_t size; /* as asked for */
	pid_t tid;
	uint32_t is_live;
	uint64_t unused; /* the object stays aligned to 16 */
};

struct seen seen;

static _Atomic(bool) is_recording;
static __thread bool is_inside; /* a realloc */
static const struct al_workload *recorded;

static void stir(uint32_t worker, uint64_t what)
{
	seen.hash[worker] =
		(seen.hash[worker] ^ what) * UINT64_C(0x100000001b3);
}

static void keep_range(uint64_t size)
{
	if (size < seen.min_size)
		seen.min_size = size;
	if (size > seen.max_size)
		seen.max_size = size;
}

static void *recording_malloc(size_t size)
{
	const uint32_t worker = host_thread()->index;
	struct header *h = malloc(sizeof(*h) + size + seen.padding);

	*h = (struct header){
		seen.births[worker]++, worker, (uint32_t)size, gettid(), 1, 0
	};
	seen.live++;
	if (is_recording && !is_inside) {
		seen.mallocs++;
		keep_range(size);
		stir(worker, size << 1);
	}
	return h + 1;
}

static void *recording_malloc_flags(size_t size, unsigned int flags)
{
	if (is_recording)
		seen.flagged[flags]++;
	return recording_malloc(size);
}

static void recording_free(void *p)
{
	const uint32_t worker = host_thread()->index;
	struct header *h;

	if (!p)
		return;
	h = (struct header *)p - 1;
	if (recorded->object_valid &&
	    !recorded->object_valid(host_thread()->run, p, h->size))
		seen.invalid++;
	if (!h->is_live)
		seen.double_frees++;
	h->is_live = 0;
	seen.live--;
	if (is_recording && !is_inside) {
		seen.frees++;
		seen.frees_by_other_worker += h->worker != worker;
		seen.frees_by_other_thread += h->tid != gettid();
		stir(worker, h->birth << 1 | 1);
	}
	free(h);
}

/* A resize counts as itself alone. */
static void *recording_realloc(void *p, size_t size)
{
	const uint32_t old = ((struct header *)p - 1)->size;
	const uint32_t worker = host_thread()->index;
	void *q;

	is_inside = true;
	q = recording_malloc(size);
	memcpy(q, p, old < size ? old : size);
	recording_free(p);
	is_inside = false;
	if (is_recording)
		stir(worker, (uint64_t)size << 2 | 2);
	return q;
}

static const struct al_calls recorder = { .malloc = recording_malloc,
					  .free = recording_free,
					  .realloc = recording_realloc,
					  .malloc_flags =
						  recording_malloc_flags };

/* Set-up may differ: how many objects it takes depends on their addresses. */
static int recorded_run(struct al_thread *t)
{
	seen.births[t->index] = UINT64_C(1) << 32;
	is_recording = true;
	return recorded->thread_run(t);
}

static void recorded_finish(struct al_thread *t)
{
	is_recording = false;
	if (recorded->thread_finish)
		recorded->thread_finish(t);
}

struct host_result record(const struct al_workload *workload,
			  unsigned int nthreads, uint64_t seed,
			  const struct host_setting *settings)
{
	struct al_workload wrapped = *workload;
	const struct host_job job = { .workload = &wrapped,
				      .call = &recorder,
				      .settings = settings,
				      .nthreads = nthreads,
				      .seed = seed };
	const size_t padding = seen.padding;
	struct host_result result;

	memset(&seen, 0, sizeof(seen));
	seen.padding = padding;
	seen.min_size = UINT64_MAX;
	recorded = workload;
	wrapped.thread_run = recorded_run;
	wrapped.thread_finish = recorded_finish;
	host_run(&job, &result);
	assert_int_equal(seen.live, 0);
	assert_int_equal(seen.double_frees, 0);
	assert_int_equal(seen.invalid, 0);
	return result;
}
