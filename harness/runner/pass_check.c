// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pass_check.c - the pass `check`: is every answer of the allocator right?
 *
 * Role:       stands between workload and allocator and verifies: alignment, no
 *             byte in two live objects, usable size, zeroed memory, contents
 *             until free, contents across realloc.
 * Invariants: an object leaves the books before the allocator is told, and
 *             enters them after it answered: in between its memory may lawfully
 *             belong to another thread. The first fault ends the process.
 * Locks:      none of its own; see objects.h and shadow.h.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "contents.h"
#include "hmem.h"
#include "objects.h"
#include "run.h"
#include "shadow.h"
#include "target.h"

#include <allotrope/random.h>

#include <errno.h>
#include <stdatomic.h>

static const struct al_workload *workload;
static const struct al_run *shared;

#define FAULT(...)	   record_end(STATUS_FAULT, __VA_ARGS__)

/*
 * Live bytes in objects above CONTENTS_DENSE_BYTES. A heap of 150 GB of which
 * the workload touches nothing must not come to life by being checked: once
 * there is this much, objects are looked at in few places.
 */
#define DENSE_LIVE_BYTES   (UINT64_C(1) << 30)

/*
 * Bytes of objects that a worker looks at whole. Beyond, long ones are visited
 * in places: two million objects of 32 KiB, each written and read, would take a
 * minute and tell no more.
 */
#define DENSE_FILLED_BYTES (UINT64_C(2) << 30)

static _Atomic uint64_t long_live_bytes;

static uint64_t count_long(size_t size)
{
	return size > CONTENTS_DENSE_BYTES
		       ? atomic_fetch_add(&long_live_bytes, size)
		       : 0;
}

static void discount_long(size_t size)
{
	if (size > CONTENTS_DENSE_BYTES)
		atomic_fetch_sub(&long_live_bytes, size);
}

/* A word that no other object of this process has; bit 0 says how to look. */
static uint64_t new_tag(size_t size)
{
	struct worker *w = worker_self;
	uint64_t tag = al_random_derive(w->t.index, ++w->nobjects);

	bool is_sparse = count_long(size) >= DENSE_LIVE_BYTES ||
			 w->filled_bytes >= DENSE_FILLED_BYTES;

	if (!is_sparse)
		w->filled_bytes += size;
	return is_sparse ? tag | CONTENTS_SPARSE : tag & ~CONTENTS_SPARSE;
}

/* Bytes from here on are the harness's to fill. */
static size_t prefix_of(size_t size)
{
	return size < workload->touch_prefix ? size : workload->touch_prefix;
}

static void check_place(const char *call, const void *p, size_t align,
			size_t size)
{
	if ((uintptr_t)p % align)
		FAULT("%s(%zu) returned %p, which is not aligned to %zu", call,
		      size, p, align);
	if (hmem_contains(p))
		FAULT("%s(%zu) returned %p, which is memory of the harness",
		      call, size, p);
}

/* Enters a fresh object into the books and fills what the workload does not. */
static void enter_books(const char *call, void *p, size_t size)
{
	uint64_t tag = new_tag(size);

	if (!shadow_claim(p, size))
		FAULT("%s(%zu) returned %p, which overlaps a live object", call,
		      size, p);
	if (!objects_insert(p, size, tag))
		FAULT("%s(%zu) returned %p, where an object is live", call,
		      size, p);
	if (size && target.table.usable_size &&
	    target.table.usable_size(p) < size)
		FAULT("%s(%zu) returned %p, whose usable size is %zu only",
		      call, size, p, target.table.usable_size(p));
	contents_write(p, prefix_of(size), size, tag);
}

static void check_contents(const char *call, const void *p,
			   const struct object *o)
{
	size_t bad = contents_verify(p, prefix_of(o->size), o->size, o->word);

	if (bad != o->size)
		FAULT("%s(%p): byte %zu of the object of %zu bytes changed "
		      "while it was live",
		      call, p, bad, o->size);
	if (workload->object_valid && o->size &&
	    !workload->object_valid(shared, p, o->size))
		FAULT("%s(%p): what the workload wrote into the object of %zu "
		      "bytes changed while it was live",
		      call, p, o->size);
}

/* Verifies a live object and takes it out of the books. */
static struct object leave_books(const char *call, const void *p)
{
	struct object o;

	if (!objects_remove(p, &o))
		record_end(STATUS_ERROR,
			   "the workload calls %s(%p), which is not live", call,
			   p);
	check_contents(call, p, &o);
	if (!shadow_release(p, o.size))
		record_end(STATUS_ERROR, "%s(%p): the harness lost track of it",
			   call, p);
	discount_long(o.size);
	return o;
}

static void *check_new(const char *call, void *p, size_t align, size_t size)
{
	if (!p)
		return NULL;
	if (size)
		check_place(call, p, align, size);
	enter_books(call, p, size);
	return p;
}

static size_t malloc_align(size_t size)
{
	return size < 16 ? 8 : 16;
}

static void check_zero(const char *call, const void *p, size_t size)
{
	size_t bad = p ? contents_zero(p, size) : size;

	if (bad != size)
		FAULT("%s(%zu) returned %p, whose byte %zu is not zero", call,
		      size, p, bad);
}

static void *check_malloc(size_t size)
{
	return check_new("malloc", target.calls.malloc(size),
			 malloc_align(size), size);
}

static void *check_calloc(size_t n, size_t size)
{
	void *p = target.calls.calloc(n, size);
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		if (p)
			FAULT("calloc(%zu, %zu) overflows and returned %p", n,
			      size, p);
		return NULL;
	}
	check_zero("calloc", p, bytes);
	return check_new("calloc", p, malloc_align(bytes), bytes);
}

static void *check_aligned_alloc(size_t align, size_t size)
{
	return check_new("aligned_alloc",
			 target.calls.aligned_alloc(align, size), align, size);
}

static void *check_malloc_flags(size_t size, unsigned int flags)
{
	void *p = target.calls.malloc_flags(size, flags);
	size_t align = malloc_align(size);

	if (flags & AL_MALLOC_NOSCAN) /* the largest power of two, up to 8 */
		align = size & 7 ? size & -size & 7 : 8;
	else if (flags & AL_MALLOC_ALIGN8)
		align = 8;
	if (flags & AL_MALLOC_ZEROED)
		check_zero("malloc_flags", p, size);
	return check_new("malloc_flags", p, align, size);
}

static void check_free(void *p)
{
	if (p)
		leave_books("free", p);
	target.calls.free(p);
}

static void check_free_sized(void *p, size_t size)
{
	if (p) {
		struct object o = leave_books("free_sized", p);

		if (o.size != size)
			record_end(STATUS_ERROR,
				   "the workload calls free_sized(%p, %zu) on "
				   "an object of %zu bytes",
				   p, size, o.size);
	}
	target.calls.free_sized(p, size);
}

static void *check_realloc(void *p, size_t size)
{
	struct object o;
	uint64_t sum;
	size_t keep;
	void *q;

	if (!p)
		return check_new("realloc", target.calls.realloc(NULL, size),
				 malloc_align(size), size);
	o = leave_books("realloc", p);
	keep = o.size < size ? o.size : size;
	sum = contents_sum(p, keep);
	q = target.calls.realloc(p, size);
	if (contents_sum(q ? q : p, keep) != sum)
		FAULT("realloc(%p, %zu) of an object of %zu bytes %s the first "
		      "%zu",
		      p, size, o.size,
		      q ? "did not keep" : "failed and changed", keep);
	if (q)
		return check_new("realloc", q, malloc_align(size), size);
	enter_books("realloc", p, o.size); /* it failed: p is live as before */
	return NULL;
}

static size_t check_usable_size(const void *p)
{
	struct object o;

	if (!p)
		return 0;
	if (!objects_find(p, &o))
		record_end(STATUS_ERROR,
			   "the workload calls usable_size(%p), which is not "
			   "live",
			   p);
	return target.table.usable_size ? target.table.usable_size(p) : o.size;
}

static const struct al_calls check_calls = {
	.malloc = check_malloc,
	.free = check_free,
	.calloc = check_calloc,
	.realloc = check_realloc,
	.aligned_alloc = check_aligned_alloc,
	.free_sized = check_free_sized,
	.malloc_flags = check_malloc_flags,
	.usable_size = check_usable_size,
};

static void check_open(struct run *r)
{
	workload = r->workload;
	shared = &r->shared;
	objects_open();
	shadow_open();
}

static void check_freed(struct run *r)
{
	uint64_t nobjects = 0;

	for (unsigned int i = 0; i < r->shared.nthreads; i++)
		nobjects += r->worker[i]->nobjects;
	record_metric("objects_checked", (double)nobjects);
	record_metric("objects_left", (double)objects_live());
}

const struct pass pass_check = {
	.open = check_open,
	.freed = check_freed,
	.calls = &check_calls,
};
