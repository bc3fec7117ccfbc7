// SPDX-License-Identifier: MIT
/*
 * radix_scavenge.c - which free pages to give back to the system.
 *
 * Role:       finds free runs that still have memory, the highest addresses
 *             first, and returns them.
 * Invariants: returned bits are set for free pages only.
 * Locks:      heap->lock held on every call. From Go 1.18 on it is let go of
 *             while the system takes the memory.
 * Units:      pages.
 * Source:     after Go 1.14-1.19 mgcscavenge.go scavengeOne, scavenge,
 *             findScavengeCandidate.
 * Differs:    the chunks are walked from the highest that may have something;
 *             Go 1.14 lets go of the lock meanwhile, and looks again at what
 *             was freed behind it after the next collection only; 1.19 has a
 *             bitmap of candidates. Huge pages are of 2 MiB, whether the system
 *             uses them or not.
 */
#include "radix.h"

/* Of a huge page; no chunk has a part of one. */
#define HUGE_NPAGES 256

/* The highest run of ones in @b below bit @end. False: there is none. */
static bool highest_run(const struct palloc_bits *b, unsigned int end,
			unsigned int *first, unsigned int *n)
{
	unsigned int top = end;

	while (top > 0) { /* top: one past the run's last bit */
		uint64_t x = b->word[(top - 1) / 64] << (63 - (top - 1) % 64);

		if (x) {
			top -= (unsigned int)__builtin_clzll(x);
			break;
		}
		top = (top - 1) / 64 * 64;
	}
	if (top == 0)
		return false;
	*first = top;
	while (*first > 0) {
		unsigned int bit = (*first - 1) % 64;
		uint64_t x = ~b->word[(*first - 1) / 64] << (63 - bit);
		unsigned int ones =
			x ? (unsigned int)__builtin_clzll(x) : bit + 1;

		*first -= ones;
		if (ones <= bit)
			break;
	}
	*n = top - *first;
	return true;
}

/*
 * What to return of @can's highest run: its upper end, @max pages. If a huge
 * page lies in the run and would be cut, all of it.
 */
static bool candidate(const struct palloc_bits *can, size_t max,
		      unsigned int *first, unsigned int *n)
{
	unsigned int run, end, below, above;

	if (!highest_run(can, PALLOC_CHUNK_PAGES, first, &run))
		return false;
	end = *first + run;
	*n = run < max ? run : (unsigned int)max;
	below = (end - *n) / HUGE_NPAGES * HUGE_NPAGES;
	above = (end - *n + HUGE_NPAGES - 1) / HUGE_NPAGES * HUGE_NPAGES;
	if (above <= end && below >= *first)
		*n = end - below;
	*first = end - *n;
	return true;
}

/* Return the memory of @n free pages, from @page of chunk @i on. */
static void return_run(struct radix *r, size_t i, unsigned int page,
		       unsigned int n)
{
	uintptr_t base = ((uintptr_t)i << RADIX_LG_CHUNK) +
			 ((uintptr_t)page << RADIX_LG_PAGE);
	size_t nbytes = (size_t)n << RADIX_LG_PAGE;

	if (r->unlock) {
		/* in use as far as others can see: nobody takes them */
		radix_take(r, base, n);
		r->away_npages += n;
		go_lock_drop(r->unlock);
		r->os->unused((void *)base, nbytes);
		go_lock_take(r->unlock);
		r->away_npages -= n;
		radix_free(r, base, n);
	} else {
		r->os->unused((void *)base, nbytes);
	}
	palloc_set_range(&radix_chunk(r, i)->returned, page, n);
	r->returned_npages += n;
}

/* The highest chunk with pages below chunk @i; SIZE_MAX: there is none. */
static size_t chunk_below(const struct radix *r, size_t i)
{
	for (size_t k = r->nranges; k-- > 0;)
		if (r->ranges[k].first < i)
			return (r->ranges[k].end < i ? r->ranges[k].end : i) -
			       1;
	return SIZE_MAX;
}

/* One piece of at most @max pages, but for huge pages. 0: nothing is left. */
static size_t return_one(struct radix *r, size_t max)
{
	size_t i = r->scavenge_end;

	while ((i = chunk_below(r, i)) != SIZE_MAX) {
		const struct palloc_chunk *c = radix_chunk(r, i);
		struct palloc_bits can;
		unsigned int page, n;

		if (!pallocsum_max(r->summary[RADIX_LEAF][i]))
			continue;
		for (unsigned int w = 0; w < PALLOC_WORDS; w++)
			can.word[w] = ~c->inuse.word[w] & ~c->returned.word[w];
		if (!candidate(&can, max, &page, &n))
			continue;
		r->scavenge_end = i + 1;
		return_run(r, i, page, n);
		return n;
	}
	r->scavenge_end = 0;
	return 0;
}

size_t radix_scavenge(struct radix *r, size_t max_npages)
{
	size_t done = 0, n;

	while (done < max_npages && (n = return_one(r, max_npages - done)))
		done += n;
	return done;
}
