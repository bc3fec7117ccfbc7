// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * take.c - every way to ask the allocator for an object.
 *
 * Role:       draws sizes, calls, judges what comes back: NULL only where that
 *             is an answer, errno, alignment, zeroes.
 * Invariants: an object that is returned holds nothing of the soak's yet.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none; the contract is allotrope/allocator.h.
 */
#include "work.h"
#include "pattern.h"

#include <errno.h>

#define KIB	   ((size_t)1 << 10)

/* errno must not change where nothing failed. */
#define ERRNO_MARK 12345

/* Log-uniform, with an eye on the bounds between classes. */
size_t take_size(struct al_random *r)
{
	unsigned int how = (unsigned int)al_random_below(r, 100), e;
	size_t size;

	if (how < 60) {
		e = (unsigned int)al_random_below(r, 16);
		size = ((size_t)1 << e) + al_random_below(r, (size_t)1 << e);
	} else if (how < 76) {
		e = 3 + (unsigned int)al_random_below(r, 13);
		size = ((size_t)1 << e) / 8 * (8 + al_random_below(r, 8)) +
		       al_random_below(r, 3) - 1;
	} else if (how < 80) {
		size = al_random_below(r, 17);
	} else if (how < 84) {
		size = 4 * KIB * al_random_range(r, 1, 300) +
		       al_random_below(r, 3) - 1;
	} else if (how < 98) {
		e = 12 + (unsigned int)al_random_below(r, work.lg_max - 12);
		size = ((size_t)1 << e) + al_random_below(r, (size_t)1 << e);
	} else {
		size = (32 * KIB - 64) + 8 * al_random_below(r, 17);
	}
	if (atomic_load_explicit(&work.live_bytes, memory_order_relaxed) +
		    (int64_t)size >
	    (int64_t)work.live_limit)
		size &= KIB - 1;
	return size;
}

/* An allocation of @size at multiples of @align gave @p. */
static void judge(const void *p, size_t size, size_t align, int err,
		  const char *what)
{
	if (!p && size) {
		if (!atomic_load_explicit(&work.may_fail, memory_order_relaxed))
			soak_fault("%s of %zu bytes gave NULL for no reason",
				   what, size);
		if (err != ENOMEM)
			soak_fault("%s of %zu bytes failed with errno %d", what,
				   size, err);
		soak_count(SOAK_ENOMEM, 1);
	} else if (p && err != ERRNO_MARK) {
		soak_fault("%s of %zu bytes set errno to %d", what, size, err);
	}
	if ((uintptr_t)p & (align - 1))
		soak_fault("%s of %zu bytes gave %p, not a multiple of %zu",
			   what, size, p, align);
}

static size_t natural_align(size_t size)
{
	return size < 16 ? 8 : 16;
}

/* What AL_MALLOC_NOSCAN and AL_MALLOC_ALIGN8 promise. */
static size_t flags_align(size_t size, unsigned int flags)
{
	if ((flags & AL_MALLOC_NOSCAN) && size < 16 && size % 8)
		return size & -size;
	if (flags & (AL_MALLOC_NOSCAN | AL_MALLOC_ALIGN8))
		return 8;
	return natural_align(size);
}

static void must_be_zero(const void *p, size_t size, const char *what)
{
	size_t at = pattern_check_zero(p, size);

	if (at != PATTERN_INTACT)
		soak_fault("%s of %zu bytes: %p, byte %zu is not 0", what, size,
			   p, at);
}

static void *take_malloc(size_t size)
{
	void *p;

	errno = ERRNO_MARK;
	soak_enter(SOAK_MALLOC, size);
	p = soak_al->malloc(size);
	soak_leave();
	judge(p, size, natural_align(size), errno, "malloc");
	return p;
}

static void *take_calloc(size_t size)
{
	size_t n = size % 24 == 0 ? 24 : size % 3 == 0 ? 3 : 1;
	void *p;

	if (!soak_al->calloc)
		return take_malloc(size);
	errno = ERRNO_MARK;
	soak_enter(SOAK_CALLOC, size);
	p = soak_al->calloc(n, size / n);
	soak_leave();
	judge(p, size, natural_align(size), errno, "calloc");
	if (p)
		must_be_zero(p, size, "calloc");
	return p;
}

static void *take_aligned(struct al_random *r, size_t size)
{
	bool wide = al_random_below(r, 32) == 0;
	size_t align = (size_t)1 << al_random_below(r, wide ? 22 : 15);
	void *p;

	if (!soak_al->aligned_alloc)
		return take_malloc(size);
	errno = ERRNO_MARK;
	soak_enter(SOAK_ALIGNED, size);
	p = soak_al->aligned_alloc(align, size);
	soak_leave();
	judge(p, size, align, errno, "aligned_alloc");
	return p;
}

static void *take_flags(struct al_random *r, struct record *rec)
{
	static const unsigned int all[] = {
		AL_MALLOC_NOSCAN,
		AL_MALLOC_NOSCAN,
		AL_MALLOC_NOSCAN | AL_MALLOC_ZEROED,
		AL_MALLOC_ZEROED,
		AL_MALLOC_ALIGN8,
	};
	unsigned int flags = all[al_random_below(r, 5)];
	size_t size = rec->asked;
	void *p;

	if (!soak_al->malloc_flags)
		return take_malloc(size);
	if (al_random_below(r, 2))
		size &= 31;
	rec->asked = size;
	errno = ERRNO_MARK;
	soak_enter(SOAK_FLAGS, size);
	p = soak_al->malloc_flags(size, flags);
	soak_leave();
	judge(p, size, flags_align(size, flags), errno, "malloc_flags");
	if (p && (flags & AL_MALLOC_ZEROED))
		must_be_zero(p, size, "malloc_flags");
	rec->tiny = (flags & AL_MALLOC_NOSCAN) && size < 16;
	return p;
}

void *take_object(struct al_random *r, struct record *rec, size_t size)
{
	bool any = size == WORK_ANY_SIZE;

	if (any)
		size = take_size(r);
	rec->asked = size;
	rec->tiny = false;
	if (!any)
		return take_malloc(size);
	switch (al_random_below(r, 16)) {
	case 0:
	case 1:
		return take_calloc(size);
	case 2:
	case 3:
		return take_aligned(r, size);
	case 4:
	case 5:
	case 6:
		return take_flags(r, rec);
	default:
		return take_malloc(size);
	}
}

void *take_moved(struct record *rec, size_t size)
{
	void *p;

	errno = ERRNO_MARK;
	soak_enter(SOAK_REALLOC, size);
	p = soak_al->realloc(rec->p, size);
	soak_leave();
	judge(p, size, p == rec->p ? 1 : natural_align(size), errno, "realloc");
	return p;
}

static void must_fail(const void *p, const char *what)
{
	if (p)
		soak_fault("%s: gave %p for more than there can be", what, p);
	if (errno != ENOMEM)
		soak_fault("%s: failed with errno %d", what, errno);
}

void take_impossible(struct al_random *r)
{
	size_t much = SIZE_MAX - al_random_below(r, 3 * 4096);

	soak_enter(SOAK_HUGE, much);
	errno = 0;
	must_fail(soak_al->malloc(much), "malloc");
	if (soak_al->calloc) {
		errno = 0;
		/* the product is 16 to 64, but for what it wraps around */
		must_fail(soak_al->calloc(SIZE_MAX / 16 + 2 +
						  al_random_below(r, 4),
					  16),
			  "calloc");
	}
	if (soak_al->aligned_alloc) {
		errno = 0;
		must_fail(soak_al->aligned_alloc((size_t)1 << 30,
						 PTRDIFF_MAX - 4096),
			  "aligned_alloc");
	}
	soak_leave();
}
