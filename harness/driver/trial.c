// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * trial.c - one conformance test of one allocator.
 *
 * Role:       see trial.h.
 * Invariants: a crash or a hang is a failure, whatever kind the test is of.
 * Locks:      none.
 * Units:      seconds.
 * Source:     none.
 */
#include "config.h"

#include "trial.h"
#include "process.h"
#include "runner.h"
#include "text.h"
#include "../lib/error.h"
#include "../lib/paths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIST_LIMIT_S 20.0

static char *program(void)
{
	const char *path = al_path(AL_PLACE_CONFORM);

	if (access(path, X_OK))
		al_die(AL_EXIT_MACHINE, path, "%s; is allotrope built?",
		       strerror(errno));
	return text_copy(path);
}

/* Runs allotrope-conform, with an argument or with a cell. */
static void ask(char *arg, const char *cell, const char *preload, json_t *vars,
		double limit_s, struct process_result *result)
{
	char *path = program();
	char *argv[] = { path, arg, NULL };
	struct text_list env = { NULL, 0 };
	struct process_spec spec = { .argv = argv,
				     .input = cell,
				     .answer_fd = cell ? 4 : 1,
				     .limit_s = limit_s };

	runner_environment(&env, preload, vars, 0);
	text_grow(&env.item, env.n, sizeof(*env.item));
	env.item[env.n] = NULL;
	spec.envp = env.item;
	process_run(&spec, result);
	text_list_fini(&env);
	free(path);
}

json_t *trial_tests(void)
{
	char list[] = "--list";
	struct process_result result;
	json_t *tests = NULL;

	ask(list, NULL, NULL, NULL, LIST_LIMIT_S, &result);
	if (result.end == PROCESS_EXITED && !result.code)
		tests = json_loadb(result.answer.bytes, result.answer.len, 0,
				   NULL);
	process_result_fini(&result);
	if (!json_is_array(tests))
		al_die(AL_EXIT_MACHINE, al_path(AL_PLACE_CONFORM),
		       "does not list its tests; is allotrope built whole?");
	return tests;
}

static char *cell_of(const struct allocator *a, json_t *knobs, const char *test,
		     uint64_t seed)
{
	const bool is_libc = a->kind == ALLOCATOR_LIBC;
	json_t *cell;
	char *text;

	if (a->kind != ALLOCATOR_PLUGIN)
		knobs = NULL; /* a library's are variables of its environment */
	cell = json_pack("{s:i, s:s, s:I, s:{s:s, s:s, s:s?, s:O?}, s:{s:s}}",
			 "v", 1, "pass", "check", "seed", (json_int_t)seed,
			 "allocator", "name", a->name, "kind",
			 allocator_kind_name(a->kind), "path",
			 is_libc ? NULL : a->path, "knobs", knobs, "workload",
			 "name", test);
	text = json_dumps(cell, JSON_COMPACT);
	json_decref(cell);
	return text;
}

static void set(struct trial *trial, enum verdict verdict, char *why)
{
	free(trial->why);
	trial->verdict = verdict;
	trial->why = why;
}

static enum verdict verdict_of_fault(const char *kind,
				     const struct allocator *a)
{
	if (!strcmp(kind, "contract"))
		return VERDICT_FAIL;
	if (!strcmp(kind, "plugin") && a->kind == ALLOCATOR_PLUGIN)
		return VERDICT_FAIL;
	return VERDICT_DIFFERS;
}

static void judge_record(struct trial *trial, json_t *record,
			 const struct allocator *a, const char *kind)
{
	const char *status = NULL, *why = "";

	json_unpack(record, "{s:s, s?s}", "status", &status, "why", &why);
	if (!status)
		set(trial, VERDICT_FAIL, text_copy("its record is no record"));
	else if (!strcmp(status, "ok"))
		set(trial, VERDICT_PASS, text_copy(""));
	else if (!strcmp(status, "unsupported"))
		set(trial, VERDICT_SKIP, text_copy(why));
	else if (!strcmp(status, "error"))
		set(trial, VERDICT_UNUSABLE, text_copy(why));
	else
		set(trial, verdict_of_fault(kind, a), text_copy(why));
	trial->notes = json_incref(json_object_get(record, "metrics"));
}

static void judge(struct trial *trial, const struct process_result *result,
		  const struct allocator *a, const char *kind, double limit_s)
{
	json_t *record = json_loadb(result->answer.bytes, result->answer.len,
				    JSON_DISABLE_EOF_CHECK, NULL);

	switch (result->end) {
	case PROCESS_NOT_STARTED:
		set(trial, VERDICT_UNUSABLE, text_copy(strerror(result->code)));
		break;
	case PROCESS_INTERRUPTED:
		set(trial, VERDICT_STOPPED, text_copy("interrupted"));
		break;
	case PROCESS_TIMEOUT:
		set(trial, VERDICT_FAIL,
		    text_format("hangs: still running after %g s", limit_s));
		break;
	case PROCESS_SIGNALED:
		set(trial, VERDICT_FAIL,
		    text_format("crashes: killed by %s",
				process_signal_name(result->code)));
		break;
	case PROCESS_EXITED:
		if (record)
			judge_record(trial, record, a, kind);
		else
			set(trial, VERDICT_FAIL,
			    text_format("ends with exit code %d and says "
					"nothing",
					result->code));
		/* A sanitizer complains at the exit, after the record. */
		if (result->code && trial->verdict == VERDICT_PASS)
			set(trial, VERDICT_FAIL,
			    text_format("ends with exit code %d after it "
					"passed",
					result->code));
		break;
	}
	json_decref(record);
}

void trial_run(const struct allocator *a, json_t *knobs, json_t *test,
	       uint64_t seed, double patience, struct trial *trial)
{
	const bool is_plugin = a->kind == ALLOCATOR_PLUGIN;
	const bool is_library = a->kind == ALLOCATOR_LIBRARY;
	const char *name = json_string_value(json_object_get(test, "name"));
	const char *kind = json_string_value(json_object_get(test, "kind"));
	const double limit_s =
		patience * json_number_value(json_object_get(test, "limit_s"));
	char *cell = cell_of(a, knobs, name, seed);
	struct process_result result;

	*trial = (struct trial){ .verdict = VERDICT_FAIL };
	ask(NULL, cell, is_library ? a->path : NULL, is_plugin ? NULL : knobs,
	    limit_s, &result);
	judge(trial, &result, a, kind, limit_s);
	trial->log = text_copy(result.log.bytes);
	trial->wall_s = result.wall_s;
	process_result_fini(&result);
	free(cell);
}

void trial_fini(struct trial *trial)
{
	free(trial->why);
	free(trial->log);
	json_decref(trial->notes);
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_PASS] = "pass",       [VERDICT_SKIP] = "skip",
		[VERDICT_DIFFERS] = "differs", [VERDICT_FAIL] = "FAIL",
		[VERDICT_UNUSABLE] = "FAIL",   [VERDICT_STOPPED] = "stopped",
	};

	return names[verdict];
}
