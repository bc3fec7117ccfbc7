// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * player.c - the timed loop of the workload `replay`.
 *
 * Role:       decodes ops and makes the calls they stand for.
 * Invariants: the trace was verified, so slots and waits are sound; a slot's
 *             range is checked all the same, since the file may have been
 *             changed under its mapping since.
 * Locks:      see replay.c.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "replay.h"

#include <sched.h>
#include <string.h>

#define SPINS 200 /* looks at a stamp before others are let run */

static inline void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

static inline uint64_t mark_of(const void *p)
{
	return ((uintptr_t)p ^ 0x5a17) * UINT64_C(0x9e3779b97f4a7c15);
}

/* Eight bytes, or one where there are fewer. */
static inline void mark(void *p, size_t size)
{
	uint64_t word = mark_of(p);

	if (__builtin_expect(size >= sizeof(word), 1))
		memcpy(p, &word, sizeof(word));
	else if (size)
		*(unsigned char *)p = (unsigned char)(word >> 56);
}

bool replay_mark_valid(const void *p, size_t size)
{
	uint64_t word = mark_of(p);

	if (size >= sizeof(word))
		return !memcmp(p, &word, sizeof(word));
	return !size ||
	       *(const unsigned char *)p == (unsigned char)(word >> 56);
}

/* Write what is there already: the rest of the object is the check pass's. */
static void touch_pages(void *p, size_t size)
{
	volatile unsigned char *byte = p;

	for (size_t at = 4096; at < size; at += 4096)
		byte[at] = byte[at];
}

static inline void touch(void *p, size_t size, unsigned int how)
{
	if (how)
		mark(p, size);
	if (how > 1)
		touch_pages(p, size);
}

static uint64_t key(const struct player *w, uint32_t i)
{
	return w->lanes[w->heap[i]].op.seq;
}

static void sift_down(struct player *w, uint32_t i)
{
	for (;;) {
		uint32_t child = 2 * i + 1, lane;

		if (child >= w->nheap)
			return;
		if (child + 1 < w->nheap && key(w, child + 1) < key(w, child))
			child++;
		if (key(w, i) <= key(w, child))
			return;
		lane = w->heap[i];
		w->heap[i] = w->heap[child];
		w->heap[child] = lane;
		i = child;
	}
}

static __attribute__((noreturn)) void changed(struct al_thread *t,
					      const struct replay *r,
					      const char *why)
{
	t->run->services->fail(t->run,
			       "%s: %s; the file changed while it was "
			       "replayed",
			       r->path, why);
}

static __attribute__((noinline)) void load_block(struct al_thread *t,
						 struct player *w,
						 struct lane *l)
{
	const struct replay *r = t->run->shared;
	uint32_t number = r->trace.order[l->at];
	struct trace_block b;
	struct trouble trouble;

	trace_block_head(&r->trace, number, &b);
	if (trace_unpack(&r->trace, w->unpacker, number, l->raw, false,
			 &l->code, &trouble))
		changed(t, r, trouble.why);
	l->left = b.nops;
}

/* Decode the lane's next op. Return: false at its end. */
static inline bool next_op(struct al_thread *t, struct player *w,
			   struct lane *l)
{
	const struct replay *r = t->run->shared;

	if (__builtin_expect(!l->left, 0)) {
		if (++l->at == r->trace.first[l->number + 1])
			return false;
		load_block(t, w, l);
	}
	l->left--;
	if (__builtin_expect(!trace_decode(&l->code, &l->op), 0))
		changed(t, r, "ops run over their block");
	return true;
}

void replay_rewind(struct al_thread *t, struct player *w)
{
	const struct replay *r = t->run->shared;

	w->nheap = 0;
	for (uint32_t i = 0; i < w->nlanes; i++) {
		struct lane *l = &w->lanes[i];

		l->at = r->trace.first[l->number];
		load_block(t, w, l);
		if (next_op(t, w, l))
			w->heap[w->nheap++] = i;
	}
	for (uint32_t i = w->nheap / 2; i-- > 0;)
		sift_down(w, i);
}

/* Another worker has to be done with the object first. */
static void wait_for(struct al_thread *t, struct player *w,
		     const struct slot *s, uint64_t stamp)
{
	unsigned int spins = 0;

	if (atomic_load_explicit(&s->stamp, memory_order_acquire) == stamp)
		return;
	w->blocked++;
	while (spins++ < SPINS) {
		if (atomic_load_explicit(&s->stamp, memory_order_acquire) ==
		    stamp)
			return;
		relax();
	}
	t->services->idle(t);
	while (atomic_load_explicit(&s->stamp, memory_order_acquire) != stamp)
		sched_yield();
	t->services->busy(t);
}

static inline void *checked(struct al_thread *t, void *p, size_t size)
{
	if (__builtin_expect(!p, 0) && size)
		t->services->oom(t, size);
	return p;
}

static inline void play(struct al_thread *t, const struct trace_op *op,
			struct slot *s, unsigned int how)
{
	size_t size = op->size;
	void *p = NULL;

	switch ((enum trace_kind)op->kind) {
	case TRACE_MALLOC:
		p = checked(t, t->call.malloc(size), size);
		break;
	case TRACE_FREE:
		t->call.free(s->object);
		break;
	case TRACE_REALLOC:
		size += !size; /* of 0 it would be a free */
		p = s->object ? t->call.realloc(s->object, size)
			      : t->call.malloc(size);
		checked(t, p, size);
		break;
	case TRACE_CALLOC:
		p = checked(t, t->call.calloc(1, size), size);
		break;
	case TRACE_ALIGNED:
		p = checked(
			t,
			t->call.aligned_alloc((size_t)1 << op->lg_align, size),
			size);
		break;
	case TRACE_START:
	case TRACE_END:
		return;
	}
	if (p)
		touch(p, size, how);
	s->object = p;
}

enum stop {
	STOP_TURN,   /* another lane's op is next */
	STOP_LANE,   /* the lane is at its end */
	STOP_THREAD, /* the recorded thread ended, and only it is played here */
};

/* Play @lane while its ops' positions are at most @limit. */
static inline enum stop play_lane(struct al_thread *t, struct player *w,
				  struct lane *lane, uint64_t limit,
				  unsigned int how)
{
	const struct replay *r = t->run->shared;
	const uint64_t base = w->pass * r->trace.head.events;
	const uint32_t nslots = r->trace.head.slots;
	const bool alone = w->nlanes == 1 && w->threads_die;
	struct lane l = *lane; /* in registers, as far as they go */
	enum stop stop = STOP_TURN;

	while (l.op.seq <= limit) {
		bool ends = l.op.kind == TRACE_END;

		if (__builtin_expect(l.op.kind < TRACE_START, 1)) {
			struct slot *s = &l.table[l.op.slot];

			if (__builtin_expect(l.op.slot >= nslots, 0))
				changed(t, r, "slot out of range");
			if (l.op.dep)
				wait_for(t, w, s, base + l.op.dep);
			play(t, &l.op, s, how);
			atomic_store_explicit(&s->stamp, base + l.op.seq,
					      memory_order_release);
			al_step(t, 1);
		}
		if (!next_op(t, w, &l)) {
			stop = STOP_LANE;
			break;
		}
		if (ends && alone) {
			stop = STOP_THREAD;
			break;
		}
	}
	*lane = l;
	return stop;
}

static __attribute__((noinline)) enum stop play_untouched(struct al_thread *t,
							  struct player *w,
							  struct lane *l,
							  uint64_t limit)
{
	return play_lane(t, w, l, limit, 0);
}

static __attribute__((noinline)) enum stop play_heads(struct al_thread *t,
						      struct player *w,
						      struct lane *l,
						      uint64_t limit)
{
	return play_lane(t, w, l, limit, 1);
}

static __attribute__((noinline)) enum stop play_pages(struct al_thread *t,
						      struct player *w,
						      struct lane *l,
						      uint64_t limit)
{
	return play_lane(t, w, l, limit, 2);
}

int replay_pass(struct al_thread *t, struct player *w,
		int (*resume)(struct al_thread *t))
{
	static enum stop (*const players[])(struct al_thread * t,
					    struct player * w, struct lane * l,
					    uint64_t limit) = {
		play_untouched,
		play_heads,
		play_pages,
	};
	const struct replay *r = t->run->shared;

	while (w->nheap) {
		struct lane *l = &w->lanes[w->heap[0]];
		uint64_t limit = UINT64_MAX;

		if (w->nheap > 1)
			limit = key(w, 1);
		if (w->nheap > 2 && key(w, 2) < limit)
			limit = key(w, 2);
		switch (players[r->touch](t, w, l, limit)) {
		case STOP_THREAD:
			return t->services->hand_over(t, resume);
		case STOP_LANE:
			w->heap[0] = w->heap[--w->nheap];
			break;
		case STOP_TURN:
			break;
		}
		sift_down(w, 0);
	}
	return REPLAY_DONE;
}

void replay_meet(struct al_thread *t, struct player *w)
{
	struct replay *r = t->run->shared;
	uint64_t all = ++w->meetings * t->run->nthreads;

	if (atomic_fetch_add(&r->met, 1) + 1 >= all)
		return;
	t->services->idle(t);
	while (atomic_load(&r->met) < all)
		sched_yield();
	t->services->busy(t);
}

void replay_free_left(struct al_thread *t, struct replay *r, bool counted)
{
	size_t n = (size_t)r->trace.head.slots * r->copies;
	size_t workers = t->run->nthreads;
	size_t from = n * t->index / workers;
	size_t to = n * (t->index + 1) / workers;

	for (size_t i = from; i < to; i++) {
		if (!r->table[i].object)
			continue;
		t->call.free(r->table[i].object);
		r->table[i].object = NULL;
		if (counted)
			al_step(t, 1);
	}
}
