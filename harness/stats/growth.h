// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * growth.h - how a cost grows with a size: the exponent of a power law.
 *
 * Role:       y = c x^e by least squares on logarithms, with e's interval.
 * Invariants: none.
 * Locks:      none; pure function.
 * Units:      those of the input; the exponent has none.
 * Source:     ordinary least squares, Student's interval of the slope.
 */
#ifndef AL_GROWTH_H
#define AL_GROWTH_H

#include "resample.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * struct al_growth - a fitted power law.
 * @exponent: e: 0 does not grow, 1 linear.
 * @interval: its 95% interval, from the residuals: a curve that is no power law
 *	gets a wide one. NaN with two points.
 * @factor:   c.
 * @npoints:  points used.
 */
struct al_growth {
	double exponent;
	struct al_interval interval;
	double factor;
	size_t npoints;
};

/**
 * al_growth_fit() - fit @y against @x; points not positive are left out.
 * Return: false when fewer than two different x remain.
 */
bool al_growth_fit(const double *x, const double *y, size_t n,
		   struct al_growth *out);

#endif /* AL_GROWTH_H */
