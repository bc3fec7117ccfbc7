// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * describe.h - what a set of numbers looks like: median, quantiles, spread.
 *
 * Role:       order statistics of one sorted set; everything else in stats/
 *             builds on them.
 * Invariants: functions ending in _sorted want ascending input without NaN and
 *             answer NaN for an empty set.
 * Locks:      none; pure functions.
 * Units:      those of the input.
 * Source:     quantiles are type 7 of Hyndman and Fan (1996), as in R and GSL.
 */
#ifndef AL_DESCRIBE_H
#define AL_DESCRIBE_H

#include <stddef.h>

/** al_sort() - sort @x[0..@n) ascending. Cost: O(n log n). */
void al_sort(double *x, size_t n);

/** al_quantile_sorted() - the @q quantile, 0 <= @q <= 1. */
double al_quantile_sorted(const double *x, size_t n, double q);

/** al_median_sorted() - the median. */
double al_median_sorted(const double *x, size_t n);

/**
 * al_mad_sorted() - median absolute deviation from the median, not scaled.
 * @scratch: room for @n numbers.
 * Cost: O(n log n).
 */
double al_mad_sorted(const double *x, size_t n, double *scratch);

#endif /* AL_DESCRIBE_H */
