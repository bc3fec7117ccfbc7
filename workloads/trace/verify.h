// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * verify.h - is a trace one that can be replayed?
 *
 * Role:       the border behind which a trace is believed.
 * Invariants: after success: every slot is in range; objects are allocated
 *             before they are resized or freed, and freed once; each op that
 *             uses a slot last used by another lane names that use, which lies
 *             before it in the recorded order, so no replay can dead-lock; the
 *             header's counts are those of the ops.
 * Locks:      none.
 * Units:      see format.h.
 * Source:     none.
 */
#ifndef AL_TRACE_VERIFY_H
#define AL_TRACE_VERIFY_H

#include "reader.h"

/**
 * struct trace_seen - one op of a sound trace, with what is known around it.
 * @thread:   recorded thread that does it, numbered from 0 in order of start.
 * @old_size: of a FREE or REALLOC, the object's size before.
 * @owner:    of a FREE or REALLOC, who allocated or last resized the object.
 */
struct trace_seen {
	struct trace_op op;
	uint32_t lane;
	uint32_t thread;
	uint64_t old_size;
	uint32_t owner;
};

/**
 * trace_verify() - look at every op of @trace in recorded order.
 * @see: called for each op that is sound so far, or NULL.
 * Return: 0, or -1 and *@t.
 * Cost: about 50 ns an op; memory 24 bytes a slot and merge.h's.
 */
int trace_verify(const struct trace *trace,
		 void (*see)(void *context, const struct trace_seen *seen),
		 void *context, struct trouble *t);

#endif /* AL_TRACE_VERIFY_H */
