// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * hmem_malloc.c - the C library's allocation functions, over harness memory.
 *
 * Role:       the executable's malloc wins over every library's, preloaded ones
 *             included: jansson, hwloc, PAPI, stdio and the dynamic linker
 *             allocate here; the measured malloc is reached by address only.
 * Invariants: the whole family is here; a pointer never crosses between it and
 *             the measured allocator.
 * Locks:      see hmem.h.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#ifndef AL_SANITIZED /* a sanitizer's malloc has to stay the process's */

#include "hmem.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void *or_enomem(void *p)
{
	if (!p)
		errno = ENOMEM;
	return p;
}

void *malloc(size_t size)
{
	return or_enomem(hmem_alloc(size, 16, false));
}

void free(void *p)
{
	int saved = errno;

	hmem_free(p);
	errno = saved;
}

void *calloc(size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return or_enomem(NULL);
	return or_enomem(hmem_alloc(bytes, 16, true));
}

void *realloc(void *p, size_t size)
{
	size_t old;
	void *q;

	if (!p)
		return malloc(size);
	if (size == 0) {
		free(p);
		return NULL;
	}
	old = hmem_usable(p);
	if (size <= old && size >= old / 2)
		return p;
	q = malloc(size);
	if (!q)
		return NULL;
	memcpy(q, p, old < size ? old : size);
	free(p);
	return q;
}

void *reallocarray(void *p, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return or_enomem(NULL);
	return realloc(p, bytes);
}

void *memalign(size_t align, size_t size)
{
	if (align == 0 || (align & (align - 1))) {
		errno = EINVAL;
		return NULL;
	}
	return or_enomem(hmem_alloc(size, align, false));
}

void *aligned_alloc(size_t align, size_t size)
{
	return memalign(align, size);
}

int posix_memalign(void **out, size_t align, size_t size)
{
	void *p;

	if (align < sizeof(void *) || (align & (align - 1)))
		return EINVAL;
	p = hmem_alloc(size, align, false);
	if (!p)
		return ENOMEM;
	*out = p;
	return 0;
}

void *valloc(size_t size)
{
	return memalign(4096, size);
}

void *pvalloc(size_t size)
{
	return memalign(4096, (size + 4095) & -(size_t)4096);
}

size_t malloc_usable_size(void *p)
{
	return p ? hmem_usable(p) : 0;
}

#endif /* !AL_SANITIZED */
