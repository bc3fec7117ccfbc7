// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * builder.c - from what happened to a trace.
 *
 * Role:       see builder.h.
 * Invariants: a live object's address is in the map, but for objects between
 *             EVENT_RESIZE_BEGIN and _END, which are their thread's `resizing`.
 *             Memory is bounded by live objects and live threads.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "builder.h"

#include "addrmap.h"
#include "zeroed.h"
#include "slots.h"
#include "writer.h"

#define NO_SLOT UINT32_MAX

/* What is known of a slot; kept when its object is gone, for the next wait. */
struct object {
	uint64_t addr;
	uint64_t size;
	uint64_t seq;  /* of its last event; 0: never used */
	uint32_t lane; /* of that event */
	uint32_t owner;
};

struct thread {
	uint32_t lane; /* also the index in builder.threads */
	uint32_t number;
	uint32_t resizing; /* slot, or NO_SLOT */
	bool alive;
};

struct trace_builder {
	struct trace_writer *writer;
	struct trouble *trouble;
	struct addrmap by_addr, by_thread;
	struct slots slots;
	struct object *objects; /* by slot */
	size_t objects_room;
	struct thread *threads; /* by lane */
	uint32_t nlanes, threads_room;
	uint64_t last_key; /* thread of the last event, and its lane */
	uint32_t last_lane;
	struct trace_head head;
	uint64_t live_bytes;
};

static int no_memory(struct trace_builder *b)
{
	return trouble_set(b->trouble, TROUBLE_NOWHERE, "out of memory");
}

struct trace_builder *trace_builder_open(const char *path, const char *text,
					 int level, struct trouble *t)
{
	struct trace_builder *b = zeroed_alloc(sizeof(*b));

	if (!b) {
		trouble_set(t, TROUBLE_NOWHERE, "out of memory");
		return NULL;
	}
	b->trouble = t;
	b->last_lane = NO_SLOT;
	b->writer = trace_writer_open(path, text, level, t);
	if (!b->writer) {
		zeroed_free(b);
		return NULL;
	}
	return b;
}

static void release(struct trace_builder *b)
{
	addrmap_fini(&b->by_addr);
	addrmap_fini(&b->by_thread);
	slots_fini(&b->slots);
	zeroed_free(b->objects);
	zeroed_free(b->threads);
	zeroed_free(b);
}

static int emit(struct trace_builder *b, uint32_t lane, struct trace_op *op)
{
	op->seq = ++b->head.events;
	b->head.kinds[op->kind]++;
	b->head.waits += op->dep != 0;
	return trace_writer_op(b->writer, lane, op);
}

/* The lowest lane without a thread gets the new one. */
static struct thread *start_thread(struct trace_builder *b, uint64_t key)
{
	struct trace_op op = { .kind = TRACE_START };
	struct thread *t;
	uint32_t lane = 0;

	while (lane < b->nlanes && b->threads[lane].alive)
		lane++;
	if (lane >= b->threads_room) {
		uint32_t room = b->threads_room ? 2 * b->threads_room : 16;
		struct thread *more =
			zeroed_grow(b->threads, room * sizeof(*more));

		if (!more)
			goto err;
		b->threads = more;
		b->threads_room = room;
	}
	if (lane >= b->nlanes)
		b->nlanes = lane + 1;
	if (!slots_lane(&b->slots, lane) ||
	    !addrmap_put(&b->by_thread, key + 1, lane))
		goto err;
	t = &b->threads[lane];
	t->lane = lane;
	t->number = op.slot = b->head.threads++;
	t->resizing = NO_SLOT;
	t->alive = true;
	return emit(b, lane, &op) ? NULL : t;
err:
	no_memory(b);
	return NULL;
}

static struct thread *find_thread(struct trace_builder *b, uint64_t key)
{
	uint32_t lane;

	if (key == b->last_key && b->last_lane != NO_SLOT)
		return &b->threads[b->last_lane];
	lane = addrmap_get(&b->by_thread, key + 1);
	if (lane == ADDRMAP_NONE) {
		struct thread *t = start_thread(b, key);

		if (!t)
			return NULL;
		lane = t->lane;
	}
	b->last_key = key;
	b->last_lane = lane;
	return &b->threads[lane];
}

static int end_thread(struct trace_builder *b, uint64_t key)
{
	struct trace_op op = { .kind = TRACE_END };
	uint32_t lane = addrmap_take(&b->by_thread, key + 1);

	if (lane == ADDRMAP_NONE)
		return 0; /* it never called */
	b->threads[lane].alive = false;
	b->last_lane = NO_SLOT;
	return emit(b, lane, &op);
}

/* An op on @slot by @t; what it does to the object's size is counted here. */
static int use(struct trace_builder *b, struct thread *t, uint32_t slot,
	       struct trace_op *op)
{
	struct object *o = &b->objects[slot];
	struct trace_head *h = &b->head;

	op->slot = slot;
	op->dep = o->seq && o->lane != t->lane ? o->seq : 0;
	if (op->size > TRACE_SIZE_MAX)
		op->size = TRACE_SIZE_MAX;
	h->ops++;
	h->total_bytes += op->size;
	if (op->size > h->largest)
		h->largest = op->size;
	if (op->kind == TRACE_FREE && o->owner != t->number)
		h->remote_frees++;
	b->live_bytes += op->size - o->size;
	if (b->live_bytes > h->peak_bytes)
		h->peak_bytes = b->live_bytes;
	if (b->slots.nlive > h->peak_objects)
		h->peak_objects = b->slots.nlive;
	o->size = op->size;
	o->lane = t->lane;
	o->owner = t->number;
	o->seq = h->events + 1; /* the position that emit() gives it */
	return emit(b, t->lane, op);
}

static int free_slot(struct trace_builder *b, struct thread *t, uint32_t slot)
{
	struct trace_op op = { .kind = TRACE_FREE };

	if (!slots_give(&b->slots, t->lane, slot))
		return no_memory(b);
	return use(b, t, slot, &op);
}

/* @addr was handed out while it was live here: its free went unseen. */
static int make_room(struct trace_builder *b, struct thread *t, uint64_t addr)
{
	uint32_t slot = addrmap_take(&b->by_addr, addr);

	if (slot == ADDRMAP_NONE)
		return 0;
	b->head.implied++;
	return free_slot(b, t, slot);
}

static int enter(struct trace_builder *b, uint32_t slot, uint64_t addr)
{
	b->objects[slot].addr = addr;
	return addrmap_put(&b->by_addr, addr, slot) ? 0 : no_memory(b);
}

static int allocate(struct trace_builder *b, struct thread *t,
		    const struct trace_event *e, enum trace_kind kind)
{
	struct trace_op op = { .kind = (uint8_t)kind, .size = e->size };
	uint32_t slot;

	if (make_room(b, t, e->addr))
		return -1;
	if (kind == TRACE_ALIGNED)
		op.lg_align = e->lg_align < TRACE_ALIGN_MAX ? e->lg_align
							    : TRACE_ALIGN_MAX;
	slot = slots_take(&b->slots, t->lane);
	if (slot == SLOTS_NONE)
		return no_memory(b);
	if (slot >= b->objects_room) {
		size_t room = b->objects_room ? 2 * b->objects_room : 4096;
		struct object *more;

		while (room <= slot)
			room *= 2;
		more = zeroed_grow(b->objects, room * sizeof(*more));
		if (!more)
			return no_memory(b);
		b->objects = more;
		b->objects_room = room;
	}
	return enter(b, slot, e->addr) ? -1 : use(b, t, slot, &op);
}

static int resize(struct trace_builder *b, struct thread *t, uint32_t slot,
		  const struct trace_event *e)
{
	struct trace_op op = { .kind = TRACE_REALLOC, .size = e->size };

	if (slot == NO_SLOT) /* of an object from before the recording */
		return allocate(b, t, e, TRACE_MALLOC);
	if (make_room(b, t, e->addr) || enter(b, slot, e->addr))
		return -1;
	return use(b, t, slot, &op);
}

static int resize_end(struct trace_builder *b, struct thread *t,
		      const struct trace_event *e)
{
	uint32_t slot = t->resizing;

	t->resizing = NO_SLOT;
	if (e->addr)
		return resize(b, t, slot, e);
	return slot == NO_SLOT ? 0 : enter(b, slot, b->objects[slot].addr);
}

int trace_builder_event(struct trace_builder *b, const struct trace_event *e)
{
	struct thread *t;
	uint32_t slot;

	if (e->kind == EVENT_THREAD_END)
		return end_thread(b, e->thread);
	t = find_thread(b, e->thread);
	if (!t)
		return -1;
	if (!e->addr && e->kind < EVENT_RESIZE)
		return 0;
	switch ((enum trace_event_kind)e->kind) {
	case EVENT_MALLOC:
		return allocate(b, t, e, TRACE_MALLOC);
	case EVENT_CALLOC:
		return allocate(b, t, e, TRACE_CALLOC);
	case EVENT_ALIGNED:
		return allocate(b, t, e, TRACE_ALIGNED);
	case EVENT_FREE:
		slot = addrmap_take(&b->by_addr, e->addr);
		if (slot != ADDRMAP_NONE)
			return free_slot(b, t, slot);
		b->head.dropped++;
		return 0;
	case EVENT_RESIZE:
	case EVENT_RESIZE_BEGIN:
		t->resizing =
			e->old ? addrmap_take(&b->by_addr, e->old) : NO_SLOT;
		if (e->old && t->resizing == NO_SLOT)
			b->head.dropped++;
		return e->kind == EVENT_RESIZE ? resize_end(b, t, e) : 0;
	case EVENT_RESIZE_END:
		return resize_end(b, t, e);
	case EVENT_THREAD_END:
		break;
	}
	return 0;
}

uint64_t trace_builder_ops(const struct trace_builder *b)
{
	return b->head.ops;
}

int trace_builder_close(struct trace_builder *b, uint32_t flags,
			struct trace_head *head)
{
	int result = 0;

	b->head.flags = flags;
	b->head.left_objects = b->slots.nlive;
	b->head.left_bytes = b->live_bytes;
	b->head.slots = b->head.ops ? b->slots.highest + 1 : 0;
	if (b->head.ops)
		result = trace_writer_close(b->writer, &b->head);
	else
		trace_writer_abort(b->writer);
	if (head)
		*head = b->head;
	release(b);
	return result;
}

void trace_builder_abort(struct trace_builder *b)
{
	trace_writer_abort(b->writer);
	release(b);
}
