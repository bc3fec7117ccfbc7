// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * import.h - other tools' traces, turned into ours.
 *
 * Role:       names the formats; reads lines, from plain, gzip and zip files.
 * Invariants: a line that a format does not know is an error with its number,
 *             not a line left out: half a trace looks like a whole one.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_TRACE_IMPORT_H
#define AL_TRACE_IMPORT_H

#include "builder.h"

#include <stdbool.h>

#define IMPORT_LINE_MAX 4096 /* bytes of a line, at most */

/**
 * struct import_format - one of them.
 * @line: turn one line into events. Return: 0, or -1 and *@why filled with a
 *	sentence; or -1 and *@why NULL if the builder failed.
 */
struct import_format {
	const char *name;
	const char *meaning;
	int (*line)(struct trace_builder *b, char *line, const char **why);
};

extern const struct import_format import_android, import_mtrace;

/** import_formats - all, ended by NULL. */
extern const struct import_format *const import_formats[];

/**
 * trace_import() - read @from, write the trace @to.
 * @head: filled with the counts. Return: 0, or -1 and *@t; @t->line tells
 *	whether it speaks of @from.
 */
int trace_import(const struct import_format *format, const char *from,
		 const char *to, int level, struct trace_head *head,
		 struct trouble *t);

/** import_number() - the next word of *@at as a number, decimal or 0x. */
bool import_number(char **at, uint64_t *value);

/** import_word() - the next word of *@at, ended by a NUL; "" at the end. */
char *import_word(char **at);

/* Lines of a file that may be packed (lines.c). */
struct lines;

/** lines_open() - Return: NULL and *@t. */
struct lines *lines_open(const char *path, struct trouble *t);

/**
 * lines_next() - the next line without its end.
 * Return: 1; 0 at the end; -1 and the trouble given to lines_open().
 */
int lines_next(struct lines *in, char **line);
uint64_t lines_number(const struct lines *in);
void lines_close(struct lines *in);

#endif /* AL_TRACE_IMPORT_H */
