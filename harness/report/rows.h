// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * rows.h - the statistics of each cell, pass and metric.
 *
 * Role:       fills al_result.rows from its ordered samples.
 * Invariants: see result.h.
 * Locks:      none.
 * Units:      see result.h.
 * Source:     none.
 */
#ifndef AL_ROWS_H
#define AL_ROWS_H

#include "result.h"

/**
 * al_rows_make() - rows, their intervals and their ratios to the baseline.
 * Points and cells of @r are there already.
 */
void al_rows_make(struct al_result *r);

#endif /* AL_ROWS_H */
