// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * flawed.c - the example allocator with one flaw: do the tests see it?
 *
 * Role:       each flaw breaks one promise, in a way that allocators really do;
 *             tests/conformance/flaws.sh says which test has to notice.
 * Invariants: without a flaw (`none`) it is the example allocator.
 * Locks:      none of its own.
 * Units:      bytes.
 * Source:     none.
 *
 * allocators/example/example.c is compiled beside this file, with its one
 * symbol renamed: see local.mk.
 */
#include <allotrope/allocator.h>

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#undef allotrope_allocator
const struct al_allocator *example_table(void);
const struct al_allocator *allotrope_allocator(void);

#define FLAWS(X)                                                         \
	X(none)                                                          \
	X(leak)		 /* one free in eight is forgotten */            \
	X(leak_remote)	 /* ... all by threads that only free */         \
	X(leak_exit)	 /* what a thread kept dies with it */           \
	X(leak_resized)	 /* what realloc left behind */                  \
	X(abort_enomem)	 /* ends the process when memory does */         \
	X(lose_enomem)	 /* gives an address all the same */             \
	X(quiet_enomem)	 /* leaves errno alone */                        \
	X(touch_errno)	 /* sets it on success */                        \
	X(wrap_size)	 /* adds a header to SIZE_MAX */                 \
	X(wrap_calloc)	 /* multiplies without a look */                 \
	X(dirty_calloc)	 /* trusts that large blocks are fresh */        \
	X(dirty_flags)	 /* ignores AL_MALLOC_ZEROED */                  \
	X(cap_align)	 /* knows no alignment above a page */           \
	X(drop_failed)	 /* a realloc that fails has freed the object */ \
	X(drop_shrunk)	 /* a realloc that shrinks copies nothing */     \
	X(boast_usable)	 /* usable_size counts the neighbour in */       \
	X(cut_trim)	 /* trim takes a live object */                  \
	X(falling_stats) /* a counter that falls */                      \
	X(empty_stats)	 /* live objects that are not counted */         \
	X(racy)		 /* two threads may get one object */            \
	X(die_on_null)	 /* free(NULL) */                                \
	X(die_remote)	 /* a free in a thread that never allocated */

enum flaw {
#define X(name) name,
	FLAWS(X)
#undef X
};

static const char *const names[] = {
#define X(name) #name,
	FLAWS(X)
#undef X
};

static const struct al_allocator *good; /* set at load */
static enum flaw flaw;			/* set at init */
static __thread bool has_allocated;

static int flawed_init(const struct al_config *config)
{
	const char *name = config->knob("flaw");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], name)) {
			flaw = (enum flaw)i;
			return good->init(config);
		}
	return -EINVAL;
}

static void flawed_thread_exit(void)
{
	if (flaw != leak_exit)
		good->thread_exit();
}

/* One object between all threads, without a thought about them. */
static void *volatile parked;
#define PARKED_BYTES 64

static void *take_parked(void)
{
	void *p = parked;

	if (!p)
		return NULL;
	sched_yield(); /* a slow machine */
	parked = NULL;
	return p;
}

static void *last_object; /* flaw cut_trim: single-threaded test */

static void *judged(void *p, size_t size)
{
	static _Alignas(16) char nowhere[1 << 16];

	if (p) {
		if (flaw == touch_errno)
			errno = EAGAIN;
		last_object = p;
		return p;
	}
	if (flaw == abort_enomem)
		abort();
	if (flaw == lose_enomem && size <= sizeof(nowhere))
		return nowhere;
	if (flaw == quiet_enomem)
		errno = 0;
	return NULL;
}

static void *flawed_malloc(size_t size)
{
	void *p;

	has_allocated = true;
	if (flaw == wrap_size)
		size += 16;
	if (flaw == racy && size <= PARKED_BYTES) {
		p = take_parked();
		if (p)
			return p;
		size = PARKED_BYTES;
	}
	return judged(good->malloc(size), size);
}

static bool forgets(void)
{
	static _Atomic(unsigned long) nfrees;

	return (flaw == leak && nfrees++ % 8 == 0) ||
	       (flaw == leak_remote && !has_allocated);
}

static void flawed_free(void *p)
{
	if (!p && flaw == die_on_null)
		abort();
	if (flaw == die_remote && p && !has_allocated)
		abort();
	if (!p || forgets())
		return;
	if (flaw == racy && good->usable_size(p) == PARKED_BYTES && !parked) {
		parked = p;
		return;
	}
	good->free(p);
}

static void *flawed_calloc(size_t n, size_t size)
{
	if (flaw == wrap_calloc)
		return good->calloc(1, n * size);
	if (flaw == dirty_calloc && n * size > 4096 && n * size < 65536)
		return good->malloc(n * size);
	return judged(good->calloc(n, size), n * size);
}

static void *flawed_realloc(void *p, size_t size)
{
	void *q;

	if (flaw == drop_shrunk && p && size < good->usable_size(p)) {
		q = good->malloc(size);
		good->free(p);
		return q;
	}
	if (flaw == leak_resized && p) {
		const size_t room = good->usable_size(p);

		q = good->malloc(size);
		return q ? memcpy(q, p, room < size ? room : size) : NULL;
	}
	q = judged(good->realloc(p, size), size);
	if (!q && p && flaw == drop_failed) {
		memset(p, 0, good->usable_size(p));
		good->free(p);
	}
	return q;
}

static void *flawed_aligned_alloc(size_t align, size_t size)
{
	if (flaw == cap_align && align > 4096)
		align = 4096;
	return judged(good->aligned_alloc(align, size), size);
}

static size_t flawed_usable_size(const void *p)
{
	return good->usable_size(p) + (flaw == boast_usable ? 8 : 0);
}

static void *flawed_malloc_flags(size_t size, unsigned int flags)
{
	if ((flags & AL_MALLOC_ZEROED) && flaw != dirty_flags)
		return judged(good->calloc(1, size), size);
	return flawed_malloc(size);
}

static void flawed_trim(void)
{
	if (flaw != cut_trim || !last_object)
		return;
	memset(last_object, 0, 1);
}

static int flawed_stats(struct al_stats *stats)
{
	static uint64_t calls;
	const int err = good->stats(stats);

	if (flaw == falling_stats)
		stats->refills = 1000 - calls++;
	if (flaw == empty_stats)
		stats->inuse_bytes = 0;
	return err;
}

static const struct al_knob knobs[] = {
	{ "flaw", "none", "the promise to break; the source lists them" },
};

static struct al_allocator flawed = {
	.abi = AL_ALLOCATOR_ABI,
	.size = sizeof(flawed),
	.name = "flawed",
	.summary = "the example allocator with a flaw",
	.family = "test",
	.source = "none",
	.knobs = knobs,
	.nknobs = sizeof(knobs) / sizeof(knobs[0]),
	.init = flawed_init,
	.thread_exit = flawed_thread_exit,
	.malloc = flawed_malloc,
	.free = flawed_free,
	.calloc = flawed_calloc,
	.realloc = flawed_realloc,
	.aligned_alloc = flawed_aligned_alloc,
	.usable_size = flawed_usable_size,
	.malloc_flags = flawed_malloc_flags,
	.trim = flawed_trim,
	.stats = flawed_stats,
};

__attribute__((visibility("default"))) const struct al_allocator *
allotrope_allocator(void)
{
	good = example_table();
	return &flawed;
}
