// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * compare.c - two allocators, or two result sets, cell by cell.
 *
 * Role:       see compare.h.
 * Invariants: see compare.h.
 * Locks:      none.
 * Units:      see compare.h.
 * Source:     none.
 */
#include "config.h"

#include "compare.h"

#include "score.h"
#include "../stats/describe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The row of @cell that has @metric, in whichever pass. */
static const struct al_row *row_with(const struct al_result *r,
				     const struct al_cell *cell,
				     const char *metric)
{
	if (!cell || cell->fault != AL_NO_NAME)
		return NULL;
	for (size_t i = 0; i < cell->nrows; i++) {
		const struct al_row *row = &r->rows[cell->first_row + i];

		if (row->n && !strcmp(al_name(r, row->metric), metric))
			return row;
	}
	return NULL;
}

/* What to say of a cell without a number. */
static const char *trouble_of(const struct al_result *r,
			      const struct al_cell *cell)
{
	if (!cell)
		return "not measured";
	if (cell->fault != AL_NO_NAME)
		return "fault";
	for (size_t i = 0; i < cell->nrows; i++)
		if (r->rows[cell->first_row + i].failed)
			return al_name(r, r->rows[cell->first_row + i].status);
	return "has no such metric";
}

/* Is there something to tell of @cell: did it fail? */
static bool is_trouble(const struct al_result *r, const struct al_cell *cell)
{
	for (size_t i = 0; cell && i < cell->nrows; i++)
		if (r->rows[cell->first_row + i].failed)
			return true;
	return false;
}

static struct al_compared *new_one(struct al_comparison *c, const char *name)
{
	struct al_compared *x;

	c->of = al_grow(c->of, &c->room, c->n + 1, sizeof(*c->of));
	x = &c->of[c->n++];
	*x = (struct al_compared){ .ratio = NAN,
				   .ci = { NAN, NAN },
				   .p = NAN,
				   .p_holm = NAN,
				   .detectable = NAN,
				   .trouble = "",
				   .verdict = "" };
	x->name = strdup(name);
	if (!x->name)
		al_die(AL_EXIT_MACHINE, "compare", "out of memory");
	return x;
}

/* Tests that look at all cells at once; then the mean over the good ones. */
static void finish(struct al_comparison *c, size_t nsets)
{
	double *all = al_calloc(c->n, sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		all[i] = c->of[i].p;
	al_holm(all, c->n);
	for (size_t i = 0; i < c->n; i++)
		c->of[i].p_holm = all[i];
	c->geomean = 0;
	for (size_t i = 0; i < c->n; i++) {
		struct al_compared *x = &c->of[i];

		if (!isnan(x->detectable))
			all[n++] = x->detectable;
		if (isnan(x->ratio))
			continue;
		x->verdict = al_verdict(x->ci, al_sense_of(c->metric));
		c->geomean += log(x->ratio);
		c->ngood++;
	}
	al_sort(all, n);
	c->detectable = al_median_sorted(all, n);
	free(all);
	c->geomean = c->ngood ? exp(c->geomean / (double)c->ngood) : NAN;
	c->geomean_ci = c->across ? al_resample_ratio(c->first.resampler,
						      c->others, c->sets, nsets)
				  : al_resample_geomean(c->first.resampler,
							c->sets, nsets);
	c->verdict = al_verdict(c->geomean_ci, al_sense_of(c->metric));
}

static void compare_point(struct al_comparison *c, size_t point, size_t a,
			  size_t b, size_t *nsets)
{
	const struct al_result *r = &c->first;
	const struct al_cell *ca = al_cell_at(r, point, a);
	const struct al_cell *cb = al_cell_at(r, point, b);
	const struct al_row *ra = row_with(r, ca, c->metric);
	const struct al_row *rb = row_with(r, cb, c->metric);
	struct al_compared *x;

	if (!ra && !rb && !is_trouble(r, ca) && !is_trouble(r, cb))
		return; /* nobody looked for it here */
	x = new_one(c, al_name(r, r->points[point].name));
	x->na = ra ? ra->n : 0;
	x->nb = rb ? rb->n : 0;
	if (!ra || !rb) {
		x->trouble = ra ? trouble_of(r, cb) : trouble_of(r, ca);
		return;
	}
	if (!rb->npairs || !(rb->pairs[0] > 0)) {
		x->nb = 0;
		x->trouble = "no round in common, or zeros";
		return;
	}
	x->ratio = rb->ratio; /* a is the baseline of this result */
	x->ci = rb->ratio_ci;
	x->p = rb->p;
	x->detectable = rb->detectable;
	c->sets[(*nsets)++] = (struct al_set){ rb->pairs, rb->npairs };
}

static size_t find(const struct al_result *r, const char *name)
{
	for (size_t i = 0; i < r->nallocators; i++)
		if (!strcmp(al_allocator_name(r, i), name))
			return i;
	return AL_NOBODY;
}

static enum al_exit nothing(const struct al_comparison *c)
{
	if (c->ngood)
		return AL_EXIT_OK;
	al_error("compare", "%s and %s have no %s in common", c->a, c->b,
		 c->metric);
	return c->n ? AL_EXIT_FAILED : AL_EXIT_USAGE;
}

static void start(struct al_comparison *out, const char *a, const char *b,
		  const char *metric)
{
	memset(out, 0, sizeof(*out));
	out->a = a;
	out->b = b;
	out->metric = metric;
	out->geomean = out->detectable = NAN;
	out->geomean_ci = (struct al_interval){ NAN, NAN };
	out->verdict = "";
}

enum al_exit al_compare_allocators(const char *dir, const char *a,
				   const char *b, const char *metric,
				   struct al_comparison *out)
{
	enum al_exit result;
	size_t other, nsets = 0;

	start(out, a, b, metric);
	result = al_result_load(dir, a, &out->first);
	if (result != AL_EXIT_OK)
		return result;
	other = find(&out->first, b);
	if (other == AL_NOBODY) {
		al_error(b, "no samples of this allocator in %s", dir);
		return AL_EXIT_USAGE;
	}
	out->sets = al_calloc(out->first.npoints, sizeof(*out->sets));
	for (size_t i = 0; i < out->first.npoints; i++)
		compare_point(out, i, out->first.baseline, other, &nsets);
	finish(out, nsets);
	return nothing(out);
}

static struct al_set sorted_copy(const struct al_row *row, double **pool)
{
	struct al_set set = { *pool, row->n };

	memcpy(*pool, row->value, row->n * sizeof(**pool));
	al_sort(*pool, row->n);
	*pool += row->n;
	return set;
}

/* Cells of the two sets are independent: they ran on different days. */
static void compare_cell(struct al_comparison *c, const struct al_cell *ca,
			 const struct al_cell *cb, size_t *nsets, double **pool)
{
	const struct al_row *ra = row_with(&c->first, ca, c->metric);
	const struct al_row *rb = row_with(&c->second, cb, c->metric);
	struct al_compared *x;

	if (!ra && !rb && !is_trouble(&c->first, ca) &&
	    !is_trouble(&c->second, cb))
		return;
	x = new_one(c, al_name(&c->first, ca->key));

	x->na = ra ? ra->n : 0;
	x->nb = rb ? rb->n : 0;
	if (!ra || !rb) {
		x->trouble = ra ? trouble_of(&c->second, cb)
				: trouble_of(&c->first, ca);
		return;
	}
	if (!(ra->min > 0 && rb->min > 0)) {
		x->nb = 0;
		x->trouble = "zeros";
		return;
	}
	c->sets[*nsets] = sorted_copy(ra, pool);
	c->others[*nsets] = sorted_copy(rb, pool);
	x->ratio = rb->median / ra->median;
	x->ci = al_resample_ratio(c->first.resampler, &c->others[*nsets],
				  &c->sets[*nsets], 1);
	x->p = al_rank_sum_p(ra->value, ra->n, rb->value, rb->n);
	++*nsets;
}

/* The cells of @r by key: cells[key id of @keys] + 1, 0 where there is none. */
static size_t *index_cells(const struct al_result *r,
			   const struct al_names *keys)
{
	size_t *at = al_calloc(keys->n, sizeof(*at));

	for (size_t i = 0; i < r->ncells; i++) {
		uint32_t id = al_names_find(keys, al_name(r, r->cells[i].key));

		if (id != AL_NO_NAME)
			at[id] = i + 1;
	}
	return at;
}

enum al_exit al_compare_sets(const char *a, const char *b, const char *metric,
			     struct al_comparison *out)
{
	enum al_exit result;
	size_t *other, nsets = 0;
	double *pool;

	start(out, a, b, metric);
	out->across = true;
	result = al_result_load(a, NULL, &out->first);
	if (result == AL_EXIT_OK)
		result = al_result_load(b, NULL, &out->second);
	if (result != AL_EXIT_OK)
		return result;
	other = index_cells(&out->second, &out->first.samples.names);
	out->sets = al_calloc(out->first.ncells, sizeof(*out->sets));
	out->others = al_calloc(out->first.ncells, sizeof(*out->others));
	out->pool = al_calloc(out->first.samples.nvalues +
				      out->second.samples.nvalues,
			      sizeof(*out->pool));
	pool = out->pool;
	for (size_t i = 0; i < out->first.ncells; i++) {
		const struct al_cell *cell = &out->first.cells[i];

		if (other[cell->key])
			compare_cell(out, cell,
				     &out->second.cells[other[cell->key] - 1],
				     &nsets, &pool);
	}
	free(other);
	finish(out, nsets);
	return nothing(out);
}

static json_t *number(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

json_t *al_comparison_json(const struct al_comparison *c)
{
	json_t *cells = json_array();

	for (size_t i = 0; i < c->n; i++) {
		const struct al_compared *x = &c->of[i];

		json_array_append_new(
			cells,
			json_pack("{s:s,s:I,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:s,"
				  "s:s}",
				  c->across ? "cell" : "point", x->name, "n_a",
				  (json_int_t)x->na, "n_b", (json_int_t)x->nb,
				  "ratio", number(x->ratio), "ratio_low",
				  number(x->ci.low), "ratio_high",
				  number(x->ci.high), "p", number(x->p),
				  "p_holm", number(x->p_holm), "detectable",
				  number(x->detectable), "verdict", x->verdict,
				  "trouble", x->trouble));
	}
	return json_pack("{s:i,s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:s,s:I}", "v", 1,
			 "metric", c->metric, "a", c->a, "b", c->b, "cells",
			 cells, "geomean", number(c->geomean), "geomean_low",
			 number(c->geomean_ci.low), "geomean_high",
			 number(c->geomean_ci.high), "verdict", c->verdict,
			 "n_good", (json_int_t)c->ngood);
}

void al_comparison_fini(struct al_comparison *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->of[i].name);
	free(c->of);
	free(c->sets);
	free(c->others);
	free(c->pool);
	al_result_fini(&c->first);
	if (c->across)
		al_result_fini(&c->second);
	memset(c, 0, sizeof(*c));
}
