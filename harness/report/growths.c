// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * growths.c - cost against a parameter, a line an allocator and thread count.
 *
 * Role:       see growths.h.
 * Invariants: see growths.h.
 * Locks:      none.
 * Units:      see growths.h.
 * Source:     none.
 */
#include "config.h"

#include "growths.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct al_growth_line *line_for(struct al_growths *g, size_t allocator,
				       uint32_t threads, size_t npoints)
{
	struct al_growth_line *line;

	for (size_t i = 0; i < g->n; i++)
		if (g->of[i].allocator == allocator &&
		    g->of[i].threads == threads)
			return &g->of[i];
	g->of = al_grow(g->of, &g->room, g->n + 1, sizeof(*g->of));
	line = &g->of[g->n++];
	*line = (struct al_growth_line){ .allocator = allocator,
					 .threads = threads };
	line->x = al_calloc(npoints, sizeof(*line->x));
	line->row = al_calloc(npoints, sizeof(*line->row));
	return line;
}

/* Keeps x ascending; sweeps have a dozen points. */
static void insert(struct al_growth_line *line, double x,
		   const struct al_row *row)
{
	size_t i = line->n++;

	for (; i && line->x[i - 1] > x; i--) {
		line->x[i] = line->x[i - 1];
		line->row[i] = line->row[i - 1];
	}
	line->x[i] = x;
	line->row[i] = row;
}

static int compare_lines(const void *a, const void *b)
{
	const struct al_growth_line *x = a, *y = b;

	if (x->threads != y->threads)
		return x->threads < y->threads ? -1 : 1;
	return (x->allocator > y->allocator) - (x->allocator < y->allocator);
}

static void fit(struct al_growth_line *line)
{
	double *y = al_calloc(line->n, sizeof(*y));

	for (size_t i = 0; i < line->n; i++)
		y[i] = line->row[i]->median;
	line->fitted = al_growth_fit(line->x, y, line->n, &line->fit);
	free(y);
}

void al_growths_make(const struct al_result *r, const char *workload,
		     const char *param, const char *pass, const char *metric,
		     struct al_growths *out)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < r->ncells; i++) {
		const struct al_cell *cell = &r->cells[i];
		const struct al_point *p = &r->points[cell->point];
		const struct al_row *row = al_row_of(r, cell, pass, metric);
		const struct al_row *own = al_row_of(r, cell, pass, param);
		double x;

		if (!row || cell->fault != AL_NO_NAME ||
		    strcmp(al_name(r, p->workload), workload) != 0)
			continue;
		x = own ? own->median
			: al_param_of(al_name(r, p->params), param);
		if (x > 0 && row->median > 0)
			insert(line_for(out, cell->allocator, p->threads,
					r->npoints),
			       x, row);
	}
	if (out->n)
		qsort(out->of, out->n, sizeof(*out->of), compare_lines);
	for (size_t i = 0; i < out->n; i++)
		fit(&out->of[i]);
}

const struct al_growth_line *al_growths_find(const struct al_growths *g,
					     const struct al_growth_line *line)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->of[i].allocator == line->allocator &&
		    g->of[i].threads == line->threads)
			return &g->of[i];
	return NULL;
}

void al_growths_fini(struct al_growths *g)
{
	for (size_t i = 0; i < g->n; i++) {
		free(g->of[i].x);
		free(g->of[i].row);
	}
	free(g->of);
	memset(g, 0, sizeof(*g));
}
