// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * writer.h - writes a trace file.
 *
 * Role:       cuts every lane's ops into blocks, compresses them, keeps the
 *             index; what the ops mean is the caller's (builder.h).
 * Invariants: the file appears under its name only when it is whole. Memory:
 *             one uncompressed block a lane and 24 bytes a written block.
 * Locks:      none; one thread.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_TRACE_WRITER_H
#define AL_TRACE_WRITER_H

#include "format.h"
#include "trouble.h"

struct trace_writer;

/**
 * trace_writer_open() - begin @path.
 * @text:  "key=value\n" lines for the header, at most TRACE_TEXT_MAX bytes.
 * @level: zstd's, 1 to 19.
 * Return: NULL with *@t filled.
 */
struct trace_writer *trace_writer_open(const char *path, const char *text,
				       int level, struct trouble *t);

/**
 * trace_writer_op() - append @op to @lane. A lane's positions rise.
 * Return: 0, or -1 with the trouble given to trace_writer_open() filled.
 */
int trace_writer_op(struct trace_writer *w, uint32_t lane,
		    const struct trace_op *op);

/**
 * trace_writer_close() - finish the file and give it its name.
 * @head: the counts; text_bytes, lanes, blocks, index_offset and file_bytes are
 *	filled in here. Return: as trace_writer_op(). @w is gone either way.
 */
int trace_writer_close(struct trace_writer *w, struct trace_head *head);

/** trace_writer_abort() - remove what was written. */
void trace_writer_abort(struct trace_writer *w);

#endif /* AL_TRACE_WRITER_H */
