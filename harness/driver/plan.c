// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plan.c - expands a suite into points, cells and passes.
 *
 * Role:       see plan.h; passes are in plan_passes.c, plan.json in
 *             plan_file.c.
 * Invariants: the suite was checked: names are known, values in range.
 * Locks:      none.
 * Units:      seconds.
 * Source:     doc/result-set.md.
 */
#include "config.h"

#include "plan.h"
#include "../lib/error.h"

#include <allotrope/random.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PLAN_MOST_CELLS	  4000000
#define SEED_BITS_DROPPED 11 /* 53 are left, see struct plan_point */
#define DEFAULT_LIMIT_S	  60.0

/* What expanding needs beside the plan. */
struct maker {
	struct plan *plan;
	const struct suite *suite;
	const struct allocators *allocators;
	const struct workloads *workloads;
	const struct placement *placement;
	unsigned int strict;
	bool oversubscribe; /* more threads than CPUs are as good as others */
	json_t *points;	    /* key to index */
	json_t *labels;	    /* label to index */
	uint32_t **cell_of; /* [point][allocator]: cell index + 1 */
	size_t labels_room; /* length of each of those rows */
};

static void note(struct maker *m, char *text)
{
	if (!text_list_has(&m->plan->notes, text))
		text_list_add(&m->plan->notes, text);
	free(text);
}

char *plan_key(const struct plan *plan, const struct plan_cell *cell)
{
	return text_format("%s/%s", plan->point[cell->point].key,
			   plan->allocator[cell->allocator].label);
}

const struct plan_placement *plan_cpus(const struct plan *plan,
				       unsigned int threads)
{
	for (size_t i = 0; i < plan->nplacements; i++)
		if (plan->placement[i].threads == threads)
			return &plan->placement[i];
	return NULL;
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
			note(m, text_format("%s left out: %s", name, why));
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

/* Makes the plan's allocators out of a list of the suite. */
static int resolve_allocators(struct maker *m, json_t *list, uint32_t **index,
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

static unsigned int thread_count(const struct maker *m, json_t *item)
{
	const char *word = json_string_value(item);
	unsigned int all = placement_npus(m->placement);

	if (!word)
		return (unsigned int)json_integer_value(item);
	if (!strcmp(word, "half"))
		return all > 1 ? all / 2 : 1;
	if (!strcmp(word, "cores"))
		return placement_ncores(m->placement);
	return all;
}

static void add_placement(struct maker *m, unsigned int threads)
{
	struct plan *plan = m->plan;
	struct text_list cpus = { NULL, 0 };
	struct plan_placement *p;

	if (plan_cpus(plan, threads))
		return;
	text_grow(&plan->placement, plan->nplacements,
		  sizeof(*plan->placement));
	p = &plan->placement[plan->nplacements++];
	p->threads = threads;
	p->oversubscribed =
		placement_choose(m->placement, plan->pin, threads, &cpus);
	p->cpus = cpus.n ? json_array() : json_null();
	for (size_t i = 0; i < cpus.n; i++)
		json_array_append_new(p->cpus, json_string(cpus.item[i]));
	if (p->oversubscribed)
		note(m, text_format("%u threads share %u CPUs: those cells are "
				    "marked oversubscribed",
				    threads, placement_npus(m->placement)));
	text_list_fini(&cpus);
}

/* Return: the index of the point, made if it is new. */
static uint32_t add_point(struct maker *m, const struct workload *w,
			  json_t *params, unsigned int threads)
{
	struct plan *plan = m->plan;
	json_t *table = json_object_get(w->about, "params"), *param, *seen;
	json_t *kept = json_object();
	char *key = text_copy(w->name), *longer;
	struct plan_point *p;
	uint32_t index;
	size_t i;

	json_array_foreach(table, i, param)
	{
		const char *name =
			json_string_value(json_object_get(param, "name"));
		json_t *value = json_object_get(params, name);
		json_t *def = json_object_get(param, "default");

		if (!value || json_equal(value, def))
			continue;
		json_object_set(kept, name, value);
		longer = json_is_integer(value)
				 ? text_format(
					   "%s,%s=%lld", key, name,
					   (long long)json_integer_value(value))
				 : text_format("%s,%s=%s", key, name,
					       json_string_value(value));
		free(key);
		key = longer;
	}
	longer = text_format("%s/t%u", key, threads);
	free(key);
	key = longer;
	seen = json_object_get(m->points, key);
	if (seen) {
		index = (uint32_t)json_integer_value(seen);
		free(key);
		json_decref(kept);
		return index;
	}
	index = (uint32_t)plan->npoints;
	json_object_set_new(m->points, key, json_integer(index));
	text_grow(&plan->point, plan->npoints, sizeof(*plan->point));
	text_grow(&m->cell_of, plan->npoints, sizeof(*m->cell_of));
	m->cell_of[index] = text_alloc(m->labels_room, sizeof(uint32_t));
	p = &plan->point[plan->npoints++];
	*p = (struct plan_point){
		.key = key,
		.workload = text_copy(w->name),
		.workload_path = w->path ? text_copy(w->path) : NULL,
		.params = kept,
		.threads = threads,
		.seed = al_random_derive(plan->seed, text_hash(key)) >>
			SEED_BITS_DROPPED,
	};
	return index;
}

static void add_cell(struct maker *m, uint32_t point, uint32_t allocator,
		     uint32_t passes)
{
	struct plan *plan = m->plan;
	uint32_t *at = &m->cell_of[point][allocator];

	if (!*at) {
		text_grow(&plan->cell, plan->ncells, sizeof(*plan->cell));
		plan->cell[plan->ncells++] =
			(struct plan_cell){ point, allocator, 0 };
		*at = (uint32_t)plan->ncells;
	}
	plan->cell[*at - 1].passes |= passes;
}

/* One experiment: what is swept over, resolved. */
struct sweep {
	const struct workload *w;
	json_t *values; /* parameter name to list of values */
	unsigned int *threads;
	size_t nthreads;
	uint32_t *allocator;
	size_t nallocators;
	uint32_t passes;
};

/* Every combination of the parameters from @at on; @params: those before. */
static int expand_params(struct maker *m, const struct sweep *s, void *at,
			 json_t *params)
{
	const char *name;
	json_t *value;
	size_t i;

	if (!at) {
		for (size_t t = 0; t < s->nthreads; t++) {
			uint32_t point =
				add_point(m, s->w, params, s->threads[t]);

			add_placement(m, s->threads[t]);
			for (size_t a = 0; a < s->nallocators; a++)
				add_cell(m, point, s->allocator[a], s->passes);
		}
		if (m->plan->ncells <= PLAN_MOST_CELLS)
			return AL_EXIT_OK;
		al_error("plan", "more than %d cells; sweep less",
			 PLAN_MOST_CELLS);
		return AL_EXIT_USAGE;
	}
	name = json_object_iter_key(at);
	json_array_foreach(json_object_iter_value(at), i, value)
	{
		int status;

		json_object_set(params, name, value);
		status = expand_params(
			m, s, json_object_iter_next(s->values, at), params);
		if (status)
			return status;
	}
	return AL_EXIT_OK;
}

/* The thread counts that this machine and this workload can do. */
static int resolve_threads(struct maker *m, json_t *list, struct sweep *s)
{
	unsigned int npus = placement_npus(m->placement);
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		unsigned int n = thread_count(m, item);
		bool seen = false;

		for (size_t k = 0; k < s->nthreads; k++)
			seen |= s->threads[k] == n;
		if (seen)
			continue;
		if (n < s->w->min_threads) {
			note(m, text_format("%s with %u thread%s left out: it "
					    "needs %u",
					    s->w->name, n, n == 1 ? "" : "s",
					    s->w->min_threads));
			continue;
		}
		if (n > npus && !m->oversubscribe &&
		    !(m->strict & PLAN_STRICT_THREADS)) {
			note(m, text_format("%u threads left out: there are %u "
					    "CPUs (--threads %u asks for them "
					    "all the same)",
					    n, npus, n));
			continue;
		}
		text_grow(&s->threads, s->nthreads, sizeof(*s->threads));
		s->threads[s->nthreads++] = n;
	}
	if (!s->nthreads && m->strict & PLAN_STRICT_THREADS) {
		al_error("--threads", "%s needs at least %u threads",
			 s->w->name, s->w->min_threads);
		return AL_EXIT_USAGE;
	}
	return AL_EXIT_OK;
}

static uint32_t pass_bits(const struct plan *plan, json_t *list)
{
	uint32_t bits = 0;
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		for (size_t k = 0; k < plan->npasses; k++)
			if (!strcmp(plan->pass[k].name,
				    json_string_value(item)))
				bits |= 1u << k;
	}
	return bits;
}

static json_t *member_of(json_t *experiment, json_t *root, const char *name)
{
	json_t *value = json_object_get(experiment, name);

	return value ? value : json_object_get(root, name);
}

static int expand_experiment(struct maker *m, json_t *experiment,
			     json_t *allocators)
{
	json_t *root = m->suite->root, *sweep, *values, *threads;
	json_t *params = json_object();
	struct sweep s = { .values = json_object() };
	const char *name;
	char *why = NULL;
	int status;

	s.w = workloads_get(m->workloads, json_string_value(json_object_get(
						  experiment, "workload")));
	json_object_foreach(json_object_get(experiment, "set"), name, sweep)
	{
		values = workload_sweep(workload_param(s.w, name), sweep, &why);
		json_object_set_new(s.values, name, values);
	}
	s.passes = pass_bits(m->plan, member_of(experiment, root, "passes"));
	threads = member_of(experiment, root, "threads");
	threads = threads ? json_incref(threads)
			  : json_pack("[i]", s.w->min_threads);
	status = resolve_threads(m, threads, &s);
	if (!status)
		status = resolve_allocators(
			m,
			json_object_get(experiment, "allocators")
				? json_object_get(experiment, "allocators")
				: allocators,
			&s.allocator, &s.nallocators);
	if (!status && s.nthreads)
		status = expand_params(m, &s, json_object_iter(s.values),
				       params);
	json_decref(threads);
	json_decref(params);
	json_decref(s.values);
	free(s.threads);
	free(s.allocator);
	return status;
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
			note(m, text_format("baseline %s is not here: ratios "
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
	status = resolve_allocators(&m, list, &all, &nall);
	m.labels_room = nall;
	json_array_foreach(json_object_get(root, "experiments"), i, experiment)
	{
		json_t *own = json_object_get(experiment, "allocators");

		m.labels_room += json_array_size(own);
	}
	json_array_foreach(json_object_get(root, "experiments"), i, experiment)
	{
		if (!status)
			status = expand_experiment(&m, experiment, list);
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
