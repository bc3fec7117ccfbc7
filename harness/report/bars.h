// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * bars.h - bars of one metric: a group a point, a bar an allocator.
 *
 * Role:       the part that the replay and counter figures share.
 * Invariants: bars stand in the order of the key; a missing bar leaves its
 *             place empty.
 * Locks:      none.
 * Units:      the metric's.
 * Source:     none.
 */
#ifndef AL_BARS_H
#define AL_BARS_H

#include "figure.h"

/** struct al_bars - what to draw in one panel. */
struct al_bars {
	const char *pass, *metric;
	const size_t *points; /* groups, indices of al_result.points */
	char (*labels)[64];   /* one a group */
	size_t npoints;
	const bool *allocators;	    /* those to draw */
	const char *title, *ylabel; /* or NULL */
	double scale;		    /* of values; 0 is 1 */
};

/** al_bars_panel() - write one panel's data and plot command. */
void al_bars_panel(struct al_figure *f, const struct al_bars *bars);

/**
 * al_bars_label() - name the group of @point: the value of its parameter @by,
 * else its workload; then the thread count when above one, "/t2" if @brief.
 */
void al_bars_label(const struct al_result *r, size_t point, const char *by,
		   bool brief, char label[64]);

#endif /* AL_BARS_H */
