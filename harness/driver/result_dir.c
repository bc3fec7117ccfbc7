// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * result_dir.c - a result set on disk, before its first and between its runs.
 *
 * Role:       see result_dir.h.
 * Invariants: see result_dir.h.
 * Locks:      none.
 * Units:      none.
 * Source:     doc/result-set.md.
 */
#include "config.h"

#include "result_dir.h"
#include "env.h"
#include "runner.h"
#include "../lib/error.h"
#include "../lib/paths.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A run may end, and the next begin, within the second that names it. */
static char *default_folder(const char *label)
{
	char when[32], host[256] = "host", *name, *folder;
	time_t now = time(NULL);
	struct tm tm;

	strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &tm));
	gethostname(host, sizeof(host) - 1);
	host[strcspn(host, ".")] = '\0';
	name = text_format("%s-%s-%s", when, host, label);
	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
			*c = '_';
	folder = text_format("%s/%s", al_path(AL_PLACE_RESULTS), name);
	for (unsigned int n = 2; access(folder, F_OK) == 0; n++) {
		free(folder);
		folder = text_format("%s/%s-%u", al_path(AL_PLACE_RESULTS),
				     name, n);
	}
	free(name);
	return folder;
}

static bool is_empty(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool empty = true;

	while (dir && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			empty = false;
	if (dir)
		closedir(dir);
	return empty;
}

/* mkdir -p; an existing folder has to be empty. Return: an enum al_exit. */
static int make_folder(const char *folder)
{
	char *path = text_copy(folder);
	int err = *folder ? 0 : ENOENT;
	struct stat info;

	for (char *slash = path + 1; !err && (slash = strchr(slash, '/'));
	     slash++) {
		*slash = '\0';
		if (mkdir(path, 0777) && errno != EEXIST)
			err = errno;
		*slash = '/';
	}
	free(path);
	if (!err && mkdir(folder, 0777) && errno != EEXIST)
		err = errno;
	if (!err && (stat(folder, &info) || !S_ISDIR(info.st_mode)))
		err = ENOTDIR;
	if (err) {
		al_error(*folder ? folder : "--out", "%s", strerror(err));
		return AL_EXIT_USAGE;
	}
	if (!is_empty(folder)) {
		al_error(folder,
			 "is not empty; to finish a run in it, use "
			 "--resume %s",
			 folder);
		return AL_EXIT_USAGE;
	}
	return AL_EXIT_OK;
}

/* Which events can be counted here, and together. */
static json_t *probe_counters(struct plan *plan)
{
	json_t *answer, *groups = NULL;
	char *why = NULL;

	for (size_t i = 0; i < plan->npasses; i++)
		if (!strcmp(plan->pass[i].name, "counters"))
			break;
		else if (i + 1 == plan->npasses)
			return NULL;
	answer = runner_ask("--probe-counters", NULL, &why);
	if (!answer)
		answer = json_pack("{s:[], s:[], s:s}", "groups", "events",
				   "why", why);
	free(why);
	groups = json_object_get(answer, "groups");
	for (size_t i = 0; i < plan->npasses; i++)
		if (!strcmp(plan->pass[i].name, "counters"))
			plan->pass[i].groups = json_is_array(groups)
						       ? json_incref(groups)
						       : json_array();
	return answer;
}

/* Is some event of this quantity counted? Several may stand for it. */
static bool is_counted(json_t *events, const char *quantity)
{
	json_t *event;
	size_t i;

	json_array_foreach(events, i, event)
	{
		const char *q =
			json_string_value(json_object_get(event, "quantity"));

		if (q && !strcmp(q, quantity) &&
		    json_is_true(json_object_get(event, "available")))
			return true;
	}
	return false;
}

/* Says once what cannot be counted, with the reason. */
static void tell_counters(struct plan *plan, json_t *counters)
{
	json_t *event, *events = json_object_get(counters, "events");
	const char *why = json_string_value(json_object_get(counters, "why"));
	struct text_list missing = { NULL, 0 };
	char *text, *names;
	size_t i;

	json_array_foreach(events, i, event)
	{
		const char *reason, *meaning, *quantity;

		if (json_unpack(event, "{s:s, s:s, s?s}", "quantity", &quantity,
				"meaning", &meaning, "why", &reason) ||
		    is_counted(events, quantity) ||
		    text_list_has(&missing, quantity))
			continue;
		text_list_add(&missing, quantity);
		if (!why)
			why = reason;
	}
	if (missing.n || why) {
		names = text_list_join(&missing, ", ");
		text = missing.n ? text_format("counters missing here: %s "
					       "(PAPI: %s)",
					       names, why ? why : "no reason")
				 : text_format("no counters: %s", why);
		text_list_add(&plan->notes, text);
		free(text);
		free(names);
	}
	text_list_fini(&missing);
}

int result_dir_make(char **folder, const char *asked, struct plan *plan,
		    const struct placement *placement)
{
	json_t *counters = probe_counters(plan), *env;
	char *path;
	int status, err;

	*folder = asked ? text_copy(asked) : default_folder(plan->name);
	if (counters)
		tell_counters(plan, counters);
	sha256_file(runner_path(), plan->runner_sha256);
	status = make_folder(*folder);
	if (status) {
		json_decref(counters);
		return status;
	}
	env = env_collect(plan, placement, counters);
	json_decref(counters);
	path = text_format("%s/env.json", *folder);
	err = env_write(env, path);
	json_decref(env);
	if (!err) {
		free(path);
		path = text_format("%s/topology.xml", *folder);
		err = placement_export(placement, path);
		if (err == -ENOTSUP)
			err = 0; /* built without hwloc; the notes say so */
	}
	if (!err) {
		free(path);
		path = text_format("%s/plan.json", *folder);
		err = plan_write(plan, path);
	}
	if (err) {
		al_error(path, "%s", strerror(-err));
		status = AL_EXIT_FAILED;
	}
	free(path);
	return status;
}

/* Is it still the file that was measured? Return: an enum al_exit. */
static int check_same(const char *file, const char *label, const char *before)
{
	char now[SHA256_TEXT];

	if (sha256_file(file, now)) {
		al_error(file, "cannot be read any more; it was measured as %s",
			 label);
		return AL_EXIT_MACHINE;
	}
	if (!strcmp(now, before))
		return AL_EXIT_OK;
	al_error(file,
		 "%s changed since the run began; its old and new samples must "
		 "not mix: start a new run",
		 label);
	return AL_EXIT_USAGE;
}

int result_dir_open(const char *folder, struct plan *plan)
{
	char *path = text_format("%s/plan.json", folder);
	int status = plan_read(plan, path);

	free(path);
	if (status)
		return status;
	if (*plan->runner_sha256)
		status = check_same(runner_path(), "the runner",
				    plan->runner_sha256);
	for (size_t i = 0; !status && i < plan->nallocators; i++) {
		const struct plan_allocator *a = &plan->allocator[i];

		if (a->file)
			status = check_same(a->file, a->label, a->sha256);
	}
	if (status)
		plan_fini(plan);
	return status;
}

int result_dir_print(const struct plan *plan)
{
	printf("%s: %zu points x allocators = %zu cells, seed %llu, pin %s\n",
	       plan->name, plan->npoints, plan->ncells,
	       (unsigned long long)plan->seed, plan->pin);
	for (size_t i = 0; i < plan->npasses; i++) {
		const struct plan_pass *pass = &plan->pass[i];

		printf("  %-8s %zu cells, %s%u round%s\n", pass->name,
		       pass->ncells, pass->is_auto ? "at most " : "",
		       pass->rounds, pass->rounds == 1 ? "" : "s");
	}
	for (size_t i = 0; i < plan->ncells; i++) {
		char *key = plan_key(plan, &plan->cell[i]);

		printf("%s\n", key);
		free(key);
	}
	for (size_t i = 0; i < plan->notes.n; i++)
		fprintf(stderr, "note: %s\n", plan->notes.item[i]);
	return AL_EXIT_OK;
}
