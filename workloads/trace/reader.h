// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * reader.h - reads a trace file.
 *
 * Role:       header, index and blocks; what the ops mean is verify.h's.
 * Invariants: trace_open() has checked header and index: every block lies in
 *             the file, blocks follow each other without a gap, and a lane's
 *             blocks are in rising order.
 * Locks:      none; after trace_open() a struct trace is only read, so threads
 *             may share it, each with its own cursors and unpacker.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_TRACE_READER_H
#define AL_TRACE_READER_H

#include "format.h"
#include "opcode.h"
#include "trouble.h"

/**
 * struct trace - an open trace.
 * @first: block number where lane i begins in @order; nlanes + 1 entries.
 * @order: block numbers, lane by lane.
 * @start: file offset of each block, and of the index behind the last.
 */
struct trace {
	struct trace_head head;
	char *text; /* head.text_bytes of it, then a NUL */
	const uint8_t *bytes;
	uint64_t mapped_bytes;
	uint32_t *first;
	uint32_t *order;
	uint64_t *start;
};

/** trace_open() - map @path, check head and index. Return: 0, or -1 and *@t. */
int trace_open(struct trace *trace, const char *path, struct trouble *t);

/** trace_close() - unmap. */
void trace_close(struct trace *trace);

/**
 * trace_text() - the value of @key in the header's text.
 * @out: filled with it, cut to @room, "" if it is not there. Return: @out.
 */
const char *trace_text(const struct trace *trace, const char *key, char *out,
		       size_t room);

/** trace_block_head() - the checked-on-open header of block @number. */
void trace_block_head(const struct trace *trace, uint32_t number,
		      struct trace_block *out);

/** struct trace_unpacker - what one thread needs to decompress. */
struct trace_unpacker;

/** trace_unpacker_new() - Return: NULL without memory. */
struct trace_unpacker *trace_unpacker_new(void);
void trace_unpacker_delete(struct trace_unpacker *u);

/**
 * trace_unpack() - decompress block @number and set @code at its first op.
 * @raw:       TRACE_BLOCK_MAX + TRACE_OP_MAX bytes, or the block's own length
 *	and TRACE_OP_MAX.
 * @check_crc: false where trace_verify() has been over the file.
 * Return: 0, or -1 and *@t.
 */
int trace_unpack(const struct trace *trace, struct trace_unpacker *u,
		 uint32_t number, uint8_t *raw, bool check_crc,
		 struct trace_code *code, struct trouble *t);

#endif /* AL_TRACE_READER_H */
