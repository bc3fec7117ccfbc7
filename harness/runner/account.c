// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * account.c - what the program asked for and has not freed.
 *
 * Role:       see account.h.
 * Invariants: an object enters the account after the allocator answered and
 *             leaves it before the allocator is told.
 * Locks:      none; `common` and `peak` are atomic.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "account.h"
#include "objects.h"
#include "target.h"

#include <stdatomic.h>

#define PEAK_PARTS 1000 /* the peak's error, one part in so many */

/* Live bytes that workers have added up; trails the truth by their `unsaid`. */
static _Alignas(CACHE_LINE) _Atomic int64_t common;
static _Alignas(CACHE_LINE) _Atomic int64_t peak;

/* Adds this worker's change to the common sum, once it is worth it. */
static void say(struct worker *w, int64_t change)
{
	int64_t unsaid = w->unsaid_bytes += change;
	int64_t worth = atomic_load_explicit(&common, memory_order_relaxed) /
			PEAK_PARTS / (int64_t)w->r->shared.nthreads;
	int64_t now, before;

	if (unsaid <= worth && unsaid >= -worth)
		return;
	w->unsaid_bytes = 0;
	now = atomic_fetch_add_explicit(&common, unsaid, memory_order_relaxed) +
	      unsaid;
	before = atomic_load_explicit(&peak, memory_order_relaxed);
	while (now > before &&
	       !atomic_compare_exchange_weak(&peak, &before, now))
		;
}

static void change(int64_t size, int64_t usable, int64_t objects)
{
	struct worker *w = worker_self;

	w->account_live += size;
	w->account_usable += usable;
	w->account_objects += objects;
	say(w, size);
}

static void *enter(void *p, size_t size)
{
	size_t usable = 0;

	if (!p)
		return NULL;
	if (target.table.usable_size)
		usable = target.table.usable_size(p);
	if (!objects_insert(p, size, usable))
		record_end(STATUS_FAULT,
			   "an object of %zu bytes was placed at %p, where one "
			   "is live",
			   size, p);
	change((int64_t)size, (int64_t)usable, 1);
	return p;
}

static size_t leave(const void *p)
{
	struct object o;

	if (!objects_remove(p, &o))
		record_end(STATUS_ERROR,
			   "the workload frees %p, which is not live", p);
	change(-(int64_t)o.size, -(int64_t)o.word, -1);
	return o.size;
}

static void *account_malloc(size_t size)
{
	return enter(target.calls.malloc(size), size);
}

static void account_free(void *p)
{
	if (p)
		leave(p);
	target.calls.free(p);
}

static void *account_calloc(size_t n, size_t size)
{
	return enter(target.calls.calloc(n, size), n * size);
}

static void *account_realloc(void *p, size_t size)
{
	size_t old = p ? leave(p) : 0;
	void *q = target.calls.realloc(p, size);

	if (!q && p)
		enter(p, old); /* it failed: p is live as before */
	return enter(q, size);
}

static void *account_aligned_alloc(size_t align, size_t size)
{
	return enter(target.calls.aligned_alloc(align, size), size);
}

static void account_free_sized(void *p, size_t size)
{
	if (p)
		leave(p);
	target.calls.free_sized(p, size);
}

static void *account_malloc_flags(size_t size, unsigned int flags)
{
	return enter(target.calls.malloc_flags(size, flags), size);
}

static size_t account_usable_size(const void *p)
{
	struct object o;

	if (target.table.usable_size)
		return target.table.usable_size(p);
	return p && objects_find(p, &o) ? o.size : 0;
}

const struct al_calls account_calls = {
	.malloc = account_malloc,
	.free = account_free,
	.calloc = account_calloc,
	.realloc = account_realloc,
	.aligned_alloc = account_aligned_alloc,
	.free_sized = account_free_sized,
	.malloc_flags = account_malloc_flags,
	.usable_size = account_usable_size,
};

void account_open(void)
{
	objects_open();
}

void account_sum(const struct run *r, struct account *sum)
{
	*sum = (struct account){ 0 };
	for (unsigned int i = 0; i < r->shared.nthreads; i++) {
		const struct worker *w = r->worker[i];

		sum->live_bytes += w->account_live;
		sum->usable_bytes += w->account_usable;
		sum->live_objects += w->account_objects;
	}
}

int64_t account_peak(void)
{
	return atomic_load(&peak);
}
