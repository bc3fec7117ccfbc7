// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * shadow.c - one bit for every byte, in two levels.
 *
 * Role:       see shadow.h.
 * Invariants: a leaf covers 1 GiB of addresses and, once there, stays; it is
 *             reserved whole and takes memory only where it was written.
 * Locks:      none; a leaf is put in by compare and exchange.
 * Units:      a word is 64 bytes of the heap.
 * Source:     none.
 */
#include "config.h"

#include "hmem.h"
#include "record.h"
#include "shadow.h"

#include <stdatomic.h>
#include <stdint.h>

#define LG_ADDRESS 47 /* user addresses without 5-level hints */
#define LG_LEAF	   30
#define NLEAVES	   ((size_t)1 << (LG_ADDRESS - LG_LEAF))
#define LEAF_WORDS ((size_t)1 << (LG_LEAF - 6))

typedef _Atomic uint64_t word_t;

static _Atomic(word_t *) *leaves;

void shadow_open(void)
{
	leaves = hmem_pages(NLEAVES * sizeof(*leaves));
	if (!leaves)
		record_end(STATUS_ERROR, "harness memory is full");
}

/* The loser of a race gives up 128 MiB of address space, not of memory. */
static word_t *new_leaf(_Atomic(word_t *) *place)
{
	word_t *leaf = hmem_pages(LEAF_WORDS * sizeof(*leaf));
	word_t *there = NULL;

	if (!leaf)
		record_end(STATUS_ERROR, "the shadow of the heap does not fit "
					 "into harness memory");
	if (atomic_compare_exchange_strong(place, &there, leaf))
		return leaf;
	return there;
}

static word_t *word_of(uintptr_t address)
{
	_Atomic(word_t *) *place;
	word_t *leaf;

	if (address >> LG_ADDRESS)
		record_end(STATUS_ERROR,
			   "an object at %#jx, beyond %d bits of address",
			   (uintmax_t)address, LG_ADDRESS);
	place = &leaves[address >> LG_LEAF];
	leaf = atomic_load_explicit(place, memory_order_acquire);
	if (!leaf)
		leaf = new_leaf(place);
	return &leaf[(address >> 6) & (LEAF_WORDS - 1)];
}

/* The bits of one word that belong to [from, to). */
static uint64_t mask_of(uintptr_t from, uintptr_t to)
{
	uintptr_t base = from & -(uintptr_t)64;
	uint64_t mask = ~UINT64_C(0) << (from - base);

	if (to - base < 64)
		mask &= (UINT64_C(1) << (to - base)) - 1;
	return mask;
}

bool shadow_claim(const void *p, size_t n)
{
	uintptr_t from = (uintptr_t)p, to = from + n;
	bool is_free = true;

	while (from < to) {
		uint64_t mask = mask_of(from, to);

		if (atomic_fetch_or_explicit(word_of(from), mask,
					     memory_order_relaxed) &
		    mask)
			is_free = false;
		from = (from | 63) + 1;
	}
	return is_free;
}

bool shadow_release(const void *p, size_t n)
{
	uintptr_t from = (uintptr_t)p, to = from + n;
	bool was_live = true;

	while (from < to) {
		uint64_t mask = mask_of(from, to);

		if ((atomic_fetch_and_explicit(word_of(from), ~mask,
					       memory_order_relaxed) &
		     mask) != mask)
			was_live = false;
		from = (from | 63) + 1;
	}
	return was_live;
}
