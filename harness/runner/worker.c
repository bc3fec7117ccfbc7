// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * worker.c - one logical thread of the workload, through all its lives.
 *
 * Role:       binds, warms, starts and ends each worker; hands it over from one
 *             operating system thread to the next.
 * Invariants: a worker has one operating system thread at a time: a successor
 *             first joins its predecessor, so that the thread's exit (and what
 *             the allocator does in it) lies inside the region, in a fixed
 *             order. Stacks are harness memory and are touched beforehand.
 * Locks:      none; the gates of struct run order everything.
 * Units:      bytes, nanoseconds.
 * Source:     none.
 */
#include "config.h"

#include "affinity.h"
#include "clock.h"
#include "hmem.h"
#include "run.h"
#include "target.h"

#include <allotrope/random.h>

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define STACK_BYTES   ((size_t)1 << 20)
#define STACK_TOUCHED ((size_t)64 << 10)
#define GUARD_BYTES   ((size_t)4096)

__thread struct worker *worker_self;

/* What a new thread needs before its worker's memory may be touched. */
struct seat {
	struct run *r;
	struct worker *w;
	char *stack;
	unsigned int index;
};

static char *new_stack(void)
{
	char *low = hmem_pages(GUARD_BYTES + STACK_BYTES);

	if (!low || mprotect(low, GUARD_BYTES, PROT_NONE))
		record_end(STATUS_ERROR, "no memory for a thread's stack");
	return low + GUARD_BYTES;
}

static void create_thread(char *stack, void *(*entry)(void *), void *arg,
			  pthread_t *thread)
{
	pthread_attr_t attr;
	int err;

	pthread_attr_init(&attr);
	err = pthread_attr_setstack(&attr, stack, STACK_BYTES);
	if (!err)
		err = pthread_create(thread, &attr, entry, arg);
	if (err)
		record_end(STATUS_ERROR, "a thread cannot be created: %s",
			   strerror(err));
	pthread_attr_destroy(&attr);
}

/* The first pages that calls will use, of this stack and of the spare one. */
static void touch_stacks(const struct worker *w)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	uintptr_t spare = (uintptr_t)w->stack[1] + STACK_BYTES;

	for (size_t at = 4096; at < STACK_TOUCHED; at += 4096) {
		*(volatile char *)(here - at) = 0;
		*(volatile char *)(spare - at) = 0;
	}
}

static void call(void (*hook)(struct worker *w), struct worker *w)
{
	if (hook)
		hook(w);
}

/* This operating system thread now speaks for the worker. */
static void enter(struct worker *w)
{
	worker_self = w;
	w->thread = pthread_self();
	call(w->r->pass->attach, w);
	if (target.table.thread_enter)
		target.table.thread_enter();
}

static void leave(struct worker *w)
{
	if (target.table.thread_exit)
		target.table.thread_exit();
	call(w->r->pass->detach, w);
}

/* After the region: all wait, objects are freed, the thread is over. */
static void conclude(struct worker *w)
{
	const uint64_t ops = w->t.ops;
	struct run *r = w->r;

	w->end_ns = clock_ns();
	call(r->pass->end, w);
	call(r->pass->done, w);
	if (atomic_fetch_sub(&r->running, 1) == 1)
		getrusage(RUSAGE_SELF, &r->usage_end);
	w->is_inside = affinity_is_inside(w->t.index);
	barrier_wait(&r->gate, NULL, NULL); /* the region is over */
	barrier_wait(&r->gate, NULL, NULL); /* the pass has looked */
	if (r->workload->thread_finish)
		r->workload->thread_finish(&w->t);
	w->t.ops = ops; /* what was freed since is not of the region */
	leave(w);
}

/* One life: the part of the region that runs on this thread. */
static void live(struct worker *w, int (*part)(struct al_thread *t))
{
	const unsigned int life = atomic_load(&w->nlives);
	int result;

	call(w->r->pass->begin, w);
	result = part(&w->t);
	if (atomic_load(&w->nlives) != life)
		return; /* handed over: the worker belongs to its successor */
	w->result = result;
	conclude(w);
}

static void *next_life(void *arg)
{
	struct worker *w = arg;

	pthread_join(w->predecessor, NULL);
	enter(w); /* the binding was inherited */
	live(w, w->next);
	return NULL;
}

static int hand_over(struct al_thread *t, int (*next)(struct al_thread *t))
{
	struct worker *w = worker_of(t);
	unsigned int life = atomic_load(&w->nlives);
	pthread_t successor;

	call(w->r->pass->end, w);
	leave(w);
	w->next = next;
	w->predecessor = pthread_self();
	atomic_store(&w->nlives, life + 1);
	create_thread(w->stack[life % 2], next_life, w, &successor);
	return 0; /* from here on *w is the successor's */
}

static void no_point(struct al_thread *t)
{
}

static _Noreturn void fault(struct al_thread *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	record_vend(STATUS_FAULT, format, args);
}

static _Noreturn void oom(struct al_thread *t, size_t size)
{
	record_end(STATUS_OOM,
		   "an allocation of %zu bytes returned NULL (worker %u, after "
		   "%llu operations)",
		   size, t->index, (unsigned long long)t->ops);
}

static struct al_thread_services services = {
	.hand_over = hand_over,
	.fault = fault,
	.oom = oom,
};

static void set_up(struct seat *seat)
{
	struct worker *w = seat->w;
	struct run *r = seat->r;

	w->r = r;
	w->t.call = r->pass->calls ? *r->pass->calls : target.calls;
	w->t.next_point = UINT64_MAX; /* a pass lowers it when it begins */
	w->t.run = &r->shared;
	w->t.index = seat->index;
	w->t.seed = al_random_derive(r->shared.seed, seat->index + 1);
	w->t.services = &services;
	w->stack[0] = seat->stack;
	w->stack[1] = new_stack();
	atomic_init(&w->nlives, 1);
}

static void start_clock(void *arg)
{
	struct run *r = arg;

	if (r->pass->starting)
		r->pass->starting(r);
	getrusage(RUSAGE_SELF, &r->usage_start);
	r->start_ns = clock_ns();
}

static void *first_life(void *arg)
{
	struct seat *seat = arg;
	struct run *r = seat->r;
	struct worker *w = seat->w;

	affinity_bind(seat->index);
	set_up(seat);
	touch_stacks(w);
	barrier_wait(&r->gate, NULL, NULL); /* all are bound */
	barrier_wait(&r->gate, NULL, NULL); /* allocator and workload ready */
	enter(w);
	if (r->workload->thread_prepare)
		r->workload->thread_prepare(&w->t);
	w->ops_before = w->t.ops;
	barrier_wait(&r->gate, NULL, NULL); /* all are prepared */
	barrier_wait(&r->start, start_clock, r);
	w->begin_ns = clock_ns();
	live(w, r->workload->thread_run);
	return NULL;
}

void worker_start(struct run *r, unsigned int index)
{
	struct seat *seat = hmem_alloc(sizeof(*seat), 16, true);
	pthread_t thread;

	if (!services.point) {
		services.point = r->pass->point ? r->pass->point : no_point;
		services.idle = r->pass->idle ? r->pass->idle : no_point;
		services.busy = r->pass->busy ? r->pass->busy : no_point;
	}
	if (!seat)
		record_end(STATUS_ERROR, "harness memory is full");
	*seat = (struct seat){ r, r->worker[index], new_stack(), index };
	create_thread(seat->stack, first_life, seat, &thread);
}
