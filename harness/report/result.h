// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * result.h - a result set, organised: points, cells, rows with statistics.
 *
 * Role:       what summary, figures, tables and report are drawn from.
 * Invariants: points, cells and rows are in reading order (points by name,
 *             cells by the plan's order of allocators, rows by pass and
 *             metric), which does not depend on the order of the samples.
 * Locks:      none; one thread.
 * Units:      as in doc/result-set.md.
 * Source:     method.md of the design; see stats/.
 */
#ifndef AL_RESULT_H
#define AL_RESULT_H

#include "facts.h"
#include "samples.h"
#include "../stats/paired.h"
#include "../stats/resample.h"

/** AL_NOBODY - the index of no allocator, cell or row. */
#define AL_NOBODY SIZE_MAX

/** struct al_row - one metric of one cell and pass. */
struct al_row {
	size_t cell;
	uint32_t pass, metric;
	uint32_t status, why; /* of the last bad sample, else "ok" */
	size_t n, failed, disturbed;
	const double *value;   /* n, by round */
	const uint32_t *round; /* n, ascending */
	double median, min, max, mad;
	struct al_interval ci;
	size_t npairs;	     /* 0: no ratio */
	const double *pairs; /* per-round ratios to the baseline, ascending */
	double ratio;
	struct al_interval ratio_ci;
	double p;	   /* signed-rank; NaN without ratio */
	double detectable; /* NaN without spread */
};

/** struct al_cell - one allocator at one point. */
struct al_cell {
	uint32_t key;
	size_t point, allocator;
	size_t first_row, nrows;
	size_t first_sample, nsamples; /* of al_result.order */
	uint32_t fault; /* why, when any pass found one; else AL_NO_NAME */
};

/** struct al_point - what allocators are compared at. */
struct al_point {
	uint32_t name, workload, params;
	uint32_t threads;
	size_t first_cell, ncells;
};

/** struct al_result - all of it. */
struct al_result {
	struct al_samples samples;
	struct al_facts facts;
	struct al_resampler *resampler;
	size_t *order; /* samples in reading order */
	uint32_t *allocators;
	size_t nallocators;
	size_t baseline, null; /* of allocators, or AL_NOBODY */
	uint32_t *workloads;
	size_t nworkloads;
	struct al_point *points;
	size_t npoints;
	struct al_cell *cells;
	size_t ncells;
	struct al_row *rows;
	size_t nrows;
	double *pool; /* behind value and pairs */
	uint32_t *rounds;
	size_t nfailed, ndisturbed;   /* samples */
	size_t largest_n, smallest_n; /* rounds of ns_per_op, pass time */
};

/**
 * al_result_load() - read and organise @dir.
 * @baseline: name, or NULL for the plan's, else glibc when it is there.
 * Return: AL_EXIT_OK or AL_EXIT_USAGE (said on standard error).
 * Cost: O(n log n) in samples.
 */
enum al_exit al_result_load(const char *dir, const char *baseline,
			    struct al_result *out);
void al_result_fini(struct al_result *r);

/** al_name() - text of an id, as al_text(). */
const char *al_name(const struct al_result *r, uint32_t id);

/** al_allocator_name() - name of allocator @i of al_result.allocators. */
const char *al_allocator_name(const struct al_result *r, size_t i);

/** al_cell_at() - @allocator's cell at @point, or NULL. */
const struct al_cell *al_cell_at(const struct al_result *r, size_t point,
				 size_t allocator);

/**
 * al_row_of() - the row of @cell for @pass and @metric with at least one good
 * sample, or NULL. @cell may be NULL.
 */
const struct al_row *al_row_of(const struct al_result *r,
			       const struct al_cell *cell, const char *pass,
			       const char *metric);

/** al_sound_row() - al_row_of(), but NULL when the cell is faulty. */
const struct al_row *al_sound_row(const struct al_result *r,
				  const struct al_cell *cell, const char *pass,
				  const char *metric);

/** al_sense_of() - which verdict words @metric takes. */
enum al_sense al_sense_of(const char *metric);

/** al_unit_of() - @metric's unit from its name; "" when it tells none. */
const char *al_unit_of(const char *metric);

/** al_param_of() - number of parameter @name in "a=1 b=2"; NaN when absent. */
double al_param_of(const char *params, const char *name);

#endif /* AL_RESULT_H */
