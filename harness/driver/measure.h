// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * measure.h - one measurement: a cell goes in, a record comes out.
 *
 * Role:       writes the cell's JSON, runs a fresh runner, turns whatever
 *             happens to it into a record.
 * Invariants: there is a record for every end but an interruption by the user.
 * Locks:      none.
 * Units:      seconds, bytes.
 * Source:     doc/result-set.md.
 */
#ifndef AL_MEASURE_H
#define AL_MEASURE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "plan.h"
#include "watch.h"

/** struct measurement - which one of the plan's. */
struct measurement {
	uint32_t pass; /* index into plan->pass */
	uint32_t round;
	uint32_t cell;	/* index into plan->cell */
	uint32_t group; /* of events; 0 in other passes */
};

/** measure_cell() - the JSON that the runner gets; a new reference. */
json_t *measure_cell(const struct plan *plan, const struct measurement *m);

/**
 * measure_run() - do it.
 * @folder: of the result set; a log goes to its logs/.
 * @watch:  kept from one measurement to the next.
 * @wall_s: filled: how long it took.
 * Return: the record, a new reference; NULL if the user interrupted it.
 */
json_t *measure_run(const struct plan *plan, const struct measurement *m,
		    const char *folder, struct watch *watch, double *wall_s);

#endif /* AL_MEASURE_H */
