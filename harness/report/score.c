// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * score.c - one allocator against the baseline over many points.
 *
 * Role:       see score.h.
 * Invariants: see score.h.
 * Locks:      none.
 * Units:      see score.h.
 * Source:     none.
 */
#include "config.h"

#include "score.h"

#include "../stats/describe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool al_cell_trouble(const struct al_result *r, const struct al_cell *cell,
		     const char *pass, uint32_t *status, uint32_t *why)
{
	bool good = false, trouble = false;

	*status = *why = AL_NO_NAME;
	for (size_t i = 0; i < cell->nrows; i++) {
		const struct al_row *row = &r->rows[cell->first_row + i];

		if (strcmp(al_name(r, row->pass), pass) != 0)
			continue;
		good |= row->n > 0;
		if (!row->failed)
			continue;
		trouble = true;
		*status = row->status;
		*why = row->why;
	}
	if (cell->fault != AL_NO_NAME) {
		*status = al_names_find(&r->samples.names, "fault");
		*why = cell->fault;
		return true;
	}
	return trouble && !good;
}

/* Adds one cell to @score; returns its row if it goes into the mean. */
static const struct al_row *add_cell(const struct al_result *r,
				     const struct al_cell *cell,
				     const char *pass, const char *metric,
				     struct al_score *score)
{
	const struct al_row *row = al_row_of(r, cell, pass, metric);
	uint32_t status, why;

	if (al_cell_trouble(r, cell, pass, &status, &why) ||
	    (status != AL_NO_NAME && score->status == AL_NO_NAME)) {
		if (status != AL_NO_NAME &&
		    !strcmp(al_name(r, status), "unsupported")) {
			score->unsupported++;
			if (score->why == AL_NO_NAME)
				score->why = why;
		} else {
			score->status = status;
			score->why = why;
		}
	}
	if (row || status != AL_NO_NAME)
		score->nall++;
	if (!row || !row->npairs || !(row->pairs[0] > 0))
		return NULL;
	return row;
}

struct al_score al_score_of(struct al_result *r, size_t allocator,
			    uint32_t workload, const char *pass,
			    const char *metric)
{
	struct al_score score = { .ratio = NAN,
				  .ci = { NAN, NAN },
				  .status = AL_NO_NAME,
				  .why = AL_NO_NAME };
	struct al_set *sets = al_calloc(r->npoints, sizeof(*sets));
	double sum = 0;

	for (size_t i = 0; i < r->npoints; i++) {
		const struct al_cell *cell = al_cell_at(r, i, allocator);
		const struct al_row *row;

		if (!cell || (workload != AL_NO_NAME &&
			      r->points[i].workload != workload))
			continue;
		if (r->baseline != AL_NOBODY && !al_cell_at(r, i, r->baseline))
			continue; /* nothing to compare with, by plan */
		row = add_cell(r, cell, pass, metric, &score);
		if (!row)
			continue;
		sets[score.npoints++] =
			(struct al_set){ row->pairs, row->npairs };
		sum += log(row->ratio);
	}
	if (score.npoints) {
		score.ratio = exp(sum / (double)score.npoints);
		score.ci =
			al_resample_geomean(r->resampler, sets, score.npoints);
	}
	free(sets);
	return score;
}

struct al_detectable al_detectable_of(const struct al_result *r,
				      const char *pass, const char *metric)
{
	struct al_detectable out = { NAN, NAN };
	double *all = al_calloc(r->nrows, sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < r->nrows; i++) {
		const struct al_row *row = &r->rows[i];

		if (!isnan(row->detectable) &&
		    r->cells[row->cell].allocator != r->null &&
		    !strcmp(al_name(r, row->pass), pass) &&
		    !strcmp(al_name(r, row->metric), metric))
			all[n++] = row->detectable;
	}
	if (n) {
		al_sort(all, n);
		out.median = al_median_sorted(all, n);
		out.largest = all[n - 1];
	}
	free(all);
	return out;
}
