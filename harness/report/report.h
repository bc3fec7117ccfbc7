// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * report.h - everything that is made from stored samples.
 *
 * Role:       the driver's door to the report, at the end of a run and later.
 * Invariants: reads the stored samples alone; the same samples give the same
 *             files, byte for byte (with one version of gnuplot).
 * Locks:      none; one thread. Starts gnuplot as a child process.
 * Units:      as in doc/result-set.md.
 * Source:     none.
 */
#ifndef AL_REPORT_H
#define AL_REPORT_H

#include "../lib/error.h"

#include <stdbool.h>

/**
 * al_report_make() - write summary.csv, figures/ and report.html.
 * @result_dir:  where the samples are, and where the files go.
 * @print_table: print the headline table on standard output too.
 * Return: AL_EXIT_OK, also when cells failed; AL_EXIT_USAGE for unreadable
 * samples; AL_EXIT_MACHINE without gnuplot (all but the figures is made).
 */
enum al_exit al_report_make(const char *result_dir, bool print_table);

/**
 * struct al_report_options - al_report_make() with choices.
 * @out:      folder for the files, made if need be; NULL: the result set.
 * @baseline: NULL: the plan's, else glibc.
 */
struct al_report_options {
	const char *out;
	const char *baseline;
	bool print_table;
	bool no_figures;
};

enum al_exit al_report_make_with(const char *result_dir,
				 const struct al_report_options *options);

#endif /* AL_REPORT_H */
