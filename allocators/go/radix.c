// SPDX-License-Identifier: MIT
/*
 * radix.c - takes and gives back pages; the search hint; growth.
 *
 * Role:       see radix.h; the summaries' side is radix_summary.c.
 * Invariants: see radix.h. search_addr is in a chunk that holds pages, or is
 *             RADIX_NO_SEARCH.
 * Locks:      heap->lock held on every call.
 * Units:      addresses; lengths in pages.
 * Source:     after Go 1.19 mpagealloc.go, mpagecache.go allocToCache, flush.
 * Differs:    running out of memory for a table is an answer: the growth does
 *             not take place.
 */
#include "radix.h"

#include <errno.h>

#include "fixalloc.h"

#define FIRST_RANGES 16

static size_t chunk_of(uintptr_t addr)
{
	return addr >> RADIX_LG_CHUNK;
}

static unsigned int page_in_chunk(uintptr_t addr)
{
	return (addr >> RADIX_LG_PAGE) % PALLOC_CHUNK_PAGES;
}

static uintptr_t page_address(size_t chunk, unsigned int page)
{
	return ((uintptr_t)chunk << RADIX_LG_CHUNK) +
	       ((uintptr_t)page << RADIX_LG_PAGE);
}

int radix_init(struct radix *r, const struct osmem_ops *os,
	       struct persistent *from)
{
	*r = (struct radix){
		.os = os,
		.from = from,
		.search_addr = RADIX_NO_SEARCH,
		.ranges_room = FIRST_RANGES,
	};
	r->chunks = persistent_alloc(
		from, RADIX_CHUNKS_L1 * sizeof(r->chunks[0]), 64);
	r->ranges = persistent_alloc(from, FIRST_RANGES * sizeof(r->ranges[0]),
				     sizeof(size_t));
	return r->chunks && r->ranges ? radix_summary_init(r) : -ENOMEM;
}

/* Room for one more range. */
static int ranges_reserve(struct radix *r)
{
	struct radix_range *more;

	if (r->nranges < r->ranges_room)
		return 0;
	more = persistent_alloc(r->from,
				2 * r->ranges_room * sizeof(r->ranges[0]),
				sizeof(size_t));
	if (!more)
		return -ENOMEM;
	for (size_t k = 0; k < r->nranges; k++)
		more[k] = r->ranges[k];
	r->ranges = more;
	r->ranges_room *= 2;
	return 0;
}

/* Enter chunks [@first, @end), which no range holds. */
static void ranges_add(struct radix *r, size_t first, size_t end)
{
	struct radix_range *a = r->ranges;
	size_t k = 0;

	while (k < r->nranges && a[k].first < first)
		k++;
	if (k > 0 && a[k - 1].end == first) {
		a[k - 1].end = end;
		if (k < r->nranges && a[k].first == end) {
			a[k - 1].end = a[k].end;
			for (r->nranges--; k < r->nranges; k++)
				a[k] = a[k + 1];
		}
		return;
	}
	if (k < r->nranges && a[k].first == end) {
		a[k].first = first;
		return;
	}
	for (size_t m = r->nranges++; m > k; m--)
		a[m] = a[m - 1];
	a[k] = (struct radix_range){ first, end };
}

/* The lowest address from @addr on that lies in a chunk with pages. */
static uintptr_t next_mapped(const struct radix *r, uintptr_t addr)
{
	size_t low = 0, high = r->nranges; /* first range that ends beyond */

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (r->ranges[mid].end <= chunk_of(addr))
			low = mid + 1;
		else
			high = mid;
	}
	if (low == r->nranges)
		return RADIX_NO_SEARCH;
	if (r->ranges[low].first > chunk_of(addr))
		return page_address(r->ranges[low].first, 0);
	return addr;
}

static int chunks_reserve(struct radix *r, size_t first, size_t end)
{
	for (size_t k = first >> RADIX_LG_CHUNKS_L2;
	     k <= (end - 1) >> RADIX_LG_CHUNKS_L2; k++) {
		if (r->chunks[k])
			continue;
		r->chunks[k] = persistent_alloc(
			r->from, RADIX_CHUNKS_L2 * sizeof(*r->chunks[k]), 64);
		if (!r->chunks[k])
			return -ENOMEM;
	}
	return 0;
}

int radix_reserve(struct radix *r, uintptr_t base, size_t npages)
{
	size_t first = chunk_of(base),
	       end = first + npages / PALLOC_CHUNK_PAGES;

	if (ranges_reserve(r) != 0 || chunks_reserve(r, first, end) != 0)
		return -ENOMEM;
	return radix_summary_map(r, first, end);
}

int radix_grow(struct radix *r, uintptr_t base, size_t npages)
{
	size_t first = chunk_of(base),
	       end = first + npages / PALLOC_CHUNK_PAGES;

	if (radix_reserve(r, base, npages) != 0)
		return -ENOMEM;
	for (size_t i = first; i < end; i++)
		palloc_set_range(&radix_chunk(r, i)->returned, 0,
				 PALLOC_CHUNK_PAGES);
	ranges_add(r, first, end);
	if (r->end_chunk < end)
		r->end_chunk = end;
	if (base < r->search_addr)
		r->search_addr = base;
	r->free_npages += npages;
	r->returned_npages += npages;
	radix_update(r, base, npages, true, false);
	return 0;
}

/* Pages of a run that lie in its first, second, ... chunk. */
static unsigned int part_in_chunk(uintptr_t base, size_t npages)
{
	size_t room = PALLOC_CHUNK_PAGES - page_in_chunk(base);

	return (unsigned int)(npages < room ? npages : room);
}

size_t radix_take(struct radix *r, uintptr_t base, size_t npages)
{
	size_t returned = 0, left = npages;
	uintptr_t at = base;

	while (left) {
		struct palloc_chunk *c = radix_chunk(r, chunk_of(at));
		unsigned int i = page_in_chunk(at);
		unsigned int n = part_in_chunk(at, left);

		returned += palloc_count_range(&c->returned, i, n);
		palloc_set_range(&c->inuse, i, n);
		palloc_clear_range(&c->returned, i, n);
		at += (uintptr_t)n << RADIX_LG_PAGE;
		left -= n;
	}
	r->free_npages -= npages;
	r->returned_npages -= returned;
	radix_update(r, base, npages, true, true);
	return returned;
}

/* Pages of chunk @i were freed: there may be something to return. */
static void raise_scavenge(struct radix *r, size_t i)
{
	if (r->scavenge_end <= i)
		r->scavenge_end = i + 1;
}

/* No page below @addr is free: the next search may begin there. */
static void raise_search(struct radix *r, uintptr_t addr)
{
	if (r->search_addr < addr)
		r->search_addr = next_mapped(r, addr);
}

uintptr_t radix_alloc(struct radix *r, size_t npages, size_t *returned,
		      uint64_t *steps)
{
	size_t i = chunk_of(r->search_addr);
	unsigned int page = page_in_chunk(r->search_addr), first_bit;
	uintptr_t base, first = 0;

	if (r->search_addr == RADIX_NO_SEARCH || i >= r->end_chunk)
		return 0;
	if (PALLOC_CHUNK_PAGES - page >= npages &&
	    pallocsum_max(r->summary[RADIX_LEAF][i]) >= npages) {
		unsigned int at = palloc_find_free(&radix_chunk(r, i)->inuse,
						   (unsigned int)npages, page,
						   &first_bit);

		++*steps;
		base = page_address(i, at);
		first = page_address(i, first_bit);
	} else {
		base = radix_find(r, npages, &first, steps);
		if (!base) {
			if (npages == 1)
				r->search_addr = RADIX_NO_SEARCH;
			return 0;
		}
	}
	*returned = radix_take(r, base, npages);
	raise_search(r, first);
	return base;
}

void radix_free(struct radix *r, uintptr_t base, size_t npages)
{
	size_t left = npages;
	uintptr_t at = base;

	while (left) {
		struct palloc_chunk *c = radix_chunk(r, chunk_of(at));
		unsigned int n = part_in_chunk(at, left);

		palloc_clear_range(&c->inuse, page_in_chunk(at), n);
		at += (uintptr_t)n << RADIX_LG_PAGE;
		left -= n;
	}
	if (base < r->search_addr)
		r->search_addr = base;
	r->free_npages += npages;
	raise_scavenge(r, chunk_of(at - 1));
	radix_update(r, base, npages, true, false);
}

/* The lowest free page; 0: there is none. */
static uintptr_t lowest_free(struct radix *r, uint64_t *steps)
{
	size_t i = chunk_of(r->search_addr);
	unsigned int first_bit;
	uintptr_t first;

	if (r->search_addr == RADIX_NO_SEARCH || i >= r->end_chunk)
		return 0;
	if (!r->summary[RADIX_LEAF][i])
		return radix_find(r, 1, &first, steps);
	++*steps;
	palloc_find_free(&radix_chunk(r, i)->inuse, 1,
			 page_in_chunk(r->search_addr), &first_bit);
	return page_address(i, first_bit);
}

uintptr_t radix_take_block(struct radix *r, uint64_t *free, uint64_t *returned,
			   uint64_t *steps)
{
	uintptr_t base = lowest_free(r, steps);
	struct palloc_chunk *c;
	unsigned int w;

	if (!base) {
		r->search_addr = RADIX_NO_SEARCH;
		return 0;
	}
	base &= ~(((uintptr_t)64 << RADIX_LG_PAGE) - 1);
	c = radix_chunk(r, chunk_of(base));
	w = page_in_chunk(base) / 64;
	*free = ~c->inuse.word[w];
	*returned = c->returned.word[w];
	c->inuse.word[w] = UINT64_MAX;
	c->returned.word[w] = 0;
	r->free_npages -= (uint64_t)__builtin_popcountll(*free);
	r->returned_npages -= (uint64_t)__builtin_popcountll(*returned);
	radix_update(r, base, 64, false, true);
	/* the last page of the block: its chunk holds pages for certain */
	r->search_addr = base + ((uintptr_t)63 << RADIX_LG_PAGE);
	return base;
}

void radix_put_block(struct radix *r, uintptr_t base, uint64_t free,
		     uint64_t returned)
{
	struct palloc_chunk *c = radix_chunk(r, chunk_of(base));
	unsigned int w = page_in_chunk(base) / 64;

	if (!free)
		return;
	c->inuse.word[w] &= ~free;
	c->returned.word[w] |= free & returned;
	r->free_npages += (uint64_t)__builtin_popcountll(free);
	r->returned_npages += (uint64_t)__builtin_popcountll(free & returned);
	raise_scavenge(r, chunk_of(base));
	if (base < r->search_addr)
		r->search_addr = base;
	radix_update(r, base, 64, false, false);
}

/* Call with each word of inuse bits in the order of addresses. */
static uint64_t count_chunk_runs(const struct palloc_bits *b, bool *open)
{
	uint64_t n = 0;

	for (unsigned int w = 0; w < PALLOC_WORDS; w++) {
		uint64_t free = ~b->word[w];

		/* a run begins where the page before is not free */
		n += (uint64_t)__builtin_popcountll(
			free & ~(free << 1 | (uint64_t)*open));
		*open = free >> 63;
	}
	return n;
}

uint64_t radix_count_runs(const struct radix *r)
{
	uint64_t n = 0;

	for (size_t k = 0; k < r->nranges; k++) {
		bool open = false;

		for (size_t i = r->ranges[k].first; i < r->ranges[k].end; i++)
			n += count_chunk_runs(&radix_chunk(r, i)->inuse, &open);
	}
	return n;
}

bool radix_valid(const struct radix *r)
{
	uint64_t free = 0, returned = 0;

	for (size_t k = 0; k < r->nranges; k++) {
		if (k && r->ranges[k].first <= r->ranges[k - 1].end)
			return false;
		for (size_t i = r->ranges[k].first; i < r->ranges[k].end; i++) {
			const struct palloc_chunk *c = radix_chunk(r, i);

			for (unsigned int w = 0; w < PALLOC_WORDS; w++) {
				uintptr_t at = page_address(i, 64 * w);
				uint64_t f = ~c->inuse.word[w];

				if (c->returned.word[w] & ~f)
					return false;
				if (f && at + ((uintptr_t)__builtin_ctzll(f)
					       << RADIX_LG_PAGE) <
						 r->search_addr)
					return false;
				free += (uint64_t)__builtin_popcountll(f);
				returned += (uint64_t)__builtin_popcountll(
					c->returned.word[w]);
			}
		}
	}
	if (r->search_addr != RADIX_NO_SEARCH &&
	    next_mapped(r, r->search_addr) != r->search_addr)
		return false;
	return free == r->free_npages && returned == r->returned_npages &&
	       radix_summary_valid(r);
}
