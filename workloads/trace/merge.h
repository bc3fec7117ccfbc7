// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * merge.h - a trace's lanes, or some of them, as one stream in recorded order.
 *
 * Role:       serves whoever wants the ops one after another: verify, info,
 *             export, convert. (The replayer has a loop of its own, replay.c.)
 * Invariants: memory is one decoded block for each lane that is not at its end.
 * Locks:      none; one thread.
 * Units:      see format.h.
 * Source:     none.
 */
#ifndef AL_TRACE_MERGE_H
#define AL_TRACE_MERGE_H

#include "reader.h"

struct trace_merge;

/** trace_merge_open() - begin. Return: NULL and *@t. */
struct trace_merge *trace_merge_open(const struct trace *trace,
				     struct trouble *t);
void trace_merge_close(struct trace_merge *m);

/**
 * trace_merge_next() - the next op.
 * @lane: set to the lane it runs on.
 * Return: 1; 0 at the end; -1 and the trouble given to trace_merge_open(), if a
 *	block is damaged or the positions are not 1, 2, 3...
 */
int trace_merge_next(struct trace_merge *m, struct trace_op *op,
		     uint32_t *lane);

/** trace_merge_offset() - file offset of the block that the last op was in. */
uint64_t trace_merge_offset(const struct trace_merge *m);

#endif /* AL_TRACE_MERGE_H */
