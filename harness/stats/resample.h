// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * resample.h - bootstrap intervals of medians, and of what is made from them.
 *
 * Role:       95% percentile intervals from 10,000 resamples.
 * Invariants: the same seed and the same numbers give the same interval,
 *             whatever was asked before. Fewer than two numbers have no
 *             interval: both ends are NaN.
 * Locks:      one resampler belongs to one thread.
 * Units:      those of the input.
 * Source:     Efron and Tibshirani, An Introduction to the Bootstrap (1993),
 *             chapter 13 (percentile interval).
 *
 * The median of a resample depends on its middle ranks only, and those follow
 * from the middle order statistics of n uniform numbers: the smaller one from a
 * Beta distribution, the larger one given the smaller from the least of the
 * uniform numbers above it. So a resample of any n costs two draws, and one
 * drawn set of 10,000 middle ranks serves every set of n numbers.
 *
 * The percentile interval of a median over few rounds is the whole range, and
 * the range of n rounds covers the median with probability 1 - 2^(1-n) only:
 * 95% needs six rounds. al_coverage() says what an interval is worth.
 */
#ifndef AL_RESAMPLE_H
#define AL_RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

/** AL_RESAMPLES - resamples behind every interval. */
#define AL_RESAMPLES 10000

struct al_resampler;

/** struct al_interval - both ends; NaN where there is none. */
struct al_interval {
	double low, high;
};

/** struct al_set - @n numbers, ascending. */
struct al_set {
	const double *x;
	size_t n;
};

/** al_resampler_new() - Return: never NULL; without memory the program ends. */
struct al_resampler *al_resampler_new(uint64_t seed);
void al_resampler_delete(struct al_resampler *r);

/**
 * al_resample_median() - 95% interval of the median of @set.
 * Cost: O(min(n^2, 10,000)), after O(10,000) once for each n.
 */
struct al_interval al_resample_median(struct al_resampler *r,
				      struct al_set set);

/**
 * al_resample_ratio() - 95% interval of the geometric mean over pairs of
 * median(@a[i]) / median(@b[i]), independent sets of positive numbers. No
 * interval when a set has fewer than two.
 */
struct al_interval al_resample_ratio(struct al_resampler *r,
				     const struct al_set *a,
				     const struct al_set *b, size_t npairs);

/**
 * al_resample_geomean() - 95% interval of the geometric mean of the medians of
 * @sets[0..@nsets), positive numbers. The sets are fixed; what is resampled is
 * the rounds inside each. Sets of one number count as exact; if all are, there
 * is no interval.
 */
struct al_interval al_resample_geomean(struct al_resampler *r,
				       const struct al_set *sets, size_t nsets);

/** al_coverage() - chance that the range of @n numbers holds the median. */
double al_coverage(size_t n);

#endif /* AL_RESAMPLE_H */
