// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * growths.h - cost against a parameter, a line an allocator and thread count.
 *
 * Role:       collects a sweep from the rows and fits each line.
 * Invariants: x ascends in each line.
 * Locks:      none.
 * Units:      x as the parameter; y nanoseconds an operation.
 * Source:     none.
 */
#ifndef AL_GROWTHS_H
#define AL_GROWTHS_H

#include "result.h"
#include "../stats/growth.h"

/** struct al_growth_line - one line of a sweep. */
struct al_growth_line {
	size_t allocator;
	uint32_t threads;
	size_t n;
	double *x;
	const struct al_row **row; /* ns_per_op, pass time */
	bool fitted;
	struct al_growth fit;
};

struct al_growths {
	struct al_growth_line *of;
	size_t n, room;
};

/**
 * al_growths_make() - the lines of @workload over @param.
 * x is the median of the workload's own metric of that name where it exports
 * one (what really was there), else the parameter.
 */
void al_growths_make(const struct al_result *r, const char *workload,
		     const char *param, struct al_growths *out);
void al_growths_fini(struct al_growths *g);

#endif /* AL_GROWTHS_H */
