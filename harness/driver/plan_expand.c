// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plan_expand.c - an experiment becomes points and cells.
 *
 * Role:       every combination of its parameters, threads and allocators.
 * Invariants: the same point in two experiments is one point.
 * Locks:      none.
 * Units:      none.
 * Source:     doc/result-set.md.
 */
#include "config.h"

#include "plan_maker.h"
#include "../lib/error.h"

#include <allotrope/random.h>

#include <stdlib.h>
#include <string.h>

#define PLAN_MOST_CELLS 4000000

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
		plan_maker_note(
			m,
			text_format("%u threads share %u CPUs: those cells are "
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
			plan_maker_note(
				m,
				text_format("%s with %u thread%s left out: it "
					    "needs %u",
					    s->w->name, n, n == 1 ? "" : "s",
					    s->w->min_threads));
			continue;
		}
		if (n > npus && !m->oversubscribe &&
		    !(m->strict & PLAN_STRICT_THREADS)) {
			plan_maker_note(
				m,
				text_format("%u threads left out: there are %u "
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

int plan_maker_expand(struct maker *m, json_t *experiment, json_t *allocators)
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
		status = plan_maker_allocators(
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
