// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_replay.c - the workload `replay`: every call on the right object, in an
 *                 order that could have been.
 *
 * Role:       plays random traces, with objects that wander between threads, on
 *             an allocator that knows each object by its size: the sizes of a
 *             trace are all different, so which object a call must be given
 *             is known. Also run under ThreadSanitizer.
 * Invariants: none.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "../../../workloads/trace/builder.h"
#include "../../../workloads/trace/replay.h"

#include <allotrope/random.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* cmocka wants the four before it */
#include <cmocka.h>

#ifdef AL_SANITIZED
#define EVENTS 8000
#else
#define EVENTS 40000
#endif
#define OBJECTS 200
#define THREADS 6

extern const struct al_workload al_workload_replay;

static char path[64];

/* By size, from 1 on: what the trace does with the object that has it. */
static struct {
	uint32_t before; /* of a realloc: the size it has before */
	bool is_freed;	 /* by the trace */
} expected[EVENTS + 1];

static _Atomic unsigned int passes_freed[EVENTS + 1]; /* how often freed */
static _Atomic unsigned int wrong;
static _Atomic unsigned int threads_made;

/* An object: its size, and whether it lives. */
struct object {
	_Atomic size_t live_size; /* 0: dead */
	size_t room;		  /* keeps the bytes behind it aligned */
};

static void *take(size_t size)
{
	struct object *o = malloc(sizeof(*o) + EVENTS);

	o->live_size = size;
	return o + 1;
}

/* End the object. Return: the size it had. */
static size_t end(void *p)
{
	struct object *o = (struct object *)p - 1;
	size_t size = atomic_exchange(&o->live_size, 0);

	if (!size || size > EVENTS) {
		atomic_fetch_add(&wrong, 1); /* freed twice: keep it */
		return 0;
	}
	free(o);
	return size;
}

static void give(void *p)
{
	size_t size = end(p);

	if (size)
		atomic_fetch_add(&passes_freed[size], 1);
}

static void *take_zeroed(size_t n, size_t size)
{
	return take(n * size);
}

static void *take_aligned(size_t align, size_t size)
{
	return take(size);
}

static void *resize(void *p, size_t size)
{
	if (size > EVENTS || end(p) != expected[size].before)
		atomic_fetch_add(&wrong, 1);
	return take(size);
}

/* What scratch() gave, in front of each block; until play() ends. */
struct block {
	struct block *next;
	_Alignas(max_align_t) char bytes[];
};

static _Atomic(struct block *) blocks;

static void *scratch(struct al_run *run, size_t bytes)
{
	struct block *b = calloc(1, sizeof(*b) + bytes);

	b->next = atomic_load(&blocks);
	while (!atomic_compare_exchange_weak(&blocks, &b->next, b))
		;
	return b->bytes;
}

static void free_scratch(void)
{
	struct block *b = atomic_exchange(&blocks, NULL);

	while (b) {
		struct block *next = b->next;

		free(b);
		b = next;
	}
}

static __attribute__((noreturn)) void fail_run(struct al_run *run,
					       const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	abort();
}

static void metric(struct al_run *run, const char *name, double value)
{
}

static void quiet(struct al_thread *t)
{
}

struct call {
	struct al_thread *t;
	int (*run)(struct al_thread *t);
	int result;
};

static void *start(void *arg)
{
	struct call *c = arg;

	c->result = c->run(c->t);
	return NULL;
}

static int hand_over(struct al_thread *t, int (*next)(struct al_thread *t))
{
	struct call c = { t, next, 0 };
	pthread_t thread;

	atomic_fetch_add(&threads_made, 1);
	pthread_create(&thread, NULL, start, &c);
	pthread_join(thread, NULL);
	return c.result;
}

static __attribute__((noreturn)) void no_memory(struct al_thread *t,
						size_t size)
{
	abort();
}

static const struct al_run_services run_services = {
	.scratch = scratch,
	.fail = fail_run,
	.metric = metric,
};
static const struct al_thread_services thread_services = {
	.point = quiet,
	.idle = quiet,
	.busy = quiet,
	.hand_over = hand_over,
	.oom = no_memory,
};

/* A trace whose n-th sized call asks for n bytes. Return: its ops. */
static uint64_t build(uint64_t seed, bool threads_end)
{
	struct al_random rng = { seed };
	uint32_t size_of[OBJECTS] = { 0 }, next = 0;
	struct trace_head head;
	struct trouble t;
	struct trace_builder *b = trace_builder_open(path, "", 1, &t);

	assert_non_null(b);
	memset(expected, 0, sizeof(expected));
	for (int i = 0; i < EVENTS; i++) {
		uint64_t k = al_random_below(&rng, OBJECTS);
		struct trace_event e = { .addr = 64 * (k + 1),
					 .old = 64 * (k + 1) };

		e.thread = al_random_below(&rng, THREADS);
		if (threads_end && !al_random_below(&rng, 500)) {
			e.kind = EVENT_THREAD_END;
		} else if (!size_of[k]) {
			e.kind = al_random_below(&rng, 2) ? EVENT_MALLOC
							  : EVENT_CALLOC;
			e.size = size_of[k] = ++next;
		} else if (al_random_below(&rng, 3)) {
			e.kind = EVENT_FREE;
			expected[size_of[k]].is_freed = true;
			size_of[k] = 0;
		} else {
			e.kind = EVENT_RESIZE;
			e.size = ++next;
			expected[next].before = size_of[k];
			size_of[k] = next;
		}
		assert_int_equal(trace_builder_event(b, &e), 0);
	}
	for (int k = 0; k < OBJECTS;
	     k++) /* the replay frees these at its end */
		if (size_of[k])
			expected[size_of[k]].is_freed = true;
	assert_int_equal(trace_builder_close(b, 0, &head), 0);
	return head.ops;
}

struct worker {
	struct al_thread t;
	pthread_barrier_t *gate;
};

static void *work(void *arg)
{
	struct worker *w = arg;

	al_workload_replay.thread_prepare(&w->t);
	pthread_barrier_wait(w->gate);
	al_workload_replay.thread_run(&w->t);
	pthread_barrier_wait(w->gate);
	al_workload_replay.thread_finish(&w->t);
	return NULL;
}

/* Return: calls made. */
static uint64_t play(unsigned int nthreads, int64_t repeat, int64_t copies)
{
	const union al_value params[] = { { .text = path },
					  { .num = repeat },
					  { .num = 1 },
					  { .num = copies },
					  { .num = 1 } };
	struct al_run run = { .param = params,
			      .nthreads = nthreads,
			      .services = &run_services };
	struct worker *w = calloc(nthreads, sizeof(*w));
	pthread_t *threads = calloc(nthreads, sizeof(*threads));
	pthread_barrier_t gate;
	uint64_t ops = 0;

	memset(passes_freed, 0, sizeof(passes_freed));
	pthread_barrier_init(&gate, NULL, nthreads);
	al_workload_replay.prepare(&run);
	for (unsigned int i = 0; i < nthreads; i++) {
		w[i].gate = &gate;
		w[i].t = (struct al_thread){
			.call = { .malloc = take,
				  .free = give,
				  .calloc = take_zeroed,
				  .realloc = resize,
				  .aligned_alloc = take_aligned },
			.next_point = UINT64_MAX,
			.run = &run,
			.index = i,
			.services = &thread_services,
		};
		pthread_create(&threads[i], NULL, work, &w[i]);
	}
	for (unsigned int i = 0; i < nthreads; i++) {
		pthread_join(threads[i], NULL);
		ops += w[i].t.ops;
	}
	al_workload_replay.finish(&run);
	free_scratch();
	pthread_barrier_destroy(&gate);
	free(threads);
	free(w);
	return ops;
}

static void check_freed(unsigned int times)
{
	assert_int_equal(wrong, 0);
	for (uint32_t s = 1; s <= EVENTS; s++)
		if (passes_freed[s] != (expected[s].is_freed ? times : 0))
			fail_msg("object %u was freed %u times", s,
				 passes_freed[s]);
}

static void test_replay_any_number_of_workers(void **state)
{
	for (unsigned int n = 1; n <= 9; n++) {
		uint64_t ops = build(n, false);
		unsigned int copies = (n + THREADS - 1) / THREADS;

		assert_int_equal(play(n, 1, 0), ops * copies);
		check_freed(copies);
	}
}

static void test_replay_repeats(void **state)
{
	build(77, false);
	play(4, 5, 0);
	check_freed(5);
	play(THREADS, 3, 2);
	check_freed(6);
}

static void test_replay_threads_die(void **state)
{
	build(78, true);
	threads_made = 0;
	play(THREADS, 1, 0);
	check_freed(1);
	assert_true(threads_made > 5);
	threads_made = 0;
	play(3, 1, 0); /* two lanes a worker: nobody can end */
	check_freed(1);
	assert_int_equal(threads_made, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replay_any_number_of_workers),
		cmocka_unit_test(test_replay_repeats),
		cmocka_unit_test(test_replay_threads_die),
	};
	int failed;

	snprintf(path, sizeof(path), "./test_replay.%ld.altr", (long)getpid());
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed != 0;
}
