// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * error.c - how the programs speak of trouble.
 *
 * Role:       formats one line and writes it with one write(2), so that lines
 *             of several processes do not mix.
 * Invariants: a message longer than the buffer is cut, never dropped.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void write_line(const char *kind, const char *what,
		       const char *why_format, va_list args)
{
	char line[2048];
	size_t room = sizeof(line) - 1; /* keeps one byte for the newline */
	int n = snprintf(line, room, "allotrope: %s%s: ", kind, what);
	size_t used = n < 0 ? 0 : (size_t)n;

	if (used >= room)
		used = room - 1;
	n = vsnprintf(line + used, room - used, why_format, args);
	used = strlen(line);
	line[used++] = '\n';
	fflush(stdout);
	while (write(STDERR_FILENO, line, used) < 0 && n-- > 0)
		; /* EINTR; nobody is left to tell of anything else */
}

void al_error(const char *what, const char *why_format, ...)
{
	va_list args;

	va_start(args, why_format);
	write_line("", what, why_format, args);
	va_end(args);
}

void al_warn(const char *what, const char *why_format, ...)
{
	va_list args;

	va_start(args, why_format);
	write_line("warning: ", what, why_format, args);
	va_end(args);
}

void al_die(enum al_exit code, const char *what, const char *why_format, ...)
{
	va_list args;

	va_start(args, why_format);
	write_line("", what, why_format, args);
	va_end(args);
	exit(code);
}
