// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * resample.c - bootstrap intervals of medians, and of what is made from them.
 *
 * Role:       see resample.h, where the method is derived.
 * Invariants: the ranks for n depend on the seed and n alone, so the order of
 *             questions does not matter.
 * Locks:      none.
 * Units:      ranks count from 0.
 * Source:     see resample.h.
 */
#include "config.h"

#include "resample.h"

#include "describe.h"
#include "../lib/error.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The percentile ends among AL_RESAMPLES values: the k-th from either side,
 * k = floor(0.025 * (AL_RESAMPLES + 1)). */
#define TAIL 250

struct middle {
	uint32_t low, high; /* the two middle ranks; equal for odd n */
	uint32_t times;	    /* resamples that had them */
};

/* The middle ranks of AL_RESAMPLES resamples of n numbers. */
struct ranks {
	struct ranks *next;
	size_t n;
	size_t ndistinct;
	uint16_t drawn[AL_RESAMPLES]; /* which of distinct[], as drawn */
	struct middle distinct[AL_RESAMPLES]; /* ascending, counted */
};

struct al_resampler {
	uint64_t seed;
	gsl_rng *rng;
	struct ranks *known; /* last asked for first */
};

static void *must_alloc(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (!p)
		al_die(AL_EXIT_MACHINE, "statistics", "out of memory");
	return p;
}

struct al_resampler *al_resampler_new(uint64_t seed)
{
	struct al_resampler *r = must_alloc(1, sizeof(*r));

	r->seed = seed;
	r->rng = gsl_rng_alloc(gsl_rng_mt19937);
	return r;
}

void al_resampler_delete(struct al_resampler *r)
{
	struct ranks *next;

	if (!r)
		return;
	for (struct ranks *k = r->known; k; k = next) {
		next = k->next;
		free(k);
	}
	gsl_rng_free(r->rng);
	free(r);
}

static int compare_middles(const void *a, const void *b)
{
	const struct middle *x = a, *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	return (x->high > y->high) - (x->high < y->high);
}

static uint32_t rank_of(double uniform, size_t n)
{
	size_t rank = (size_t)(uniform * (double)n);

	return (uint32_t)(rank < n ? rank : n - 1);
}

static void draw_ranks(struct al_resampler *r, struct ranks *k)
{
	size_t n = k->n, m = (n + 1) / 2; /* m-th smallest, from 1 */
	struct middle *drawn = must_alloc(AL_RESAMPLES, sizeof(*drawn));

	gsl_rng_set(r->rng, (unsigned long)(r->seed ^ n * 0x9e3779b97f4a7c15u));
	for (size_t i = 0; i < AL_RESAMPLES; i++) {
		double u = gsl_ran_beta(r->rng, (double)m, (double)(n + 1 - m));
		struct middle *d = &drawn[i];

		d->low = d->high = rank_of(u, n);
		d->times = 1;
		if (n % 2 == 0) {
			double v = gsl_rng_uniform_pos(r->rng);

			v = 1 - pow(v, 1.0 / (double)(n - m));
			d->high = rank_of(u + (1 - u) * v, n);
		}
	}
	memcpy(k->distinct, drawn, sizeof(k->distinct));
	qsort(k->distinct, AL_RESAMPLES, sizeof(*k->distinct), compare_middles);
	k->ndistinct = 1;
	for (size_t i = 1; i < AL_RESAMPLES; i++) {
		struct middle *last = &k->distinct[k->ndistinct - 1];

		if (compare_middles(last, &k->distinct[i]))
			k->distinct[k->ndistinct++] = k->distinct[i];
		else
			last->times++;
	}
	for (size_t i = 0; i < AL_RESAMPLES; i++) {
		const struct middle *d =
			bsearch(&drawn[i], k->distinct, k->ndistinct,
				sizeof(*d), compare_middles);

		k->drawn[i] = (uint16_t)(d - k->distinct);
	}
	free(drawn);
}

static const struct ranks *ranks_for(struct al_resampler *r, size_t n)
{
	struct ranks **link = &r->known, *k;

	for (; (k = *link); link = &k->next)
		if (k->n == n)
			break;
	if (k) {
		*link = k->next;
	} else {
		k = must_alloc(1, sizeof(*k));
		k->n = n;
		draw_ranks(r, k);
	}
	k->next = r->known;
	r->known = k;
	return k;
}

static double middle_value(const struct middle *m, const double *x)
{
	return m->low == m->high ? x[m->low] : (x[m->low] + x[m->high]) / 2;
}

struct weighted {
	double value;
	uint32_t times;
};

static int compare_weighted(const void *a, const void *b)
{
	const struct weighted *x = a, *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

struct al_interval al_resample_median(struct al_resampler *r, struct al_set set)
{
	struct al_interval out = { NAN, NAN };
	const struct ranks *k;
	struct weighted *w;
	size_t seen = 0;

	if (set.n < 2)
		return out;
	k = ranks_for(r, set.n);
	w = must_alloc(k->ndistinct, sizeof(*w));
	for (size_t i = 0; i < k->ndistinct; i++) {
		w[i].value = middle_value(&k->distinct[i], set.x);
		w[i].times = k->distinct[i].times;
	}
	if (set.n % 2 == 0) /* else ascending already */
		qsort(w, k->ndistinct, sizeof(*w), compare_weighted);
	for (size_t i = 0; i < k->ndistinct; i++) {
		size_t before = seen;

		seen += w[i].times;
		if (before < TAIL && seen >= TAIL)
			out.low = w[i].value;
		if (before < AL_RESAMPLES + 1 - TAIL &&
		    seen >= AL_RESAMPLES + 1 - TAIL)
			out.high = w[i].value;
	}
	free(w);
	return out;
}

/* Adds @factor times the logarithm of one resampled median a slot to @sum. */
static void add_log_medians(struct al_resampler *r, struct al_set set,
			    double factor, double *sum)
{
	const struct ranks *k = set.n > 1 ? ranks_for(r, set.n) : NULL;
	double *logs = must_alloc(k ? k->ndistinct : 1, sizeof(*logs));

	logs[0] = factor * log(set.x[0]);
	for (size_t i = 0; k && i < k->ndistinct; i++)
		logs[i] = factor * log(middle_value(&k->distinct[i], set.x));
	/* Any of those drawn, so that sets stay independent. */
	for (size_t i = 0; i < AL_RESAMPLES; i++)
		sum[i] += k ? logs[k->drawn[gsl_rng_uniform_int(r->rng,
								AL_RESAMPLES)]]
			    : logs[0];
	free(logs);
}

/* Ranks first: drawing them seeds the generator anew. */
static void prepare_ranks(struct al_resampler *r, const struct al_set *sets,
			  size_t nsets)
{
	for (size_t i = 0; i < nsets; i++)
		if (sets[i].n > 1)
			ranks_for(r, sets[i].n);
	gsl_rng_set(r->rng, (unsigned long)r->seed);
}

static struct al_interval interval_of_logs(double *sum)
{
	struct al_interval out;

	al_sort(sum, AL_RESAMPLES);
	out.low = exp(sum[TAIL - 1]);
	out.high = exp(sum[AL_RESAMPLES - TAIL]);
	return out;
}

struct al_interval al_resample_ratio(struct al_resampler *r,
				     const struct al_set *a,
				     const struct al_set *b, size_t npairs)
{
	struct al_interval out = { NAN, NAN };
	double *sum, factor = 1.0 / (double)npairs;

	for (size_t i = 0; i < npairs; i++)
		if (a[i].n < 2 || b[i].n < 2)
			return out;
	if (!npairs)
		return out;
	sum = must_alloc(AL_RESAMPLES, sizeof(*sum));
	prepare_ranks(r, a, npairs);
	prepare_ranks(r, b, npairs);
	for (size_t i = 0; i < npairs; i++) {
		add_log_medians(r, a[i], factor, sum);
		add_log_medians(r, b[i], -factor, sum);
	}
	out = interval_of_logs(sum);
	free(sum);
	return out;
}

struct al_interval al_resample_geomean(struct al_resampler *r,
				       const struct al_set *sets, size_t nsets)
{
	struct al_interval out = { NAN, NAN };
	size_t longest = 0;
	double *sum;

	for (size_t i = 0; i < nsets; i++) {
		if (!sets[i].n)
			return out;
		if (sets[i].n > longest)
			longest = sets[i].n;
	}
	if (longest < 2)
		return out;
	sum = must_alloc(AL_RESAMPLES, sizeof(*sum));
	prepare_ranks(r, sets, nsets);
	for (size_t i = 0; i < nsets; i++)
		add_log_medians(r, sets[i], 1.0 / (double)nsets, sum);
	out = interval_of_logs(sum);
	free(sum);
	return out;
}

double al_coverage(size_t n)
{
	return n < 2 ? 0 : 1 - pow(2, 1 - (double)n);
}
