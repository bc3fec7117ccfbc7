// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * import_android.c - the text traces of Android's malloc_debug record_allocs.
 *
 * Role:       "TID: OP POINTER [ARGUMENTS] [START_NS END_NS]".
 * Invariants: none.
 * Locks:      none.
 * Units:      bytes; the two times are not kept.
 * Source:     memory_replay/traces/README in the Android sources.
 */
#include "config.h"

#include "import.h"

#include <string.h>

static const char *const operations[] = { "malloc",  "calloc", "memalign",
					  "realloc", "free",   "thread_done" };

enum operation {
	OP_MALLOC,
	OP_CALLOC,
	OP_MEMALIGN,
	OP_REALLOC,
	OP_FREE,
	OP_DONE,
	OP_UNKNOWN
};

static enum operation find(const char *word)
{
	int i = 0;

	while (i < OP_UNKNOWN && strcmp(word, operations[i]))
		i++;
	return (enum operation)i;
}

/* The numbers after the pointer, by operation; the last is the size. */
static bool get_arguments(enum operation op, char **at, uint64_t *first,
			  uint64_t *size)
{
	bool has_first =
		op == OP_CALLOC || op == OP_MEMALIGN || op == OP_REALLOC;

	*first = *size = 0;
	if (op >= OP_FREE)
		return true;
	return (!has_first || import_number(at, first)) &&
	       import_number(at, size);
}

static void set_event(struct trace_event *e, enum operation op,
		      uint64_t pointer, uint64_t first, uint64_t size)
{
	e->addr = pointer;
	e->size = size;
	switch (op) {
	case OP_MALLOC:
		e->kind = EVENT_MALLOC;
		break;
	case OP_CALLOC:
		e->kind = EVENT_CALLOC;
		if (__builtin_mul_overflow(first, size, &e->size))
			e->size = TRACE_SIZE_MAX;
		break;
	case OP_MEMALIGN:
		e->kind = EVENT_ALIGNED;
		e->lg_align =
			first > 1 ? (uint8_t)(63 - __builtin_clzll(first)) : 0;
		break;
	case OP_REALLOC:
		e->kind = first ? pointer ? EVENT_RESIZE : EVENT_FREE
				: EVENT_MALLOC;
		e->old = first;
		if (first && !pointer)
			e->addr = first;
		break;
	case OP_FREE:
		e->kind = EVENT_FREE;
		break;
	case OP_DONE:
	case OP_UNKNOWN:
		e->kind = EVENT_THREAD_END;
		break;
	}
}

static int read_line(struct trace_builder *b, char *line, const char **why)
{
	struct trace_event e = { .kind = 0 };
	uint64_t pointer, first, size, ns;
	char *at = line, *colon = strchr(line, ':');
	enum operation op;

	*why = "expected `TID: OPERATION POINTER ...`";
	if (!colon)
		return -1;
	*colon = ' ';
	if (!import_number(&at, &e.thread))
		return -1;
	op = find(import_word(&at));
	if (op == OP_UNKNOWN) {
		*why = "unknown operation";
		return -1;
	}
	if (!import_number(&at, &pointer) ||
	    !get_arguments(op, &at, &first, &size)) {
		*why = "a number is missing or is none";
		return -1;
	}
	while (at[strspn(at, " \t")])
		if (!import_number(&at, &ns)) {
			*why = "something after the operation";
			return -1;
		}
	*why = NULL;
	set_event(&e, op, pointer, first, size);
	return trace_builder_event(b, &e);
}

const struct import_format import_android = {
	.name = "android",
	.meaning = "Android malloc_debug text",
	.line = read_line,
};
