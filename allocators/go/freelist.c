// SPDX-License-Identifier: MIT
/*
 * freelist.c - slots linked through themselves: what is done once a span.
 *
 * Role:       see freelist.h.
 * Invariants: a span is zero behind word 0 of each slot once it is carved.
 * Locks:      none; the caller alone has the span.
 * Units:      slots.
 * Source:     after Go 1.0 mcentral.c MCentral_Grow.
 * Differs:    nothing.
 */
#include "freelist.h"

void freelist_carve(struct span *s)
{
	uintptr_t slot = s->base;
	void **link = &s->freelist;

	for (unsigned int i = 0; i < s->nslots; i++) {
		*link = (void *)slot;
		link = (void **)slot;
		slot += s->elemsize;
	}
	*link = NULL;
}

unsigned int freelist_length(const void *slot)
{
	unsigned int n = 0;

	for (; slot; slot = slot_next(slot))
		n++;
	return n;
}
