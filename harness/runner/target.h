// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * target.h - the allocator under measurement.
 *
 * Role:       brings a plugin, a preloaded library or the C library's malloc
 *             into one form, and proves that the calls land where they should.
 * Invariants: there is one target a process. target.table has NULL for every
 *             hook that the allocator lacks; target.calls has none.
 * Locks:      none; loaded by the main thread before others exist.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_TARGET_H
#define AL_TARGET_H

#include "cell.h"

#include <allotrope/allocator.h>
#include <allotrope/workload.h>

struct target {
	struct al_allocator table; /* as far as this harness knows it */
	struct al_calls calls;	   /* the same, with fallbacks */
	const char *file;	   /* real path the hooks live in */
};

extern struct target target;

/** target_load() - load what @cell names; ends the process when it cannot. */
void target_load(const struct cell *cell);

/**
 * target_load_plugin() - load the plugin at @path alone, for --describe.
 * Ends the process with a sentence when it is not one.
 */
void target_load_plugin(const char *path);

/**
 * target_preload() - the library that gives another program this allocator; ""
 * for the C library's own, NULL if there is none.
 */
const char *target_preload(void);

/**
 * target_require() - end the process with "unsupported" unless the allocator
 * can do what the workload needs.
 */
void target_require(const struct al_workload *workload,
		    const struct cell *cell);

/** target_init() - call init() with the cell's knobs. Main thread. */
void target_init(const struct cell *cell);

/** target_fallbacks() - fill target.calls from target.table. */
void target_fallbacks(void);

#endif /* AL_TARGET_H */
