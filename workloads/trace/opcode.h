// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * opcode.h - encode and decode one op.
 *
 * Role:       the innermost loop of the replayer, inlined there; the same code
 *             serves every other reader.
 * Invariants: a decoder's buffer has TRACE_OP_MAX readable bytes after its end,
 *             so no byte is checked singly: an op that ran over the end is
 *             noticed after it was read. A decoded op is not yet believed:
 *             slot, dep, size and kind may be anything.
 * Locks:      none.
 * Units:      see format.h.
 * Source:     LEB128 varints, zigzag differences.
 */
#ifndef AL_TRACE_OPCODE_H
#define AL_TRACE_OPCODE_H

#include "format.h"

/**
 * struct trace_code - where a coder stands in one block.
 * @seq:  position of the op before.
 * @slot: slot of the op before that named one.
 */
struct trace_code {
	const uint8_t *p;
	const uint8_t *end;
	uint64_t seq;
	uint32_t slot;
};

static inline uint8_t *trace_put_varint(uint8_t *p, uint64_t v)
{
	while (v >= 0x80) {
		*p++ = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	*p++ = (uint8_t)v;
	return p;
}

/* At most ten bytes; the bits above 64 are lost, which no check relies on. */
static inline uint64_t trace_get_varint(const uint8_t **at)
{
	const uint8_t *p = *at;
	uint64_t v = *p++;

	if (__builtin_expect(v >= 0x80, 0)) {
		v &= 0x7f;
		for (unsigned int shift = 7; shift < 64; shift += 7) {
			uint64_t byte = *p++;

			v |= (byte & 0x7f) << shift;
			if (byte < 0x80)
				break;
		}
	}
	*at = p;
	return v;
}

/**
 * trace_encode() - append @op; @c->seq and @c->slot move on, @c->p does not.
 * @p: room for TRACE_OP_MAX bytes. Return: the end of what was written.
 */
static inline uint8_t *trace_encode(struct trace_code *c, uint8_t *p,
				    const struct trace_op *op)
{
	uint64_t gap = op->seq - c->seq - 1;
	bool has_slot = op->kind < TRACE_START;
	int64_t delta = (int64_t)op->slot - (int64_t)c->slot;
	uint64_t zigzag = ((uint64_t)delta << 1) ^ (uint64_t)(delta >> 63);
	unsigned int near = !has_slot		    ? 0
			    : zigzag < TRACE_OP_FAR ? (unsigned int)zigzag
						    : TRACE_OP_FAR;

	*p++ = (uint8_t)(op->kind | (gap ? TRACE_OP_GAP : 0) |
			 (op->dep ? TRACE_OP_WAIT : 0) |
			 near << TRACE_OP_SHIFT);
	if (gap)
		p = trace_put_varint(p, gap);
	if (op->dep)
		p = trace_put_varint(p, op->seq - op->dep);
	if (near == TRACE_OP_FAR)
		p = trace_put_varint(p, zigzag);
	if (op->kind == TRACE_START)
		p = trace_put_varint(p, op->slot);
	else if (has_slot && op->kind != TRACE_FREE)
		p = trace_put_varint(p, op->size);
	if (op->kind == TRACE_ALIGNED)
		*p++ = op->lg_align;
	c->seq = op->seq;
	if (has_slot)
		c->slot = op->slot;
	return p;
}

/**
 * trace_decode() - read the op at @c->p and move on.
 * @op: every field is set; fields that the kind does not have are 0.
 * Return: false if the op runs over the end of the block.
 */
static inline bool trace_decode(struct trace_code *c, struct trace_op *op)
{
	const uint8_t *p = c->p;
	unsigned int head = *p++;
	unsigned int kind = head & 7;
	uint64_t zigzag = head >> TRACE_OP_SHIFT;
	uint64_t seq = c->seq + 1;

	if (head & TRACE_OP_GAP)
		seq += trace_get_varint(&p);
	op->dep = head & TRACE_OP_WAIT ? seq - trace_get_varint(&p) : 0;
	op->seq = c->seq = seq;
	op->kind = (uint8_t)kind;
	op->lg_align = 0;
	op->size = 0;
	if (__builtin_expect(kind >= TRACE_START, 0)) {
		op->slot = kind == TRACE_START ? (uint32_t)trace_get_varint(&p)
					       : 0;
	} else {
		if (zigzag == TRACE_OP_FAR)
			zigzag = trace_get_varint(&p);
		c->slot += (uint32_t)(zigzag >> 1) ^ -(uint32_t)(zigzag & 1);
		op->slot = c->slot;
		if (kind != TRACE_FREE)
			op->size = trace_get_varint(&p);
		if (kind == TRACE_ALIGNED)
			op->lg_align = *p++;
	}
	c->p = p;
	return p <= c->end;
}

#endif /* AL_TRACE_OPCODE_H */
