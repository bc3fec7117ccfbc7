// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * rows.c - the statistics of each cell, pass and metric.
 *
 * Role:       see rows.h.
 * Invariants: the pool is never moved: rows point into it.
 * Locks:      none.
 * Units:      see result.h.
 * Source:     none.
 */
#include "config.h"

#include "rows.h"

#include "../stats/describe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One value of one metric, on its way into a row. */
struct item {
	uint32_t rank; /* of the metric */
	uint32_t metric, round;
	bool disturbed;
	double value;
};

struct maker {
	struct al_result *r;
	uint32_t *rank; /* of metric names */
	size_t pool_used, rounds_used, rows_room;
	struct item *items;
	size_t items_room;
	double *scratch;
	size_t scratch_room;
};

static int compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->round > y->round) - (x->round < y->round);
}

struct named {
	const char *text;
	uint32_t id;
};

static int compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	bool lead_x = !strcmp(x->text, "ns_per_op");
	bool lead_y = !strcmp(y->text, "ns_per_op");

	if (lead_x != lead_y)
		return lead_x ? -1 : 1;
	return al_natural_compare(x->text, y->text);
}

static void rank_metrics(struct maker *m)
{
	const struct al_names *names = &m->r->samples.names;
	struct named *all = al_calloc(names->n, sizeof(*all));

	m->rank = al_calloc(names->n, sizeof(*m->rank));
	for (uint32_t i = 0; i < names->n; i++)
		all[i] = (struct named){ names->text[i], i };
	qsort(all, names->n, sizeof(*all), compare_named);
	for (uint32_t i = 0; i < names->n; i++)
		m->rank[all[i].id] = i;
	free(all);
}

static struct al_row *new_row(struct maker *m, size_t cell,
			      const struct al_sample *like)
{
	struct al_result *r = m->r;
	struct al_row *row;

	r->rows =
		al_grow(r->rows, &m->rows_room, r->nrows + 1, sizeof(*r->rows));
	row = &r->rows[r->nrows++];
	*row = (struct al_row){
		.cell = cell,
		.pass = like->pass,
		.median = NAN,
		.min = NAN,
		.max = NAN,
		.mad = NAN,
		.ci = { NAN, NAN },
		.ratio = NAN,
		.ratio_ci = { NAN, NAN },
		.p = NAN,
		.detectable = NAN,
	};
	r->cells[cell].nrows++;
	return row;
}

static void describe(struct maker *m, struct al_row *row)
{
	double *sorted;

	m->scratch = al_grow(m->scratch, &m->scratch_room, 2 * row->n,
			     sizeof(*m->scratch));
	sorted = m->scratch + row->n;
	memcpy(sorted, row->value, row->n * sizeof(*sorted));
	al_sort(sorted, row->n);
	row->median = al_median_sorted(sorted, row->n);
	row->min = sorted[0];
	row->max = sorted[row->n - 1];
	row->mad = al_mad_sorted(sorted, row->n, m->scratch);
	row->ci = al_resample_median(m->r->resampler,
				     (struct al_set){ sorted, row->n });
}

/* Items of one metric, by round; of one round the first (its first group). */
static void fill_row(struct maker *m, struct al_row *row,
		     const struct item *items, size_t n)
{
	struct al_result *r = m->r;
	double *value = r->pool + m->pool_used;
	uint32_t *round = r->rounds + m->rounds_used;

	row->metric = items[0].metric;
	for (size_t i = 0; i < n; i++) {
		if (i && items[i].round == items[i - 1].round)
			continue;
		value[row->n] = items[i].value;
		round[row->n++] = items[i].round;
		row->disturbed += items[i].disturbed;
	}
	row->value = value;
	row->round = round;
	m->pool_used += row->n;
	m->rounds_used += row->n;
	describe(m, row);
}

static uint32_t lead_metric(struct al_result *r, uint32_t pass)
{
	bool memory = !strcmp(al_name(r, pass), "memory");

	return al_names_id(&r->samples.names,
			   memory ? "peak_rss_bytes" : "ns_per_op");
}

/* The rows of one cell and pass: r->order[from..to). */
static void make_pass(struct maker *m, size_t cell, size_t from, size_t to)
{
	struct al_result *r = m->r;
	const struct al_samples *s = &r->samples;
	size_t n = 0, failed = 0, first = r->nrows, end;
	const struct al_sample *like = &s->all[r->order[from]];
	uint32_t status = like->status, why = like->why;

	for (size_t i = from; i < to; i++) {
		const struct al_sample *x = &s->all[r->order[i]];

		if (!x->ok) {
			failed++;
			status = x->status;
			why = x->why;
			continue;
		}
		m->items = al_grow(m->items, &m->items_room, n + x->nvalues,
				   sizeof(*m->items));
		for (size_t k = 0; k < x->nvalues; k++) {
			const struct al_value_of *v = &s->values[x->value + k];

			m->items[n++] =
				(struct item){ m->rank[v->metric], v->metric,
					       x->round, x->marks != AL_NO_NAME,
					       v->value };
		}
	}
	qsort(m->items, n, sizeof(*m->items), compare_items);
	for (size_t i = 0; i < n; i = end) {
		for (end = i;
		     end < n && m->items[end].metric == m->items[i].metric;)
			end++;
		fill_row(m, new_row(m, cell, like), m->items + i, end - i);
	}
	if (!n && failed)
		new_row(m, cell, like)->metric = lead_metric(r, like->pass);
	for (size_t i = first; i < r->nrows; i++) {
		r->rows[i].failed = failed;
		r->rows[i].status = status;
		r->rows[i].why = why;
	}
}

static void make_cell(struct maker *m, size_t index)
{
	struct al_result *r = m->r;
	struct al_cell *cell = &r->cells[index];
	size_t from = cell->first_sample, end = from + cell->nsamples, to;

	cell->first_row = r->nrows;
	for (; from < end; from = to) {
		uint32_t pass = r->samples.all[r->order[from]].pass;

		for (to = from; to < end; to++)
			if (r->samples.all[r->order[to]].pass != pass)
				break;
		make_pass(m, index, from, to);
	}
	if (cell->fault == AL_NO_NAME)
		return;
	for (size_t i = 0; i < cell->nrows; i++) {
		struct al_row *row = &r->rows[cell->first_row + i];

		row->status = al_names_id(&r->samples.names, "fault");
		row->why = cell->fault;
	}
}

/* Ratios of the rounds that both rows have; then what they show. */
static void compare_rows(struct maker *m, struct al_row *row,
			 const struct al_row *base)
{
	struct al_result *r = m->r;
	double *pairs = r->pool + m->pool_used, *logs;
	size_t i = 0, j = 0, n = 0;

	while (i < row->n && j < base->n) {
		if (row->round[i] < base->round[j]) {
			i++;
		} else if (row->round[i] > base->round[j]) {
			j++;
		} else {
			if (base->value[j] > 0 && row->value[i] >= 0)
				pairs[n++] = row->value[i] / base->value[j];
			i++;
			j++;
		}
	}
	if (!n)
		return;
	m->pool_used += n;
	m->scratch = al_grow(m->scratch, &m->scratch_room, 2 * n,
			     sizeof(*m->scratch));
	logs = m->scratch + n;
	al_sort(pairs, n);
	for (i = 0; i < n; i++)
		logs[i] = log(pairs[i]);
	row->pairs = pairs;
	row->npairs = n;
	row->ratio = al_median_sorted(pairs, n);
	row->ratio_ci =
		al_resample_median(r->resampler, (struct al_set){ pairs, n });
	row->p = al_signed_rank_p(logs, n);
	if (pairs[0] > 0)
		row->detectable = al_detectable_ratio(logs, n, m->scratch);
}

static void compare_cells(struct maker *m, const struct al_cell *cell,
			  const struct al_cell *base)
{
	struct al_result *r = m->r;
	size_t j = 0;

	if (cell == base || cell->fault != AL_NO_NAME ||
	    base->fault != AL_NO_NAME)
		return;
	for (size_t i = 0; i < cell->nrows; i++) {
		struct al_row *row = &r->rows[cell->first_row + i];

		/* Both lists have the same order: look on from the last hit. */
		for (size_t k = 0; k < base->nrows; k++) {
			const struct al_row *b =
				&r->rows[base->first_row +
					 (j + k) % base->nrows];

			if (b->pass == row->pass && b->metric == row->metric) {
				compare_rows(m, row, b);
				j = j + k + 1;
				break;
			}
		}
	}
}

static void count_rounds(struct al_result *r)
{
	r->smallest_n = SIZE_MAX;
	for (size_t i = 0; i < r->ncells; i++) {
		const struct al_row *row =
			al_row_of(r, &r->cells[i], "time", "ns_per_op");

		if (!row)
			continue;
		if (row->n > r->largest_n)
			r->largest_n = row->n;
		if (row->n < r->smallest_n)
			r->smallest_n = row->n;
	}
	if (r->smallest_n == SIZE_MAX)
		r->smallest_n = 0;
}

void al_rows_make(struct al_result *r)
{
	struct maker m = { .r = r };

	/* Names that rows may need later have to have a rank. */
	al_names_id(&r->samples.names, "fault");
	rank_metrics(&m);
	r->pool = al_calloc(2 * r->samples.nvalues, sizeof(*r->pool));
	r->rounds = al_calloc(r->samples.nvalues, sizeof(*r->rounds));
	for (size_t i = 0; i < r->ncells; i++)
		make_cell(&m, i);
	for (size_t i = 0; i < r->npoints; i++) {
		const struct al_cell *base = al_cell_at(r, i, r->baseline);

		for (size_t k = 0; base && k < r->points[i].ncells; k++)
			compare_cells(&m,
				      &r->cells[r->points[i].first_cell + k],
				      base);
	}
	count_rounds(r);
	free(m.rank);
	free(m.items);
	free(m.scratch);
}
