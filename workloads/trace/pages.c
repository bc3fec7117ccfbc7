// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pages.c - memory for the trace code that no malloc sees.
 *
 * Role:       see pages.h; one mapping a piece, its length in front of it.
 * Invariants: meant for few and large pieces.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "pages.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

#define FRONT 64 /* keeps the alignment that pages.h promises */

struct front {
	size_t bytes; /* of the whole mapping */
};

static struct front *front_of(void *p)
{
	return (struct front *)(void *)((char *)p - FRONT);
}

void *pages_alloc(size_t bytes)
{
	struct front *f;

	if (bytes > SIZE_MAX / 2) {
		errno = ENOMEM;
		return NULL;
	}
	bytes += FRONT;
	f = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (f == MAP_FAILED)
		return NULL;
	f->bytes = bytes;
	return (char *)f + FRONT;
}

void *pages_resize(void *p, size_t bytes)
{
	struct front *f;

	if (!p)
		return pages_alloc(bytes);
	if (bytes > SIZE_MAX / 2) {
		errno = ENOMEM;
		return NULL;
	}
	bytes += FRONT;
	f = front_of(p);
	f = mremap(f, f->bytes, bytes, MREMAP_MAYMOVE);
	if (f == MAP_FAILED)
		return NULL;
	f->bytes = bytes;
	return (char *)f + FRONT;
}

void pages_free(void *p)
{
	if (p)
		munmap(front_of(p), front_of(p)->bytes);
}
