// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * workloads.c - the workloads that can be run, and what they may be told.
 *
 * Role:       see workloads.h.
 * Invariants: see workloads.h.
 * Locks:      none.
 * Units:      as each parameter says.
 * Source:     none.
 */
#include "config.h"

#include "workloads.h"
#include "runner.h"
#include "traces.h"
#include "../lib/error.h"

#include <stdlib.h>
#include <string.h>

#define SWEEP_MOST 10000 /* values; more is a slip of the pen */

static bool take_in(struct workloads *all, json_t *answer, const char *path)
{
	json_t *list = json_object_get(answer, "workloads"), *about;
	size_t i;

	if (!json_is_array(list))
		return false;
	json_array_foreach(list, i, about)
	{
		const char *name =
			json_string_value(json_object_get(about, "name"));
		json_int_t min = json_integer_value(
			json_object_get(about, "min_threads"));

		if (!name || !json_is_array(json_object_get(about, "params")))
			return false;
		text_grow(&all->item, all->n, sizeof(*all->item));
		all->item[all->n++] = (struct workload){
			.name = name,
			.path = path ? text_copy(path) : NULL,
			.about = json_incref(about),
			.min_threads = min > 0 ? (unsigned int)min : 1,
		};
	}
	return true;
}

void workloads_find(struct workloads *all)
{
	char *why = NULL;
	json_t *answer = runner_ask("--describe", NULL, &why);

	if (!answer)
		al_die(AL_EXIT_MACHINE, runner_path(),
		       "cannot describe its workloads: %s", why);
	if (!take_in(all, answer, NULL))
		al_die(AL_EXIT_MACHINE, runner_path(),
		       "its description of the workloads makes no sense; are "
		       "driver and runner of one build?");
	json_decref(answer);
}

int workloads_add(struct workloads *all, const char *file, char **why)
{
	char *path = realpath(file, NULL);
	json_t *answer = NULL;
	int err = 0;

	if (path)
		answer = runner_ask("--describe", path, why);
	else
		*why = text_copy("no such file");
	if (!answer) {
		err = -1;
	} else if (!take_in(all, answer, path)) {
		*why = text_copy("describes no workload");
		err = -1;
	}
	json_decref(answer);
	free(path);
	return err;
}

const struct workload *workloads_get(const struct workloads *all,
				     const char *name)
{
	for (size_t i = all->n; i-- > 0;) /* the user's come last, and win */
		if (!strcmp(all->item[i].name, name))
			return &all->item[i];
	return NULL;
}

void workloads_names(const struct workloads *all, struct text_list *names)
{
	for (size_t i = 0; i < all->n; i++)
		text_list_add(names, all->item[i].name);
}

json_t *workload_param(const struct workload *w, const char *name)
{
	json_t *params = json_object_get(w->about, "params"), *param;
	size_t i;

	json_array_foreach(params, i, param)
	{
		const char *n =
			json_string_value(json_object_get(param, "name"));

		if (n && !strcmp(n, name))
			return param;
	}
	return NULL;
}

void workload_param_names(const struct workload *w, struct text_list *names)
{
	json_t *params = json_object_get(w->about, "params"), *param;
	size_t i;

	json_array_foreach(params, i, param)
	{
		const char *n =
			json_string_value(json_object_get(param, "name"));

		if (n)
			text_list_add(names, n);
	}
}

static bool is_number_param(json_t *param)
{
	const char *kind = json_string_value(json_object_get(param, "kind"));

	return !kind || strcmp(kind, "text") != 0;
}

/* A parameter called "trace" names one of the shipped traces, or a file. */
static json_t *text_value(json_t *param, json_t *value, char **why)
{
	const char *name = json_string_value(json_object_get(param, "name"));
	const char *text = json_string_value(value);
	json_t *found;
	char *path;

	if (!text || !*text || strchr(text, '\n')) {
		*why = text_copy("expected text");
		return NULL;
	}
	if (!name || strcmp(name, "trace") != 0)
		return json_string(text);
	path = traces_resolve(text);
	if (!path) {
		*why = text_format("no trace '%s'; `allotrope list traces` "
				   "names them, a file has a '/' in its name",
				   text);
		return NULL;
	}
	found = json_string(strchr(text, '/') ? path : text);
	free(path);
	return found;
}

/* "*" for a trace: all that are shipped. */
static json_t *all_traces(char **why)
{
	struct text_list names = { NULL, 0 };
	json_t *list = json_array();

	traces_find(&names);
	for (size_t i = 0; i < names.n; i++)
		json_array_append_new(list, json_string(names.item[i]));
	text_list_fini(&names);
	if (!json_array_size(list)) {
		*why = text_copy("no traces are shipped with this build");
		json_decref(list);
		return NULL;
	}
	return list;
}

json_t *workload_value(json_t *param, json_t *value, char **why)
{
	json_t *min = json_object_get(param, "min");
	json_t *max = json_object_get(param, "max");
	int64_t n;

	if (!is_number_param(param))
		return text_value(param, value, why);
	if (json_is_integer(value))
		n = json_integer_value(value);
	else if (!json_is_string(value) ||
		 !text_number(json_string_value(value), &n)) {
		*why = json_is_string(value)
			       ? text_format("'%s' is not an integer",
					     json_string_value(value))
			       : text_copy("expected an integer");
		return NULL;
	}
	if ((min && n < json_integer_value(min)) ||
	    (max && n > json_integer_value(max))) {
		*why = text_format("%lld is outside %lld to %lld", (long long)n,
				   (long long)json_integer_value(min),
				   (long long)json_integer_value(max));
		return NULL;
	}
	return json_integer(n);
}

/* {"from": A, "to": B, "factor": F} or {..., "step": S}: B is included. */
static json_t *sweep_range(json_t *param, json_t *range, char **why)
{
	json_t *from = json_object_get(range, "from"), *value;
	json_t *to = json_object_get(range, "to");
	json_t *factor = json_object_get(range, "factor");
	json_t *step = json_object_get(range, "step");
	double by = json_number_value(factor ? factor : step);
	json_t *list = json_array();

	if (!is_number_param(param) || json_object_size(range) != 3 ||
	    !json_is_integer(from) || !json_is_integer(to) ||
	    !json_is_number(factor ? factor : step) ||
	    (factor && (by <= 1 || json_integer_value(from) < 1)) ||
	    (!factor && by < 1) ||
	    json_integer_value(to) < json_integer_value(from)) {
		*why = text_copy("a sweep is {\"from\": 100, \"to\": 100000, "
				 "\"factor\": 10}, or \"step\" instead of "
				 "\"factor\"");
		json_decref(list);
		return NULL;
	}
	for (double x = (double)json_integer_value(from), previous = -1;
	     x <= (double)json_integer_value(to) * (1 + 1e-9);
	     x = factor ? x * by : x + by) {
		json_t *plain;

		if ((json_int_t)(x + 0.5) == (json_int_t)previous)
			continue; /* a small factor repeats small numbers */
		previous = (double)(json_int_t)(x + 0.5);
		plain = json_integer((json_int_t)previous);
		value = workload_value(param, plain, why);
		json_decref(plain);
		if (!value || json_array_append_new(list, value) ||
		    json_array_size(list) > SWEEP_MOST) {
			if (value)
				*why = text_format("more than %d values",
						   SWEEP_MOST);
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

json_t *workload_sweep(json_t *param, json_t *sweep, char **why)
{
	json_t *list, *item, *value;
	size_t i;

	if (json_is_object(sweep))
		return sweep_range(param, sweep, why);
	if (json_is_string(sweep) && !strcmp(json_string_value(sweep), "*") &&
	    !strcmp(json_string_value(json_object_get(param, "name")), "trace"))
		return all_traces(why);
	if (!json_is_array(sweep)) {
		value = workload_value(param, sweep, why);
		return value ? json_pack("[o]", value) : NULL;
	}
	if (!json_array_size(sweep)) {
		*why = text_copy("an empty list has no values to run");
		return NULL;
	}
	list = json_array();
	json_array_foreach(sweep, i, item)
	{
		value = workload_value(param, item, why);
		if (!value) {
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, value);
	}
	return list;
}

/* "A..B*F" or "A..B+S". Return: NULL if @text has not that form. */
static json_t *range_of_text(const char *text)
{
	const char *dots = strstr(text, "..");
	size_t end = dots ? strcspn(dots, "*+") : 0;
	char *from, *to, *tail;
	int64_t a, b;
	double by;
	json_t *range = NULL;

	if (!dots || !dots[end])
		return NULL;
	from = strndup(text, (size_t)(dots - text));
	to = strndup(dots + 2, end - 2);
	by = strtod(dots + end + 1, &tail);
	if (from && to && text_number(from, &a) && text_number(to, &b) &&
	    tail != dots + end + 1 && !*tail)
		range = json_pack("{s:I, s:I, s:f}", "from", (json_int_t)a,
				  "to", (json_int_t)b,
				  dots[end] == '*' ? "factor" : "step", by);
	free(from);
	free(to);
	return range;
}

json_t *workload_sweep_text(json_t *param, const char *text, char **why)
{
	struct text_list values = { NULL, 0 };
	json_t *sweep = NULL, *list;

	if (!is_number_param(param)) {
		sweep = json_string(text);
	} else if (strstr(text, "..")) {
		sweep = range_of_text(text);
	} else if (text_list_split(&values, text, ':')) {
		sweep = json_array();
		for (size_t i = 0; i < values.n; i++)
			json_array_append_new(sweep,
					      json_string(values.item[i]));
	}
	text_list_fini(&values);
	if (!sweep) {
		*why = text_format("'%s' is no value, no list 16:64:256, and "
				   "no sweep 100..100000*10 or 1..9+2",
				   text);
		return NULL;
	}
	list = workload_sweep(param, sweep, why);
	json_decref(sweep);
	return list;
}

void workloads_fini(struct workloads *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->item[i].path);
		json_decref(all->item[i].about);
	}
	free(all->item);
	*all = (struct workloads){ NULL, 0 };
}
