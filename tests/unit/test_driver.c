// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_driver.c - the driver's parts that need no runner.
 *
 * Role:       placement on synthetic machines, the schedule, fingerprints, line
 *             numbers, numbers with suffixes.
 * Invariants: none.
 * Locks:      none.
 * Units:      none.
 * Source:     SHA-256: FIPS 180-4, examples; intervals of the median: tables of
 *             the binomial distribution.
 */
#include "config.h"

#include "../../harness/driver/jsonline.h"
#include "../../harness/driver/placement.h"
#include "../../harness/driver/schedule.h"
#include "../../harness/driver/sha256.h"
#include "../../harness/driver/text.h"
#include "../../harness/driver/watch.h"
#include "../../harness/lib/error.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Sixteen-core packages keep bitmaps in one 32-bit word: masks are readable. */
#define SMALL "pack:2 core:4 pu:2"
#define LARGE "pack:2 numa:1 core:96 pu:2"

static bool choose(const char *machine, const char *policy, unsigned int n,
		   struct text_list *cpus)
{
	char *why = NULL;
	struct placement *p = placement_new(machine, &why);
	bool oversubscribed;

	assert_non_null(p);
	assert_int_equal(placement_check(p, policy, &why), AL_EXIT_OK);
	*cpus = (struct text_list){ NULL, 0 };
	oversubscribed = placement_choose(p, policy, n, cpus);
	placement_delete(p);
	return oversubscribed;
}

static void expect(const char *machine, const char *policy, unsigned int n,
		   const char *masks)
{
	struct text_list cpus;
	char *text;

	assert_false(choose(machine, policy, n, &cpus));
	text = text_list_join(&cpus, " ");
	assert_string_equal(text, masks);
	free(text);
	text_list_fini(&cpus);
}

static void test_placement_policies(void **state)
{
	(void)state;
	if (!placement_has_hwloc())
		skip();
	/* CPUs 0 and 1 are of core 0, ...; 8 to 15: the other package. */
	expect(SMALL, "compact", 3, "0x00000001 0x00000002 0x00000004");
	expect(SMALL, "core", 3, "0x00000001 0x00000004 0x00000010");
	expect(SMALL, "scatter", 2, "0x00000001 0x00000100");
	expect(SMALL, "scatter", 4,
	       "0x00000001 0x00000010 0x00000100 0x00001000");
	expect("pack:2 numa:1 core:4 pu:2", "numa", 4,
	       "0x00000001 0x00000100 0x00000004 0x00000400");
	expect(SMALL, "5,1-2", 3, "0x00000020 0x00000002 0x00000004");
	expect(SMALL, "none", 3, "");
}

/* Second hardware threads serve only once every core has its worker. */
static void test_placement_core_fills_cores_first(void **state)
{
	struct text_list cpus;

	(void)state;
	if (!placement_has_hwloc())
		skip();
	assert_false(choose(SMALL, "core", 9, &cpus));
	assert_string_equal(cpus.item[7], "0x00004000");
	assert_string_equal(cpus.item[8], "0x00000002");
	text_list_fini(&cpus);
}

/* Every policy uses each of 384 CPUs once before it uses one again. */
static void test_placement_is_a_permutation(void **state)
{
	static const char *const policies[] = { "compact", "scatter", "core",
						"numa" };

	(void)state;
	if (!placement_has_hwloc())
		skip();
	for (size_t k = 0; k < 4; k++) {
		struct text_list cpus;

		assert_false(choose(LARGE, policies[k], 384, &cpus));
		assert_int_equal(cpus.n, 384);
		for (size_t i = 0; i < cpus.n; i++)
			for (size_t j = 0; j < i; j++)
				assert_string_not_equal(cpus.item[i],
							cpus.item[j]);
		text_list_fini(&cpus);
		assert_true(choose(LARGE, policies[k], 385, &cpus));
		assert_string_equal(cpus.item[384], cpus.item[0]);
		text_list_fini(&cpus);
	}
}

static void test_placement_refuses(void **state)
{
	static const char *const words[] = {
		"", "near", "1-", "3-1", "1,,2", "-1", "1x", "99999999999"
	};
	char *why = NULL;
	struct placement *p = placement_new(SMALL, &why);

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		assert_int_equal(placement_check(p, words[i], &why),
				 AL_EXIT_USAGE);
		free(why);
	}
	if (placement_has_hwloc()) {
		assert_int_equal(placement_check(p, "15", &why), AL_EXIT_OK);
		assert_int_equal(placement_check(p, "0,16", &why),
				 AL_EXIT_MACHINE);
		free(why);
	}
	placement_delete(p);
}

static void test_sha256_examples(void **state)
{
	static char million[1000000];
	char text[SHA256_TEXT];

	(void)state;
	sha256_bytes("", 0, text);
	assert_string_equal(text, "e3b0c44298fc1c149afbf4c8996fb924"
				  "27ae41e4649b934ca495991b7852b855");
	sha256_bytes("abc", 3, text);
	assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223"
				  "b00361a396177a9cb410ff61f20015ad");
	memset(million, 'a', sizeof(million));
	sha256_bytes(million, sizeof(million), text);
	assert_string_equal(text, "cdc76e5c9914fb9281a1c7e284d73e67"
				  "f1809a48a497200e046d39ccc7112cd0");
}

static void test_jsonline_finds(void **state)
{
	static const char text[] = "{\n \"a\": [1,\n  {\"b\": \"x}]\",\n"
				   "   \"c\": 5}],\n \"d\": {}\n}\n";

	(void)state;
	assert_int_equal(jsonline_of(text, ""), 1);
	assert_int_equal(jsonline_of(text, "a"), 2);
	assert_int_equal(jsonline_of(text, "a/1"), 3);
	assert_int_equal(jsonline_of(text, "a/1/c"), 4);
	assert_int_equal(jsonline_of(text, "d"), 5);
	assert_int_equal(jsonline_of(text, "d/none"), 5);
	assert_int_equal(jsonline_of("", "a/b"), 1);
	assert_int_equal(jsonline_of("{\"a", "a/b"), 1);
}

static void test_text_numbers(void **state)
{
	int64_t n;
	double s;

	(void)state;
	assert_true(text_number("4k", &n) && n == 4096);
	assert_true(text_number("-3", &n) && n == -3);
	assert_true(text_number("1G", &n) && n == INT64_C(1) << 30);
	assert_false(text_number("", &n));
	assert_false(text_number(" 1", &n));
	assert_false(text_number("1kk", &n));
	assert_false(text_number("9223372036854775807k", &n));
	assert_true(text_seconds("15m", &s) && s == 900);
	assert_false(text_seconds("-1", &s));
	assert_false(text_seconds("0", &s));
}

/* Below six values the range covers the median with less than 95%. */
static void test_schedule_interval(void **state)
{
	double five[] = { 1, 2, 3, 4, 5 };
	double six[] = { 6, 1, 2, 5, 4, 3 };
	double nine[] = { 9, 1, 8, 2, 7, 3, 6, 4, 5 };

	(void)state;
	assert_true(isinf(schedule_interval(five, 5)));
	assert_true(fabs(schedule_interval(six, 6) - 2.5 / 3.5) < 1e-12);
	/* n = 9: the second smallest to the second largest, 96.1% */
	assert_true(fabs(schedule_interval(nine, 9) - 3.0 / 5) < 1e-12);
}

/* A plan of @n cells in one pass, enough for the schedule. */
static void make_plan(struct plan *plan, uint32_t n, unsigned int rounds)
{
	*plan = (struct plan){ .seed = 42, .npoints = n, .ncells = n };
	plan->allocator = text_alloc(1, sizeof(*plan->allocator));
	plan->allocator[0].label = text_copy("a");
	plan->nallocators = 1;
	plan->point = text_alloc(n, sizeof(*plan->point));
	plan->cell = text_alloc(n, sizeof(*plan->cell));
	plan->pass = text_alloc(1, sizeof(*plan->pass));
	plan->npasses = 1;
	plan->pass[0] = (struct plan_pass){ .name = text_copy("time"),
					    .rounds = rounds,
					    .ncells = n };
	plan->pass[0].cell = text_alloc(n, sizeof(uint32_t));
	for (uint32_t i = 0; i < n; i++) {
		plan->point[i].key = text_format("w,i=%u/t1", i);
		plan->cell[i] = (struct plan_cell){ i, 0, 1 };
		plan->pass[0].cell[i] = i;
	}
}

static json_t *record_of(const struct plan *plan, const struct measurement *m,
			 const char *status)
{
	char *key = plan_key(plan, &plan->cell[m->cell]);
	json_t *record =
		json_pack("{s:s, s:s, s:i, s:s}", "cell", key, "pass", "time",
			  "round", (int)m->round, "status", status);

	free(key);
	return record;
}

/* A hundred thousand cells, every second one done before: the rest, once. */
static void test_schedule_visits_each_once(void **state)
{
	enum {
		N = 100000
	};
	unsigned char *seen = text_alloc(N, 1);
	struct measurement m = { .pass = 0 };
	struct schedule *s;
	struct plan plan;
	size_t n = 0;

	(void)state;
	make_plan(&plan, N, 1);
	s = schedule_new(&plan);
	for (m.cell = 0; m.cell < N; m.cell += 2) {
		json_t *record = record_of(&plan, &m, "ok");

		assert_true(schedule_seen(s, record));
		assert_true(schedule_seen(s, record)); /* counts once */
		json_decref(record);
	}
	assert_int_equal(schedule_left(s), N / 2);
	while (schedule_next(s, &m)) {
		json_t *record = record_of(&plan, &m, "ok");

		assert_int_equal(m.cell % 2, 1);
		assert_int_equal(seen[m.cell]++, 0);
		assert_true(schedule_seen(s, record));
		json_decref(record);
		n++;
	}
	assert_int_equal(n, N / 2);
	schedule_delete(s);
	plan_fini(&plan);
	free(seen);
}

static void test_schedule_gives_up_hanging_cells(void **state)
{
	struct measurement m;
	struct schedule *s;
	struct plan plan;
	size_t n = 0;

	(void)state;
	make_plan(&plan, 1, 10);
	s = schedule_new(&plan);
	while (schedule_next(s, &m)) {
		json_t *record = record_of(&plan, &m, "hang");

		assert_true(schedule_seen(s, record));
		json_decref(record);
		n++;
	}
	assert_int_equal(n, SCHEDULE_HANGS_MOST);
	assert_int_equal(schedule_given_up(s), 1);
	schedule_delete(s);
	plan_fini(&plan);
}

static void test_schedule_refuses_strangers(void **state)
{
	static const char *const texts[] = {
		"{}",
		"{\"cell\": 5, \"pass\": \"time\", \"status\": \"ok\"}",
		"{\"cell\": \"w,i=0/t1/a\", \"pass\": \"x\", \"round\": 0, "
		"\"status\": \"ok\"}",
		"{\"cell\": \"w,i=0/t1/a\", \"pass\": \"time\", \"round\": 9, "
		"\"status\": \"ok\"}",
		"{\"cell\": \"w,i=0/t1/a\", \"pass\": \"time\", \"round\": -1, "
		"\"status\": \"ok\"}",
		"{\"cell\": \"w,i=0/t1/a\", \"pass\": \"time\", \"round\": 0, "
		"\"group\": 7, \"status\": \"ok\"}",
	};
	struct schedule *s;
	struct plan plan;

	(void)state;
	make_plan(&plan, 1, 2);
	s = schedule_new(&plan);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		json_t *record = json_loads(texts[i], 0, NULL);

		assert_non_null(record);
		assert_false(schedule_seen(s, record));
		json_decref(record);
	}
	assert_int_equal(schedule_done(s), 0);
	schedule_delete(s);
	plan_fini(&plan);
}

/* 100 ticks a second; 5% of all CPUs, but not more than half of one. */
static void test_watch_marks_one_neighbour(void **state)
{
	assert_true(watch_is_much(100, 100, 2, 0.05, 0.5));
	assert_true(watch_is_much(100, 100, 192, 0.05, 0.5));
	assert_false(watch_is_much(40, 100, 192, 0.05, 0.5));
	assert_true(watch_is_much(11, 100, 2, 0.05, 0.5));
	assert_false(watch_is_much(10, 100, 2, 0.05, 0.5));
}

/* 50 ms: what is below the resolution of so many clocks is not believed. */
static void test_watch_knows_the_clocks(void **state)
{
	assert_true(watch_is_much(3, 5, 2, 0.05, 0.5));
	assert_false(watch_is_much(2, 5, 2, 0.05, 0.5));
	assert_false(watch_is_much(20, 5, 192, 0.05, 0.5));
	assert_false(watch_is_much(0, 0, 1, 0.05, 0.5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_placement_policies),
		cmocka_unit_test(test_placement_core_fills_cores_first),
		cmocka_unit_test(test_placement_is_a_permutation),
		cmocka_unit_test(test_placement_refuses),
		cmocka_unit_test(test_sha256_examples),
		cmocka_unit_test(test_jsonline_finds),
		cmocka_unit_test(test_text_numbers),
		cmocka_unit_test(test_schedule_interval),
		cmocka_unit_test(test_schedule_visits_each_once),
		cmocka_unit_test(test_schedule_gives_up_hanging_cells),
		cmocka_unit_test(test_schedule_refuses_strangers),
		cmocka_unit_test(test_watch_marks_one_neighbour),
		cmocka_unit_test(test_watch_knows_the_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
