// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * merge.c - a trace's lanes as one stream in recorded order.
 *
 * Role:       see merge.h; a binary heap of lanes by their next op's position.
 * Invariants: every cursor in the heap holds one decoded op that was not yet
 *             handed out.
 * Locks:      none.
 * Units:      see format.h.
 * Source:     none.
 */
#include "config.h"

#include "merge.h"

#include "zeroed.h"

#include <inttypes.h>

struct cursor {
	struct trace_op op;
	struct trace_code code;
	uint8_t *raw;
	uint32_t lane;
	uint32_t at;   /* index into trace->order */
	uint32_t left; /* ops of the block not yet decoded */
};

struct trace_merge {
	const struct trace *trace;
	struct trouble *trouble;
	struct trace_unpacker *unpacker;
	struct cursor *cursor; /* by lane */
	uint32_t *heap;	       /* lanes */
	uint32_t nheap;
	uint64_t seq;	 /* of the last op handed out */
	uint64_t offset; /* of its block */
};

static uint64_t key(const struct trace_merge *m, uint32_t i)
{
	return m->cursor[m->heap[i]].op.seq;
}

static void sift_down(struct trace_merge *m, uint32_t i)
{
	for (;;) {
		uint32_t child = 2 * i + 1, lane;

		if (child >= m->nheap)
			return;
		if (child + 1 < m->nheap && key(m, child + 1) < key(m, child))
			child++;
		if (key(m, i) <= key(m, child))
			return;
		lane = m->heap[i];
		m->heap[i] = m->heap[child];
		m->heap[child] = lane;
		i = child;
	}
}

static int next_block(struct trace_merge *m, struct cursor *c)
{
	struct trace_block b;
	uint32_t number = m->trace->order[c->at];
	uint8_t *raw;

	trace_block_head(m->trace, number, &b);
	zeroed_free(c->raw);
	c->raw = raw = zeroed_alloc(b.raw_bytes + TRACE_OP_MAX);
	if (!raw)
		return trouble_set(m->trouble, TROUBLE_NOWHERE,
				   "out of memory");
	c->left = b.nops;
	return trace_unpack(m->trace, m->unpacker, number, raw, true, &c->code,
			    m->trouble);
}

/* Return: 1 with c->op set; 0 at the end of the lane; -1. */
static int advance(struct trace_merge *m, struct cursor *c)
{
	const struct trace *trace = m->trace;
	uint64_t before = c->op.seq;
	uint64_t at;

	if (!c->left) {
		if (c->raw)
			c->at++;
		if (c->at == trace->first[c->lane + 1]) {
			zeroed_free(c->raw);
			c->raw = NULL;
			return 0;
		}
		if (next_block(m, c))
			return -1;
	}
	at = trace->start[trace->order[c->at]];
	c->left--;
	if (!trace_decode(&c->code, &c->op))
		return trouble_set(m->trouble, at,
				   "ops run over the end of the block");
	if (!c->left && c->code.p != c->code.end)
		return trouble_set(m->trouble, at, "bytes after the last op");
	if (c->op.seq <= before || c->op.seq > trace->head.events)
		return trouble_set(m->trouble, at,
				   "position %" PRIu64 " after %" PRIu64
				   " of %" PRIu64,
				   c->op.seq, before, trace->head.events);
	return 1;
}

struct trace_merge *trace_merge_open(const struct trace *trace,
				     struct trouble *t)
{
	struct trace_merge *m = zeroed_alloc(sizeof(*m));
	uint32_t lanes = trace->head.lanes;

	if (!m)
		goto err_memory;
	m->trace = trace;
	m->trouble = t;
	m->unpacker = trace_unpacker_new();
	m->cursor = zeroed_alloc(lanes * sizeof(*m->cursor));
	m->heap = zeroed_alloc(lanes * sizeof(*m->heap));
	if (!m->unpacker || !m->cursor || !m->heap)
		goto err_memory;
	for (uint32_t l = 0; l < lanes; l++) {
		struct cursor *c = &m->cursor[l];
		int got;

		c->lane = l;
		c->at = trace->first[l];
		got = advance(m, c);
		if (got < 0) {
			trace_merge_close(m);
			return NULL;
		}
		if (got)
			m->heap[m->nheap++] = l;
	}
	for (uint32_t i = m->nheap / 2; i-- > 0;)
		sift_down(m, i);
	return m;

err_memory:
	trouble_set(t, TROUBLE_NOWHERE, "out of memory");
	trace_merge_close(m);
	return NULL;
}

void trace_merge_close(struct trace_merge *m)
{
	if (!m)
		return;
	for (uint32_t l = 0; m->cursor && l < m->trace->head.lanes; l++)
		zeroed_free(m->cursor[l].raw);
	zeroed_free(m->cursor);
	zeroed_free(m->heap);
	trace_unpacker_delete(m->unpacker);
	zeroed_free(m);
}

int trace_merge_next(struct trace_merge *m, struct trace_op *op, uint32_t *lane)
{
	struct cursor *c;
	int got;

	if (!m->nheap)
		return 0;
	c = &m->cursor[m->heap[0]];
	m->offset = m->trace->start[m->trace->order[c->at]];
	if (c->op.seq != m->seq + 1)
		return trouble_set(m->trouble, m->offset,
				   "position %" PRIu64 " after %" PRIu64,
				   c->op.seq, m->seq);
	m->seq = c->op.seq;
	*op = c->op;
	*lane = c->lane;
	got = advance(m, c);
	if (got < 0)
		return -1;
	if (!got)
		m->heap[0] = m->heap[--m->nheap];
	sift_down(m, 0);
	return 1;
}

uint64_t trace_merge_offset(const struct trace_merge *m)
{
	return m->offset;
}
