// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * raw_read.h - from the recorder's files to traces.
 *
 * Role:       reads one raw file, merges its threads, feeds the builder.
 * Invariants: a file of a killed program, with half-written ends, is read as
 *             far as it goes. Memory: 16 bytes a chunk of the file, and the
 *             builder's.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_TRACE_RAW_READ_H
#define AL_TRACE_RAW_READ_H

#include "../format.h"
#include "../trouble.h"
#include "raw.h"

/** struct raw_file - an open raw file. */
struct raw_file {
	const struct raw_head *head;
	const uint8_t *bytes;
	uint64_t nbytes;
};

/** raw_open() - map @path and check its head. Return: 0, or -1 and *@t. */
int raw_open(struct raw_file *raw, const char *path, struct trouble *t);
void raw_close(struct raw_file *raw);

/**
 * raw_command() - the recorded command in one line, fit to be passed on.
 * @out: filled; absolute paths are cut to their last part, so that a trace
 *	tells nothing of the machine's folders.
 */
void raw_command(const struct raw_file *raw, char *out, size_t room);

/**
 * raw_convert() - write the trace of @raw to @path.
 * @text:  for the header; @level: zstd's.
 * @head:  filled with the counts; ops 0: nothing was recorded, no file written.
 * Return: 0, or -1 and *@t.
 */
int raw_convert(const struct raw_file *raw, const char *path, const char *text,
		int level, struct trace_head *head, struct trouble *t);

#endif /* AL_TRACE_RAW_READ_H */
