// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plan_maker.h - a plan in the making: between plan_make.c and plan_expand.c.
 *
 * Role:       the state that expanding a suite shares.
 * Invariants: the suite was checked: names are known, values in range.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_PLAN_MAKER_H
#define AL_PLAN_MAKER_H

#include "plan.h"

#define SEED_BITS_DROPPED 11 /* 53 are left, see struct plan_point */

/** struct maker - what expanding needs beside the plan. */
struct maker {
	struct plan *plan;
	const struct suite *suite;
	const struct allocators *allocators;
	const struct workloads *workloads;
	const struct placement *placement;
	unsigned int strict;
	bool oversubscribe; /* more threads than CPUs are as good as others */
	json_t *points;	    /* key to index */
	json_t *labels;	    /* label to index */
	uint32_t **cell_of; /* [point][allocator]: cell index + 1 */
	size_t labels_room; /* length of each of those rows */
};

/** plan_maker_note() - what was left out, and why, once; frees @text. */
void plan_maker_note(struct maker *m, char *text);

/**
 * plan_maker_allocators() - the plan's allocators out of a list of the suite.
 * @index: a new array of @n of them; the caller's to free.
 * Return: an enum al_exit; the error was printed.
 */
int plan_maker_allocators(struct maker *m, json_t *list, uint32_t **index,
			  size_t *n);

/**
 * plan_maker_expand() - points and cells of one experiment.
 * @allocators: the suite's, where the experiment names none of its own.
 * Return: an enum al_exit; the error was printed.
 */
int plan_maker_expand(struct maker *m, json_t *experiment, json_t *allocators);

#endif /* AL_PLAN_MAKER_H */
