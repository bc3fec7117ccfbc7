// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * trouble.h - why a file could not be read or written, and where.
 *
 * Role:       carries one sentence up to whoever knows how to say it: a command
 *             on standard error, the replay workload through its runner.
 * Invariants: filled once, by the first thing that goes wrong.
 * Locks:      none.
 * Units:      offset in bytes from the start of the file.
 * Source:     none.
 */
#ifndef AL_TRACE_TROUBLE_H
#define AL_TRACE_TROUBLE_H

#include <stdint.h>

#define TROUBLE_NOWHERE UINT64_MAX

/**
 * struct trouble - one sentence and its place.
 * @offset: byte offset, or TROUBLE_NOWHERE.
 * @line: of a text, from 1; 0 elsewhere.
 */
struct trouble {
	uint64_t offset;
	uint64_t line;
	char why[240];
};

/** trouble_set() - fill @t. Return: -1, so that a caller can pass it on. */
int trouble_set(struct trouble *t, uint64_t offset, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** trouble_set_line() - the same for a text, which has lines. */
int trouble_set_line(struct trouble *t, uint64_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** trouble_print() - "allotrope: FILE@OFFSET: why", or FILE:LINE. Return: AL_EXIT_USAGE. */
int trouble_print(const struct trouble *t, const char *file);

#endif /* AL_TRACE_TROUBLE_H */
