// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fallback.c - what the harness does for a hook that an allocator lacks.
 *
 * Role:       builds target.calls, in which no entry is NULL, out of
 *             target.table; each fallback is the one allocator.h promises.
 * Invariants: malloc and free are the allocator's own, never wrapped here.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "record.h"
#include "target.h"

#include <errno.h>
#include <string.h>

static void *calloc_by_malloc(size_t n, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	p = target.table.malloc(bytes);
	return p ? memset(p, 0, bytes) : NULL;
}

static void *realloc_by_malloc(void *p, size_t size)
{
	void *q = target.table.malloc(size);
	size_t old;

	if (!q || !p)
		return q;
	old = target.table.usable_size(p);
	memcpy(q, p, old < size ? old : size);
	target.table.free(p);
	return q;
}

static void *realloc_absent(void *p, size_t size)
{
	record_end(STATUS_UNSUPPORTED,
		   "it has neither realloc nor usable_size");
}

/* Every malloc aligns to 16 from 16 bytes on, so a small object asks for 16. */
static void *aligned_by_malloc(size_t align, size_t size)
{
	if (align > 16)
		record_end(STATUS_UNSUPPORTED,
			   "it has no aligned_alloc, and "
			   "alignment %zu was asked for",
			   align);
	return target.table.malloc(size < align ? align : size);
}

static void free_without_size(void *p, size_t size)
{
	target.table.free(p);
}

static void *flags_by_malloc(size_t size, unsigned int flags)
{
	void *p;

	if (flags & AL_MALLOC_ZEROED)
		return target.calls.calloc(1, size);
	p = target.table.malloc(size);
	return p;
}

static size_t usable_absent(const void *p)
{
	record_end(STATUS_UNSUPPORTED, "it has no usable_size");
}

void target_fallbacks(void)
{
	const struct al_allocator *table = &target.table;
	struct al_calls *calls = &target.calls;

	calls->malloc = table->malloc;
	calls->free = table->free;
	calls->calloc = table->calloc ? table->calloc : calloc_by_malloc;
	if (table->realloc)
		calls->realloc = table->realloc;
	else
		calls->realloc =
			table->usable_size ? realloc_by_malloc : realloc_absent;
	calls->aligned_alloc =
		table->aligned_alloc ? table->aligned_alloc : aligned_by_malloc;
	calls->free_sized =
		table->free_sized ? table->free_sized : free_without_size;
	calls->malloc_flags =
		table->malloc_flags ? table->malloc_flags : flags_by_malloc;
	calls->usable_size =
		table->usable_size ? table->usable_size : usable_absent;
}
