// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * progress.h - tells a waiting person how far a run is.
 *
 * Role:       a bar with the time left on a terminal, a line now and then
 *             elsewhere; nothing when told to be quiet.
 * Invariants: writes to standard error only.
 * Locks:      none.
 * Units:      seconds.
 * Source:     none.
 */
#ifndef AL_PROGRESS_H
#define AL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/** struct progress - what the estimate is made from. */
struct progress {
	bool is_quiet, is_terminal;
	uint64_t done, total;
	double begin_s;	   /* clock at the first measurement */
	uint64_t measured; /* by this process */
	double said_s;	   /* clock at the last line */
	double mean_s;	   /* of a measurement */
};

/** progress_init() - @done were measured before, @total is all. */
void progress_init(struct progress *p, bool is_quiet, uint64_t done,
		   uint64_t total);

/**
 * progress_step() - one more is done.
 * @left: measurements still to come; may shrink faster than one a step.
 * @what: its pass and cell.
 */
void progress_step(struct progress *p, uint64_t left, const char *what);

/** progress_line() - a line of its own, above the bar. */
void progress_line(struct progress *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** progress_end() - clear the bar. */
void progress_end(struct progress *p);

#endif /* AL_PROGRESS_H */
