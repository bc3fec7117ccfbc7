// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * trouble.c - why a file could not be read or written, and where.
 *
 * Role:       see trouble.h.
 * Invariants: none.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "trouble.h"

#include "../../harness/lib/error.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

int trouble_set(struct trouble *t, uint64_t offset, const char *format, ...)
{
	va_list args;

	t->offset = offset;
	t->line = 0;
	va_start(args, format);
	vsnprintf(t->why, sizeof(t->why), format, args);
	va_end(args);
	return -1;
}

int trouble_set_line(struct trouble *t, uint64_t line, const char *format, ...)
{
	va_list args;

	t->offset = TROUBLE_NOWHERE;
	t->line = line;
	va_start(args, format);
	vsnprintf(t->why, sizeof(t->why), format, args);
	va_end(args);
	return -1;
}

int trouble_print(const struct trouble *t, const char *file)
{
	char what[PATH_MAX + 32];

	if (t->line)
		snprintf(what, sizeof(what), "%s:%" PRIu64, file, t->line);
	else if (t->offset == TROUBLE_NOWHERE)
		snprintf(what, sizeof(what), "%s", file);
	else
		snprintf(what, sizeof(what), "%s@%" PRIu64, file, t->offset);
	al_error(what, "%s", t->why);
	return AL_EXIT_USAGE;
}
