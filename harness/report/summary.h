// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * summary.h - summary.csv.
 *
 * Role:       writes the rows of a result as comma-separated values.
 * Invariants: RFC 4180: CRLF is not used (as R, pandas and gnuplot write), a
 *             field with comma, quote or line end is quoted.
 * Locks:      none.
 * Units:      as in doc/result-set.md.
 * Source:     RFC 4180.
 */
#ifndef AL_SUMMARY_H
#define AL_SUMMARY_H

#include "result.h"

#include <stdio.h>

/** al_summary_write() - write all rows to @out. */
void al_summary_write(const struct al_result *r, FILE *out);

#endif /* AL_SUMMARY_H */
