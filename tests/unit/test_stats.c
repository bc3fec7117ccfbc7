// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_stats.c - harness/stats against values worked out elsewhere.
 *
 * Role:       expected values come from R 4.2.2 (the call stands beside each),
 *             from tables, or from arithmetic shown in the comment.
 * Invariants: none.
 * Locks:      none.
 * Units:      none.
 * Source:     as named beside each value.
 */
#include "config.h"

#include "../../harness/stats/describe.h"
#include "../../harness/stats/growth.h"
#include "../../harness/stats/paired.h"
#include "../../harness/stats/resample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define assert_near(a, b, eps)                                          \
	do {                                                            \
		double got_ = (a), want_ = (b);                         \
		if (!(fabs(got_ - want_) <= (eps)))                     \
			fail_msg("got %.15g, want %.15g", got_, want_); \
	} while (0)

/* R: median(x), quantile(x, c(.1, .25, .9)), mad(x, constant = 1). */
static void test_describe(void **state)
{
	double x[] = { 4.2, 3.9, 5.1, 4.4, 4.0, 7.7, 4.1 }, scratch[7];

	al_sort(x, 7);
	assert_near(al_median_sorted(x, 7), 4.2, 0);
	assert_near(al_quantile_sorted(x, 7, 0.10), 3.96, 1e-12);
	assert_near(al_quantile_sorted(x, 7, 0.25), 4.05, 1e-12);
	assert_near(al_quantile_sorted(x, 7, 0.90), 6.14, 1e-12);
	assert_near(al_mad_sorted(x, 7, scratch), 0.2, 1e-12);
	assert_near(al_median_sorted(x, 2), 3.95, 1e-12);
	assert_true(isnan(al_median_sorted(x, 0)));
}

/*
 * For odd n the resampled median is at or below the k-th smallest number with
 * probability P(Bin(n, k/n) >= (n+1)/2); the interval's low end is the first k
 * at which this reaches 2.5%. R: k <- 1:n;
 * which(1 - pbinom((n-1)/2, n, k/n) >= .025)[1]. (n = 15 is left out: its
 * fourth rank has 2.545%, within the noise of 10,000 resamples.)
 */
static void test_median_interval_odd(void **state)
{
	static const struct {
		size_t n, rank;
	} known[] = { { 3, 1 },	 { 5, 1 },  { 7, 2 },  { 9, 2 },
		      { 11, 3 }, { 21, 7 }, { 31, 11 } };
	struct al_resampler *r = al_resampler_new(1);
	double x[31];

	for (size_t i = 0; i < COUNT(x); i++)
		x[i] = (double)(i + 1);
	for (size_t i = 0; i < COUNT(known); i++) {
		struct al_set set = { x, known[i].n };
		struct al_interval ci = al_resample_median(r, set);

		assert_near(ci.low, (double)known[i].rank, 0);
		assert_near(ci.high, (double)(known[i].n + 1 - known[i].rank),
			    0);
	}
	al_resampler_delete(r);
}

/* R, two million resamples of c(1, 2, 4, 8, 16, 32): 1.5 and 24 (the resampled
 * median is below 1.5 with 0.9%, at most 1.5 with 3.5%). */
static void test_median_interval_even(void **state)
{
	static const double x[] = { 1, 2, 4, 8, 16, 32 };
	struct al_resampler *r = al_resampler_new(99);
	struct al_interval ci = al_resample_median(r, (struct al_set){ x, 6 });

	assert_near(ci.low, 1.5, 0);
	assert_near(ci.high, 24, 0);
	al_resampler_delete(r);
}

/* Large n: the median of n uniform numbers has deviation 1 / (2 sqrt(n)), so of
 * the ranks 0..n-1 the interval is the middle -+ 1.96 sqrt(n) / 2. */
static void test_median_interval_large(void **state)
{
	enum {
		N = 100000
	};
	static double x[N];
	struct al_resampler *r = al_resampler_new(5);
	struct al_interval ci;

	for (size_t i = 0; i < N; i++)
		x[i] = (double)i;
	ci = al_resample_median(r, (struct al_set){ x, N });
	assert_near(ci.low, N / 2 - 0.98 * sqrt(N), 15);
	assert_near(ci.high, N / 2 + 0.98 * sqrt(N), 15);
	al_resampler_delete(r);
}

static void test_interval_is_reproducible(void **state)
{
	static const double x[] = { 1, 1.5, 2, 3, 3.25, 4, 7, 9 };
	static const double y[] = { 2, 3, 4, 5, 6 };
	const struct al_set sets[] = { { x, 8 }, { y, 5 } };
	struct al_resampler *r = al_resampler_new(7), *s = al_resampler_new(7);
	struct al_interval a, b;

	al_resample_median(s, sets[1]); /* another question first */
	a = al_resample_geomean(r, sets, 2);
	b = al_resample_geomean(s, sets, 2);
	assert_memory_equal(&a, &b, sizeof(a));
	a = al_resample_median(r, sets[0]);
	b = al_resample_median(s, sets[0]);
	assert_memory_equal(&a, &b, sizeof(a));
	al_resampler_delete(r);
	al_resampler_delete(s);
}

static void test_no_interval_of_one(void **state)
{
	static const double x[] = { 3 };
	static const double y[] = { 3, 4 };
	const struct al_set one = { x, 1 }, two = { y, 2 };
	struct al_resampler *r = al_resampler_new(7);

	assert_true(isnan(al_resample_median(r, one).low));
	assert_true(isnan(al_resample_geomean(r, &one, 1).high));
	assert_true(isnan(al_resample_ratio(r, &one, &one, 1).high));
	assert_true(isnan(al_resample_ratio(r, &two, &one, 1).low));
	al_resampler_delete(r);
	assert_near(al_coverage(1), 0, 0);
	assert_near(al_coverage(5), 0.9375, 0); /* 1 - 2/32 */
	assert_true(al_coverage(6) > 0.95);
}

/* All of a set equal: the mean is known, the interval has no width. Two sets of
 * three: the extremes of the mean are sqrt(1 * 4) and sqrt(4 * 16), each with
 * probability (7/27)^2 = 6.7%, which is more than 2.5%. */
static void test_geomean_interval(void **state)
{
	static const double flat[] = { 4, 4, 4 }, two[] = { 9, 9 };
	static const double a[] = { 1, 2, 4 }, b[] = { 4, 8, 16 };
	const struct al_set flats[] = { { flat, 3 }, { two, 2 } };
	const struct al_set wide[] = { { a, 3 }, { b, 3 } };
	struct al_resampler *r = al_resampler_new(3);
	struct al_interval ci = al_resample_geomean(r, flats, 2);

	assert_near(ci.low, 6, 1e-12);
	assert_near(ci.high, 6, 1e-12);
	ci = al_resample_geomean(r, wide, 2);
	assert_near(ci.low, 2, 1e-12);
	assert_near(ci.high, 8, 1e-12);
	ci = al_resample_ratio(r, &wide[0], &wide[1], 1); /* 1/16 .. 4/4 */
	assert_near(ci.low, 1.0 / 16, 1e-12);
	assert_near(ci.high, 1, 1e-12);
	al_resampler_delete(r);
}

static void test_signed_rank(void **state)
{
	/* Darwin's maize, eighths of an inch; R: wilcox.test(d). */
	static const double maize[] = { 49,  -67, 8,  16, 6,  23, 28, 14,
					-41, 29,  56, 24, 75, 60, -48 };
	/* Hollander and Wolfe, p. 29, the example of ?wilcox.test: 0.01953
	 * one-sided. */
	static const double scale[] = { 0.952, -0.147, 1.022, 0.43, 0.62,
					0.59,  0.49,   -0.08, 0.01 };
	static const double five[] = { 1, 2, 3, 4, 5 }; /* 2 / 2^5 */
	/* Ranks 1, 2.5, 2.5; sums of 2^3 signs: 0 1 2.5 2.5 3.5 3.5 5 6.
	 * Positive sum 5: two of eight are at or above, twice that 0.5. */
	static const double tied[] = { -1, 2, 2, 0 };
	double many[69];

	assert_near(al_signed_rank_p(maize, 15), 0.1353759765625, 1e-12);
	assert_near(al_signed_rank_p(scale, 9), 0.0390625, 1e-12);
	assert_near(al_signed_rank_p(five, 5), 0.0625, 1e-12);
	assert_near(al_signed_rank_p(tied, 4), 0.5, 1e-12);
	assert_near(al_signed_rank_p(tied + 3, 1), 1, 0);
	assert_near(al_signed_rank_p(tied, 0), 1, 0);
	/* R: wilcox.test(seq(-10, 58) + 0.5, exact = FALSE). */
	for (size_t i = 0; i < COUNT(many); i++)
		many[i] = (double)i - 10 + 0.5;
	assert_near(al_signed_rank_p(many, COUNT(many)), 4.42959619746662e-11,
		    1e-22);
}

static void test_rank_sum(void **state)
{
	/* Hollander and Wolfe, p. 69, the example of ?wilcox.test; R:
	 * wilcox.test(a, b). */
	static const double a[] = { 0.80, 0.83, 1.89, 1.04, 1.45,
				    1.38, 1.91, 1.64, 0.73, 1.46 };
	static const double b[] = { 1.15, 0.88, 0.90, 0.74, 1.21 };
	double x[30], y[35];

	assert_near(al_rank_sum_p(a, 10, b, 5), 0.254412254412254, 1e-12);
	assert_near(al_rank_sum_p(b, 5, a, 10), 0.254412254412254, 1e-12);
	assert_true(isnan(al_rank_sum_p(a, 0, b, 5)));
	/* R: wilcox.test(1:30, 21:55, exact = FALSE). */
	for (int i = 0; i < 30; i++)
		x[i] = i + 1;
	for (int i = 0; i < 35; i++)
		y[i] = i + 21;
	assert_near(al_rank_sum_p(x, 30, y, 35), 4.24766585751508e-10, 1e-21);
}

/* R: p.adjust(c(.01, .04, .03, .005, .8), "holm"). */
static void test_holm(void **state)
{
	double p[] = { 0.01, 0.04, NAN, 0.03, 0.005, 0.8 };

	al_holm(p, 6);
	assert_near(p[0], 0.04, 1e-12);
	assert_near(p[1], 0.09, 1e-12);
	assert_true(isnan(p[2]));
	assert_near(p[3], 0.09, 1e-12);
	assert_near(p[4], 0.025, 1e-12);
	assert_near(p[5], 0.8, 1e-12);
}

static void test_verdict_words(void **state)
{
	static const struct {
		double low, high;
		const char *time, *rate, *bytes;
	} known[] = {
		{ 0.80, 0.90, "faster", "slower", "less" },
		{ 1.10, 1.20, "slower", "faster", "more" },
		{ 0.90, 1.10, "no difference shown", "no difference shown",
		  "no difference shown" },
		{ 0.99, 1.015, "equivalent", "equivalent", "equivalent" },
		{ 1.005, 1.02, "equivalent", "equivalent", "equivalent" },
		{ 1.005, 1.03, "slower", "faster", "more" },
		{ 0.95, 1.00, "no difference shown", "no difference shown",
		  "no difference shown" },
		{ NAN, NAN, "no difference shown", "no difference shown",
		  "no difference shown" },
	};

	for (size_t i = 0; i < COUNT(known); i++) {
		struct al_interval ci = { known[i].low, known[i].high };

		assert_string_equal(al_verdict(ci, AL_LESS_IS_FASTER),
				    known[i].time);
		assert_string_equal(al_verdict(ci, AL_MORE_IS_FASTER),
				    known[i].rate);
		assert_string_equal(al_verdict(ci, AL_LESS_OR_MORE),
				    known[i].bytes);
	}
}

/* R: lr <- log(c(1.02, .97, 1.05, 1.01, .99, 1.1));
 * exp((qt(.975, 5) + qt(.8, 5)) * mad(lr) * sqrt(pi / 2 / 6)). */
static void test_detectable_ratio(void **state)
{
	double x[] = { 1.02, 0.97, 1.05, 1.01, 0.99, 1.1 }, scratch[6];

	for (size_t i = 0; i < 6; i++)
		x[i] = log(x[i]);
	al_sort(x, 6);
	assert_near(al_detectable_ratio(x, 6, scratch), 1.08100646041, 1e-9);
	assert_true(isnan(al_detectable_ratio(x, 1, scratch)));
}

/* R: f <- lm(log(y) ~ log(x)); coef(f); confint(f)[2, ]. */
static void test_growth(void **state)
{
	static const double x[] = { 10, 100, 1000, 0, 10000, 1e5 };
	static const double y[] = { 12, 95, 1300, 5, 9000, 140000 };
	static const double square[] = { 100, 10000 };
	struct al_growth g;

	assert_true(al_growth_fit(x, y, 6, &g));
	assert_int_equal(g.npoints, 5);
	assert_near(g.exponent, 1.0110412483412, 1e-9);
	assert_near(g.interval.low, 0.915100243807, 1e-9);
	assert_near(g.interval.high, 1.106982252875, 1e-9);
	assert_near(g.factor, 1.049832, 1e-5);
	assert_true(al_growth_fit(x, square, 2, &g));
	assert_near(g.exponent, 2, 1e-12);
	assert_true(isnan(g.interval.low));
	assert_false(al_growth_fit(x, y, 1, &g));
	assert_false(al_growth_fit(x, y, 0, &g));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_describe),
		cmocka_unit_test(test_median_interval_odd),
		cmocka_unit_test(test_median_interval_even),
		cmocka_unit_test(test_median_interval_large),
		cmocka_unit_test(test_interval_is_reproducible),
		cmocka_unit_test(test_no_interval_of_one),
		cmocka_unit_test(test_geomean_interval),
		cmocka_unit_test(test_signed_rank),
		cmocka_unit_test(test_rank_sum),
		cmocka_unit_test(test_holm),
		cmocka_unit_test(test_verdict_words),
		cmocka_unit_test(test_detectable_ratio),
		cmocka_unit_test(test_growth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
