// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * convert.h - a trace made from another one.
 *
 * Role:       `allotrope trace convert`.
 * Invariants: the old trace is verified first; the new one holds its calls.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_TRACE_CONVERT_H
#define AL_TRACE_CONVERT_H

#include "format.h"
#include "trouble.h"

/**
 * struct convert_options - what is to be different.
 * @one_thread: all calls on one thread, in recorded order.
 * @free_left:  what was never freed is freed at the end, in order of slots, by
 *	the thread that allocated or last resized it, or the first one.
 * @level:      of zstd.
 */
struct convert_options {
	bool one_thread;
	bool free_left;
	int level;
};

/**
 * trace_convert() - read @from, write @to.
 * @is_output: set when *@t speaks of @to. Return: 0, or -1 and *@t.
 */
int trace_convert(const char *from, const char *to,
		  const struct convert_options *o, struct trace_head *head,
		  bool *is_output, struct trouble *t);

#endif /* AL_TRACE_CONVERT_H */
