// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * describe.h - what the runner says about itself and about plugins.
 *
 * Role:       the JSON of doc/result-set.md, "What the runner says"; so that
 *             the driver never loads foreign code into itself.
 * Invariants: on trouble a record with status "error" is printed instead.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_DESCRIBE_H
#define AL_DESCRIBE_H

/** describe_workloads() - the built-in ones, or the plugin's at @path. */
int describe_workloads(const char *path);

/** describe_allocator() - the allocator plugin at @path. */
int describe_allocator(const char *path);

/** describe_counters() - probe every event once, say what fits together. */
int describe_counters(void);

#endif /* AL_DESCRIBE_H */
