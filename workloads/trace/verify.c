// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * verify.c - is a trace one that can be replayed?
 *
 * Role:       see verify.h; plays the trace on a table of slots.
 * Invariants: none beyond verify.h.
 * Locks:      none.
 * Units:      see format.h.
 * Source:     none.
 */
#include "config.h"

#include "verify.h"

#include "merge.h"
#include "zeroed.h"

#include <inttypes.h>
#include <string.h>

#define DEAD   UINT32_MAX /* owner of a slot without object */
#define ABSENT UINT32_MAX /* thread of a lane without thread */

struct slot {
	uint64_t seq; /* of its last use; 0: never used */
	uint64_t size;
	uint32_t lane;
	uint32_t owner; /* thread, or DEAD */
};

struct verifier {
	const struct trace *trace;
	struct trouble *trouble;
	struct slot *slots;
	uint32_t *threads; /* that run, by lane */
	uint64_t offset;
	uint64_t live_objects, live_bytes;
	struct trace_head count;
};

/* "op 17 (free of slot 3): why" */
static int wrong(struct verifier *v, const struct trace_op *op, const char *why)
{
	static const char *const names[TRACE_KINDS] = {
		"malloc",  "free",  "realloc", "calloc",
		"aligned", "start", "end",     "unknown",
	};

	return trouble_set(v->trouble, v->offset,
			   "event %" PRIu64 " (%s, slot %" PRIu32 "): %s",
			   op->seq, names[op->kind & 7], op->slot, why);
}

static int check_thread(struct verifier *v, const struct trace_op *op,
			uint32_t *thread)
{
	if (op->dep)
		return wrong(v, op, "a thread's start or end cannot wait");
	if (op->kind == TRACE_END) {
		if (*thread == ABSENT)
			return wrong(v, op, "no thread on this lane");
		*thread = ABSENT;
		return 0;
	}
	if (*thread != ABSENT)
		return wrong(v, op, "the lane's thread has not ended");
	if (op->slot != v->count.threads)
		return wrong(v, op, "threads are not numbered 0, 1, 2...");
	*thread = v->count.threads++;
	return 0;
}

static int check_op(struct verifier *v, const struct trace_op *op,
		    uint32_t lane, struct slot *s)
{
	bool needs_object = op->kind == TRACE_FREE || op->kind == TRACE_REALLOC;
	uint64_t want = s->seq && s->lane != lane ? s->seq : 0;

	if (v->threads[lane] == ABSENT)
		return wrong(v, op, "no thread on this lane");
	if (needs_object && (!s->seq || s->owner == DEAD))
		return wrong(v, op,
			     s->seq ? "the object was freed already"
				    : "never allocated");
	if (!needs_object && s->seq && s->owner != DEAD)
		return wrong(v, op, "the slot is in use");
	if (op->dep != want)
		return wrong(v, op, "waits for the wrong event");
	if (op->size > TRACE_SIZE_MAX)
		return wrong(v, op, "absurd size");
	if (op->lg_align > TRACE_ALIGN_MAX)
		return wrong(v, op, "absurd alignment");
	return 0;
}

static void count_op(struct verifier *v, const struct trace_seen *seen)
{
	struct trace_head *n = &v->count;
	const struct trace_op *op = &seen->op;

	n->ops++;
	n->waits += op->dep != 0;
	n->remote_frees +=
		op->kind == TRACE_FREE && seen->owner != seen->thread;
	n->total_bytes += op->size;
	if (op->size > n->largest)
		n->largest = op->size;
	v->live_bytes += op->size - seen->old_size;
	if (op->kind == TRACE_FREE)
		v->live_objects--;
	else if (op->kind != TRACE_REALLOC)
		v->live_objects++;
	if (v->live_objects > n->peak_objects)
		n->peak_objects = v->live_objects;
	if (v->live_bytes > n->peak_bytes)
		n->peak_bytes = v->live_bytes;
}

static int look(struct verifier *v, struct trace_seen *seen)
{
	const struct trace_op *op = &seen->op;
	uint32_t *thread = &v->threads[seen->lane];
	struct slot *s;

	if (op->kind > TRACE_END)
		return wrong(v, op, "no such kind");
	v->count.events++;
	v->count.kinds[op->kind]++;
	if (op->kind >= TRACE_START) {
		seen->thread = *thread;
		if (check_thread(v, op, thread))
			return -1;
		if (op->kind == TRACE_START)
			seen->thread = *thread;
		return 0;
	}
	if (op->slot >= v->trace->head.slots)
		return wrong(v, op, "slot out of range");
	s = &v->slots[op->slot];
	if (check_op(v, op, seen->lane, s))
		return -1;
	seen->thread = *thread;
	if (s->seq && s->owner != DEAD) {
		seen->old_size = s->size;
		seen->owner = s->owner;
	}
	count_op(v, seen);
	s->seq = op->seq;
	s->size = op->size;
	s->lane = seen->lane;
	s->owner = op->kind == TRACE_FREE ? DEAD : *thread;
	return 0;
}

static int check_counts(struct verifier *v)
{
	const struct trace_head *h = &v->trace->head, *n = &v->count;
	const struct {
		uint64_t offset, said, found;
		const char *what;
	} counts[] = {
		{ 24, h->ops, n->ops, "ops" },
		{ 32, h->events, n->events, "events" },
		{ 40, h->threads, n->threads, "threads" },
		{ 56, h->peak_objects, n->peak_objects, "objects at the peak" },
		{ 64, h->peak_bytes, n->peak_bytes, "bytes at the peak" },
		{ 72, h->left_objects, v->live_objects, "objects never freed" },
		{ 80, h->left_bytes, v->live_bytes, "bytes never freed" },
		{ 168, h->remote_frees, n->remote_frees, "remote frees" },
		{ 176, h->waits, n->waits, "waits" },
		{ 200, h->total_bytes, n->total_bytes, "bytes in all" },
		{ 208, h->largest, n->largest, "bytes in the largest object" },
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		if (counts[i].said != counts[i].found)
			return trouble_set(v->trouble, counts[i].offset,
					   "header says %" PRIu64
					   " %s, the ops have %" PRIu64,
					   counts[i].said, counts[i].what,
					   counts[i].found);
	for (int i = 0; i < TRACE_KINDS; i++)
		if (h->kinds[i] != n->kinds[i])
			return trouble_set(v->trouble, 104 + 8 * (uint64_t)i,
					   "header's count of op kind %d is "
					   "wrong",
					   i);
	return 0;
}

int trace_verify(const struct trace *trace,
		 void (*see)(void *context, const struct trace_seen *seen),
		 void *context, struct trouble *t)
{
	struct verifier v = { .trace = trace, .trouble = t };
	struct trace_merge *m = trace_merge_open(trace, t);
	int result = -1, got;

	if (!m)
		return -1;
	v.slots = zeroed_alloc((size_t)trace->head.slots * sizeof(*v.slots));
	v.threads = zeroed_alloc(trace->head.lanes * sizeof(*v.threads));
	if (!v.slots || !v.threads) {
		trouble_set(t, 48, "no memory for %" PRIu32 " slots",
			    trace->head.slots);
		goto out;
	}
	memset(v.threads, 0xff, trace->head.lanes * sizeof(*v.threads));
	for (;;) {
		struct trace_seen seen = { .old_size = 0 };

		got = trace_merge_next(m, &seen.op, &seen.lane);
		if (got <= 0)
			break;
		v.offset = trace_merge_offset(m);
		if (look(&v, &seen))
			goto out;
		if (see)
			see(context, &seen);
	}
	if (!got)
		result = check_counts(&v);
out:
	zeroed_free(v.slots);
	zeroed_free(v.threads);
	trace_merge_close(m);
	return result;
}
