// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * zeroed.c - memory that reads as zero, also what an array grew by.
 *
 * Role:       see zeroed.h.
 * Invariants: the length stands in front of each piece.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "zeroed.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct front {
	_Alignas(16) size_t bytes; /* behind it */
};

void *zeroed_alloc(size_t bytes)
{
	struct front *f;

	if (bytes > SIZE_MAX / 2)
		return NULL;
	f = calloc(1, sizeof(*f) + bytes);
	if (!f)
		return NULL;
	f->bytes = bytes;
	return f + 1;
}

void *zeroed_grow(void *p, size_t bytes)
{
	struct front *f;

	if (!p)
		return zeroed_alloc(bytes);
	if (bytes > SIZE_MAX / 2)
		return NULL;
	f = (struct front *)p - 1;
	if (bytes <= f->bytes)
		return p;
	f = realloc(f, sizeof(*f) + bytes);
	if (!f)
		return NULL;
	memset((char *)(f + 1) + f->bytes, 0, bytes - f->bytes);
	f->bytes = bytes;
	return f + 1;
}

void zeroed_free(void *p)
{
	if (p)
		free((struct front *)p - 1);
}
