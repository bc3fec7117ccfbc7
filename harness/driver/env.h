// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * env.h - env.json: the machine and the build behind a result set.
 *
 * Role:       collects what another person needs to judge or repeat the run.
 * Invariants: what cannot be found out is null, never a guess.
 * Locks:      none.
 * Units:      in the names.
 * Source:     doc/result-set.md.
 */
#ifndef AL_ENV_H
#define AL_ENV_H

#include <jansson.h>

#include "placement.h"
#include "plan.h"

/**
 * env_collect() - before the first measurement.
 * @counters: what the runner answered to --probe-counters, or NULL.
 * Return: a new object.
 */
json_t *env_collect(const struct plan *plan, const struct placement *placement,
		    json_t *counters);

/** env_write() - write it, whole or not at all. Return: 0, or -errno. */
int env_write(json_t *env, const char *path);

/**
 * env_finish() - add the load at the end and how much was disturbed.
 * @folder: of the result set.
 * @marks:  object of mark to count of samples.
 * A file that cannot be written is told and left as it was.
 */
void env_finish(const char *folder, json_t *marks);

#endif /* AL_ENV_H */
