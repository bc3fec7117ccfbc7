// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * suite_options.c - lays the command line over a suite.
 *
 * Role:       options replace what the suite says; without a suite they make
 *             one.
 * Invariants: see suite.h.
 * Locks:      none.
 * Units:      seconds.
 * Source:     none.
 */
#include "config.h"

#include "suite.h"
#include "../lib/error.h"

#include <stdlib.h>
#include <string.h>

static json_t *json_of_list(const struct text_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->n; i++)
		json_array_append_new(array, json_string(list->item[i]));
	return array;
}

/* An option that holds for the whole run: no experiment may say otherwise. */
static void set_everywhere(json_t *root, const char *member, json_t *value)
{
	json_t *experiment;
	size_t i;

	json_array_foreach(json_object_get(root, "experiments"), i, experiment)
	{
		json_object_del(experiment, member);
	}
	json_object_set_new(root, member, value);
}

static int unknown(const char *option, const char *kind, const char *name,
		   const struct text_list *known)
{
	const char *nearest = text_nearest(known, name);
	char *all;

	if (nearest) {
		al_error(option, "no %s '%s'; did you mean '%s'?", kind, name,
			 nearest);
		return AL_EXIT_USAGE;
	}
	all = text_list_join(known, ", ");
	al_error(option, "no %s '%s'; there are %s", kind, name, all);
	free(all);
	return AL_EXIT_USAGE;
}

static int override_allocators(json_t *root, const struct run_options *options,
			       const struct allocators *allocators)
{
	struct text_list known = { NULL, 0 };
	int status = AL_EXIT_OK;

	for (size_t i = 0; !status && i < options->allocators.n; i++) {
		const char *spec = options->allocators.item[i];
		bool optional;
		json_t *knobs;
		char *name = suite_allocator(spec, &knobs, &optional);

		if (!name) {
			al_error("--allocators",
				 "'%s': expected NAME or NAME:knob=value",
				 spec);
			status = AL_EXIT_USAGE;
		} else if (!optional && !allocators_get(allocators, name)) {
			allocators_names(allocators, &known);
			status = unknown("--allocators", "allocator", name,
					 &known);
		}
		json_decref(knobs);
		free(name);
	}
	text_list_fini(&known);
	if (options->allocators.n)
		set_everywhere(root, "allocators",
			       json_of_list(&options->allocators));
	return status;
}

/* --allocator without --allocators: the newcomer joins those of the suite. */
static void join_allocators(json_t *root, const struct run_options *options)
{
	json_t *list = json_object_get(root, "allocators");

	if (options->allocators.n || !list)
		return;
	for (size_t i = 0; i < options->allocator_specs.n; i++) {
		char *name = text_copy(options->allocator_specs.item[i]);

		name[strcspn(name, "=")] = '\0';
		json_array_append_new(list, json_string(name));
		free(name);
	}
}

static int override_workloads(json_t *root, const struct run_options *options,
			      const struct workloads *workloads)
{
	json_t *old = json_object_get(root, "experiments"), *experiment;
	json_t *chosen = json_array();
	size_t k;

	if (!options->workloads.n) {
		json_decref(chosen);
		return AL_EXIT_OK;
	}
	for (size_t i = 0; i < options->workloads.n; i++) {
		const char *name = options->workloads.item[i];
		size_t before = json_array_size(chosen);

		if (!workloads_get(workloads, name)) {
			struct text_list known = { NULL, 0 };
			int status;

			workloads_names(workloads, &known);
			status = unknown("--workloads", "workload", name,
					 &known);
			text_list_fini(&known);
			json_decref(chosen);
			return status;
		}
		json_array_foreach(old, k, experiment)
		{
			const char *w = json_string_value(
				json_object_get(experiment, "workload"));

			if (!strcmp(w, name))
				json_array_append(chosen, experiment);
		}
		if (json_array_size(chosen) == before)
			json_array_append_new(
				chosen, json_pack("{s:s}", "workload", name));
	}
	json_object_set_new(root, "experiments", chosen);
	return AL_EXIT_OK;
}

/* Puts @values into every experiment of @workload. Return: how many. */
static size_t set_param(json_t *root, const char *workload, const char *param,
			json_t *values)
{
	json_t *experiment, *set;
	size_t i, n = 0;

	json_array_foreach(json_object_get(root, "experiments"), i, experiment)
	{
		const char *w = json_string_value(
			json_object_get(experiment, "workload"));

		if (strcmp(w, workload))
			continue;
		set = json_object_get(experiment, "set");
		if (!set) {
			set = json_object();
			json_object_set_new(experiment, "set", set);
		}
		json_object_set(set, param, values);
		n++;
	}
	return n;
}

static int override_set(json_t *root, const char *text,
			const struct workloads *workloads)
{
	char *words = text_copy(text), *dot = strchr(words, '.'), *equals, *why;
	struct text_list known = { NULL, 0 };
	const struct workload *w = NULL;
	json_t *param = NULL, *values = NULL;
	int status = AL_EXIT_USAGE;

	equals = dot ? strchr(dot, '=') : NULL;
	if (!equals || dot == words || equals == dot + 1) {
		al_error("--set", "'%s': expected workload.param=value", text);
		goto out;
	}
	*dot = *equals = '\0';
	w = workloads_get(workloads, words);
	if (!w) {
		workloads_names(workloads, &known);
		unknown("--set", "workload", words, &known);
		goto out;
	}
	param = workload_param(w, dot + 1);
	if (!param) {
		workload_param_names(w, &known);
		unknown("--set", "parameter", dot + 1, &known);
		goto out;
	}
	values = workload_sweep_text(param, equals + 1, &why);
	if (!values) {
		al_error("--set", "%s.%s: %s", words, dot + 1, why);
		free(why);
		goto out;
	}
	if (!set_param(root, words, dot + 1, values)) {
		al_error("--set",
			 "%s.%s: %s is not among the workloads of "
			 "this run",
			 words, dot + 1, words);
		goto out;
	}
	status = AL_EXIT_OK;
out:
	text_list_fini(&known);
	json_decref(values);
	free(words);
	return status;
}

static int override_threads(json_t *root, const struct text_list *threads)
{
	json_t *list = json_array();

	for (size_t i = 0; i < threads->n; i++) {
		json_t *item;
		int64_t n;

		item = text_number(threads->item[i], &n)
			       ? json_integer(n)
			       : json_string(threads->item[i]);
		json_array_append_new(list, item);
		if (suite_is_threads(item))
			continue;
		al_error("--threads",
			 "'%s': expected 1 to 65536, half, all or cores",
			 threads->item[i]);
		json_decref(list);
		return AL_EXIT_USAGE;
	}
	set_everywhere(root, "threads", list);
	return AL_EXIT_OK;
}

static int override_passes(json_t *root, const struct text_list *passes)
{
	struct text_list known = { NULL, 0 };
	int status = AL_EXIT_OK;

	for (size_t i = 0; i < suite_npasses; i++)
		text_list_add(&known, suite_passes[i]);
	for (size_t i = 0; !status && i < passes->n; i++)
		if (!text_list_has(&known, passes->item[i]))
			status = unknown("--passes", "pass", passes->item[i],
					 &known);
	text_list_fini(&known);
	if (!status)
		set_everywhere(root, "passes", json_of_list(passes));
	return status;
}

static int override_plain(json_t *root, const struct run_options *options)
{
	if (options->reps) {
		json_t *reps = suite_reps(options->reps);

		if (!reps) {
			al_error("--reps",
				 "'%s': expected a count, auto, or "
				 "time=10,memory=3",
				 options->reps);
			return AL_EXIT_USAGE;
		}
		json_object_set_new(root, "reps", reps);
	}
	if (options->pin)
		json_object_set_new(root, "pin", json_string(options->pin));
	if (options->baseline)
		json_object_set_new(root, "baseline",
				    json_string(options->baseline));
	if (options->label)
		json_object_set_new(root, "name", json_string(options->label));
	if (options->has_seed)
		json_object_set_new(root, "seed",
				    json_integer((json_int_t)options->seed));
	if (options->time_limit_s > 0)
		json_object_set_new(root, "time_limit_s",
				    json_real(options->time_limit_s));
	return AL_EXIT_OK;
}

int suite_override(struct suite *suite, const struct run_options *options,
		   const struct allocators *allocators,
		   const struct workloads *workloads)
{
	int status = override_workloads(suite->root, options, workloads);

	if (!status)
		status = override_allocators(suite->root, options, allocators);
	if (!status)
		join_allocators(suite->root, options);
	for (size_t i = 0; !status && i < options->sets.n; i++)
		status = override_set(suite->root, options->sets.item[i],
				      workloads);
	if (!status && options->threads.n)
		status = override_threads(suite->root, &options->threads);
	if (!status && options->passes.n)
		status = override_passes(suite->root, &options->passes);
	if (!status)
		status = override_plain(suite->root, options);
	return status;
}
