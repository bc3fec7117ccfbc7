// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * make_result_set.c - invented result sets, to try the report on.
 *
 * Role:       writes samples.jsonl, plan.json and env.json of a kind into a
 *             folder: "full" (a suite with failures and missing counters),
 *             "single" (one round), "alone" (one allocator, no baseline),
 *             "counted" (counters of every quantity, in groups, some under
 *             their second name), "odd" (names with commas, quotes, markup, shell and UTF-8),
 *             "million" (a million samples).
 * Invariants: the same kind is the same bytes every time. Numbers are invented
 *             from a simple cost model with noise; they measure nothing.
 * Locks:      none.
 * Units:      as in doc/result-set.md.
 * Source:     none.
 */
#include "config.h"

#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct design {
	const char *name;
	double ns;     /* an operation on one thread */
	double serial; /* share of it that threads do one after the other */
	double memory; /* resident / live */
	double grows;  /* exponent of the page heap */
};

static const struct design designs[] = {
	{ "null", 1.6, 0, 1.0, 0 },
	{ "glibc", 21, 0.06, 1.21, 0.08 },
	{ "jemalloc", 16, 0.01, 1.15, 0.05 },
	{ "mimalloc", 9.5, 0.005, 1.19, 0.04 },
	{ "tcmalloc", 10.8, 0.02, 1.33, 0.06 },
	{ "go1.11", 19, 0.04, 1.28, 0.14 },
	{ "go1.11-lists", 19.2, 0.04, 1.28, 0.97 },
};

#define NDESIGNS (sizeof(designs) / sizeof(designs[0]))

static uint64_t dice = 88172645463325252u;
static FILE *out;
static int rounds = 10;

/* About normal, mean 0 and deviation 1. */
static double noise(void)
{
	double sum = 0;

	for (int i = 0; i < 12; i++) {
		dice ^= dice << 13;
		dice ^= dice >> 7;
		dice ^= dice << 17;
		sum += (double)(dice >> 11) / 9007199254740992.0;
	}
	return sum - 6;
}

static void put(json_t *record)
{
	json_dumpf(record, out, JSON_COMPACT | JSON_REAL_PRECISION(9));
	putc('\n', out);
	json_decref(record);
}

static json_t *new_sample(const char *allocator, const char *workload,
			  const char *params, int threads, const char *pass,
			  int round)
{
	char point[256], cell[512], name[64], *equals;
	json_t *o = json_object(), *p = json_object();

	snprintf(point, sizeof(point), "%s%s%s/t%d", workload,
		 *params ? "," : "", params, threads);
	snprintf(cell, sizeof(cell), "%s/%s", point, allocator);
	snprintf(name, sizeof(name), "%s", params);
	equals = strchr(name, '=');
	if (equals) {
		char *end;
		long value = strtol(equals + 1, &end, 10);

		*equals = '\0';
		json_object_set_new(p, name,
				    *end ? json_string(equals + 1)
					 : json_integer(value));
	}
	json_object_set_new(o, "v", json_integer(1));
	json_object_set_new(o, "cell", json_string(cell));
	json_object_set_new(o, "point", json_string(point));
	json_object_set_new(o, "pass", json_string(pass));
	json_object_set_new(o, "round", json_integer(round));
	json_object_set_new(o, "seed", json_integer(1234567));
	json_object_set_new(o, "group", json_integer(0));
	json_object_set_new(o, "allocator", json_string(allocator));
	json_object_set_new(o, "workload", json_string(workload));
	json_object_set_new(o, "params", p);
	json_object_set_new(o, "threads", json_integer(threads));
	json_object_set_new(o, "status", json_string("ok"));
	json_object_set_new(o, "why", json_string(""));
	json_object_set_new(o, "metrics", json_object());
	return o;
}

static void metric(json_t *o, const char *name, double value)
{
	json_object_set_new(json_object_get(o, "metrics"), name,
			    json_real(value));
}

static void fail(json_t *o, const char *status, const char *why)
{
	json_object_set_new(o, "status", json_string(status));
	json_object_set_new(o, "why", json_string(why));
	json_object_set_new(o, "metrics", json_object());
}

static json_t *time_sample(const struct design *d, const char *workload,
			   const char *params, int threads, int round,
			   double cost)
{
	json_t *o =
		new_sample(d->name, workload, params, threads, "time", round);
	double ns = d->ns * cost * (1 + d->serial * (threads - 1) * threads) *
		    exp(0.015 * noise());

	metric(o, "ns_per_op", ns);
	metric(o, "mops", 1000.0 * threads / ns);
	metric(o, "minor_faults", floor(900 + 30 * noise()));
	metric(o, "cpu_user_s", ns * 0.002);
	if (round == 3)
		json_object_set_new(o, "marks", json_pack("[s]", "steal"));
	return o;
}

static void times(const char *workload, const char *params, int threads,
		  double cost)
{
	for (int round = 0; round < rounds; round++)
		for (size_t i = 0; i < NDESIGNS; i++)
			put(time_sample(&designs[i], workload, params, threads,
					round, cost));
}

static void memory(const char *workload, const char *params, int threads,
		   double live)
{
	for (size_t i = 0; i < NDESIGNS; i++) {
		json_t *o = new_sample(designs[i].name, workload, params,
				       threads, "memory", 0);
		json_t *rows = json_array();
		double peak = 0;

		for (int k = 0; k <= 40; k++) {
			double now = live * (1 - exp(-k / 6.0)) *
				     (k > 30 ? (41 - k) / 10.0 : 1);
			double rss = now * designs[i].memory +
				     0.02 * live * fabs(noise());

			peak = fmax(peak, rss);
			if (k > 30)
				rss = fmax(rss, peak * 0.6);
			json_array_append_new(
				rows,
				json_pack("[i,f,f]", k * 50000, rss, now));
		}
		metric(o, "peak_rss_bytes", peak);
		metric(o, "peak_live_bytes", live);
		metric(o, "rss_per_live", peak / live);
		metric(o, "end_rss_bytes", peak * 0.6);
		json_object_set_new(o, "series",
				    json_pack("{s:[s,s,s],s:o}", "columns",
					      "ops", "rss_bytes", "live_bytes",
					      "rows", rows));
		if (!strcmp(designs[i].name, "null"))
			fail(o, "unsupported", "null does not reuse memory");
		put(o);
	}
}

static void counters(const char *workload, int threads)
{
	for (size_t i = 0; i < NDESIGNS; i++) {
		json_t *o = new_sample(designs[i].name, workload, "", threads,
				       "counters", 0);

		metric(o, "perf::PAGE-FAULTS_per_op",
		       0.0005 * designs[i].memory);
		metric(o, "perf::CONTEXT-SWITCHES_per_op", 1e-6 * threads);
		json_object_set_new(
			o, "missing",
			json_pack("{s:s,s:s,s:s}", "PAPI_L1_DCM",
				  "Event does not exist", "PAPI_L2_DCM",
				  "Event does not exist", "PAPI_TLB_DM",
				  "Event does not exist"));
		put(o);
	}
}

/* A machine that counts: what does not fit into a group is in the next. */
static void counted(const char *workload, const char *params, int threads)
{
	static const struct {
		const char *event;
		int group;
		double a_ns; /* events a nanosecond of cost */
	} events[] = {
		{ "PAPI_TOT_INS", 0, 4.1 },
		{ "PAPI_TOT_CYC", 0, 3 },
		{ "PAPI_L1_DCM", 0, 0.04 },
		{ "PAPI_L2_TCM", 0, 0.011 },
		{ "perf::CACHE-MISSES", 1, 0.002 },
		{ "PAPI_TLB_DM", 1, 0.0007 },
		{ "PAPI_BR_MSP", 1, 0.009 },
		{ "perf::PAGE-FAULTS", 2, 1e-5 },
		{ "perf::CONTEXT-SWITCHES", 3, 2e-7 },
		{ "perf::CPU-MIGRATIONS", 3, 0 },
	};

	for (int round = 0; round < 6; round++)
		for (int group = 0; group < 4; group++)
			for (size_t i = 0; i < NDESIGNS; i++) {
				json_t *o = new_sample(
					designs[i].name, workload, params,
					threads, "counters", round);

				json_object_set_new(o, "group",
						    json_integer(group));
				for (size_t e = 0;
				     e < sizeof(events) / sizeof(*events);
				     e++) {
					char name[64];

					if (events[e].group != group)
						continue;
					snprintf(name, sizeof(name),
						 "%s_per_op", events[e].event);
					metric(o, name,
					       events[e].a_ns * designs[i].ns *
						       threads *
						       exp(0.05 * noise()));
				}
				put(o);
			}
}

static void failures(void)
{
	for (int round = 0; round < rounds; round++) {
		json_t *o =
			new_sample("crashy", "larson", "", 2, "time", round);

		fail(o, "crash", "killed by signal 11 (Segmentation fault)");
		put(o);
		o = new_sample("crashy", "threadtest", "", 2, "time", round);
		if (round == 1)
			fail(o, "hang", "still running after 60 s");
		else
			metric(o, "ns_per_op", 30 + noise());
		put(o);
		put(time_sample(&(struct design){ "overlapping", 3, 0, 1, 0 },
				"threadtest", "", 2, round, 1));
	}
	{
		json_t *o = new_sample("overlapping", "threadtest", "", 2,
				       "check", 0);

		fail(o, "fault",
		     "object 17 at 0x7f00 overlaps object 4 (64 bytes)");
		put(o);
	}
}

static void full(bool with_failures)
{
	static const int threads[] = { 1, 2, 4, 8 };
	static const char *const traces[] = { "gcc-cc1", "python3", "redis",
					      "sqlite3" };
	char params[64];

	for (size_t i = 0; i < 4; i++) {
		times("threadtest", "", threads[i], 1);
		times("larson", "", threads[i], 1.7);
		if (threads[i] > 1)
			times("prodcons", "", threads[i], 2.6);
	}
	for (int lg = 4; lg <= 18; lg += 2)
		for (int round = 0; round < rounds; round++)
			for (size_t i = 0; i < NDESIGNS; i++) {
				snprintf(params, sizeof(params),
					 "free_spans=%d", 1 << lg);
				put(time_sample(
					&designs[i], "pageheap", params, 1,
					round,
					8 * pow(1 << lg, designs[i].grows)));
			}
	for (size_t i = 0; i < 4; i++) {
		snprintf(params, sizeof(params), "trace=%s", traces[i]);
		times("replay", params, 1, 1.1 + 0.3 * (double)i);
		memory("replay", params, 1, 3e7 * (double)(i + 1));
	}
	memory("larson", "", 2, 6e7);
	memory("threadtest", "", 2, 2e7);
	memory("prodcons", "", 2, 1e7);
	counters("threadtest", 2);
	counters("larson", 2);
	if (with_failures)
		failures();
}

/* Names that break a careless writer of CSV, HTML, gnuplot or a shell. */
static void odd(void)
{
	static const char *const names[] = {
		"glibc",
		"caf\xc3\xa9, \"quoted\"",
		"<b>bold</b>&amp;",
		"`touch pwned` $(id) {/=40 x}",
		"it's_under_scored\\n",
		"line\nbreak\ttab",
	};

	for (int round = 0; round < rounds; round++)
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			for (int t = 1; t <= 2; t++) {
				struct design d = { names[i], 10.0 + (double)i,
						    0.01, 1, 0 };

				put(time_sample(&d, "a,b \"c\" <i>d",
						"trace=x'y`z\"", t, round, 1));
				put(time_sample(&d, "threadtest", "", t, round,
						1));
			}
	put(json_pack("{s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "v", 1, "cell",
		      "threadtest/t1/x", "point", "threadtest/t1", "pass",
		      "time", "allocator", "<script>alert(1)</script>",
		      "workload", "threadtest", "status", "crash", "why",
		      "</td><script>alert(2)</script>"));
}

static void million(void)
{
	char params[64];

	for (int p = 0; p < 2500; p++) {
		snprintf(params, sizeof(params), "blocks=%d", p + 1);
		for (int round = 0; round < 50; round++)
			for (size_t i = 0; i < 8; i++) {
				struct design d = designs[i % NDESIGNS];

				if (i == NDESIGNS)
					d.name = "eighth";
				put(time_sample(&d, "larson", params, 1, round,
						1));
			}
	}
}

static FILE *create(const char *dir, const char *name)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (!f) {
		perror(path);
		exit(2);
	}
	return f;
}

static void put_plan(const char *dir)
{
	FILE *f = create(dir, "plan.json");

	fputs("{\"v\": 1, \"label\": \"invented\", \"host\": \"ash\",\n"
	      " \"started\": \"2026-11-21T20:00:00Z\", \"baseline\": "
	      "\"glibc\",\n \"seed\": 1, \"pin\": \"compact\", \"command\": "
	      "[\"./run-suite\", \"--quick\", \"--out\", \"a b\"],\n"
	      " \"allocators\": [\"null\", \"glibc\", \"jemalloc\", "
	      "\"mimalloc\", \"tcmalloc\", \"go1.11\", \"go1.11-lists\"]}\n",
	      f);
	fclose(f);
	f = create(dir, "env.json");
	fputs("{\"host\": \"ash\", \"kernel\": \"Linux 6.1.0\", \"cpu\": "
	      "{\"model\": \"Invented 9000\", \"cores\": 8, \"governor\": "
	      "\"performance\"}, \"thp\": \"madvise\", \"load\": [0.1, 0.2],"
	      " \"assert_level\": 0}\n",
	      f);
	fclose(f);
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("Usage: make_result_set KIND DIR\n", stderr);
		return 2;
	}
	out = create(argv[2], "samples.jsonl");
	if (!strcmp(argv[1], "full")) {
		put_plan(argv[2]);
		full(true);
		fputs("{\"v\": 1, \"cell\": \"torn", out);
	} else if (!strcmp(argv[1], "single")) {
		rounds = 1;
		full(false);
	} else if (!strcmp(argv[1], "alone")) {
		for (int t = 1; t <= 2; t++)
			for (int i = 0; i < rounds; i++)
				put(time_sample(&designs[5], "threadtest", "",
						t, i, 1));
	} else if (!strcmp(argv[1], "counted")) {
		put_plan(argv[2]);
		for (int t = 1; t <= 4; t *= 2) {
			counted("threadtest", "", t);
			counted("larson", "", t);
			counted("prodcons", "", t);
			counted("churn", "", t);
			counted("pairs", "", t);
			times("threadtest", "", t, 1);
		}
		counted("replay", "trace=gcc", 1);
	} else if (!strcmp(argv[1], "odd")) {
		odd();
	} else if (!strcmp(argv[1], "million")) {
		million();
	} else {
		fputs("make_result_set: no such kind\n", stderr);
		return 2;
	}
	return fclose(out) ? 2 : 0;
}
