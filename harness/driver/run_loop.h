// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * run_loop.h - measures a plan through.
 *
 * Role:       takes measurement after measurement from the schedule to disk,
 *             and closes with the report.
 * Invariants: a record is on disk before the next runner starts.
 * Locks:      the samples file's.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_RUN_LOOP_H
#define AL_RUN_LOOP_H

#include <stdbool.h>

#include "plan.h"

/** struct run_loop_options - how it speaks. */
struct run_loop_options {
	bool is_quiet;
	/**
	 * report() - called when everything is measured. NULL: no report.
	 * Return: an enum al_exit; its errors were printed.
	 */
	int (*report)(const char *folder, bool print_table);
};

/**
 * run_loop() - measure what is missing in a result set.
 * Return: an enum al_exit: FAILED if a cell of the set failed, now or earlier,
 *	or a record could not be written.
 */
int run_loop(const struct plan *plan, const char *folder,
	     const struct run_loop_options *options);

#endif /* AL_RUN_LOOP_H */
