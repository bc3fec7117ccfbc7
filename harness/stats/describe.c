// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * describe.c - what a set of numbers looks like: median, quantiles, spread.
 *
 * Role:       see describe.h.
 * Invariants: see describe.h.
 * Locks:      none.
 * Units:      those of the input.
 * Source:     GSL's quantile, which is R's default.
 */
#include "describe.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void al_sort(double *x, size_t n)
{
	qsort(x, n, sizeof(*x), compare_doubles);
}

double al_quantile_sorted(const double *x, size_t n, double q)
{
	return n ? gsl_stats_quantile_from_sorted_data(x, 1, n, q) : NAN;
}

double al_median_sorted(const double *x, size_t n)
{
	return n ? gsl_stats_median_from_sorted_data(x, 1, n) : NAN;
}

double al_mad_sorted(const double *x, size_t n, double *scratch)
{
	double middle = al_median_sorted(x, n);

	for (size_t i = 0; i < n; i++)
		scratch[i] = fabs(x[i] - middle);
	al_sort(scratch, n);
	return al_median_sorted(scratch, n);
}
