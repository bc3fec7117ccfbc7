// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cmd_replay.c - `allotrope replay`: one trace, some allocators, at once.
 *
 * Role:       a quick look; measures cells of the workload `replay` as `run`
 *             would, and prints what came of them instead of keeping it.
 * Invariants: rounds visit every allocator in turn, so that drift of the
 *             machine meets all alike.
 * Locks:      none.
 * Units:      nanoseconds, bytes.
 * Source:     none.
 */
#include "config.h"

#include "commands.h"
#include "measure.h"
#include "plan.h"
#include "process.h"
#include "suite.h"
#include "traces.h"
#include "usage.h"
#include "../lib/error.h"
#include "../../workloads/trace/reader.h"
#include "../../workloads/trace/verify.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct words {
	struct run_options run;
	const char *file;
	char *path;
	const char *threads;
	const char *touch;
	int64_t rounds;
	int64_t repeat;
	bool json;
};

/* What the rounds said of one allocator. */
struct tally {
	const char *label;
	double *ns; /* an operation, of each good round */
	size_t n;
	double peak_rss, peak_live;
	char *trouble; /* "status: why", or NULL */
};

static int print_help(void)
{
	fputs("Usage: allotrope replay FILE --allocator A [OPTION...]\n"
	      "Play a recorded trace (a file, or a shipped trace's name) with "
	      "each allocator.\n\n"
	      "  -a, --allocator A[,B...]       a known allocator, or "
	      "NAME=/path/lib.so\n"
	      "  -t, --threads N                default: as many as the trace "
	      "had at once,\n"
	      "                                 at most as many as there are "
	      "CPUs\n"
	      "  -n, --reps N                   rounds (default 5)\n"
	      "      --repeat N                 play it N times a round "
	      "(default 1)\n"
	      "      --touch N                  0 nothing, 1 the first bytes of "
	      "each object\n"
	      "                                 (default), 2 every page\n"
	      "      --pin POLICY               as of `allotrope run`\n"
	      "      --json                     one JSON object\n\n"
	      "The first allocator is what the others are compared with. For "
	      "intervals and\nverdicts: allotrope run --workloads replay "
	      "--set replay.trace=FILE ...\n\n"
	      "Examples:\n"
	      "  allotrope replay gcc --allocator glibc,go1.11\n"
	      "  allotrope replay mine.altr -a glibc -a mine=./mine.so "
	      "--threads 1\n\n"
	      "Exit codes: 0 done; 1 an allocator failed; 2 usage, or a trace "
	      "that is damaged;\n3 an allocator is not on this machine.\n",
	      stdout);
	return AL_EXIT_OK;
}

static void take_allocator(struct words *w, const char *text)
{
	char *name, *equals = strchr(text, '=');

	if (!equals || strchr(text, ':')) { /* names, perhaps with knobs */
		if (!text_list_split(&w->run.allocators, text, ','))
			al_die(AL_EXIT_USAGE, "--allocator",
			       "'%s': expected A,B,...", text);
		return;
	}
	text_list_add(&w->run.allocator_specs, text);
	name = text_copy(text);
	name[equals - text] = '\0';
	text_list_add(&w->run.allocators, name);
	free(name);
}

static void parse(int argc, char **argv, struct words *w)
{
	static const struct option longs[] = {
		{ "allocator", required_argument, NULL, 'a' },
		{ "threads", required_argument, NULL, 't' },
		{ "reps", required_argument, NULL, 'n' },
		{ "repeat", required_argument, NULL, 'r' },
		{ "touch", required_argument, NULL, 'T' },
		{ "pin", required_argument, NULL, 'p' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "a:t:n:h", longs, NULL)) != -1)
		switch (c) {
		case 'a':
			take_allocator(w, optarg);
			break;
		case 't':
			w->threads = optarg;
			break;
		case 'n':
			if (!text_number(optarg, &w->rounds) || w->rounds < 1)
				al_die(AL_EXIT_USAGE, "--reps",
				       "'%s': expected a count", optarg);
			break;
		case 'r':
			if (!text_number(optarg, &w->repeat) || w->repeat < 1)
				al_die(AL_EXIT_USAGE, "--repeat",
				       "'%s': expected a count", optarg);
			break;
		case 'T':
			w->touch = optarg;
			break;
		case 'p':
			w->run.pin = optarg;
			break;
		case 'j':
			w->json = true;
			break;
		case 'h':
			exit(print_help());
		default:
			usage_die(argv);
		}
	if (argc - optind != 1 || !w->run.allocators.n)
		al_die(AL_EXIT_USAGE, "replay",
		       "%s; try `allotrope replay --help`",
		       optind == argc	   ? "which trace?"
		       : argc - optind > 1 ? "one trace at a time"
					   : "--allocator is missing");
	w->file = argv[optind];
}

/* The file, and how many threads by default. Return: an enum al_exit. */
static int find_trace(struct words *w, const struct placement *placement)
{
	struct trace trace;
	struct trouble t;
	unsigned int n = placement_npus(placement);
	char *threads;

	if (!access(w->file, F_OK) || strchr(w->file, '/'))
		w->path = realpath(w->file, NULL);
	else
		w->path = traces_resolve(w->file);
	if (!w->path) {
		al_error(w->file, "no such trace; try `allotrope list traces`");
		return AL_EXIT_USAGE;
	}
	if (trace_open(&trace, w->path, &t))
		return trouble_print(&t, w->file);
	if (trace_verify(&trace, NULL, NULL, &t)) {
		trace_close(&trace);
		return trouble_print(&t, w->file);
	}
	if (trace.head.lanes < n)
		n = trace.head.lanes;
	trace_close(&trace);
	threads = text_format("%u", n);
	text_list_add(&w->run.threads, w->threads ? w->threads : threads);
	free(threads);
	return AL_EXIT_OK;
}

static int make_plan(struct plan *plan, struct words *w,
		     const struct placement *placement)
{
	struct allocators allocators = { NULL, 0 };
	struct workloads workloads = { NULL, 0 };
	struct suite suite = { NULL, NULL, NULL };
	char *why = NULL, *reps;
	json_t *set = json_pack("{s:s, s:I}", "trace", w->path, "repeat",
				(json_int_t)w->repeat);
	int status = AL_EXIT_OK;

	if (w->touch)
		json_object_set_new(set, "touch", json_string(w->touch));
	allocators_find(&allocators);
	workloads_find(&workloads);
	for (size_t i = 0; !status && i < w->run.allocator_specs.n; i++) {
		status = allocators_add(&allocators,
					w->run.allocator_specs.item[i], &why);
		if (status)
			al_error("--allocator", "%s", why);
	}
	text_list_add(&w->run.passes, "time");
	text_list_add(&w->run.passes, "memory");
	reps = text_format("time=%lld,memory=1", (long long)w->rounds);
	w->run.reps = reps;
	suite_empty(&suite);
	json_object_set_new(
		suite.root, "experiments",
		json_pack("[{s:s, s:o}]", "workload", "replay", "set", set));
	if (!status)
		status = suite_check(&suite, &allocators, &workloads);
	if (!status)
		status = suite_override(&suite, &w->run, &allocators,
					&workloads);
	if (!status)
		status = plan_make(plan, &suite, &allocators, &workloads,
				   placement, PLAN_STRICT_THREADS);
	free(why);
	free(reps);
	suite_fini(&suite);
	allocators_fini(&allocators);
	workloads_fini(&workloads);
	return status;
}

static double metric(json_t *record, const char *name)
{
	return json_number_value(
		json_object_get(json_object_get(record, "metrics"), name));
}

static void take(struct tally *t, const char *pass, json_t *record)
{
	const char *status =
		json_string_value(json_object_get(record, "status"));
	const char *why = json_string_value(json_object_get(record, "why"));

	if (status && !strcmp(status, "unsupported") && t->n)
		return; /* no account of memory can be given */
	if (!status || strcmp(status, "ok")) {
		if (!t->trouble)
			t->trouble =
				text_format("%s: %s", status ? status : "error",
					    why ? why : "");
	} else if (!strcmp(pass, "time")) {
		text_grow(&t->ns, t->n, sizeof(*t->ns));
		t->ns[t->n++] = metric(record, "ns_per_op");
	} else {
		t->peak_rss = metric(record, "peak_rss_bytes");
		t->peak_live = metric(record, "peak_live_bytes");
	}
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(struct tally *t)
{
	if (!t->n)
		return 0;
	qsort(t->ns, t->n, sizeof(*t->ns), by_value);
	return (t->ns[(t->n - 1) / 2] + t->ns[t->n / 2]) / 2;
}

/* Return: false when the user interrupted it. */
static bool measure_all(const struct plan *plan, const char *folder,
			struct tally *tallies)
{
	struct watch watch = { .best_mhz = 0 };
	double wall_s;

	for (uint32_t p = 0; p < plan->npasses; p++) {
		const struct plan_pass *pass = &plan->pass[p];

		for (uint32_t r = 0; r < pass->rounds; r++)
			for (size_t i = 0; i < pass->ncells; i++) {
				uint32_t cell = pass->cell[i];
				struct measurement m = { p, r, cell, 0 };
				json_t *record = measure_run(plan, &m, folder,
							     &watch, &wall_s);

				if (!record)
					return false;
				take(&tallies[plan->cell[cell].allocator],
				     pass->name, record);
				json_decref(record);
			}
	}
	return true;
}

static void print_table(const struct plan *plan, struct tally *tallies)
{
	double first = median(&tallies[0]);

	printf("%-24s %10s %8s %12s %12s %9s\n", "allocator", "ns/op", "ratio",
	       "peak RSS MiB", "live MiB", "RSS/live");
	for (size_t i = 0; i < plan->nallocators; i++) {
		struct tally *t = &tallies[i];
		double ns = median(t);

		if (t->trouble) {
			printf("%-24s %s\n", t->label, t->trouble);
			continue;
		}
		printf("%-24s %10.2f %8.3f", t->label, ns,
		       first > 0 ? ns / first : 0);
		if (t->peak_live > 0)
			printf(" %12.2f %12.2f %9.2f", t->peak_rss / 1048576,
			       t->peak_live / 1048576,
			       t->peak_rss / t->peak_live);
		putchar('\n');
	}
}

static void print_json(const struct plan *plan, const struct words *w,
		       struct tally *tallies)
{
	json_t *all = json_array(), *root;

	for (size_t i = 0; i < plan->nallocators; i++) {
		struct tally *t = &tallies[i];

		if (t->trouble)
			json_array_append_new(
				all, json_pack("{s:s, s:s}", "allocator",
					       t->label, "error", t->trouble));
		else
			json_array_append_new(
				all,
				json_pack("{s:s, s:f, s:i, s:f, s:f}",
					  "allocator", t->label, "ns_per_op",
					  median(t), "rounds", (int)t->n,
					  "peak_rss_bytes", t->peak_rss,
					  "peak_live_bytes", t->peak_live));
	}
	root = json_pack("{s:s, s:i, s:o}", "trace", w->file, "threads",
			 (int)plan->point[0].threads, "results", all);
	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
}

static int replay(struct plan *plan, const struct words *w)
{
	struct tally *tallies = text_alloc(plan->nallocators, sizeof(*tallies));
	const char *parent = getenv("TMPDIR");
	char *folder = text_format("%s/allotrope-replay-%ld",
				   parent ? parent : "/tmp", (long)getpid());
	int status = AL_EXIT_OK;

	for (size_t i = 0; i < plan->nallocators; i++)
		tallies[i].label = plan->allocator[i].label;
	for (size_t i = 0; i < plan->notes.n; i++)
		al_warn("replay", "%s", plan->notes.item[i]);
	process_catch_signals();
	if (measure_all(plan, folder, tallies)) {
		if (w->json)
			print_json(plan, w, tallies);
		else
			print_table(plan, tallies);
	} else {
		status = AL_EXIT_FAILED;
	}
	for (size_t i = 0; i < plan->nallocators; i++) {
		if (tallies[i].trouble)
			status = AL_EXIT_FAILED;
		free(tallies[i].trouble);
		free(tallies[i].ns);
	}
	free(tallies);
	free(folder);
	return status;
}

int cmd_replay(int argc, char **argv)
{
	struct words w = { .rounds = 5, .repeat = 1 };
	struct placement *placement;
	struct plan plan;
	char *why;
	int status;

	parse(argc, argv, &w);
	placement = placement_new(NULL, &why);
	if (!placement)
		al_die(AL_EXIT_MACHINE, "hwloc", "%s", why);
	status = find_trace(&w, placement);
	if (!status)
		status = make_plan(&plan, &w, placement);
	placement_delete(placement);
	if (!status) {
		status = replay(&plan, &w);
		plan_fini(&plan);
	}
	free(w.path);
	text_list_fini(&w.run.allocators);
	text_list_fini(&w.run.allocator_specs);
	text_list_fini(&w.run.threads);
	text_list_fini(&w.run.passes);
	return status;
}
