// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * paired.h - is there a difference between two allocators, and which?
 *
 * Role:       tests, their correction for many comparisons, the fixed verdict
 *             words, and the smallest difference a run could have seen.
 * Invariants: p values are two-sided.
 * Locks:      none; pure functions.
 * Units:      ratios: 1 is no difference.
 * Source:     Wilcoxon (1945); Mann and Whitney (1947); Holm (1979).
 */
#ifndef AL_PAIRED_H
#define AL_PAIRED_H

#include "resample.h"

#include <stddef.h>

/**
 * al_signed_rank_p() - Wilcoxon signed-rank test of @d[0..@n) against zero.
 * Zeros are left out, ties share their mean rank. Up to 50 differences the
 * distribution is exact, ties included; above, normal with continuity and tie
 * correction.
 * Return: p, 1 when no difference is left. Cost: O(n^3) up to 50, then
 * O(n log n).
 */
double al_signed_rank_p(const double *d, size_t n);

/**
 * al_rank_sum_p() - Mann-Whitney test of two independent sets. Exact, ties
 * included, up to 40 numbers together; above, normal with both corrections.
 */
double al_rank_sum_p(const double *a, size_t na, const double *b, size_t nb);

/** al_holm() - replace @p[0..@n) by Holm's adjusted values; NaN stay NaN. */
void al_holm(double *p, size_t n);

/** enum al_sense - which words a metric takes. */
enum al_sense {
	AL_LESS_IS_FASTER, /* time an operation */
	AL_MORE_IS_FASTER, /* operations a second */
	AL_LESS_OR_MORE,   /* bytes, events: neither is speed */
};

/** AL_EQUIVALENT - intervals within 1 -+ this are called equivalent. */
#define AL_EQUIVALENT 0.02

/**
 * al_verdict() - the fixed word for an interval of ratios: "equivalent" (all of
 * it within 2%), "faster" or "slower" ("less" or "more"), "no difference shown"
 * (it holds 1, or there is no interval).
 */
const char *al_verdict(struct al_interval ratio, enum al_sense sense);

/**
 * al_detectable_ratio() - smallest ratio above 1 that @n rounds of this spread
 * show at the 5% level four times out of five.
 * @log_ratio: logarithms of the per-round ratios, ascending.
 * @scratch:   room for @n numbers.
 *
 * exp((t(0.975) + t(0.8)) s sqrt(pi / 2n)) with n - 1 degrees of freedom: the
 * two-sided test's usual bound with the standard error of a median. s is the
 * scaled MAD, or the standard deviation where that is 0.
 * Return: NaN below two rounds.
 */
double al_detectable_ratio(const double *log_ratio, size_t n, double *scratch);

#endif /* AL_PAIRED_H */
