// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plan_make.c - expands a suite into a plan.
 *
 * Role:       head, allocators, baseline; points and cells are plan_expand.c's,
 *             passes plan_passes.c's.
 * Invariants: see plan_maker.h.
 * Locks:      none.
 * Units:      seconds.
 * Source:     doc/result-set.md.
 */
#include "config.h"

#include "plan_maker.h"
#include "../lib/error.h"

#include <allotrope/random.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_LIMIT_S 60.0

void plan_maker_note(struct maker *m, char *text)
{
	if (!text_list_has(&m->plan->notes, text))
		text_list_add(&m->plan->notes, text);
	free(text);
}

/* The label's text is the key's; knobs in the user's order. */
static int add_allocator(struct maker *m, const char *spec, uint32_t *index,
			 bool *left_out)
{
	struct plan *plan = m->plan;
	bool optional;
	json_t *knobs, *seen;
	char *name = suite_allocator(spec, &knobs, &optional);
	char *label = text_copy(spec);
	const struct allocator *a = allocators_get(m->allocators, name);
	struct plan_allocator *p;
	int status = AL_EXIT_OK;

	*left_out = false;
	if (optional)
		label[strlen(label) - 1] = '\0';
	if (!a || a->absent) {
		const char *why = a ? a->absent : "not part of this build";

		*left_out = optional;
		if (optional) {
			plan_maker_note(
				m, text_format("%s left out: %s", name, why));
		} else {
			al_error(name, "%s", why);
			status = AL_EXIT_MACHINE;
		}
		goto out;
	}
	seen = json_object_get(m->labels, label);
	if (seen) {
		*index = (uint32_t)json_integer_value(seen);
		goto out;
	}
	text_grow(&plan->allocator, plan->nallocators,
		  sizeof(*plan->allocator));
	*index = (uint32_t)plan->nallocators;
	json_object_set_new(m->labels, label, json_integer(*index));
	p = &plan->allocator[plan->nallocators++];
	*p = (struct plan_allocator){
		.label = text_copy(label),
		.kind = a->kind,
		.path = a->kind == ALLOCATOR_LIBC ? NULL : text_copy(a->path),
		.file = a->path ? text_copy(a->path) : NULL,
		.knobs = json_incref(knobs),
	};
	if (a->path && sha256_file(a->path, p->sha256)) {
		al_error(a->path, "cannot be read");
		status = AL_EXIT_MACHINE;
	}
out:
	json_decref(knobs);
	free(name);
	free(label);
	return status;
}

int plan_maker_allocators(struct maker *m, json_t *list, uint32_t **index,
			  size_t *n)
{
	json_t *item;
	bool left_out;
	size_t i;

	*index = NULL;
	*n = 0;
	json_array_foreach(list, i, item)
	{
		uint32_t found = 0;
		int status = add_allocator(m, json_string_value(item), &found,
					   &left_out);

		if (status)
			return status;
		if (left_out)
			continue;
		text_grow(index, *n, sizeof(**index));
		(*index)[(*n)++] = found;
	}
	if (!*n) {
		al_error("allocators", "none of those asked for is here");
		return AL_EXIT_MACHINE;
	}
	return AL_EXIT_OK;
}

/* No list anywhere: everything that can be measured here. */
static json_t *default_allocators(const struct allocators *all)
{
	json_t *list = json_array();

	for (size_t i = 0; i < all->n; i++)
		if (!all->item[i].absent)
			json_array_append_new(list,
					      json_string(all->item[i].name));
	return list;
}

static int choose_baseline(struct maker *m, json_t *root)
{
	struct plan *plan = m->plan;
	const char *asked =
		json_string_value(json_object_get(root, "baseline"));
	const char *found = NULL;

	for (size_t i = 0; i < plan->nallocators; i++) {
		const char *label = plan->allocator[i].label;

		if (asked && !strcmp(label, asked))
			found = label;
		if (!asked && !strcmp(label, "glibc"))
			found = label;
	}
	if (!found && asked && m->strict & PLAN_STRICT_BASELINE) {
		al_error("--baseline",
			 "'%s' is not among the allocators of "
			 "this run",
			 asked);
		return AL_EXIT_USAGE;
	}
	if (!found) {
		found = plan->allocator[0].label;
		if (!strcmp(found, "null") && plan->nallocators > 1)
			found = plan->allocator[1].label;
		if (asked)
			plan_maker_note(
				m,
				text_format("baseline %s is not here: ratios "
					    "are to %s",
					    asked, found));
	}
	plan->baseline = text_copy(found);
	return AL_EXIT_OK;
}

/* From the clock and our process id: different for every run. */
static uint64_t fresh_seed(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return al_random_derive((uint64_t)t.tv_sec * 1000000000u +
					(uint64_t)t.tv_nsec,
				(uint64_t)getpid()) >>
	       SEED_BITS_DROPPED;
}

static char *utc_now(void)
{
	char text[32];
	time_t now = time(NULL);
	struct tm tm;

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	return text_copy(text);
}

static void make_head(struct maker *m, json_t *root)
{
	struct plan *plan = m->plan;
	const char *name = json_string_value(json_object_get(root, "name"));
	const char *pin = json_string_value(json_object_get(root, "pin"));
	json_t *limit = json_object_get(root, "time_limit_s");
	json_t *seed = json_object_get(root, "seed");

	plan->name = text_copy(name ? name : "adhoc");
	plan->suite = m->suite->file ? text_copy(m->suite->file) : NULL;
	plan->started = utc_now();
	if (!pin)
		pin = placement_has_hwloc() ? PLACEMENT_DEFAULT : "none";
	plan->pin = text_copy(pin);
	plan->time_limit_s = limit ? json_number_value(limit) : DEFAULT_LIMIT_S;
	plan->seed = seed ? (uint64_t)json_integer_value(seed) : fresh_seed();
	if (!json_object_get(root, "passes"))
		json_object_set_new(root, "passes",
				    json_pack("[s,s,s,s]", "check", "time",
					      "counters", "memory"));
}

int plan_make(struct plan *plan, const struct suite *suite,
	      const struct allocators *allocators,
	      const struct workloads *workloads,
	      const struct placement *placement, unsigned int strict)
{
	struct maker m = { .plan = plan,
			   .suite = suite,
			   .allocators = allocators,
			   .workloads = workloads,
			   .placement = placement,
			   .strict = strict,
			   .oversubscribe = json_is_true(json_object_get(
				   suite->root, "oversubscribe")),
			   .points = json_object(),
			   .labels = json_object() };
	json_t *root = suite->root, *experiment, *list;
	char *why = NULL;
	uint32_t *all = NULL;
	size_t i, nall;
	int status;

	*plan = (struct plan){ .name = NULL };
	make_head(&m, root);
	status = placement_check(placement, plan->pin, &why);
	if (status) {
		al_error("--pin", "%s", why);
		free(why);
		goto out;
	}
	plan_make_passes(plan, root);
	list = json_object_get(root, "allocators");
	list = list ? json_incref(list) : default_allocators(allocators);
	/* Labels come first, in the suite's order: it is that of figures. */
	status = plan_maker_allocators(&m, list, &all, &nall);
	m.labels_room = nall;
	json_array_foreach(json_object_get(root, "experiments"), i, experiment)
	{
		json_t *own = json_object_get(experiment, "allocators");

		m.labels_room += json_array_size(own);
	}
	json_array_foreach(json_object_get(root, "experiments"), i, experiment)
	{
		if (!status)
			status = plan_maker_expand(&m, experiment, list);
	}
	json_decref(list);
	if (!status)
		status = choose_baseline(&m, root);
	if (!status && !plan->ncells) {
		al_error("plan", "nothing is left to measure");
		status = AL_EXIT_USAGE;
	}
	if (!status)
		plan_fill_passes(plan);
out:
	for (i = 0; i < plan->npoints; i++)
		free(m.cell_of[i]);
	free(m.cell_of);
	free(all);
	json_decref(m.points);
	json_decref(m.labels);
	if (status)
		plan_fini(plan);
	return status;
}
