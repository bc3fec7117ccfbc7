// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * convert.c - a trace made from another one.
 *
 * Role:       see convert.h; slots become addresses and go to the builder.
 * Invariants: threads keep their order, ends and lanes.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "convert.h"

#include "builder.h"
#include "verify.h"
#include "zeroed.h"

#include <string.h>

struct converter {
	const struct convert_options *options;
	struct trace_builder *builder;
	uint32_t *owner; /* by slot: thread + 1, 0 when there is no object */
	bool *ended;	 /* by thread */
	bool failed;
};

static uint64_t address(uint32_t slot)
{
	return ((uint64_t)slot + 1) * 16;
}

static void see(void *context, const struct trace_seen *seen)
{
	static const uint8_t kinds[] = {
		[TRACE_MALLOC] = EVENT_MALLOC,	 [TRACE_FREE] = EVENT_FREE,
		[TRACE_REALLOC] = EVENT_RESIZE,	 [TRACE_CALLOC] = EVENT_CALLOC,
		[TRACE_ALIGNED] = EVENT_ALIGNED,
	};
	struct converter *c = context;
	const struct trace_op *op = &seen->op;
	struct trace_event e = { .size = op->size, .lg_align = op->lg_align };

	if (c->failed || op->kind == TRACE_START)
		return;
	if (op->kind == TRACE_END && c->options->one_thread)
		return;
	e.thread = c->options->one_thread ? 0 : seen->thread;
	if (op->kind == TRACE_END) {
		e.kind = EVENT_THREAD_END;
		c->ended[seen->thread] = true;
	} else {
		e.kind = kinds[op->kind];
		e.addr = e.old = address(op->slot);
		c->owner[op->slot] =
			op->kind == TRACE_FREE ? 0 : (uint32_t)e.thread + 1;
	}
	c->failed = trace_builder_event(c->builder, &e) != 0;
}

static void free_left(struct converter *c, uint32_t nslots)
{
	struct trace_event e = { .kind = EVENT_FREE };

	for (uint32_t s = 0; s < nslots && !c->failed; s++) {
		if (!c->owner[s])
			continue;
		e.thread = c->ended[c->owner[s] - 1] ? 0 : c->owner[s] - 1;
		e.addr = address(s);
		c->failed = trace_builder_event(c->builder, &e) != 0;
	}
}

int trace_convert(const char *from, const char *to,
		  const struct convert_options *o, struct trace_head *head,
		  bool *is_output, struct trouble *t)
{
	struct converter c = { .options = o };
	struct trace trace;
	int result = -1;

	*is_output = false;
	if (trace_open(&trace, from, t))
		return -1;
	if (trace_verify(&trace, NULL, NULL, t))
		goto out;
	*is_output = true;
	c.owner = zeroed_alloc((size_t)trace.head.slots * sizeof(*c.owner));
	c.ended = zeroed_alloc(trace.head.threads);
	if (c.owner && c.ended)
		c.builder = trace_builder_open(to, trace.text, o->level, t);
	else
		trouble_set(t, TROUBLE_NOWHERE, "out of memory");
	if (!c.builder)
		goto out;
	result = trace_verify(&trace, see, &c, t);
	if (!result && o->free_left)
		free_left(&c, trace.head.slots);
	if (result || c.failed) {
		trace_builder_abort(c.builder);
		result = -1;
		goto out;
	}
	result = trace_builder_close(
		c.builder, trace.head.flags & (TRACE_CUT | TRACE_IMPORTED),
		head);
out:
	zeroed_free(c.owner);
	zeroed_free(c.ended);
	trace_close(&trace);
	return result;
}
