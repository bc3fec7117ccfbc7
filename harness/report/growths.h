// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * growths.h - cost against a parameter, a line an allocator and thread count.
 *
 * Role:       collects a sweep from the rows and fits each line.
 * Invariants: x ascends in each line.
 * Locks:      none.
 * Units:      x as the parameter; y as the metric.
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
	const struct al_row **row; /* of the metric */
	bool fitted;
	struct al_growth fit;
};

struct al_growths {
	struct al_growth_line *of;
	size_t n, room;
};

/**
 * al_growths_make() - @metric of @pass over @param, the lines of @workload.
 * x is the median of the workload's own metric of that name where it exports
 * one (what really was there), else the parameter.
 */
void al_growths_make(const struct al_result *r, const char *workload,
		     const char *param, const char *pass, const char *metric,
		     struct al_growths *out);
void al_growths_fini(struct al_growths *g);

/** al_growths_find() - the line like @line in another collection, or NULL. */
const struct al_growth_line *al_growths_find(const struct al_growths *g,
					     const struct al_growth_line *line);

#endif /* AL_GROWTHS_H */
