// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_workloads.c - the synthetic workloads do what they say.
 *
 * Role:       runs each on a recording allocator: the operations are counted,
 *             hashed and attributed to workers and threads.
 * Invariants: none.
 * Locks:      none.
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
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

extern const struct al_workload al_workload_threadtest, al_workload_larson,
	al_workload_prodcons, al_workload_pageheap, al_workload_churn,
	al_workload_document, al_workload_resize, al_workload_fragment,
	al_workload_cache_thrash, al_workload_cache_scratch;

static const struct host_setting small_threadtest[] = {
	{ "objects", 101, NULL }, { "iterations", 7, NULL }, { 0 }
};
static const struct host_setting small_larson[] = { { "blocks", 50, NULL },
						    { "rounds", 3, NULL },
						    { "lives", 4, NULL },
						    { 0 } };
static const struct host_setting small_prodcons[] = { { "batches", 20, NULL },
						      { "batch", 33, NULL },
						      { "depth", 3, NULL },
						      { "size", 0, NULL },
						      { 0 } };
static const struct host_setting small_pageheap[] = { { "free_spans", 20,
							NULL },
						      { "requests", 301, NULL },
						      { "min", 65536, NULL },
						      { "max", 131072, NULL },
						      { 0 } };

static const struct host_setting small_churn[] = {
	{ "scale", 1, NULL }, { "lives", 3, NULL }, { "slots", 20, NULL }, { 0 }
};
static const struct host_setting small_resize[] = { { "max", 5000, NULL },
						    { "rounds", 3, NULL },
						    { 0 } };
static const struct host_setting small_fragment[] = { { "live", 1 << 20, NULL },
						      { "volume", 2, NULL },
						      { "setting", 6, NULL },
						      { 0 } };
static const struct host_setting small_falsesharing[] = {
	{ "iterations", 5, NULL }, { "repetitions", 7, NULL }, { 0 }
};

static const struct host_setting small_document[] = { { "documents", 7, NULL },
						      { "values", 50, NULL },
						      { "live", 3, NULL },
						      { 0 } };

/* Of the first NCOUNTED an operation is a call of malloc or free. */
enum {
	NCOUNTED = 7
};

static const struct {
	const struct al_workload *workload;
	const struct host_setting *settings;
} small[] = {
	{ &al_workload_threadtest, small_threadtest },
	{ &al_workload_larson, small_larson },
	{ &al_workload_prodcons, small_prodcons },
	{ &al_workload_pageheap, small_pageheap },
	{ &al_workload_churn, small_churn },
	{ &al_workload_document, small_document },
	{ &al_workload_fragment, small_fragment },
	{ &al_workload_resize, small_resize },
	{ &al_workload_cache_thrash, small_falsesharing },
	{ &al_workload_cache_scratch, small_falsesharing },
};

#define NSMALL (sizeof(small) / sizeof(small[0]))

static void record_hashes(size_t i, uint64_t seed, size_t padding,
			  uint64_t hash[MAX_WORKERS])
{
	seen.padding = padding;
	record(small[i].workload,
	       small[i].workload == &al_workload_churn ? 1 : 4, seed,
	       small[i].settings);
	memcpy(hash, seen.hash, sizeof(seen.hash));
}

/*
 * The allocators differ in where they put objects, the operations do not. What
 * churn frees depends on the order of its threads: alone it has to repeat.
 */
static void test_same_seed_same_operations(void **state)
{
	for (size_t i = 0; i < NSMALL; i++) {
		uint64_t first[MAX_WORKERS], second[MAX_WORKERS];

		record_hashes(i, 11, 0, first);
		record_hashes(i, 11, 4096, second);
		assert_memory_equal(first, second, sizeof(first));
	}
}

static void test_other_seed_other_operations(void **state)
{
	uint64_t first[MAX_WORKERS], second[MAX_WORKERS];

	record_hashes(1, 11, 0, first); /* larson */
	record_hashes(1, 12, 0, second);
	for (size_t worker = 0; worker < 4; worker++) {
		assert_int_not_equal(first[worker], second[worker]);
		for (size_t other = 0; other < worker; other++)
			assert_int_not_equal(first[worker], first[other]);
	}
}

/* What the harness divides by is what the allocator was asked for. */
static void test_operations_are_counted(void **state)
{
	for (size_t i = 0; i < NCOUNTED; i++)
		for (unsigned int nthreads = 1; nthreads <= 5; nthreads++) {
			const struct host_result r =
				record(small[i].workload, nthreads, 3,
				       small[i].settings);

			assert_int_equal(r.ops, seen.mallocs + seen.frees);
		}
}

static void test_threadtest_work_is_fixed(void **state)
{
	for (unsigned int nthreads = 1; nthreads <= 5; nthreads++) {
		record(&al_workload_threadtest, nthreads, 3, small_threadtest);
		assert_int_equal(seen.mallocs, 101 * 7);
		assert_int_equal(seen.frees, 101 * 7);
		assert_int_equal(seen.frees_by_other_thread, 0);
		assert_int_equal(seen.min_size, 64);
		assert_int_equal(seen.max_size, 64);
	}
}

/* A life frees nearly all that the life before it left: 50 of 3 x 50 draws. */
static void test_larson_hands_over(void **state)
{
	const struct host_result r =
		record(&al_workload_larson, 3, 3, small_larson);

	assert_int_equal(r.handed, 3 * (4 - 1));
	assert_int_equal(seen.mallocs, 3 * 4 * 3 * 50);
	assert_int_equal(seen.frees_by_other_worker, 0);
	assert_in_range(seen.frees_by_other_thread, 3 * 3 * 40, 3 * 3 * 50);
	assert_in_range(seen.min_size, 8, 30);
	assert_in_range(seen.max_size, 970, 999);
}

static void test_larson_one_life_keeps_its_thread(void **state)
{
	static const struct host_setting one_life[] = { { "blocks", 50, NULL },
							{ "lives", 1, NULL },
							{ 0 } };
	const struct host_result r =
		record(&al_workload_larson, 2, 3, one_life);

	assert_int_equal(r.handed, 0);
	assert_int_equal(seen.frees_by_other_thread, 0);
}

static void check_prodcons(unsigned int nthreads, int64_t mix,
			   unsigned int npairs, unsigned int nalone)
{
	const struct host_setting settings[] = { { "batches", 20, NULL },
						 { "batch", 33, NULL },
						 { "depth", 3, NULL },
						 { "mix", mix, NULL },
						 { 0 } };

	record(&al_workload_prodcons, nthreads, 3, settings);
	assert_int_equal(seen.mallocs, (npairs + nalone) * 20 * 33);
	assert_int_equal(seen.frees, (npairs + nalone) * 20 * 33);
	assert_int_equal(seen.frees_by_other_worker, npairs * 20 * 33);
}

static void test_prodcons_frees_elsewhere(void **state)
{
	for (int64_t mix = 0; mix <= 1; mix++) {
		check_prodcons(1, mix, 0, 1);
		check_prodcons(2, mix, 1, 0);
		check_prodcons(5, mix, 2, 1);
		check_prodcons(8, mix, 4, 0);
	}
}

static void test_prodcons_mixes_sizes(void **state)
{
	record(&al_workload_prodcons, 2, 3, small_prodcons);
	assert_int_equal(seen.min_size, 8);
	assert_int_equal(seen.max_size, 2048);
}

/* An allocator of one object, which stays as the workload left it. */
static _Alignas(16) unsigned char the_object[64];

static void *the_malloc(size_t size)
{
	assert_int_equal(size, sizeof(the_object));
	return the_object;
}

static void the_free(void *p)
{
}

static void write_the_object(const struct al_workload *w)
{
	static const struct al_calls calls = { .malloc = the_malloc,
					       .free = the_free };
	static const struct host_setting one_object[] = {
		{ "objects", 1, NULL }, { "iterations", 1, NULL }, { 0 }
	};
	static const struct host_setting one_block[] = {
		{ "blocks", 1, NULL }, { "rounds", 1, NULL },
		{ "lives", 1, NULL },  { "min", 64, NULL },
		{ "max", 65, NULL },   { 0 }
	};
	static const struct host_setting one_batch[] = { { "batches", 1, NULL },
							 { "batch", 1, NULL },
							 { 0 } };
	const struct host_setting *settings = one_object;
	struct host_result result;

	if (w == &al_workload_larson)
		settings = one_block;
	if (w == &al_workload_prodcons)
		settings = one_batch;
	host_run(&(struct host_job){ .workload = w,
				     .call = &calls,
				     .settings = settings,
				     .nthreads = 1,
				     .seed = 1 },
		 &result);
}

static void test_a_lost_byte_is_seen(void **state)
{
	static const struct al_workload *const all[] = {
		&al_workload_threadtest, &al_workload_larson,
		&al_workload_prodcons
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const struct al_workload *w = all[i];
		const struct al_run run = { 0 };
		const size_t n = w->touch_prefix < 64 ? w->touch_prefix : 64;

		write_the_object(w);
		assert_true(w->object_valid(&run, the_object, 64));
		for (size_t k = 0; k < n; k++) {
			the_object[k] ^= 1;
			assert_false(w->object_valid(&run, the_object, 64));
			the_object[k] ^= 1;
		}
	}
}

static void *no_memory(size_t size)
{
	return NULL;
}

static void *no_memory_flags(size_t size, unsigned int flags)
{
	return NULL;
}

static const struct al_calls nothing = { .malloc = no_memory,
					 .malloc_flags = no_memory_flags };

/* How a process ends that runs @workload so. */
static int exit_code(const struct al_workload *workload,
		     const struct al_calls *call,
		     const struct host_setting *settings)
{
	int status;
	const pid_t child = fork();

	assert_true(child >= 0);
	if (!child) {
		struct host_result result;

		close(STDERR_FILENO);
		host_run(&(struct host_job){ .workload = workload,
					     .call = call,
					     .settings = settings,
					     .nthreads = 1,
					     .seed = 1 },
			 &result);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_no_memory_is_oom(void **state)
{
	for (size_t i = 0; i < NSMALL; i++)
		assert_int_equal(exit_code(small[i].workload, &nothing,
					   small[i].settings),
				 HOST_OOM);
}

static void test_bad_parameters_are_refused(void **state)
{
	static const struct host_setting larson[] = { { "min", 100, NULL },
						      { "max", 100, NULL },
						      { 0 } };
	static const struct host_setting wide[] = { { "min", 65536, NULL },
						    { "max", 196608, NULL },
						    { 0 } };
	static const struct host_setting narrow[] = { { "min", 131072, NULL },
						      { "max", 65536, NULL },
						      { 0 } };
	static const struct host_setting odd[] = { { "min", 65537, NULL },
						   { "max", 131072, NULL },
						   { 0 } };

	assert_int_equal(exit_code(&al_workload_larson, &nothing, larson),
			 HOST_FAIL);
	assert_int_equal(exit_code(&al_workload_pageheap, &nothing, wide),
			 HOST_FAIL);
	assert_int_equal(exit_code(&al_workload_pageheap, &nothing, narrow),
			 HOST_FAIL);
	assert_int_equal(exit_code(&al_workload_pageheap, &nothing, odd),
			 HOST_FAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_seed_same_operations),
		cmocka_unit_test(test_other_seed_other_operations),
		cmocka_unit_test(test_operations_are_counted),
		cmocka_unit_test(test_threadtest_work_is_fixed),
		cmocka_unit_test(test_larson_hands_over),
		cmocka_unit_test(test_larson_one_life_keeps_its_thread),
		cmocka_unit_test(test_prodcons_frees_elsewhere),
		cmocka_unit_test(test_prodcons_mixes_sizes),
		cmocka_unit_test(test_a_lost_byte_is_seen),
		cmocka_unit_test(test_no_memory_is_oom),
		cmocka_unit_test(test_bad_parameters_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
