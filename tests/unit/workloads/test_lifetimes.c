// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_lifetimes.c - the workloads about what becomes of objects.
 *
 * Role:       churn, document, fragment, resize, cache-thrash and cache-scratch
 *             on the recording allocator.
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

#include <cmocka.h>

#include <allotrope/allocator.h>

extern const struct al_workload al_workload_churn, al_workload_document,
	al_workload_resize, al_workload_fragment, al_workload_cache_thrash,
	al_workload_cache_scratch;

static const struct host_setting few_slots[] = {
	{ "scale", 1, NULL }, { "lives", 3, NULL }, { "slots", 20, NULL }, { 0 }
};
static const struct host_setting short_lives[] = { { "iterations", 5, NULL },
						   { "repetitions", 7, NULL },
						   { 0 } };

static void test_churn_objects_change_hands(void **state)
{
	const struct host_result r =
		record(&al_workload_churn, 2, 3, few_slots);

	assert_int_equal(r.handed, 2 * (3 - 1));
	assert_int_equal(seen.mallocs, 3 * (150 + 300));
	assert_in_range(seen.frees_by_other_thread, 10, 3 * 450);
	assert_in_range(seen.min_size, 8, 8);
}

/* What lives at the end is what the parameter allows, as good as. */
static void test_fragment_fills_its_share(void **state)
{
	for (int64_t setting = 1; setting <= 8; setting++) {
		const struct host_setting settings[] = {
			{ "live", 1 << 20, NULL },
			{ "setting", setting, NULL },
			{ 0 }
		};
		const struct host_result r =
			record(&al_workload_fragment, 2, 3, settings);

		assert_in_range((uint64_t)host_metric(&r, "end_live_bytes"),
				(1 << 20) - 2 * 15000, 1 << 20);
	}
}

/* 2 x 7 documents of 50 values; 4 of them outlive the run. */
static void test_document_says_what_has_no_pointers(void **state)
{
	static const struct host_setting native[] = { { "documents", 7, NULL },
						      { "values", 50, NULL },
						      { "live", 2, NULL },
						      { 0 } };
	static const struct host_setting c[] = { { "documents", 7, NULL },
						 { "values", 50, NULL },
						 { "live", 2, NULL },
						 { "entry", 0, "c" },
						 { 0 } };

	record(&al_workload_document, 2, 3, native);
	assert_int_equal(seen.mallocs, 2 * 7 * 50);
	assert_int_equal(seen.frees, 2 * 5 * 50);
	assert_int_equal(seen.flagged[AL_MALLOC_NOSCAN] +
				 seen.flagged[AL_MALLOC_ALIGN8],
			 seen.mallocs);
	assert_in_range(seen.flagged[AL_MALLOC_ALIGN8], 70, 210);
	assert_in_range(seen.min_size, 1, 3);
	assert_int_equal(seen.max_size, 96);
	record(&al_workload_document, 2, 3, c);
	assert_int_equal(seen.mallocs, 2 * 7 * 50);
	assert_int_equal(seen.flagged[AL_MALLOC_NOSCAN], 0);
	assert_int_equal(seen.flagged[AL_MALLOC_ALIGN8], 0);
}

static void test_resize_goes_up_and_down(void **state)
{
	static const struct host_setting settings[] = {
		{ "min", 1, NULL },    { "max", 100, NULL },
		{ "step", 1, NULL },   { "buffers", 3, NULL },
		{ "rounds", 2, NULL }, { 0 }
	};
	const struct host_result r =
		record(&al_workload_resize, 2, 3, settings);

	assert_int_equal(r.ops, 2 * 2 * 3 * 2 * 99);
	assert_true(host_metric(&r, "moved_objects") >= 0);
}

/*
 * The recorder's objects are far apart, those of one line are not. Long lives:
 * the test needs each worker to meet another one.
 */
static _Alignas(64) char one_line[64];

static void *line_malloc(size_t size)
{
	return &one_line[host_thread()->index * 8];
}

static void line_free(void *p)
{
}

static void test_shared_lines_are_counted(void **state)
{
	static const struct al_workload *const both[] = {
		&al_workload_cache_thrash, &al_workload_cache_scratch
	};
	static const struct al_calls line = { .malloc = line_malloc,
					      .free = line_free };

	static const struct host_setting long_lives[] = {
		{ "iterations", 4, NULL },
		{ "repetitions", 4000000, NULL },
		{ 0 }
	};

	for (size_t i = 0; i < 2; i++) {
		struct host_result r;

		r = record(both[i], 4, 3, short_lives);
		assert_int_equal(r.ops, 5 * 7 * 8);
		seen.padding = 128; /* keeps them off one line */
		r = record(both[i], 4, 3, long_lives);
		assert_true(host_metric(&r, "workers_on_shared_lines") == 0);
		host_run(&(struct host_job){ .workload = both[i],
					     .call = &line,
					     .settings = long_lives,
					     .nthreads = 4,
					     .seed = 1 },
			 &r);
		assert_true(host_metric(&r, "workers_on_shared_lines") >= 2);
	}
}

static void test_cache_scratch_gives_objects_away(void **state)
{
	record(&al_workload_cache_scratch, 4, 3, short_lives);
	assert_int_equal(seen.frees_by_other_worker, 3);
	record(&al_workload_cache_thrash, 4, 3, short_lives);
	assert_int_equal(seen.frees_by_other_worker, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_churn_objects_change_hands),
		cmocka_unit_test(test_document_says_what_has_no_pointers),
		cmocka_unit_test(test_fragment_fills_its_share),
		cmocka_unit_test(test_resize_goes_up_and_down),
		cmocka_unit_test(test_shared_lines_are_counted),
		cmocka_unit_test(test_cache_scratch_gives_objects_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
