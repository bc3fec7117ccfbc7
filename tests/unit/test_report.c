// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_report.c - from samples to summary, figures and page.
 *
 * Role:       facts of invented result sets, bad input, determinism.
 * Invariants: result sets are made by make_result_set beside this program, in
 *             a folder of their own that is removed afterwards.
 * Locks:      none.
 * Units:      as in doc/result-set.md.
 * Source:     none.
 */
#include "config.h"

#include "../../harness/report/compare.h"
#include "../../harness/report/events.h"
#include "../../harness/report/report.h"
#include "../../harness/report/result.h"
#include "../../harness/report/score.h"

#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char top[] = "/tmp/allotrope-report-XX"
		    "XX"
		    "XX";
static char maker[PATH_MAX];

#define NAME_ROOM 256 /* of a file in the folder */

#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))
#define assert_near(a, b, eps)                                          \
	do {                                                            \
		double got_ = (a), want_ = (b);                         \
		if (!(fabs(got_ - want_) <= (eps)))                     \
			fail_msg("got %.15g, want %.15g", got_, want_); \
	} while (0)

static char *path_of(const char *name)
{
	static char path[4][sizeof(top) + NAME_ROOM];
	static unsigned int next;
	char *p = path[next++ % 4];

	snprintf(p, sizeof(path[0]), "%s/%.*s", top, NAME_ROOM - 2, name);
	return p;
}

static void make_set(const char *kind)
{
	char command[2 * PATH_MAX];

	mkdir(path_of(kind), 0777);
	snprintf(command, sizeof(command), "'%s' %s '%s'", maker, kind,
		 path_of(kind));
	assert_int_equal(system(command), 0);
}

static char *read_all(const char *path, size_t *size)
{
	FILE *f = fopen(path, "r");
	char *text;
	long n;

	if (!f)
		fail_msg("%s is not there", path);
	fseek(f, 0, SEEK_END);
	n = ftell(f);
	rewind(f);
	text = calloc(1, (size_t)n + 1);
	assert_int_equal(fread(text, 1, (size_t)n, f), n);
	fclose(f);
	if (size)
		*size = (size_t)n;
	return text;
}

static void write_set(const char *name, const char *samples)
{
	char path[PATH_MAX];
	FILE *f;

	mkdir(path_of(name), 0777);
	snprintf(path, sizeof(path), "%s/samples.jsonl", path_of(name));
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(samples, f);
	fclose(f);
}

#define SAMPLE(allocator, round, status, metrics)                    \
	"{\"v\":1,\"cell\":\"w/t1/" allocator "\","                  \
	"\"point\":\"w/t1\",\"pass\":\"time\",\"round\":" #round "," \
	"\"allocator\":\"" allocator "\",\"workload\":\"w\","        \
	"\"threads\":1,\"params\":{\"a\":1,\"b\":\"x\"},"            \
	"\"status\":\"" status "\",\"why\":\"because, \\\"so\\\"\"," \
	"\"metrics\":{" metrics "}}\n"

static const struct al_row *row_of(const struct al_result *r,
				   const char *allocator, const char *metric)
{
	for (size_t a = 0; a < r->nallocators; a++)
		if (!strcmp(al_allocator_name(r, a), allocator))
			return al_row_of(r, al_cell_at(r, 0, a), "time",
					 metric);
	return NULL;
}

/* By hand: ratios 8/10, 18/20, 60/40; their median is 0.9. The ratio of the
 * medians of all rounds would be 39/20. */
static void test_ratios_are_formed_in_rounds(void **state)
{
	struct al_result r;
	const struct al_row *row;

	write_set("rounds",
		  SAMPLE("glibc", 0, "ok", "\"ns_per_op\":10") SAMPLE(
			  "x", 2, "ok", "\"ns_per_op\":60")
			  SAMPLE("x", 0, "ok", "\"ns_per_op\":8") SAMPLE(
				  "glibc", 1, "ok", "\"ns_per_op\":20")
				  SAMPLE("x", 1, "ok", "\"ns_per_op\":18")
					  SAMPLE("glibc", 2, "ok",
						 "\"ns_per_op\":40")
						  SAMPLE("x", 3, "ok",
							 "\"ns_per_op\":1000"));
	assert_int_equal(al_result_load(path_of("rounds"), NULL, &r), 0);
	row = row_of(&r, "x", "ns_per_op");
	assert_int_equal(row->n, 4);
	assert_near(row->median, 39, 0);  /* (18 + 60) / 2 */
	assert_int_equal(row->npairs, 3); /* round 3 has no partner */
	assert_near(row->ratio, 0.9, 1e-12);
	assert_near(row->ratio_ci.low, 0.8, 1e-12);
	assert_near(row->ratio_ci.high, 1.5, 1e-12);
	assert_int_equal(row_of(&r, "glibc", "ns_per_op")->npairs, 0);
	al_result_fini(&r);
}

static void test_last_record_wins(void **state)
{
	struct al_result r;

	write_set(
		"twice",
		SAMPLE("x", 0, "crash", "") SAMPLE("x", 1, "ok",
						   "\"ns_per_op\":5")
			SAMPLE("x", 0, "ok",
			       "\"ns_per_op\":7") "{\"v\":1,\"cell\":\"w/t1/x\",\"poi");
	assert_int_equal(al_result_load(path_of("twice"), NULL, &r), 0);
	assert_true(r.samples.torn);
	assert_int_equal(r.samples.n, 2);
	assert_int_equal(r.nfailed, 0);
	assert_near(row_of(&r, "x", "ns_per_op")->median, 6, 0);
	al_result_fini(&r);
}

/* The whole of a small summary.csv, byte for byte. */
static void test_summary_is_rfc4180(void **state)
{
	struct al_report_options options = { .no_figures = true };
	char *text;

	write_set("csv",
		  SAMPLE("glibc", 0, "ok", "\"ns_per_op\":10")
			  SAMPLE("glibc", 1, "ok", "\"ns_per_op\":12")
				  SAMPLE("a,\\\"b", 0, "ok", "\"ns_per_op\":5")
					  SAMPLE("a,\\\"b", 1, "hang", "")
						  SAMPLE("z", 0, "oom", ""));
	assert_int_equal(al_report_make_with(path_of("csv"), &options), 0);
	text = read_all(path_of("csv/summary.csv"), NULL);
	assert_string_equal(
		text,
		"point,workload,params,threads,allocator,pass,metric,unit,n,"
		"median,ci_low,ci_high,min,max,mad,baseline,ratio,ratio_low,"
		"ratio_high,verdict,status,why,failed,disturbed\n"
		"w/t1,w,a=1 b=x,1,\"a,\"\"b\",time,ns_per_op,ns/op,1,5,,,5,5,0,"
		"glibc,0.5,,,no difference shown,hang,\"because, \"\"so\"\"\","
		"1,0\n"
		"w/t1,w,a=1 b=x,1,glibc,time,ns_per_op,ns/op,2,11,10,12,10,12,"
		"1,glibc,,,,,ok,\"because, \"\"so\"\"\",0,0\n"
		"w/t1,w,a=1 b=x,1,z,time,ns_per_op,ns/op,0,,,,,,,glibc,,,,,oom,"
		"\"because, \"\"so\"\"\",1,0\n");
	free(text);
}

static void test_fault_in_place_of_number(void **state)
{
	struct al_result r;
	const struct al_row *row;
	struct al_score s;
	size_t faulty = AL_NOBODY;

	make_set("full");
	assert_int_equal(al_result_load(path_of("full"), NULL, &r), 0);
	for (size_t a = 0; a < r.nallocators; a++)
		if (!strcmp(al_allocator_name(&r, a), "overlapping"))
			faulty = a;
	assert_true(faulty != AL_NOBODY);
	s = al_score_of(&r, faulty, AL_NO_NAME, "time", "ns_per_op");
	assert_int_equal(s.npoints, 0);
	assert_string_equal(al_name(&r, s.status), "fault");
	for (size_t i = 0; i < r.nrows; i++) {
		row = &r.rows[i];
		if (r.cells[row->cell].allocator != faulty)
			continue;
		assert_string_equal(al_name(&r, row->status), "fault");
		assert_int_equal(row->npairs, 0);
	}
	assert_string_equal(al_allocator_name(&r, 0), "null"); /* the plan's */
	assert_string_equal(al_allocator_name(&r, 1), "glibc");
	assert_int_equal(r.nfailed, 12); /* 10 crashes, a hang, a fault */
	al_result_fini(&r);
}

static void test_bad_input(void **state)
{
	static const char *const bad[] = {
		"not json\n",
		"[1]\n",
		"{\"v\":2}\n",
		SAMPLE("x", -1, "ok", ""),
		SAMPLE("x", 99999999999999999999, "ok", ""),
		SAMPLE("x", 0, "ok", "\"m\":\"text\""),
		SAMPLE("x", 0, "ok", "\"m\":1,\"m\":2"),
		SAMPLE("", 0, "ok", ""),
		SAMPLE("x", 0, "ok", "\"m\":1e999"),
		"{\"v\":1,\"cell\":\"c\",\"point\":\"p\",\"pass\":\"time\","
		"\"allocator\":\"a\",\"workload\":\"w\",\"status\":\"ok\","
		"\"series\":{\"columns\":[\"a\",\"b\"],\"rows\":[[1]]}}\n",
		"{\"v\":1,\"cell\":\"c\",\"point\":\"p\",\"pass\":\"time\","
		"\"allocator\":\"a\\u0000b\",\"workload\":\"w\",\"status\":"
		"\"ok\"}\n",
		"\xff\xfe\n",
	};
	struct al_report_options options = { .no_figures = true };

	for (size_t i = 0; i < COUNT(bad); i++) {
		write_set("bad", bad[i]);
		if (al_report_make_with(path_of("bad"), &options) !=
		    AL_EXIT_USAGE)
			fail_msg("taken: %s", bad[i]);
	}
	write_set("bad", "");
	assert_int_equal(al_report_make_with(path_of("bad"), &options),
			 AL_EXIT_USAGE);
	assert_int_equal(al_report_make_with(path_of("nowhere"), &options),
			 AL_EXIT_USAGE);
	options.baseline = "nobody";
	assert_int_equal(al_report_make_with(path_of("full"), &options),
			 AL_EXIT_USAGE);
}

/* Files of the whole report, twice: equal to the last byte. */
static void test_report_repeats(void **state)
{
	static const char *const files[] = {
		"summary.csv",		"report.html",
		"figures/overview.svg", "figures/overview.pdf",
		"figures/memory.dat",	"figures/pageheap.gp",
		"figures/replay.svg",	"figures/counters.pdf",
	};
	struct al_report_options options = { 0 };
	char *once, *again;
	size_t n, m;
	char name[PATH_MAX];

	options.out = path_of("out/one");
	if (al_report_make_with(path_of("full"), &options) == AL_EXIT_MACHINE)
		skip(); /* gnuplot is not installed */
	options.out = path_of("out/two");
	assert_int_equal(al_report_make_with(path_of("full"), &options), 0);
	for (size_t i = 0; i < COUNT(files); i++) {
		snprintf(name, sizeof(name), "out/one/%s", files[i]);
		once = read_all(path_of(name), &n);
		snprintf(name, sizeof(name), "out/two/%s", files[i]);
		again = read_all(path_of(name), &m);
		assert_int_equal(n, m);
		assert_memory_equal(once, again, n);
		free(once);
		free(again);
	}
}

static void test_page_tells_what_matters(void **state)
{
	static const char *const facts[] = {
		"What failed",
		"killed by signal 11 (Segmentation fault)",
		"object 17 at 0x7f00 overlaps object 4 (64 bytes)",
		"Event does not exist",
		"smallest difference",
		"n<sup>e</sup>",
		"162 of 1704 measurements",
		"./run-suite --quick --out &#39;a b&#39;",
		"Invented 9000",
	};
	struct al_report_options options = { .no_figures = true };
	char *page;

	options.out = path_of("out/page");
	assert_int_equal(al_report_make_with(path_of("full"), &options), 0);
	page = read_all(path_of("out/page/report.html"), NULL);
	for (size_t i = 0; i < COUNT(facts); i++)
		if (!strstr(page, facts[i]))
			fail_msg("the page lacks: %s", facts[i]);
	free(page);
}

/* Text of @file in the report of the invented set @kind. */
static char *report_file(const char *kind, const char *file)
{
	char name[PATH_MAX];

	snprintf(name, sizeof(name), "out/%s/%s", kind, file);
	return read_all(path_of(name), NULL);
}

/*
 * A machine that counts everything, some quantities under their second name,
 * in four groups: no quantity is lost between runner, figure and table.
 */
static void test_counters_counted(void **state)
{
	static const char *const panels[] = {
		"PAPI_L1_DCM_per_op, glibc",
		"PAPI_L2_TCM_per_op, glibc",
		"perf::CACHE-MISSES_per_op, glibc",
		"PAPI_TLB_DM_per_op, glibc",
		"PAPI_TOT_INS_per_op, glibc",
		"PAPI_TOT_CYC_per_op, glibc",
	};
	struct al_report_options options = { 0 };
	struct al_result r;
	char *data, *page, *script;

	make_set("counted");
	options.out = path_of("out/counted");
	al_report_make_with(path_of("counted"), &options);
	data = report_file("counted", "figures/counters.dat");
	for (size_t i = 0; i < COUNT(panels); i++)
		if (!strstr(data, panels[i]))
			fail_msg("the figure lacks %s", panels[i]);
	assert_null(strstr(data, "'larson'")); /* four threads are shown */
	assert_non_null(strstr(data, "'larson/t4'"));
	script = report_file("counted", "figures/counters.gp");
	assert_null(strstr(script, "Not counted here"));
	assert_non_null(strstr(script, "of 6 workloads"));
	page = report_file("counted", "report.html");
	assert_null(strstr(page, "Not counted on this machine"));
	assert_non_null(strstr(page, "Events an operation, by cell"));
	assert_int_equal(al_result_load(path_of("counted"), NULL, &r), 0);
	for (size_t m = 0; m < al_nevents; m++) {
		const struct al_row *row =
			al_event_row(&r, &r.cells[0], &al_events[m]);
		const char *first = al_event_first(&al_events[m]);

		assert_true(*first);
		assert_non_null(strstr(page, al_events[m].meaning));
		assert_non_null(row);
		assert_int_equal(row->n, 6);
	}
	al_result_fini(&r);
	free(data);
	free(page);
	free(script);
}

static void test_odd_names_stay_names(void **state)
{
	struct al_report_options options = { 0 };
	enum al_exit result;
	char *page;

	make_set("odd");
	result = al_report_make_with(path_of("odd"), &options);
	if (result != AL_EXIT_MACHINE) /* else there is no gnuplot to fool */
		assert_int_equal(result, 0);
	page = read_all(path_of("odd/report.html"), NULL);
	assert_null(strstr(page, "<script"));
	assert_null(strstr(page, "<b>bold"));
	assert_non_null(strstr(page, "&lt;script&gt;alert(1)"));
	free(page);
	assert_int_not_equal(access(path_of("odd/figures/pwned"), F_OK), 0);
}

static void test_small_sets(void **state)
{
	struct al_report_options options = { .no_figures = true };
	struct al_result r;

	make_set("single");
	make_set("alone");
	assert_int_equal(al_report_make_with(path_of("single"), &options), 0);
	assert_int_equal(al_report_make_with(path_of("alone"), &options), 0);
	assert_int_equal(al_result_load(path_of("single"), NULL, &r), 0);
	for (size_t i = 0; i < r.nrows; i++)
		assert_true(isnan(r.rows[i].ratio_ci.low));
	al_result_fini(&r);
	assert_int_equal(al_result_load(path_of("alone"), NULL, &r), 0);
	assert_true(r.baseline == AL_NOBODY);
	al_result_fini(&r);
}

static void test_compare(void **state)
{
	struct al_comparison c;

	assert_int_equal(al_compare_allocators(path_of("full"), "go1.11",
					       "go1.11-lists", "ns_per_op", &c),
			 0);
	assert_int_equal(c.n, 23);
	assert_int_equal(c.ngood, 23);
	assert_string_equal(c.verdict, "slower");
	for (size_t i = 0; i < c.n; i++)
		assert_true(c.of[i].p_holm >= c.of[i].p);
	al_comparison_fini(&c);
	assert_int_equal(al_compare_sets(path_of("full"), path_of("full"),
					 "ns_per_op", &c),
			 0);
	assert_near(c.geomean, 1, 1e-12);
	assert_string_equal(c.verdict, "equivalent");
	al_comparison_fini(&c);
	assert_int_equal(al_compare_allocators(path_of("full"), "glibc",
					       "nobody", "ns_per_op", &c),
			 AL_EXIT_USAGE);
	al_comparison_fini(&c);
	assert_int_equal(al_compare_allocators(path_of("full"), "glibc",
					       "overlapping", "ns_per_op", &c),
			 AL_EXIT_FAILED);
	al_comparison_fini(&c);
}

static void test_natural_order(void **state)
{
	assert_true(al_natural_compare("larson/t2", "larson/t16") < 0);
	assert_true(al_natural_compare("a", "b") < 0);
	assert_true(al_natural_compare("go1.9", "go1.11") < 0);
	assert_true(al_natural_compare("x", "x1") < 0);
	assert_int_equal(al_natural_compare("t2", "t2"), 0);
	assert_int_not_equal(al_natural_compare("t02", "t2"), 0);
}

static int find_maker(void **state)
{
	ssize_t n = readlink("/proc/self/exe", maker, sizeof(maker) - 1);
	char *slash = n > 0 ? strrchr(maker, '/') : NULL;

	if (!slash || !mkdtemp(top))
		return -1;
	strcpy(slash + 1, "make_result_set");
	return access(maker, X_OK);
}

static int remove_all(void **state)
{
	char command[PATH_MAX];

	snprintf(command, sizeof(command), "rm -r '%s'", top);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_natural_order),
		cmocka_unit_test(test_ratios_are_formed_in_rounds),
		cmocka_unit_test(test_last_record_wins),
		cmocka_unit_test(test_summary_is_rfc4180),
		cmocka_unit_test(test_fault_in_place_of_number),
		cmocka_unit_test(test_bad_input),
		cmocka_unit_test(test_report_repeats),
		cmocka_unit_test(test_page_tells_what_matters),
		cmocka_unit_test(test_counters_counted),
		cmocka_unit_test(test_odd_names_stay_names),
		cmocka_unit_test(test_small_sets),
		cmocka_unit_test(test_compare),
	};

	return cmocka_run_group_tests(tests, find_maker, remove_all);
}
