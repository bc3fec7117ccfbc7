// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * schedule.h - in which order a plan is measured, and what is still missing.
 *
 * Role:       orders every round at random from the plan's seed; keeps what is
 *             done; decides when enough was measured (--reps auto).
 * Invariants: the order of a round depends on the plan alone, so an interrupted
 *             run goes on in the order it would have had. A round is left out
 *             for all allocators of a point or for none: ratios are formed
 *             inside rounds.
 * Locks:      none.
 * Units:      none.
 * Source:     Fisher and Yates 1938 as in Durstenfeld, CACM 7 (1964); interval
 *             of the median by order statistics (Thompson 1936).
 */
#ifndef AL_SCHEDULE_H
#define AL_SCHEDULE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measure.h"
#include "plan.h"

struct schedule;

/** SCHEDULE_AUTO_WIDTH - --reps auto goes on until medians are this certain. */
#define SCHEDULE_AUTO_WIDTH 0.02

/** SCHEDULE_HANGS_MOST - a cell that hung so often is not tried again. */
#define SCHEDULE_HANGS_MOST 2

/** schedule_new() - for a plan, with nothing done yet. */
struct schedule *schedule_new(const struct plan *plan);

/** schedule_delete() - free it. */
void schedule_delete(struct schedule *s);

/**
 * schedule_seen() - take in a record: of an earlier run, or just measured.
 * Return: false if the plan has no such measurement.
 * Cost: O(1) expected.
 */
bool schedule_seen(struct schedule *s, json_t *record);

/**
 * schedule_next() - what to measure now.
 * Return: false when everything is done.
 * Cost: O(1) amortised; O(cells) at the beginning of a round.
 */
bool schedule_next(struct schedule *s, struct measurement *m);

/** schedule_done(), schedule_left() - measurements; left is an upper bound. */
uint64_t schedule_done(const struct schedule *s);
uint64_t schedule_left(const struct schedule *s);

/**
 * schedule_order() - the order of one round.
 * @order: filled with ncells * groups numbers: cell position * groups + group.
 */
void schedule_order(const struct plan *plan, uint32_t pass, uint32_t round,
		    uint32_t *order);

/** schedule_given_up() - cells that hung too often to be tried again. */
size_t schedule_given_up(const struct schedule *s);

/** schedule_uncertain() - points that --reps auto left above the width. */
size_t schedule_uncertain(const struct schedule *s);

/**
 * schedule_interval() - 95% interval of a median by order statistics.
 * @value: @n values; sorted in place.
 * Return: half its width over the median; INFINITY below 6 values.
 */
double schedule_interval(double *value, size_t n);

#endif /* AL_SCHEDULE_H */
