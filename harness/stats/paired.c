// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * paired.c - is there a difference between two allocators, and which?
 *
 * Role:       see paired.h.
 * Invariants: ranks are doubled, so that the mean rank of a tie is an integer
 *             and the exact distributions can be counted.
 * Locks:      none.
 * Units:      see paired.h.
 * Source:     see paired.h; the counts of the exact distributions are subset
 *             sums of the ranks.
 */
#include "config.h"

#include "paired.h"

#include "describe.h"
#include "../lib/error.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#define EXACT_PAIRS    50
#define EXACT_TOGETHER 40

struct ranked {
	double value;
	unsigned int rank2; /* twice the mean rank */
	int flag;	    /* positive, or of the first set */
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

/* Sorts @r and gives ranks; returns the sum of t^3 - t over the ties. */
static double give_ranks(struct ranked *r, size_t n)
{
	double ties = 0;
	size_t end;

	qsort(r, n, sizeof(*r), compare_ranked);
	for (size_t i = 0; i < n; i = end) {
		double t;

		for (end = i + 1; end < n && r[end].value == r[i].value;)
			end++;
		for (size_t j = i; j < end; j++)
			r[j].rank2 = (unsigned int)(i + 1 + end);
		t = (double)(end - i);
		ties += t * t * t - t;
	}
	return ties;
}

static double *must_alloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		al_die(AL_EXIT_MACHINE, "statistics", "out of memory");
	return p;
}

/* Two-sided: twice the smaller tail, at most 1. */
static double two_sided(const double *ways, size_t limit, size_t at)
{
	double below = 0, above = 0, all = 0;

	for (size_t s = 0; s <= limit; s++) {
		all += ways[s];
		if (s <= at)
			below += ways[s];
		if (s >= at)
			above += ways[s];
	}
	return fmin(1, 2 * fmin(below, above) / all);
}

static double normal_p(double at, double mean, double variance, double step)
{
	double z = fabs(at - mean) - step / 2;

	if (variance <= 0)
		return 1;
	return fmin(1, 2 * gsl_cdf_ugaussian_Q(fmax(z, 0) / sqrt(variance)));
}

double al_signed_rank_p(const double *d, size_t n)
{
	struct ranked *r = (struct ranked *)must_alloc(n, sizeof(*r));
	double ties, p;
	size_t m = 0, positive = 0, limit;

	for (size_t i = 0; i < n; i++)
		if (d[i] != 0 && !isnan(d[i])) {
			r[m].value = fabs(d[i]);
			r[m++].flag = d[i] > 0;
		}
	ties = give_ranks(r, m);
	for (size_t i = 0; i < m; i++)
		if (r[i].flag)
			positive += r[i].rank2;
	limit = m * (m + 1);
	if (m > EXACT_PAIRS) {
		double k = (double)m;

		p = normal_p((double)positive / 2, k * (k + 1) / 4,
			     k * (k + 1) * (2 * k + 1) / 24 - ties / 48, 1);
	} else {
		double *ways = must_alloc(limit + 1, sizeof(*ways));

		ways[0] = 1;
		for (size_t i = 0; i < m; i++)
			for (size_t s = limit; s + 1 > r[i].rank2; s--)
				ways[s] += ways[s - r[i].rank2];
		p = two_sided(ways, limit, positive);
		free(ways);
	}
	free(r);
	return p;
}

/* ways[k * (limit + 1) + s]: choices of k numbers with doubled rank sum s. */
static double exact_rank_sum(const struct ranked *r, size_t n, size_t na,
			     size_t at)
{
	size_t limit = n * (n + 1), row = limit + 1;
	double *ways = must_alloc((na + 1) * row, sizeof(*ways)), p;

	ways[0] = 1;
	for (size_t i = 0; i < n; i++)
		for (size_t k = na; k > 0; k--)
			for (size_t s = limit; s + 1 > r[i].rank2; s--)
				ways[k * row + s] +=
					ways[(k - 1) * row + s - r[i].rank2];
	p = two_sided(ways + na * row, limit, at);
	free(ways);
	return p;
}

double al_rank_sum_p(const double *a, size_t na, const double *b, size_t nb)
{
	size_t n = na + nb, first = 0;
	struct ranked *r;
	double ties, p;

	if (!na || !nb)
		return NAN;
	r = (struct ranked *)must_alloc(n, sizeof(*r));
	for (size_t i = 0; i < n; i++) {
		r[i].value = i < na ? a[i] : b[i - na];
		r[i].flag = i < na;
	}
	ties = give_ranks(r, n);
	for (size_t i = 0; i < n; i++)
		if (r[i].flag)
			first += r[i].rank2;
	if (n <= EXACT_TOGETHER) {
		p = exact_rank_sum(r, n, na, first);
	} else {
		double x = (double)na, y = (double)nb, t = x + y;

		p = normal_p((double)first / 2, x * (t + 1) / 2,
			     x * y / 12 * (t + 1 - ties / (t * (t - 1))), 1);
	}
	free(r);
	return p;
}

void al_holm(double *p, size_t n)
{
	struct ranked *r = (struct ranked *)must_alloc(n, sizeof(*r));
	double largest = 0;
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(p[i])) {
			r[m].value = p[i];
			r[m++].flag = (int)i;
		}
	qsort(r, m, sizeof(*r), compare_ranked);
	for (size_t i = 0; i < m; i++) {
		largest = fmax(largest, (double)(m - i) * r[i].value);
		p[r[i].flag] = fmin(1, largest);
	}
	free(r);
}

const char *al_verdict(struct al_interval ratio, enum al_sense sense)
{
	static const char *const words[][2] = {
		[AL_LESS_IS_FASTER] = { "faster", "slower" },
		[AL_MORE_IS_FASTER] = { "slower", "faster" },
		[AL_LESS_OR_MORE] = { "less", "more" },
	};

	if (isnan(ratio.low) || isnan(ratio.high))
		return "no difference shown";
	if (ratio.low >= 1 - AL_EQUIVALENT && ratio.high <= 1 + AL_EQUIVALENT)
		return "equivalent";
	if (ratio.high < 1)
		return words[sense][0];
	if (ratio.low > 1)
		return words[sense][1];
	return "no difference shown";
}

double al_detectable_ratio(const double *log_ratio, size_t n, double *scratch)
{
	double spread, degrees = (double)n - 1;

	if (n < 2)
		return NAN;
	spread = 1.4826 * al_mad_sorted(log_ratio, n, scratch);
	if (spread == 0)
		spread = gsl_stats_sd(log_ratio, 1, n);
	return exp((gsl_cdf_tdist_Pinv(0.975, degrees) +
		    gsl_cdf_tdist_Pinv(0.8, degrees)) *
		   spread * sqrt(M_PI / 2 / (double)n));
}
