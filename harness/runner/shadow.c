// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * shadow.c - one bit for every byte, one word for every page.
 *
 * Role:       see shadow.h.
 * Invariants: a page that one object covers whole is marked as such, and none
 *             of its bits are set; any other page counts the objects that reach
 *             into it, and their bytes have their bits set. So a large object
 *             costs a step a page, not a step a word.
 *             A leaf covers 1 GiB of addresses and, once there, stays; it is
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
#define LG_PAGE	   12
#define PAGE_BYTES ((uintptr_t)1 << LG_PAGE)
#define NLEAVES	   ((size_t)1 << (LG_ADDRESS - LG_LEAF))
#define LEAF_PAGES ((size_t)1 << (LG_LEAF - LG_PAGE))
#define LEAF_WORDS ((size_t)1 << (LG_LEAF - 6))

#define WHOLE	   (UINT32_C(1) << 31) /* one object covers the page */

struct leaf {
	_Atomic uint32_t page[LEAF_PAGES]; /* WHOLE, or objects in part */
	_Atomic uint64_t word[LEAF_WORDS];
};

static _Atomic(struct leaf *) *leaves;

void shadow_open(void)
{
	leaves = hmem_pages(NLEAVES * sizeof(*leaves));
	if (!leaves)
		record_end(STATUS_ERROR, "harness memory is full");
}

/* The loser of a race gives up 129 MiB of address space, not of memory. */
static struct leaf *new_leaf(_Atomic(struct leaf *) *place)
{
	struct leaf *leaf = hmem_pages(sizeof(*leaf));
	struct leaf *there = NULL;

	if (!leaf)
		record_end(STATUS_ERROR, "the shadow of the heap does not fit "
					 "into harness memory");
	if (atomic_compare_exchange_strong(place, &there, leaf))
		return leaf;
	return there;
}

static struct leaf *leaf_of(uintptr_t address)
{
	_Atomic(struct leaf *) *place;
	struct leaf *leaf;

	if (address >> LG_ADDRESS)
		record_end(STATUS_ERROR,
			   "an object at %#jx, beyond %d bits of address",
			   (uintmax_t)address, LG_ADDRESS);
	place = &leaves[address >> LG_LEAF];
	leaf = atomic_load_explicit(place, memory_order_acquire);
	return leaf ? leaf : new_leaf(place);
}

static _Atomic uint32_t *page_of(struct leaf *leaf, uintptr_t address)
{
	return &leaf->page[(address >> LG_PAGE) & (LEAF_PAGES - 1)];
}

static _Atomic uint64_t *word_of(struct leaf *leaf, uintptr_t address)
{
	return &leaf->word[(address >> 6) & (LEAF_WORDS - 1)];
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

/* [from, to) lies in one page and does not fill it. */
static bool claim_part(struct leaf *leaf, uintptr_t from, uintptr_t to)
{
	bool is_free = !(atomic_fetch_add(page_of(leaf, from), 1) & WHOLE);

	while (from < to) {
		uint64_t mask = mask_of(from, to);

		if (atomic_fetch_or(word_of(leaf, from), mask) & mask)
			is_free = false;
		from = (from | 63) + 1;
	}
	return is_free;
}

static bool release_part(struct leaf *leaf, uintptr_t from, uintptr_t to)
{
	_Atomic uint32_t *page = page_of(leaf, from);
	bool was_live = true;

	while (from < to) {
		uint64_t mask = mask_of(from, to);

		if ((atomic_fetch_and(word_of(leaf, from), ~mask) & mask) !=
		    mask)
			was_live = false;
		from = (from | 63) + 1;
	}
	if (was_live)
		atomic_fetch_sub(page, 1);
	return was_live;
}

static bool claim_page(struct leaf *leaf, uintptr_t from)
{
	return atomic_fetch_or(page_of(leaf, from), WHOLE) == 0;
}

static bool release_page(struct leaf *leaf, uintptr_t from)
{
	return atomic_fetch_and(page_of(leaf, from), ~WHOLE) == WHOLE;
}

/* The end of the page that @from lies in, or @to if that comes first. */
static uintptr_t page_end(uintptr_t from, uintptr_t to)
{
	uintptr_t end = (from | (PAGE_BYTES - 1)) + 1;

	return end < to ? end : to;
}

bool shadow_claim(const void *p, size_t n)
{
	uintptr_t from = (uintptr_t)p, to = from + n, end;
	bool is_free = true;

	for (; from < to; from = end) {
		struct leaf *leaf = leaf_of(from);

		end = page_end(from, to);
		if (end - from == PAGE_BYTES)
			is_free &= claim_page(leaf, from);
		else
			is_free &= claim_part(leaf, from, end);
	}
	return is_free;
}

bool shadow_release(const void *p, size_t n)
{
	uintptr_t from = (uintptr_t)p, to = from + n, end;
	bool was_live = true;

	for (; from < to; from = end) {
		struct leaf *leaf = leaf_of(from);

		end = page_end(from, to);
		if (end - from == PAGE_BYTES)
			was_live &= release_page(leaf, from);
		else
			was_live &= release_part(leaf, from, end);
	}
	return was_live;
}
