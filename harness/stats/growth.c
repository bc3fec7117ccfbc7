// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * growth.c - how a cost grows with a size: the exponent of a power law.
 *
 * Role:       see growth.h.
 * Invariants: none.
 * Locks:      none.
 * Units:      see growth.h.
 * Source:     see growth.h; GSL's gsl_fit_linear.
 */
#include "config.h"

#include "growth.h"

#include "../lib/error.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <math.h>
#include <stdlib.h>

bool al_growth_fit(const double *x, const double *y, size_t n,
		   struct al_growth *out)
{
	double *logs = calloc(n ? 2 * n : 1, sizeof(*logs));
	double *lx = logs, *ly = logs + n;
	double c0, c1, cov00, cov01, cov11, residual;
	bool differ = false;
	size_t m = 0;

	if (!logs)
		al_die(AL_EXIT_MACHINE, "statistics", "out of memory");
	for (size_t i = 0; i < n; i++) {
		if (!(x[i] > 0 && y[i] > 0))
			continue;
		lx[m] = log(x[i]);
		ly[m] = log(y[i]);
		differ |= lx[m] != lx[0];
		m++;
	}
	if (differ) {
		gsl_fit_linear(lx, 1, ly, 1, m, &c0, &c1, &cov00, &cov01,
			       &cov11, &residual);
		out->exponent = c1;
		out->factor = exp(c0);
		out->npoints = m;
		out->interval.low = out->interval.high = NAN;
		if (m > 2) {
			double t = gsl_cdf_tdist_Pinv(0.975, (double)m - 2);

			out->interval.low = c1 - t * sqrt(cov11);
			out->interval.high = c1 + t * sqrt(cov11);
		}
	}
	free(logs);
	return differ;
}
