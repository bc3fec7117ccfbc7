// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * result.c - a result set, organised: points, cells, rows with statistics.
 *
 * Role:       see result.h. One sort brings the samples into reading order;
 *             points, cells and rows are runs of that order.
 * Invariants: see result.h.
 * Locks:      none.
 * Units:      see result.h.
 * Source:     none.
 */
#include "config.h"

#include "result.h"

#include "rows.h"

#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Seed of every interval: the same samples give the same report. */
#define RESAMPLING_SEED 20120328u

const char *al_name(const struct al_result *r, uint32_t id)
{
	return al_text(&r->samples, id);
}

const char *al_allocator_name(const struct al_result *r, size_t i)
{
	return i < r->nallocators ? al_name(r, r->allocators[i]) : "";
}

/* What samples are sorted by, each field a rank. */
struct place {
	uint32_t point, allocator, pass, round, group;
	size_t sample;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->point != y->point)
		return x->point < y->point ? -1 : 1;
	if (x->allocator != y->allocator)
		return x->allocator < y->allocator ? -1 : 1;
	if (x->pass != y->pass)
		return x->pass < y->pass ? -1 : 1;
	if (x->round != y->round)
		return x->round < y->round ? -1 : 1;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return x->sample < y->sample ? -1 : x->sample > y->sample;
}

struct named {
	const char *text;
	uint32_t id;
};

static int compare_named(const void *a, const void *b)
{
	return al_natural_compare(((const struct named *)a)->text,
				  ((const struct named *)b)->text);
}

/* The distinct values of one field of all samples, in natural order. */
static uint32_t *distinct(const struct al_samples *s, size_t offset, size_t *n)
{
	bool *seen = al_calloc(s->names.n, sizeof(*seen));
	struct named *named = al_calloc(s->names.n, sizeof(*named));
	uint32_t *ids;

	*n = 0;
	for (size_t i = 0; i < s->n; i++) {
		uint32_t id;

		memcpy(&id, (const char *)&s->all[i] + offset, sizeof(id));
		if (!seen[id])
			named[(*n)++] = (struct named){ al_text(s, id), id };
		seen[id] = true;
	}
	qsort(named, *n, sizeof(*named), compare_named);
	ids = al_calloc(*n, sizeof(*ids));
	for (size_t i = 0; i < *n; i++)
		ids[i] = named[i].id;
	free(named);
	free(seen);
	return ids;
}

#define DISTINCT(s, field, n) distinct(s, offsetof(struct al_sample, field), n)

/* Brings the allocators that the plan lists to the front, in its order. */
static void order_by_plan(struct al_result *r, const json_t *list)
{
	size_t front = 0, i;
	const json_t *v;

	json_array_foreach(list, i, v)
	{
		const char *name = json_string_value(
			json_is_object(v) ? json_object_get(v, "name") : v);
		uint32_t id = name ? al_names_find(&r->samples.names, name)
				   : AL_NO_NAME;

		for (size_t j = front; j < r->nallocators; j++)
			if (r->allocators[j] == id) {
				memmove(&r->allocators[front + 1],
					&r->allocators[front],
					(j - front) * sizeof(id));
				r->allocators[front++] = id;
				break;
			}
	}
}

static size_t find_allocator(const struct al_result *r, const char *name)
{
	for (size_t i = 0; i < r->nallocators; i++)
		if (!strcmp(al_allocator_name(r, i), name))
			return i;
	return AL_NOBODY;
}

static uint32_t *ranks_of(const struct al_samples *s, const uint32_t *ids,
			  size_t n)
{
	uint32_t *ranks = al_calloc(s->names.n, sizeof(*ranks));

	for (size_t i = 0; i < n; i++)
		ranks[ids[i]] = (uint32_t)i;
	return ranks;
}

/* Passes in the order in which they are explained, others after them. */
static void order_passes(const struct al_samples *s, uint32_t *passes, size_t n)
{
	static const char *const known[] = { "time", "counters", "memory",
					     "check" };
	size_t front = 0;

	for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
		for (size_t i = front; i < n; i++) {
			uint32_t id = passes[i];

			if (strcmp(al_text(s, id), known[k]) != 0)
				continue;
			memmove(&passes[front + 1], &passes[front],
				(i - front) * sizeof(id));
			passes[front++] = id;
		}
}

static void sort_samples(struct al_result *r)
{
	const struct al_samples *s = &r->samples;
	struct place *places = al_calloc(s->n, sizeof(*places));
	size_t npoints, npasses;
	uint32_t *points = DISTINCT(s, point, &npoints);
	uint32_t *passes = DISTINCT(s, pass, &npasses);
	uint32_t *of_point, *of_pass, *of_allocator;

	order_passes(s, passes, npasses);
	of_point = ranks_of(s, points, npoints);
	of_pass = ranks_of(s, passes, npasses);
	of_allocator = ranks_of(s, r->allocators, r->nallocators);
	for (size_t i = 0; i < s->n; i++) {
		const struct al_sample *from = &s->all[i];

		places[i] = (struct place){
			of_point[from->point], of_allocator[from->allocator],
			of_pass[from->pass],   from->round,
			from->group,	       i
		};
	}
	qsort(places, s->n, sizeof(*places), compare_places);
	r->order = al_calloc(s->n, sizeof(*r->order));
	for (size_t i = 0; i < s->n; i++)
		r->order[i] = places[i].sample;
	free(of_point);
	free(of_pass);
	free(of_allocator);
	free(points);
	free(passes);
	free(places);
}

static const struct al_sample *ordered(const struct al_result *r, size_t i)
{
	return &r->samples.all[r->order[i]];
}

/* Cuts the ordered samples into cells, and cells into points. */
static void cut_cells(struct al_result *r)
{
	uint32_t *of_allocator =
		ranks_of(&r->samples, r->allocators, r->nallocators);
	size_t n = r->samples.n, end;

	r->cells = al_calloc(n, sizeof(*r->cells));
	r->points = al_calloc(n, sizeof(*r->points));
	for (size_t i = 0; i < n; i = end) {
		const struct al_sample *s = ordered(r, i);
		struct al_cell *cell = &r->cells[r->ncells];
		struct al_point *point;

		if (!r->npoints || r->points[r->npoints - 1].name != s->point)
			r->points[r->npoints++] = (struct al_point){
				.name = s->point,
				.workload = s->workload,
				.params = s->params,
				.threads = s->threads,
				.first_cell = r->ncells,
			};
		point = &r->points[r->npoints - 1];
		*cell = (struct al_cell){
			.key = s->cell,
			.point = r->npoints - 1,
			.allocator = of_allocator[s->allocator],
			.first_sample = i,
			.fault = AL_NO_NAME,
		};
		for (end = i; end < n; end++) {
			const struct al_sample *t = ordered(r, end);

			if (t->point != s->point ||
			    t->allocator != s->allocator)
				break;
			if (!strcmp(al_name(r, t->status), "fault"))
				cell->fault = t->why;
			if (t->ok) /* a failed record may know less */
				point->params = t->params;
			r->nfailed += t->failed;
			r->ndisturbed += t->ok && t->marks != AL_NO_NAME;
		}
		cell->nsamples = end - i;
		point->ncells++;
		r->ncells++;
	}
	free(of_allocator);
}

static void choose_baseline(struct al_result *r, const char *asked)
{
	const char *name = asked ? asked : r->facts.baseline;

	r->null = find_allocator(r, "null");
	r->baseline = find_allocator(r, *name ? name : "glibc");
}

enum al_exit al_result_load(const char *dir, const char *baseline,
			    struct al_result *out)
{
	char path[PATH_MAX];
	enum al_exit result;

	memset(out, 0, sizeof(*out));
	result = al_facts_read(dir, &out->facts);
	if (result != AL_EXIT_OK)
		return result;
	snprintf(path, sizeof(path), "%s/samples.jsonl", dir);
	result = al_samples_read(path, &out->samples);
	if (result != AL_EXIT_OK)
		return result;
	out->resampler = al_resampler_new(RESAMPLING_SEED);
	out->allocators = DISTINCT(&out->samples, allocator, &out->nallocators);
	out->workloads = DISTINCT(&out->samples, workload, &out->nworkloads);
	order_by_plan(out, json_object_get(out->facts.plan, "allocators"));
	choose_baseline(out, baseline);
	if (baseline && out->baseline == AL_NOBODY) {
		al_error(baseline, "no samples of this allocator in %s", dir);
		return AL_EXIT_USAGE;
	}
	sort_samples(out);
	cut_cells(out);
	al_rows_make(out);
	return AL_EXIT_OK;
}

void al_result_fini(struct al_result *r)
{
	al_facts_fini(&r->facts);
	al_samples_fini(&r->samples);
	al_resampler_delete(r->resampler);
	free(r->order);
	free(r->allocators);
	free(r->workloads);
	free(r->points);
	free(r->cells);
	free(r->rows);
	free(r->pool);
	free(r->rounds);
	memset(r, 0, sizeof(*r));
}

const struct al_cell *al_cell_at(const struct al_result *r, size_t point,
				 size_t allocator)
{
	const struct al_point *p = &r->points[point];

	for (size_t i = 0; i < p->ncells; i++)
		if (r->cells[p->first_cell + i].allocator == allocator)
			return &r->cells[p->first_cell + i];
	return NULL;
}

const struct al_row *al_row_of(const struct al_result *r,
			       const struct al_cell *cell, const char *pass,
			       const char *metric)
{
	for (size_t i = 0; cell && i < cell->nrows; i++) {
		const struct al_row *row = &r->rows[cell->first_row + i];

		if (row->n && !strcmp(al_name(r, row->pass), pass) &&
		    !strcmp(al_name(r, row->metric), metric))
			return row;
	}
	return NULL;
}

const struct al_row *al_sound_row(const struct al_result *r,
				  const struct al_cell *cell, const char *pass,
				  const char *metric)
{
	return cell && cell->fault == AL_NO_NAME
		       ? al_row_of(r, cell, pass, metric)
		       : NULL;
}
