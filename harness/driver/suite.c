// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * suite.c - reads and checks suite files.
 *
 * Role:       see suite.h; its words are in suite_words.c, the
 *             command line's part in suite_options.c.
 * Invariants: every complaint names file and line.
 * Locks:      none.
 * Units:      seconds.
 * Source:     none.
 */
#include "config.h"

#include "suite.h"
#include "jsonline.h"
#include "../lib/error.h"
#include "../lib/paths.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUITE_MOST_BYTES ((size_t)16 << 20)

/* What checking a part of a suite needs: the suite, and where the part is. */
struct context {
	const struct suite *suite;
	const struct allocators *allocators;
	const struct workloads *workloads;
	char path[256];
};

static int bad(const struct context *c, const char *member, const char *format,
	       ...) __attribute__((format(printf, 3, 4)));

/* Complains about @member of the part at c->path. Return: AL_EXIT_USAGE. */
static int bad(const struct context *c, const char *member, const char *format,
	       ...)
{
	char path[512], where[1024], why[1024];
	va_list args;

	snprintf(path, sizeof(path), "%s%s%s", c->path,
		 *c->path && *member ? "/" : "", member);
	snprintf(where, sizeof(where), "%s:%d", c->suite->file,
		 jsonline_of(c->suite->text, path));
	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	al_error(where, "%s%s%s", path, *path ? ": " : "", why);
	return AL_EXIT_USAGE;
}

char *suite_find(const char *name)
{
	if (strchr(name, '/') || strstr(name, ".json"))
		return text_copy(name);
	return text_format("%s/%s.json", al_path(AL_PLACE_SUITES), name);
}

int suite_load(struct suite *suite, const char *name)
{
	json_error_t error;

	*suite = (struct suite){ .file = suite_find(name) };
	suite->text = text_read_file(suite->file, SUITE_MOST_BYTES, NULL);
	if (!suite->text) {
		al_error(suite->file, "%s; `allotrope list suites` names them",
			 strerror(errno));
		return AL_EXIT_USAGE;
	}
	suite->root = json_loads(suite->text, JSON_REJECT_DUPLICATES, &error);
	if (!suite->root) {
		char *where = text_format("%s:%d", suite->file,
					  error.line > 0 ? error.line : 1);

		al_error(where, "%s", error.text);
		free(where);
		return AL_EXIT_USAGE;
	}
	return AL_EXIT_OK;
}

void suite_empty(struct suite *suite)
{
	*suite = (struct suite){ .root = json_pack("{s:[]}", "experiments") };
}

void suite_fini(struct suite *suite)
{
	free(suite->file);
	free(suite->text);
	json_decref(suite->root);
}

/* Is every member of the object at c->path one of @allowed? */
static int check_members(const struct context *c, json_t *object,
			 const char *const *allowed, size_t n)
{
	struct text_list names = { NULL, 0 };
	int status = AL_EXIT_OK;
	const char *key;
	json_t *value;

	for (size_t i = 0; i < n; i++)
		text_list_add(&names, allowed[i]);
	json_object_foreach(object, key, value)
	{
		char *all;

		if (text_list_has(&names, key))
			continue;
		all = text_list_join(&names, ", ");
		status = bad(c, key, "no such member; there are %s", all);
		free(all);
		break;
	}
	text_list_fini(&names);
	return status;
}

static int check_threads(const struct context *c, json_t *list)
{
	json_t *item;
	size_t i;

	if (!list)
		return AL_EXIT_OK;
	if (!json_is_array(list) || !json_array_size(list))
		return bad(c, "threads", "expected a list, [1, 2, \"all\"]");
	json_array_foreach(list, i, item)
	{
		if (!suite_is_threads(item)) {
			char member[64];

			snprintf(member, sizeof(member), "threads/%zu", i);
			return bad(c, member,
				   "expected a count of threads, \"half\", "
				   "\"all\" or \"cores\"");
		}
	}
	return AL_EXIT_OK;
}

static int check_allocators(const struct context *c, json_t *list)
{
	json_t *item;
	size_t i;

	if (!list)
		return AL_EXIT_OK;
	if (!json_is_array(list) || !json_array_size(list))
		return bad(c, "allocators", "expected a list of names");
	json_array_foreach(list, i, item)
	{
		const char *spec = json_string_value(item);
		bool optional, is_known = false;
		json_t *knobs = NULL;
		char *name =
			spec ? suite_allocator(spec, &knobs, &optional) : NULL;
		char member[64];

		if (name)
			is_known =
				optional || allocators_get(c->allocators, name);
		json_decref(knobs);
		snprintf(member, sizeof(member), "allocators/%zu", i);
		if (!name)
			return bad(c, member,
				   "expected \"NAME\", \"NAME?\" or "
				   "\"NAME:knob=value\"");
		free(name);
		if (!is_known)
			return bad(c, member,
				   "no allocator '%s'; `allotrope list "
				   "allocators` names them",
				   spec);
	}
	return AL_EXIT_OK;
}

static int check_passes(const struct context *c, json_t *list)
{
	json_t *item;
	size_t i;

	if (!list)
		return AL_EXIT_OK;
	if (!json_is_array(list) || !json_array_size(list))
		return bad(c, "passes", "expected a list, [\"time\"]");
	json_array_foreach(list, i, item)
	{
		if (!suite_is_pass(json_string_value(item))) {
			char member[64];

			snprintf(member, sizeof(member), "passes/%zu", i);
			return bad(c, member,
				   "no such pass; there are check, "
				   "time, counters and memory");
		}
	}
	return AL_EXIT_OK;
}

static int check_set(const struct context *c, const struct workload *w,
		     json_t *set)
{
	const char *name;
	json_t *sweep;

	if (!set)
		return AL_EXIT_OK;
	if (!json_is_object(set))
		return bad(c, "set", "expected an object of parameters");
	json_object_foreach(set, name, sweep)
	{
		json_t *param = workload_param(w, name), *values;
		char *why = NULL, member[128];
		int status = AL_EXIT_OK;

		snprintf(member, sizeof(member), "set/%s", name);
		if (!param) {
			struct text_list names = { NULL, 0 };
			char *all;

			workload_param_names(w, &names);
			all = text_list_join(&names, ", ");
			status = bad(c, member,
				     "%s has no such parameter; it has %s",
				     w->name, all);
			free(all);
			text_list_fini(&names);
			return status;
		}
		values = workload_sweep(param, sweep, &why);
		if (!values)
			status = bad(c, member, "%s", why);
		free(why);
		json_decref(values);
		if (status)
			return status;
	}
	return AL_EXIT_OK;
}

static int check_experiment(struct context *c, json_t *experiment)
{
	static const char *const members[] = { "workload",   "set",
					       "threads",    "passes",
					       "allocators", "comment" };
	const char *name =
		json_string_value(json_object_get(experiment, "workload"));
	const struct workload *w;
	int status;

	if (!json_is_object(experiment))
		return bad(c, "", "expected an object");
	status = check_members(c, experiment, members,
			       sizeof(members) / sizeof(members[0]));
	if (status)
		return status;
	if (!name)
		return bad(c, "workload", "an experiment names its workload");
	w = workloads_get(c->workloads, name);
	if (!w)
		return bad(c, "workload",
			   "no workload '%s'; `allotrope list workloads` "
			   "names them",
			   name);
	status = check_set(c, w, json_object_get(experiment, "set"));
	if (!status)
		status = check_threads(c,
				       json_object_get(experiment, "threads"));
	if (!status)
		status = check_passes(c, json_object_get(experiment, "passes"));
	if (!status)
		status = check_allocators(
			c, json_object_get(experiment, "allocators"));
	return status;
}

static int check_text(const struct context *c, json_t *root, const char *member)
{
	json_t *value = json_object_get(root, member);

	if (value && !json_is_string(value))
		return bad(c, member, "expected text");
	return AL_EXIT_OK;
}

static int check_head(const struct context *c, json_t *root)
{
	static const char *const members[] = {
		"name",	  "description",  "allocators",	 "baseline",
		"passes", "reps",	  "threads",	 "pin",
		"seed",	  "time_limit_s", "experiments", "oversubscribe",
	};
	json_t *reps = json_object_get(root, "reps");
	json_t *limit = json_object_get(root, "time_limit_s");
	json_t *seed = json_object_get(root, "seed");
	json_t *oversubscribe = json_object_get(root, "oversubscribe");
	int status;

	status = check_members(c, root, members,
			       sizeof(members) / sizeof(members[0]));
	if (!status)
		status = check_text(c, root, "name");
	if (!status)
		status = check_text(c, root, "description");
	if (!status)
		status = check_text(c, root, "baseline");
	if (!status)
		status = check_text(c, root, "pin");
	if (!status && reps && !suite_is_reps(reps))
		status = bad(c, "reps",
			     "expected a count, \"auto\", or an object such "
			     "as {\"time\": 10, \"check\": 1}");
	if (!status && limit &&
	    (!json_is_number(limit) || json_number_value(limit) <= 0))
		status = bad(c, "time_limit_s", "expected seconds above 0");
	if (!status && seed &&
	    (!json_is_integer(seed) || json_integer_value(seed) < 0 ||
	     json_integer_value(seed) >> 53))
		status = bad(c, "seed", "expected a number below 2^53");
	if (!status && oversubscribe && !json_is_boolean(oversubscribe))
		status = bad(c, "oversubscribe", "expected true or false");
	return status;
}

int suite_check(const struct suite *suite, const struct allocators *allocators,
		const struct workloads *workloads)
{
	struct context c = { suite, allocators, workloads, "" };
	json_t *experiments = json_object_get(suite->root, "experiments");
	json_t *experiment;
	int status;
	size_t i;

	if (!json_is_object(suite->root))
		return bad(&c, "", "a suite is a JSON object");
	status = check_head(&c, suite->root);
	if (!status)
		status = check_threads(&c,
				       json_object_get(suite->root, "threads"));
	if (!status)
		status = check_passes(&c,
				      json_object_get(suite->root, "passes"));
	if (!status)
		status = check_allocators(
			&c, json_object_get(suite->root, "allocators"));
	if (status)
		return status;
	if (!json_is_array(experiments) || !json_array_size(experiments))
		return bad(&c, "experiments",
			   "expected a list of at least one experiment");
	json_array_foreach(experiments, i, experiment)
	{
		snprintf(c.path, sizeof(c.path), "experiments/%zu", i);
		status = check_experiment(&c, experiment);
		if (status)
			return status;
	}
	return AL_EXIT_OK;
}
