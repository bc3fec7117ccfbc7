// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cmd_run.c - `allotrope run`: from words to a result set.
 *
 * Role:       reads the options, makes or resumes a result set, measures it
 *             through, closes with the report.
 * Invariants: plan.json and env.json are on disk before the first measurement.
 * Locks:      none.
 * Units:      seconds.
 * Source:     none.
 */
#include "config.h"

#include "commands.h"
#include "plan.h"
#include "process.h"
#include "result_dir.h"
#include "run_loop.h"
#include "runner.h"
#include "suite.h"
#include "usage.h"
#include "../lib/error.h"
#include "../report/report.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	OPT_PIN = 0x100,
	OPT_SET,
	OPT_PASSES,
	OPT_REPS,
	OPT_BASELINE,
	OPT_SEED,
	OPT_OUT,
	OPT_RESUME,
	OPT_ALLOCATOR,
	OPT_WORKLOAD,
	OPT_TIME_LIMIT,
	OPT_LABEL,
	OPT_NO_REPORT,
	OPT_DRY_RUN,
};

static const char doc[] =
	"Measure allocators on workloads and report."
	"\vWithout a suite and without --workloads it runs the suite `quick`. "
	"Options replace what a suite says: --workloads picks among its "
	"experiments, --set changes a parameter in all of them.\n"
	"\n"
	"Examples:\n"
	"  allotrope run --suite quick\n"
	"  allotrope run --workloads larson --threads 1,2,all \\\n"
	"      --allocators glibc,go1.11 --reps auto\n"
	"  allotrope run --workloads pageheap --allocators go1.11,go1.11-lists \\\n"
	"      --set 'pageheap.free_spans=100..100000*10'\n"
	"  allotrope run --allocator mine=./mine.so --allocators mine,glibc\n"
	"  allotrope run --resume results/20261121T203000Z-box-quick\n"
	"\n"
	"Values of --set are one value (64, 4k), a list (16:64:256) or a sweep "
	"(100..100000*10, 1..9+2). --reps N leaves the check pass at one round; "
	"`auto` goes on until each median is within 2%. --pin core (the default) "
	"gives each worker a core, and second hardware threads only once every "
	"core has one.\n"
	"\n"
	"Exit codes: 0 done; 1 a cell failed; 2 usage; 3 the machine lacks what "
	"was asked for. Ctrl-C ends at once, by the signal, and says how to "
	"resume.";

static const struct argp_option options[] = {
	{ NULL, 0, NULL, 0, "What to measure:", 1 },
	{ "suite", 's', "NAME|FILE", 0,
	  "A suite: quick, standard, full, or a "
	  "JSON file",
	  1 },
	{ "workloads", 'w', "W,...", 0, "Only these workloads", 1 },
	{ "allocators", 'a', "A,...", 0,
	  "These allocators; NAME:knob=value "
	  "sets a knob",
	  1 },
	{ "allocator", OPT_ALLOCATOR, "NAME=LIB.so", 0,
	  "Take in an allocator: a plugin, or any malloc library", 1 },
	{ "workload", OPT_WORKLOAD, "LIB.so", 0, "Take in a workload plugin",
	  1 },
	{ "threads", 't', "N,...", 0,
	  "Numbers of threads; also half, all, "
	  "cores",
	  1 },
	{ "set", OPT_SET, "W.PARAM=V,...", 0, "Parameters of workloads", 1 },
	{ NULL, 0, NULL, 0, "How to measure:", 2 },
	{ "passes", OPT_PASSES, "P,...", 0,
	  "Instruments: check, time, counters, memory", 2 },
	{ "reps", 'n', "N|auto", 0, "Rounds; or time=10,memory=3", 2 },
	{ "pin", OPT_PIN, "POLICY", 0,
	  "compact, scatter, core, numa, none, "
	  "or CPUs 0,2,4-7",
	  2 },
	{ "baseline", OPT_BASELINE, "A", 0, "Ratios are to this allocator", 2 },
	{ "seed", OPT_SEED, "N", 0, "Seed of every random choice", 2 },
	{ "time-limit", OPT_TIME_LIMIT, "TIME", 0,
	  "A runner beyond it hangs: 90, 15m, 2h", 2 },
	{ NULL, 0, NULL, 0, "Where it goes:", 3 },
	{ "out", 'o', "DIR", 0, "Result folder, a new one", 3 },
	{ "label", OPT_LABEL, "TEXT", 0, "Last part of the folder's name", 3 },
	{ "resume", OPT_RESUME, "DIR", 0, "Measure what DIR still lacks", 3 },
	{ "no-report", OPT_NO_REPORT, NULL, 0, "Samples only", 3 },
	{ "dry-run", OPT_DRY_RUN, NULL, 0, "Print the plan, measure nothing",
	  3 },
	{ "quiet", 'q', NULL, 0, "No progress, no table", 3 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

struct words {
	struct run_options run;
	const char *out;
	const char *resume;
	bool is_quiet, no_report, is_dry;
	bool has_shape; /* an option that --resume would contradict */
};

static void split(struct argp_state *state, const char *option,
		  struct text_list *list, const char *text)
{
	if (!text_list_split(list, text, ','))
		al_die(AL_EXIT_USAGE, option, "'%s': expected A,B,...", text);
	(void)state;
}

static void parse_seed(struct words *w, const char *text)
{
	char *end;

	errno = 0;
	w->run.seed = strtoull(text, &end, 0);
	if (*text < '0' || *text > '9' || *end || errno || w->run.seed >> 53)
		al_die(AL_EXIT_USAGE, "--seed",
		       "'%s': expected a number below 2^53", text);
	w->run.has_seed = true;
}

static void parse_label(struct words *w, const char *text)
{
	if (!*text || strlen(text) > 100 || strchr(text, '/') || *text == '.')
		al_die(AL_EXIT_USAGE, "--label",
		       "'%s': expected a short text without '/'", text);
	w->run.label = text;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct words *w = state->input;
	struct run_options *run = &w->run;

	switch (key) {
	case 's':
		run->suite = arg;
		break;
	case 'w':
		split(state, "--workloads", &run->workloads, arg);
		break;
	case 'a':
		split(state, "--allocators", &run->allocators, arg);
		break;
	case 't':
		split(state, "--threads", &run->threads, arg);
		break;
	case OPT_SET:
		split(state, "--set", &run->sets, arg);
		break;
	case OPT_PASSES:
		split(state, "--passes", &run->passes, arg);
		break;
	case OPT_ALLOCATOR:
		text_list_add(&run->allocator_specs, arg);
		break;
	case OPT_WORKLOAD:
		text_list_add(&run->workload_files, arg);
		break;
	case 'n':
		run->reps = arg;
		break;
	case OPT_PIN:
		run->pin = arg;
		break;
	case OPT_BASELINE:
		run->baseline = arg;
		break;
	case OPT_SEED:
		parse_seed(w, arg);
		break;
	case OPT_TIME_LIMIT:
		if (!text_seconds(arg, &run->time_limit_s))
			al_die(AL_EXIT_USAGE, "--time-limit",
			       "'%s': expected a time, 90, 15m or 2h", arg);
		break;
	case OPT_LABEL:
		parse_label(w, arg);
		break;
	case 'o':
		w->out = arg;
		return 0;
	case OPT_RESUME:
		w->resume = arg;
		return 0;
	case OPT_NO_REPORT:
		w->no_report = true;
		return 0;
	case OPT_DRY_RUN:
		w->is_dry = true;
		return 0;
	case 'q':
		w->is_quiet = true;
		return 0;
	case ARGP_KEY_ARG:
		al_die(AL_EXIT_USAGE, arg,
		       "run takes options only; try "
		       "`allotrope run --help`");
	default:
		return ARGP_ERR_UNKNOWN;
	}
	w->has_shape = true;
	return 0;
}

static int take_in(struct allocators *allocators, struct workloads *workloads,
		   const struct run_options *run)
{
	char *why = NULL;

	for (size_t i = 0; i < run->allocator_specs.n; i++) {
		int status = allocators_add(allocators,
					    run->allocator_specs.item[i], &why);

		if (status) {
			al_error("--allocator", "%s", why);
			free(why);
			return status;
		}
	}
	for (size_t i = 0; i < run->workload_files.n; i++)
		if (workloads_add(workloads, run->workload_files.item[i],
				  &why)) {
			al_error("--workload", "%s: %s",
				 run->workload_files.item[i], why);
			free(why);
			return AL_EXIT_USAGE;
		}
	return AL_EXIT_OK;
}

/* From the words to a plan. */
static int make_plan(struct plan *plan, struct words *w,
		     const struct placement *placement)
{
	struct allocators allocators = { NULL, 0 };
	struct workloads workloads = { NULL, 0 };
	struct run_options *run = &w->run;
	struct suite suite = { NULL, NULL, NULL };
	unsigned int strict = (run->threads.n ? PLAN_STRICT_THREADS : 0) |
			      (run->baseline ? PLAN_STRICT_BASELINE : 0);
	int status;

	allocators_find(&allocators);
	workloads_find(&workloads);
	status = take_in(&allocators, &workloads, run);
	if (status)
		goto out;
	if (!run->suite && !run->workloads.n)
		run->suite = "quick";
	if (run->suite) {
		status = suite_load(&suite, run->suite);
		if (!status)
			status = suite_check(&suite, &allocators, &workloads);
	} else {
		suite_empty(&suite);
	}
	if (!status)
		status = suite_override(&suite, run, &allocators, &workloads);
	if (!status)
		status = plan_make(plan, &suite, &allocators, &workloads,
				   placement, strict);
out:
	suite_fini(&suite);
	allocators_fini(&allocators);
	workloads_fini(&workloads);
	return status;
}

static json_t *command_line(int argc, char **argv)
{
	json_t *command = json_pack("[s,s]", "allotrope", "run");

	for (int i = 1; i < argc; i++) {
		json_t *word = json_string(argv[i]);

		json_array_append_new(command, word ? word : json_string("?"));
	}
	return command;
}

static int run_new(struct words *w, json_t *command,
		   const struct run_loop_options *loop)
{
	struct placement *placement;
	char *why = NULL, *folder = NULL;
	struct plan plan;
	int status;

	placement = placement_new(NULL, &why);
	if (!placement)
		al_die(AL_EXIT_MACHINE, "hwloc", "%s", why);
	status = make_plan(&plan, w, placement);
	if (status) {
		placement_delete(placement);
		return status;
	}
	plan.command = json_incref(command);
	status = w->is_dry ? result_dir_print(&plan)
			   : result_dir_make(&folder, w->out, &plan, placement);
	placement_delete(placement);
	if (!status && !w->is_dry)
		status = run_loop(&plan, folder, loop);
	free(folder);
	plan_fini(&plan);
	return status;
}

static int run_resume(struct words *w, const struct run_loop_options *loop)
{
	struct plan plan;
	int status;

	if (w->has_shape || w->out)
		al_die(AL_EXIT_USAGE, "--resume",
		       "the plan stands in %s/plan.json; no other option "
		       "changes it",
		       w->resume);
	status = result_dir_open(w->resume, &plan);
	if (status)
		return status;
	status = w->is_dry ? result_dir_print(&plan)
			   : run_loop(&plan, w->resume, loop);
	plan_fini(&plan);
	return status;
}

static int report(const char *folder, bool print_table)
{
	return (int)al_report_make(folder, print_table);
}

int cmd_run(int argc, char **argv)
{
	static const struct argp argp = { options, parse, NULL, doc,
					  NULL,	   NULL,  NULL };
	struct words w = { .resume = NULL };
	struct run_loop_options loop;
	json_t *command;
	int status;

	usage_parse(&argp, argc, argv, &w);
	command = command_line(argc, argv);
	loop = (struct run_loop_options){
		.is_quiet = w.is_quiet,
		.report = w.no_report ? NULL : report,
	};
	status = w.resume ? run_resume(&w, &loop) : run_new(&w, command, &loop);
	json_decref(command);
	text_list_fini(&w.run.allocators);
	text_list_fini(&w.run.workloads);
	text_list_fini(&w.run.threads);
	text_list_fini(&w.run.sets);
	text_list_fini(&w.run.passes);
	text_list_fini(&w.run.allocator_specs);
	text_list_fini(&w.run.workload_files);
	if (process_stop_signal()) { /* so that shells and scripts stop, too */
		signal(process_stop_signal(), SIG_DFL);
		raise(process_stop_signal());
	}
	return status;
}
