// SPDX-License-Identifier: MIT
/*
 * radix_summary.c - the five levels of summaries above the chunks.
 *
 * Role:       keeps them true, searches them for the lowest run that fits.
 * Invariants: an entry of level l covers 2^lg_npages[l] pages, and 8 entries of
 *             level l + 1. Entries that were never mapped are not read: a
 *             search enters a block only below an entry that is not 0.
 * Locks:      heap->lock held on every call.
 * Units:      pages; entries by number, counted from address 0.
 * Source:     after Go 1.19 mpagealloc.go find, update; mpagealloc_64bit.go.
 * Differs:    no arenaBaseOffset (see spanmap.h). Which 4 KiB of the tables
 *             are mapped is kept as bits, Go compares address ranges.
 */
#include "radix.h"

#include <errno.h>

#include "fixalloc.h"

#define LG_BLOCK      3 /* entries below one, but for the top level */
#define LG_TOP	      14
#define LG_TABLE_PAGE 12

static const uint8_t lg_npages[RADIX_LEVELS] = { 21, 18, 15, 12, 9 };

_Static_assert(LG_TOP + RADIX_LEAF * LG_BLOCK + RADIX_LG_CHUNK ==
		       RADIX_LG_ADDRESS,
	       "the levels cover the address space");

static size_t level_entries(unsigned int l)
{
	return (size_t)1 << (LG_TOP + l * LG_BLOCK);
}

static uintptr_t entry_address(unsigned int l, size_t i)
{
	return (uintptr_t)i << lg_npages[l] << RADIX_LG_PAGE;
}

static size_t entry_of(unsigned int l, uintptr_t addr)
{
	return addr >> RADIX_LG_PAGE >> lg_npages[l];
}

/* Bytes of the tables, and where in them level @l begins. */
static size_t table_offset(unsigned int l)
{
	size_t offset = 0;

	for (unsigned int i = 0; i < l; i++)
		offset += level_entries(i) * sizeof(uint64_t);
	return offset;
}

/* Map what is missing of bytes [@first, @end) of the tables. */
static int map_table(struct radix *r, size_t first, size_t end)
{
	uintptr_t start = (uintptr_t)r->summary[0];
	const size_t page = (size_t)1 << LG_TABLE_PAGE;

	for (size_t p = first >> LG_TABLE_PAGE; p << LG_TABLE_PAGE < end; p++) {
		uint64_t bit = UINT64_C(1) << p % 64;
		void *at = (void *)(start + (p << LG_TABLE_PAGE));

		if (r->summary_mapped[p / 64] & bit)
			continue;
		if (r->os->map(at, page) != 0)
			return -ENOMEM;
		r->summary_mapped[p / 64] |= bit;
		r->from->total_bytes += page;
	}
	return 0;
}

int radix_summary_init(struct radix *r)
{
	size_t bytes = table_offset(RADIX_LEVELS);
	uintptr_t start;

	r->summary_mapped = persistent_alloc(
		r->from, (bytes >> LG_TABLE_PAGE) / 8 + 8, sizeof(uint64_t));
	if (!r->summary_mapped)
		return -ENOMEM;
	start = (uintptr_t)r->os->reserve(NULL, bytes);
	if (!start)
		return -ENOMEM;
	for (unsigned int l = 0; l < RADIX_LEVELS; l++)
		r->summary[l] = (uint64_t *)(start + table_offset(l));
	/* the top level is searched without a look at what is mapped */
	if (map_table(r, 0, table_offset(1)) == 0)
		return 0;
	r->os->release((void *)start, bytes);
	return -ENOMEM;
}

int radix_summary_map(struct radix *r, size_t first_chunk, size_t end_chunk)
{
	for (unsigned int l = 1; l < RADIX_LEVELS; l++) {
		unsigned int down = (RADIX_LEAF - l) * LG_BLOCK;
		size_t first = first_chunk >> down;
		size_t end = ((end_chunk - 1) >> down) + 1;
		size_t offset = table_offset(l);

		/* a table page holds whole blocks */
		if (map_table(r, offset + first * sizeof(uint64_t),
			      offset + end * sizeof(uint64_t)) != 0)
			return -ENOMEM;
	}
	return 0;
}

static uint64_t merge_children(const struct radix *r, unsigned int l, size_t i)
{
	return pallocsum_merge(&r->summary[l + 1][i << LG_BLOCK],
			       (size_t)1 << LG_BLOCK, lg_npages[l + 1]);
}

void radix_update(struct radix *r, uintptr_t base, size_t npages,
		  bool contiguous, bool inuse)
{
	uintptr_t last = base + (npages << RADIX_LG_PAGE) - 1;
	size_t first_chunk = base >> RADIX_LG_CHUNK;
	size_t last_chunk = last >> RADIX_LG_CHUNK;
	uint64_t *leaf = r->summary[RADIX_LEAF];
	const uint64_t same =
		inuse ? 0
		      : pallocsum_pack(PALLOC_CHUNK_PAGES, PALLOC_CHUNK_PAGES,
				       PALLOC_CHUNK_PAGES);
	bool changed = false;

	for (size_t i = first_chunk; i <= last_chunk; i++) {
		bool whole = contiguous && i > first_chunk && i < last_chunk;
		uint64_t sum =
			whole ? same
			      : palloc_summarise(&radix_chunk(r, i)->inuse);

		changed |= leaf[i] != sum;
		leaf[i] = sum;
	}
	for (unsigned int l = RADIX_LEAF; l-- > 0 && changed;) {
		changed = false;
		for (size_t i = entry_of(l, base); i <= entry_of(l, last);
		     i++) {
			uint64_t sum = merge_children(r, l, i);

			changed |= r->summary[l][i] != sum;
			r->summary[l][i] = sum;
		}
	}
}

/* A run of free pages that grows from entry to entry of one level. */
struct growing_run {
	uintptr_t base;
	size_t npages;
};

/* One entry further: does the run, or what begins it anew, go on? */
static void run_add(struct growing_run *run, unsigned int l, size_t i,
		    uint64_t sum)
{
	const size_t each = (size_t)1 << lg_npages[l];

	if (run->npages == 0 || pallocsum_start(sum) < each) {
		run->npages = pallocsum_end(sum);
		run->base = entry_address(l, i + 1) -
			    (run->npages << RADIX_LG_PAGE);
	} else {
		run->npages += each;
	}
}

/*
 * Search the entries [@i, @end) of level @l. Return: the entry that the run
 * lies in wholly, with run->npages 0; or @end, and run->npages says whether one
 * was found across entries.
 */
static size_t search_block(const struct radix *r, unsigned int l, size_t i,
			   size_t end, size_t npages, struct growing_run *run,
			   uintptr_t *first, uint64_t *steps)
{
	for (; i < end; i++) {
		uint64_t sum = r->summary[l][i];
		size_t start = pallocsum_start(sum);

		++*steps;
		if (sum == 0) {
			run->npages = 0;
			continue;
		}
		/* the deeper the level, the closer the bound */
		if (*first == RADIX_NO_SEARCH)
			*first = entry_address(l, i);
		if (run->npages + start >= npages) {
			if (run->npages == 0)
				run->base = entry_address(l, i);
			run->npages += start;
			return end;
		}
		if (pallocsum_max(sum) >= npages) {
			run->npages = 0;
			return i;
		}
		run_add(run, l, i, sum);
	}
	if (run->npages < npages)
		run->npages = 0;
	return end;
}

uintptr_t radix_find(const struct radix *r, size_t npages, uintptr_t *first,
		     uint64_t *steps)
{
	size_t i = 0, from, end;
	unsigned int in_chunk, first_bit;
	uintptr_t bound = 0, base;

	for (unsigned int l = 0; l < RADIX_LEVELS; l++) {
		struct growing_run run = { 0, 0 };
		uintptr_t seen = RADIX_NO_SEARCH;
		size_t begin = l ? i << LG_BLOCK : 0;

		end = l ? begin + (1 << LG_BLOCK)
			: entry_of(0, (r->end_chunk << RADIX_LG_CHUNK) - 1) + 1;
		from = entry_of(l, r->search_addr);
		if (from < begin || from >= end)
			from = begin;
		i = search_block(r, l, from, end, npages, &run, &seen, steps);
		/* only while the first free region is the one gone down into */
		if (l == 0 || entry_of(l - 1, bound) == begin >> LG_BLOCK)
			bound = seen;
		*first = bound;
		if (run.npages)
			return run.base;
		if (i == end)
			return 0; /* at the top: below it, something fits */
	}
	in_chunk = palloc_find_free(&radix_chunk(r, i)->inuse,
				    (unsigned int)npages, 0, &first_bit);
	++*steps;
	base = (uintptr_t)i << RADIX_LG_CHUNK;
	if (bound >> RADIX_LG_CHUNK == i)
		*first = base + ((uintptr_t)first_bit << RADIX_LG_PAGE);
	return base + ((uintptr_t)in_chunk << RADIX_LG_PAGE);
}

bool radix_summary_valid(const struct radix *r)
{
	for (size_t k = 0; k < r->nranges; k++) {
		uintptr_t base = r->ranges[k].first << RADIX_LG_CHUNK;
		uintptr_t last = (r->ranges[k].end << RADIX_LG_CHUNK) - 1;

		for (size_t i = r->ranges[k].first; i < r->ranges[k].end; i++)
			if (r->summary[RADIX_LEAF][i] !=
			    palloc_summarise(&radix_chunk(r, i)->inuse))
				return false;
		for (unsigned int l = 0; l < RADIX_LEAF; l++)
			for (size_t i = entry_of(l, base);
			     i <= entry_of(l, last); i++)
				if (r->summary[l][i] != merge_children(r, l, i))
					return false;
	}
	return true;
}
