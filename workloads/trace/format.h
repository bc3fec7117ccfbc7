// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * format.h - the trace file on disk: layout, limits, and the code of one op.
 *
 * Role:       what reader and writer agree on; doc/trace-format.md in C.
 * Invariants: numbers are little endian. Whatever comes from a file is hostile
 *             until trace_verify() has seen all of it.
 * Locks:      none.
 * Units:      offsets, sizes and lengths in bytes; positions (seq) count events
 *             of the whole process from 1.
 * Source:     none; the ordering rule (wait for the last use of the object) is
 *             that of glibc's trace2wl, taken an object at a time.
 */
#ifndef AL_TRACE_FORMAT_H
#define AL_TRACE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A first byte with bit 7 set, and CR LF ^Z: text tools spoil it at once. */
#define TRACE_MAGIC \
	"\x89"      \
	"ALTR\r\n\x1a"
#define TRACE_END_MAGIC	  "ALTREND\n"
#define TRACE_MAGIC_BYTES 8
#define TRACE_VERSION	  1u

#define TRACE_HEAD_BYTES  224u	      /* fixed part of the file header */
#define TRACE_TEXT_MAX	  16384u      /* "key=value\n" lines after it */
#define TRACE_BLOCK_MAGIC 0x4b4c4254u /* "TBLK" */
#define TRACE_BLOCK_HEAD  36u	      /* header of one block */
#define TRACE_INDEX_ENTRY 24u
#define TRACE_TAIL_BYTES  12u /* CRC of the index, end magic */

#define TRACE_BLOCK_MAX	  65536u /* decoded bytes of a block, at most */
#define TRACE_OP_MAX	  48u	 /* coded bytes of an op, at most */
#define TRACE_SIZE_MAX	  (UINT64_C(1) << 47) /* of one object */
#define TRACE_ALIGN_MAX	  30u		      /* lg of the largest alignment */
#define TRACE_LANES_MAX	  65536u
#define TRACE_SLOT_GROUP  4u /* fresh slots a lane takes at once */
#define TRACE_KINDS	  8

/* head.flags */
#define TRACE_CUT	  1u /* the recording stopped before the program did */
#define TRACE_IMPORTED	  2u /* converted from another tool's trace */

/**
 * enum trace_kind - what an op is.
 * @TRACE_ALIGNED: aligned_alloc, memalign, posix_memalign, valloc, pvalloc.
 * @TRACE_START: a thread of the recorded program begins on this lane.
 * @TRACE_END: it is gone.
 */
enum trace_kind {
	TRACE_MALLOC,
	TRACE_FREE,
	TRACE_REALLOC,
	TRACE_CALLOC,
	TRACE_ALIGNED,
	TRACE_START,
	TRACE_END,
};

/* The first byte of an op: kind in bits 0-2, then these. */
#define TRACE_OP_GAP   0x08u /* other lanes' events lie before it */
#define TRACE_OP_WAIT  0x10u /* depends on an event of another lane */
#define TRACE_OP_SHIFT 5     /* bits 5-7: distance of the slot, or 7 */
#define TRACE_OP_FAR   7u    /* distance follows as a varint */

/**
 * struct trace_op - one op, decoded.
 * @seq:  its position in the recorded order of the whole process.
 * @dep:  0, or the position of the event on the same slot, done by another
 *	lane, that must be over before this one begins; always below @seq.
 * @size: bytes asked for (for calloc, the product).
 * @slot: the object's number; of a START, the recorded thread's.
 */
struct trace_op {
	uint64_t seq;
	uint64_t dep;
	uint64_t size;
	uint32_t slot;
	uint8_t kind;
	uint8_t lg_align;
};

/** struct trace_head - the file header, decoded. Field by field in the doc. */
struct trace_head {
	uint32_t flags;
	uint32_t text_bytes;
	uint64_t ops;	 /* calls of the allocator */
	uint64_t events; /* ops, thread starts and ends */
	uint32_t threads;
	uint32_t lanes; /* most threads alive at once */
	uint32_t slots;
	uint32_t blocks;
	uint64_t peak_objects;
	uint64_t peak_bytes;
	uint64_t left_objects; /* never freed */
	uint64_t left_bytes;
	uint64_t index_offset;
	uint64_t file_bytes;
	uint64_t kinds[TRACE_KINDS];
	uint64_t
		remote_frees; /* by a thread that did not allocate the object */
	uint64_t waits;	      /* ops with a dependency on another lane */
	uint64_t dropped;     /* frees of objects unknown to the recording */
	uint64_t implied;     /* frees the recording missed, added */
	uint64_t total_bytes; /* sum of all sizes asked for */
	uint64_t largest;
};

/** struct trace_block - header of one block, decoded. */
struct trace_block {
	uint64_t first_seq;
	uint32_t lane;
	uint32_t nops;
	uint32_t raw_bytes;
	uint32_t packed_bytes;
	uint32_t crc; /* of the header's other bytes and the packed ones */
};

static inline uint32_t trace_get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static inline uint64_t trace_get64(const uint8_t *p)
{
	return trace_get32(p) | (uint64_t)trace_get32(p + 4) << 32;
}

static inline uint8_t *trace_put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		*p++ = (uint8_t)(v >> 8 * i);
	return p;
}

static inline uint8_t *trace_put64(uint8_t *p, uint64_t v)
{
	return trace_put32(trace_put32(p, (uint32_t)v), (uint32_t)(v >> 32));
}

/** trace_crc32() - continue @crc (0 to begin) over @n bytes; CRC-32 of zip. */
uint32_t trace_crc32(uint32_t crc, const void *bytes, size_t n);

#endif /* AL_TRACE_FORMAT_H */
