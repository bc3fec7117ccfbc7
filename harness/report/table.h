// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * table.h - the headline table on a terminal.
 *
 * Role:       rows allocators, columns workloads: ratios to the baseline with
 *             intervals; geometric means of time and peak memory; the floor.
 * Invariants: at most 100 columns wide; more workloads than fit make a second
 *             block. A cell that failed shows how.
 * Locks:      none.
 * Units:      ratios; the row of the harness alone in nanoseconds.
 * Source:     none.
 */
#ifndef AL_TABLE_H
#define AL_TABLE_H

#include "result.h"

#include <stdio.h>

/** al_table_print() - print the table and what a reader has to know of it. */
void al_table_print(struct al_result *r, FILE *out);

/**
 * al_floor_of() - the median over points of the null allocator's ns_per_op.
 * @workload: name id, or AL_NO_NAME for all. Return: NaN without any.
 */
double al_floor_of(const struct al_result *r, uint32_t workload);

/**
 * al_cost_of() - geometric mean over @workload's points of @allocator's median
 * @metric in @pass. Return: NaN without any.
 */
double al_cost_of(const struct al_result *r, size_t allocator,
		  uint32_t workload, const char *pass, const char *metric);

#endif /* AL_TABLE_H */
