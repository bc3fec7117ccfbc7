// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * score.h - one allocator against the baseline over many points.
 *
 * Role:       geometric means of ratios with their interval, and what is
 *             missing from them.
 * Invariants: a mean is over the points where both have numbers; how many that
 *             were, of how many, is always told with it.
 * Locks:      none.
 * Units:      ratios; below 1 is less than the baseline.
 * Source:     none.
 */
#ifndef AL_SCORE_H
#define AL_SCORE_H

#include "result.h"

/**
 * struct al_score - the answer of al_score_of().
 * @npoints: points in the mean. @nall: points of the baseline that were
 *	measured or failed.
 * @status:  of a failed or faulty cell among them, else AL_NO_NAME; @why: its
 *	reason.
 * @unsupported: points that the allocator declared it cannot do.
 */
struct al_score {
	size_t npoints, nall, unsupported;
	double ratio;
	struct al_interval ci;
	uint32_t status, why;
};

/**
 * al_score_of() - @allocator's geometric mean of @metric's ratios in @pass.
 * @workload: name id, or AL_NO_NAME for all.
 * Cost: 10,000 logarithms a point.
 */
struct al_score al_score_of(struct al_result *r, size_t allocator,
			    uint32_t workload, const char *pass,
			    const char *metric);

/**
 * struct al_detectable - smallest ratio above 1 that the run could have shown.
 * Over the cells compared: the median and the largest. NaN without any.
 */
struct al_detectable {
	double median, largest;
};

struct al_detectable al_detectable_of(const struct al_result *r,
				      const char *pass, const char *metric);

/**
 * al_cell_trouble() - why @cell shows no number in @pass, or only some.
 * @status, @why: set to the name ids when there is trouble.
 * Return: true when the cell has no good sample, or is faulty.
 */
bool al_cell_trouble(const struct al_result *r, const struct al_cell *cell,
		     const char *pass, uint32_t *status, uint32_t *why);

#endif /* AL_SCORE_H */
