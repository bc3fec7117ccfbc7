// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cmd_check.c - `allotrope check`: does an allocator do what it must?
 *
 * Role:       puts allocators through the conformance tests and prints what
 *             came of it, as a table or as JSON.
 * Invariants: every test runs in a process of its own; a failure of one keeps
 *             none of the others from running.
 * Locks:      none.
 * Units:      seconds.
 * Source:     none.
 */
#include "config.h"

#include "commands.h"
#include "process.h"
#include "suite.h"
#include "trial.h"
#include "usage.h"
#include "../lib/error.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPT_ALLOCATOR = 0x100,
	OPT_TESTS,
	OPT_JSON,
	OPT_SEED,
	OPT_LIST,
	OPT_PATIENCE,
	OPT_NOTES,
};

static const char doc[] =
	"Put allocators through the conformance tests."
	"\vA contract test checks what every workload relies on; a plugin test "
	"what include/allotrope/allocator.h asks of plugins beyond that, which a "
	"library never promised; an advisory test what a careful allocator "
	"does.\n"
	"\n"
	"Verdicts: pass; skip, the test cannot judge this allocator; differs, it "
	"does otherwise than a promise it never made; FAIL.\n"
	"\n"
	"Examples:\n"
	"  allotrope check go1.11 glibc\n"
	"  allotrope check --allocator mine=./mine.so\n"
	"  allotrope check --tests contents,threads example:batch=256\n"
	"\n"
	"Exit codes: 0 none failed; 1 one did; 2 usage; 3 the machine lacks what "
	"was asked for.";

static const struct argp_option options[] = {
	{ "allocator", OPT_ALLOCATOR, "NAME=LIB.so", 0,
	  "Take in an allocator: a plugin, or any malloc library; without other "
	  "names it is the one to check",
	  1 },
	{ "tests", OPT_TESTS, "T,...", 0, "Only these tests", 1 },
	{ "list", OPT_LIST, NULL, 0, "Print the tests and what they promise",
	  1 },
	{ "seed", OPT_SEED, "N", 0, "Seed of every random choice", 1 },
	{ "patience", OPT_PATIENCE, "FACTOR", 0,
	  "Multiply the time limits, for slow builds", 1 },
	{ "json", OPT_JSON, NULL, 0, "Print JSON instead of a table", 1 },
	{ "notes", OPT_NOTES, NULL, 0, "Print the figures that are not judged",
	  1 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

struct words {
	struct text_list specs, names, tests;
	uint64_t seed;
	double patience;
	bool is_json, is_list, with_notes;
};

/* What one allocator came to. */
struct tally {
	unsigned int n[VERDICT_STOPPED + 1];
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct words *w = state->input;
	char *end;

	switch (key) {
	case OPT_ALLOCATOR:
		text_list_add(&w->specs, arg);
		return 0;
	case OPT_TESTS:
		if (!text_list_split(&w->tests, arg, ','))
			al_die(AL_EXIT_USAGE, "--tests",
			       "'%s': expected A,B,...", arg);
		return 0;
	case OPT_JSON:
		w->is_json = true;
		return 0;
	case OPT_LIST:
		w->is_list = true;
		return 0;
	case OPT_NOTES:
		w->with_notes = true;
		return 0;
	case OPT_SEED:
		errno = 0;
		w->seed = strtoull(arg, &end, 0);
		if (*arg < '0' || *arg > '9' || *end || errno || w->seed >> 53)
			al_die(AL_EXIT_USAGE, "--seed",
			       "'%s': expected a number below 2^53", arg);
		return 0;
	case OPT_PATIENCE:
		w->patience = strtod(arg, &end);
		if (end == arg || *end || !(w->patience >= 0.1) ||
		    w->patience > 1000)
			al_die(AL_EXIT_USAGE, "--patience",
			       "'%s': expected a number, 0.1 to 1000", arg);
		return 0;
	case ARGP_KEY_ARG:
		text_list_add(&w->names, arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const char *member(json_t *test, const char *name)
{
	return json_string_value(json_object_get(test, name));
}

static void list_tests(json_t *tests)
{
	json_t *test;
	size_t i;

	json_array_foreach(tests, i, test)
		printf("%-16s %-9s %s\n", member(test, "name"),
		       member(test, "kind"), member(test, "promise"));
}

/* The tests that were asked for, in the order of the list. */
static json_t *choose_tests(json_t *tests, const struct text_list *wanted)
{
	struct text_list known = { NULL, 0 };
	json_t *chosen = json_array(), *test;
	size_t i;

	json_array_foreach(tests, i, test)
	{
		text_list_add(&known, member(test, "name"));
		if (!wanted->n || text_list_has(wanted, member(test, "name")))
			json_array_append(chosen, test);
	}
	for (i = 0; i < wanted->n; i++)
		if (!text_list_has(&known, wanted->item[i]))
			al_die(AL_EXIT_USAGE, wanted->item[i],
			       "no such test; try `allotrope check --list`");
	text_list_fini(&known);
	return chosen;
}

static void print_notes(json_t *notes)
{
	const char *name;
	json_t *value;

	json_object_foreach(notes, name, value)
		printf("  %-16s         %s = %.12g\n", "", name,
		       json_number_value(value));
}

/* The end of what the process said: a sanitizer's report, an abort's reason. */
static void print_log(const char *log)
{
	const char *from = log + strlen(log);
	int lines = 0;

	while (from > log && lines <= 40)
		lines += *--from == '\n';
	while (*from) {
		const size_t n = strcspn(from, "\n");

		if (n)
			printf("      | %.*s\n", (int)n, from);
		from += n + (from[n] == '\n');
	}
}

static void print_trial(json_t *test, const struct trial *t, bool with_notes)
{
	printf("  %-16s %-8s%s\n", member(test, "name"),
	       verdict_name(t->verdict),
	       *t->why ? t->why : member(test, "promise"));
	if (t->verdict == VERDICT_FAIL)
		print_log(t->log);
	if (with_notes)
		print_notes(t->notes);
	fflush(stdout);
}

static json_t *trial_json(json_t *test, const struct trial *t)
{
	static const char *const verdicts[] = {
		[VERDICT_PASS] = "pass",       [VERDICT_SKIP] = "skip",
		[VERDICT_DIFFERS] = "differs", [VERDICT_FAIL] = "fail",
		[VERDICT_UNUSABLE] = "fail",   [VERDICT_STOPPED] = "stopped",
	};

	return json_pack("{s:O, s:O, s:s, s:s, s:f, s:O?}", "test",
			 json_object_get(test, "name"), "kind",
			 json_object_get(test, "kind"), "verdict",
			 verdicts[t->verdict], "why", t->why, "wall_s",
			 t->wall_s, "notes", t->notes);
}

/* All tests for one allocator; a single one if it cannot be brought in. */
static json_t *check_one(const struct allocator *a, json_t *knobs,
			 json_t *tests, const struct words *w,
			 struct tally *tally)
{
	json_t *results = json_array(), *test;
	enum verdict last = VERDICT_PASS;
	size_t i;

	json_array_foreach(tests, i, test)
	{
		struct trial trial;

		trial_run(a, knobs, test, w->seed, w->patience, &trial);
		last = trial.verdict;
		tally->n[last]++;
		if (!w->is_json)
			print_trial(test, &trial, w->with_notes);
		json_array_append_new(results, trial_json(test, &trial));
		trial_fini(&trial);
		if (last == VERDICT_UNUSABLE || last == VERDICT_STOPPED)
			break;
	}
	return results;
}

static bool has_failed(const struct tally *tally)
{
	return tally->n[VERDICT_FAIL] || tally->n[VERDICT_UNUSABLE];
}

static int check_named(const char *spec, const struct allocators *all,
		       json_t *tests, const struct words *w, json_t *report)
{
	json_t *knobs = NULL, *results;
	bool optional = false;
	char *name = suite_allocator(spec, &knobs, &optional);
	struct allocator *a = name ? allocators_get(all, name) : NULL;
	struct tally tally = { { 0 } };
	const unsigned int *n = tally.n;

	if (!a || a->absent) {
		if (a && optional)
			goto out;
		al_error(spec, "%s",
			 a ? a->absent
			   : "no such allocator; try `allotrope list "
			     "allocators`");
		free(name);
		json_decref(knobs);
		return a ? AL_EXIT_MACHINE : AL_EXIT_USAGE;
	}
	if (!w->is_json)
		printf("%s (%s)\n", spec, a->path ? a->path : "libc");
	results = check_one(a, knobs, tests, w, &tally);
	if (!w->is_json)
		printf("%s: %u passed, %u skipped, %u differ, %u failed\n",
		       spec, n[VERDICT_PASS], n[VERDICT_SKIP],
		       n[VERDICT_DIFFERS],
		       n[VERDICT_FAIL] + n[VERDICT_UNUSABLE]);
	json_array_append_new(
		report,
		json_pack("{s:s, s:s, s:s?, s:o, s:i, s:i, s:i, s:i}",
			  "allocator", spec, "kind",
			  allocator_kind_name(a->kind), "file", a->path,
			  "tests", results, "passed", (int)n[VERDICT_PASS],
			  "skipped", (int)n[VERDICT_SKIP], "differ",
			  (int)n[VERDICT_DIFFERS], "failed",
			  (int)(n[VERDICT_FAIL] + n[VERDICT_UNUSABLE])));
out:
	free(name);
	json_decref(knobs);
	return has_failed(&tally) ? AL_EXIT_FAILED : AL_EXIT_OK;
}

/* "NAME=LIB.so" alone means: check NAME. */
static void take_in(struct allocators *all, struct words *w)
{
	const bool names_too = !w->names.n;

	for (size_t i = 0; i < w->specs.n; i++) {
		const char *spec = w->specs.item[i];
		char *why = NULL, *name;
		const int status = allocators_add(all, spec, &why);

		if (status)
			al_die((enum al_exit)status, "--allocator", "%s", why);
		if (!names_too)
			continue;
		name = text_copy(spec);
		name[strcspn(name, "=")] = '\0';
		text_list_add(&w->names, name);
		free(name);
	}
	if (!w->names.n)
		al_die(AL_EXIT_USAGE, "check",
		       "which allocator? try `allotrope list allocators`");
}

/* Ends as the signal would have ended it. */
static void end_if_stopped(void)
{
	const int stop = process_stop_signal();

	if (!stop)
		return;
	signal(stop, SIG_DFL);
	raise(stop);
}

int cmd_check(int argc, char **argv)
{
	const struct argp argp = { .options = options,
				   .parser = parse,
				   .args_doc = "ALLOCATOR...",
				   .doc = doc };
	struct words w = { .seed = 1, .patience = 1 };
	struct allocators all = { NULL, 0 };
	json_t *tests, *chosen, *report = json_array();
	int status = AL_EXIT_OK;

	usage_parse(&argp, argc, argv, &w);
	tests = trial_tests();
	if (w.is_list) {
		list_tests(tests);
		return AL_EXIT_OK;
	}
	allocators_find(&all);
	take_in(&all, &w);
	chosen = choose_tests(tests, &w.tests);
	process_catch_signals();
	for (size_t i = 0; i < w.names.n && !process_stop_signal(); i++) {
		const int one =
			check_named(w.names.item[i], &all, chosen, &w, report);

		if (one > status)
			status = one;
	}
	if (w.is_json) {
		json_dumpf(report, stdout, JSON_INDENT(1));
		putchar('\n');
	}
	fflush(stdout);
	end_if_stopped();
	json_decref(report);
	json_decref(chosen);
	json_decref(tests);
	allocators_fini(&all);
	text_list_fini(&w.specs);
	text_list_fini(&w.names);
	text_list_fini(&w.tests);
	return status;
}
