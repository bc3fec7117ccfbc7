// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * runner.c - the driver's questions to allotrope-runner.
 *
 * Role:       see runner.h.
 * Invariants: see runner.h.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "runner.h"
#include "process.h"
#include "../lib/error.h"
#include "../lib/paths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUESTION_LIMIT_S 60.0 /* counting each of some 100 events once */

extern char **environ;

const char *runner_path(void)
{
	const char *path = getenv("ALLOTROPE_RUNNER");

	if (!path || !*path)
		path = al_path(AL_PLACE_RUNNER);
	if (access(path, X_OK))
		al_die(AL_EXIT_MACHINE, path, "%s; is allotrope built?",
		       strerror(errno));
	return path;
}

/* Settings that change how an allocator or the C library behaves. */
static bool is_tuning(const char *var)
{
	static const char *const prefixes[] = {
		"MALLOC_",	"GLIBC_TUNABLES=", "LD_PRELOAD=", "MIMALLOC_",
		"TCMALLOC_",	"TBB_MALLOC_",	   "JE_MALLOC_",  "_RJEM_",
		"HEAPPROFILE=", "HEAPCHECK=",	   "RPMALLOC_",	  "SNMALLOC_",
	};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (!strncmp(var, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

/* What a runner or its plugins may need to find their way. */
static bool is_passed_on(const char *var)
{
	static const char *const prefixes[] = {
		"PATH=",	 "HOME=",
		"TMPDIR=",	 "LD_LIBRARY_PATH=",
		"ALLOTROPE_",	 "PAPI_",
		"LIBPFM_",	 "HWLOC_",
		"ASAN_OPTIONS=", "UBSAN_OPTIONS=",
		"TSAN_OPTIONS=", "LSAN_OPTIONS=",
	};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (!strncmp(var, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

void runner_environment(struct text_list *env, const char *preload,
			json_t *vars, size_t padding)
{
	const char *name;
	json_t *value;
	char *text;

	for (char **var = environ; *var; var++)
		if (is_passed_on(*var))
			text_list_add(env, *var);
	text_list_add(env, "LC_ALL=C");
	if (preload) {
		text = text_format("LD_PRELOAD=%s", preload);
		text_list_add(env, text);
		free(text);
	}
	json_object_foreach(vars, name, value)
	{
		text = text_format("%s=%s", name, json_string_value(value));
		text_list_add(env, text);
		free(text);
	}
	if (padding) {
		text = text_format("AL_PADDING=%*s", (int)padding, "");
		text_list_add(env, text);
		free(text);
	}
}

void runner_dropped(struct text_list *names)
{
	for (char **var = environ; *var; var++)
		if (is_tuning(*var)) {
			char *name = text_copy(*var);

			name[strcspn(name, "=")] = '\0';
			text_list_add(names, name);
			free(name);
		}
}

/* The last line of what a runner said on its way out. */
static char *last_words(struct process_text *log)
{
	char *line;

	while (log->len && strchr("\n\r ", log->bytes[log->len - 1]))
		log->bytes[--log->len] = '\0';
	line = strrchr(log->bytes, '\n');
	return line ? line + 1 : log->bytes;
}

/* A plugin that cannot be used: the reason stands in a record, as of a cell. */
static char *why_refused(struct process_result *result)
{
	json_t *record =
		json_loadb(result->answer.bytes, result->answer.len, 0, NULL);
	const char *why = json_string_value(json_object_get(record, "why"));
	char *text;

	if (why)
		text = text_copy(why);
	else if (*result->log.bytes)
		text = text_copy(last_words(&result->log));
	else
		text = text_format("ended with exit code %d and said nothing",
				   result->code);
	json_decref(record);
	return text;
}

json_t *runner_ask(const char *question, const char *arg, char **why)
{
	char *path = text_copy(runner_path());
	char *q = text_copy(question), *a = arg ? text_copy(arg) : NULL;
	char *argv[] = { path, q, a, NULL };
	struct text_list env = { NULL, 0 };
	struct process_spec spec = { .argv = argv,
				     .answer_fd = 1,
				     .limit_s = QUESTION_LIMIT_S };
	struct process_result result;
	json_t *answer = NULL;
	json_error_t error;

	runner_environment(&env, NULL, NULL, 0);
	text_grow(&env.item, env.n, sizeof(*env.item));
	env.item[env.n] = NULL;
	spec.envp = env.item;
	process_run(&spec, &result);
	if (result.end == PROCESS_NOT_STARTED)
		*why = text_format("%s", strerror(result.code));
	else if (result.end == PROCESS_SIGNALED)
		*why = text_format("killed by %s",
				   process_signal_name(result.code));
	else if (result.end != PROCESS_EXITED)
		*why = text_copy("no answer in time");
	else if (result.code)
		*why = why_refused(&result);
	else {
		answer = json_loadb(result.answer.bytes, result.answer.len, 0,
				    &error);
		if (!json_is_object(answer)) {
			json_decref(answer);
			answer = NULL;
			*why = text_format("answered no JSON object: %s",
					   error.text);
		}
	}
	process_result_fini(&result);
	text_list_fini(&env);
	free(path);
	free(q);
	free(a);
	return answer;
}
