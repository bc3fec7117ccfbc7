// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * import_mtrace.c - the text that glibc's mtrace() writes.
 *
 * Role:       "@ CALLER OP ...", OP: "+ P SIZE", "- P", "< P" then "> P SIZE",
 *             "! P SIZE"; "= Start" and "= End" around.
 * Invariants: one thread: the format knows no other.
 * Locks:      none.
 * Units:      bytes.
 * Source:     glibc manual, "Tracing malloc"; mtrace(3).
 */
#include "config.h"

#include "import.h"

#include <string.h>

/* The word after CALLER, which may hold blanks: the first lone sign. */
static char find_sign(char **at)
{
	char *word;

	while (*(word = import_word(at)))
		if (!word[1] && strchr("+-<>!", *word))
			return *word;
	return 0;
}

static int read_line(struct trace_builder *b, char *line, const char **why)
{
	struct trace_event e = { .thread = 0 };
	char *at = line, sign;

	*why = NULL;
	if (*line == '=')
		return 0;
	sign = find_sign(&at);
	*why = "expected `@ CALLER +|-|<|>|! POINTER [SIZE]`";
	if (!sign || !import_number(&at, &e.addr) ||
	    (strchr("+>!", sign) && !import_number(&at, &e.size)))
		return -1;
	*why = NULL;
	switch (sign) {
	case '+':
		e.kind = EVENT_MALLOC;
		break;
	case '-':
		e.kind = EVENT_FREE;
		break;
	case '<': /* realloc takes the old address ... */
		e.kind = EVENT_RESIZE_BEGIN;
		e.old = e.addr;
		break;
	case '>': /* ... and gives the new one */
		e.kind = EVENT_RESIZE_END;
		break;
	default: /* a realloc that failed changed nothing */
		return 0;
	}
	return trace_builder_event(b, &e);
}

const struct import_format import_mtrace = {
	.name = "mtrace",
	.meaning = "glibc mtrace text",
	.line = read_line,
};
