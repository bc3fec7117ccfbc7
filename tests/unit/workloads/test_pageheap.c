// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_pageheap.c - the workload `pageheap` leaves the free spans it promises.
 *
 * Role:       runs it on a model page heap whose memory cannot be touched, and
 *             on this tree's go1.11, and counts free spans.
 * Invariants: the model's free extents are sorted, disjoint and maximal.
 * Locks:      model.lock guards the model.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "host.h"

#include <allotrope/allocator.h>

#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

extern const struct al_workload al_workload_pageheap;

#define GIB	   ((size_t)1 << 30)
#define SPACE	   (64 * GIB)
#define SPAN_LEAST ((size_t)1 << 20) /* what the workload asks for, at least */
#define MOST	   20000

struct extent {
	uintptr_t start;
	size_t bytes;
};

/* Best fit over one list, complete coalescing; nothing is written to memory. */
static struct {
	pthread_mutex_t lock;
	struct extent free[MOST];
	size_t nfree;
	struct extent live[MOST];
	size_t nlive;
	size_t segregate_below; /* smaller objects lie at the far end */
	size_t free_at_start, free_at_end;
} model = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void insert_at(size_t i, uintptr_t start, size_t bytes)
{
	assert_true(model.nfree < MOST);
	memmove(&model.free[i + 1], &model.free[i],
		(model.nfree++ - i) * sizeof(model.free[0]));
	model.free[i] = (struct extent){ start, bytes };
}

static void remove_at(size_t i)
{
	memmove(&model.free[i], &model.free[i + 1],
		(--model.nfree - i) * sizeof(model.free[0]));
}

static void *take(size_t bytes)
{
	size_t best = SIZE_MAX;
	struct extent *e;
	uintptr_t p;

	for (size_t i = 0; i < model.nfree; i++)
		if (model.free[i].bytes >= bytes &&
		    (best == SIZE_MAX ||
		     model.free[i].bytes < model.free[best].bytes))
			best = i;
	if (best == SIZE_MAX)
		return NULL;
	e = &model.free[best];
	p = e->start;
	if (bytes < model.segregate_below) { /* from the top of the space */
		e = &model.free[model.nfree - 1];
		e->bytes -= bytes;
		return (void *)(e->start + e->bytes);
	}
	e->start += bytes;
	e->bytes -= bytes;
	if (!e->bytes)
		remove_at(best);
	return (void *)p;
}

static void give_back(uintptr_t start, size_t bytes)
{
	size_t i = 0;

	while (i < model.nfree && model.free[i].start < start)
		i++;
	insert_at(i, start, bytes);
	if (i + 1 < model.nfree && start + bytes == model.free[i + 1].start) {
		model.free[i].bytes += model.free[i + 1].bytes;
		remove_at(i + 1);
	}
	if (i > 0 &&
	    model.free[i - 1].start + model.free[i - 1].bytes == start) {
		model.free[i - 1].bytes += model.free[i].bytes;
		remove_at(i);
	}
}

static void *model_malloc(size_t size)
{
	const size_t bytes = (size + 8191) & ~(size_t)8191;
	void *p;

	pthread_mutex_lock(&model.lock);
	p = take(bytes);
	if (p && model.nlive < MOST)
		model.live[model.nlive++] =
			(struct extent){ (uintptr_t)p, bytes };
	else
		p = NULL;
	pthread_mutex_unlock(&model.lock);
	return p;
}

static void model_free(void *p)
{
	size_t i = 0;

	if (!p)
		return;
	pthread_mutex_lock(&model.lock);
	while (i < model.nlive && model.live[i].start != (uintptr_t)p)
		i++;
	if (i < model.nlive) {
		give_back(model.live[i].start, model.live[i].bytes);
		model.live[i] = model.live[--model.nlive];
	}
	pthread_mutex_unlock(&model.lock);
}

/* Free spans that the workload made: all but the rest of the space. */
static size_t count_free_spans(void)
{
	size_t n = 0;

	pthread_mutex_lock(&model.lock);
	for (size_t i = 0; i < model.nfree; i++)
		n += model.free[i].bytes >= SPAN_LEAST &&
		     model.free[i].bytes < GIB;
	pthread_mutex_unlock(&model.lock);
	return n;
}

static int counted_run(struct al_thread *t)
{
	int status;

	if (t->index == 0)
		model.free_at_start = count_free_spans();
	status = al_workload_pageheap.thread_run(t);
	if (t->index == 0)
		model.free_at_end = count_free_spans();
	return status;
}

static struct host_result run_on_model(unsigned int nthreads,
				       int64_t free_spans, int64_t shuffle,
				       size_t segregate_below)
{
	static const struct al_calls calls = { .malloc = model_malloc,
					       .free = model_free };
	const struct host_setting settings[] = { { "free_spans", free_spans,
						   NULL },
						 { "requests", 500, NULL },
						 { "shuffle", shuffle, NULL },
						 { "warmup", 77, NULL },
						 { 0 } };
	struct al_workload counted = al_workload_pageheap;
	const struct host_job job = { .workload = &counted,
				      .call = &calls,
				      .settings = settings,
				      .nthreads = nthreads,
				      .seed = 5 };
	struct host_result result;
	void *space = mmap(NULL, SPACE, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	assert_ptr_not_equal(space, MAP_FAILED);
	counted.thread_run = counted_run;
	model.nfree = model.nlive = 0;
	model.segregate_below = segregate_below;
	insert_at(0, (uintptr_t)space, SPACE);
	host_run(&job, &result);
	assert_int_equal(model.nlive, 0);
	assert_int_equal(model.nfree, 1); /* all of it came back */
	munmap(space, SPACE);
	return result;
}

static void test_free_spans_are_there_and_stay(void **state)
{
	static const int64_t numbers[] = { 1, 2, 100, 1000 };

	for (size_t i = 0; i < 4; i++)
		for (int64_t shuffle = 0; shuffle <= 1; shuffle++) {
			struct host_result r =
				run_on_model(1, numbers[i], shuffle, 0);

			assert_int_equal(model.free_at_start, numbers[i]);
			assert_int_equal(model.free_at_end, numbers[i]);
			assert_int_equal(r.ops, 1000);
			assert_true(host_metric(&r, "free_spans") ==
				    (double)numbers[i]);
		}
}

/* Where separators lie elsewhere, spans keep spans apart. */
static void test_free_spans_without_separators(void **state)
{
	run_on_model(1, 300, 0, 64 << 10);
	assert_int_equal(model.free_at_start, 300);
	assert_int_equal(model.free_at_end, 300);
}

static void test_threads_share_the_requests(void **state)
{
	struct host_result r = run_on_model(3, 100, 0, 0);

	assert_int_equal(r.ops, 1000);
}

/* The same on a real page heap, by its own account. */
static const struct al_allocator *go;

static const char *no_knob(const char *name)
{
	return NULL;
}

static uint64_t go_free_spans(void)
{
	struct al_stats stats;

	memset(&stats, 0xff, sizeof(stats));
	stats.size = sizeof(stats);
	assert_int_equal(go->stats(&stats), 0);
	return stats.spans_free;
}

static int go_run(struct al_thread *t)
{
	int status;

	model.free_at_start = go_free_spans();
	status = al_workload_pageheap.thread_run(t);
	model.free_at_end = go_free_spans();
	return status;
}

static void run_on_go(const char *path)
{
	static const struct host_setting settings[] = {
		{ "free_spans", 2000, NULL }, { 0 }
	};
	const struct al_config config = { .size = sizeof(config),
					  .nthreads = 1,
					  .knob = no_knob };
	struct al_workload counted = al_workload_pageheap;
	const struct al_allocator *(*get)(void);
	void *plugin = dlopen(path, RTLD_NOW), *symbol;
	struct host_result result;

	if (!plugin)
		skip();
	symbol = dlsym(plugin, AL_PLUGIN_SYMBOL);
	assert_non_null(symbol);
	memcpy(&get, &symbol, sizeof(get));
	go = get();
	if (go->init)
		assert_int_equal(go->init(&config), 0);
	counted.thread_run = go_run;
	host_run(
		&(struct host_job){
			.workload = &counted,
			.call = &(struct al_calls){ .malloc = go->malloc,
						    .free = go->free },
			.settings = settings,
			.nthreads = 1,
			.seed = 5 },
		&result);
	/* Besides ours: the ends of arenas, and what requests split off. */
	assert_in_range(model.free_at_start, 2000, 2200);
	assert_in_range(model.free_at_end, 2000, 2200);
}

static void test_free_spans_of_go_treap(void **state)
{
	run_on_go("./plugins/allocators/go1.11.so");
}

static void test_free_spans_of_go_lists(void **state)
{
	run_on_go("./plugins/allocators/go1.11-lists.so");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_free_spans_are_there_and_stay),
		cmocka_unit_test(test_free_spans_without_separators),
		cmocka_unit_test(test_threads_share_the_requests),
		cmocka_unit_test(test_free_spans_of_go_treap),
		cmocka_unit_test(test_free_spans_of_go_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
