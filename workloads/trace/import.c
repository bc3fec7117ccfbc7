// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * import.c - other tools' traces, turned into ours.
 *
 * Role:       see import.h.
 * Invariants: see import.h.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct import_format *const import_formats[] = {
	&import_android,
	&import_mtrace,
	NULL,
};

char *import_word(char **at)
{
	char *word = *at + strspn(*at, " \t");

	*at = word + strcspn(word, " \t");
	if (**at)
		*(*at)++ = '\0';
	return word;
}

bool import_number(char **at, uint64_t *value)
{
	char *word = import_word(at), *end;

	errno = 0;
	*value = strtoull(word, &end, 0);
	return *word >= '0' && *word <= '9' && !*end && !errno;
}

int trace_import(const struct import_format *format, const char *from,
		 const char *to, int level, struct trace_head *head,
		 struct trouble *t)
{
	const char *base = strrchr(from, '/');
	struct trace_builder *b;
	struct lines *in;
	const char *why = NULL;
	char text[512], *line;
	int got, result;

	in = lines_open(from, t);
	if (!in)
		return -1;
	snprintf(text, sizeof(text), "recorder=%s\nsource=%s, %.300s\n",
		 PACKAGE_STRING, format->meaning, base ? base + 1 : from);
	b = trace_builder_open(to, text, level, t);
	if (!b) {
		lines_close(in);
		return -1;
	}
	while ((got = lines_next(in, &line)) > 0) {
		if (!*line || !format->line(b, line, &why))
			continue;
		got = why ? trouble_set_line(t, lines_number(in), "%s", why)
			  : -1;
		break;
	}
	lines_close(in);
	if (got < 0) {
		trace_builder_abort(b);
		return -1;
	}
	result = trace_builder_close(b, TRACE_IMPORTED, head);
	if (!result && !head->ops)
		result = trouble_set_line(t, 1, "no operation in the file");
	return result;
}
