// SPDX-License-Identifier: MIT
/*
 * radix_scavenge.c - which free pages to give back to the system.
 *
 * Role:       finds free runs that still have memory, the highest addresses
 *             first, and returns them.
 * Invariants: returned bits are set for free pages only.
 * Locks:      heap->lock held on every call.
 * Units:      pages.
 * Source:     after Go 1.14-1.19 mgcscavenge.go scavengeOne, scavenge.
 * Differs:    the chunks are walked from the top; Go skips by summaries and,
 *             from 1.19 on, by a bitmap of candidates. Huge pages are not
 *             spared.
 */
#include "radix.h"

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

/* Return memory of chunk @i, at most @max pages of it. */
static size_t scavenge_chunk(struct radix *r, size_t i, size_t max)
{
	struct palloc_chunk *c = radix_chunk(r, i);
	unsigned int end = PALLOC_CHUNK_PAGES, first, n;
	struct palloc_bits can;
	size_t done = 0;

	for (unsigned int w = 0; w < PALLOC_WORDS; w++)
		can.word[w] = ~c->inuse.word[w] & ~c->returned.word[w];
	while (done < max && highest_run(&can, end, &first, &n)) {
		if (n > max - done) {
			first += n - (unsigned int)(max - done);
			n = (unsigned int)(max - done);
		}
		r->os->unused((void *)(((uintptr_t)i << RADIX_LG_CHUNK) +
				       ((uintptr_t)first << RADIX_LG_PAGE)),
			      (size_t)n << RADIX_LG_PAGE);
		palloc_set_range(&c->returned, first, n);
		done += n;
		end = first;
	}
	return done;
}

size_t radix_scavenge(struct radix *r, size_t max_npages)
{
	size_t left = r->free_npages - r->returned_npages, done = 0;

	if (left > max_npages)
		left = max_npages;
	for (size_t k = r->nranges; k-- > 0 && done < left;)
		for (size_t i = r->ranges[k].end;
		     i-- > r->ranges[k].first && done < left;)
			done += scavenge_chunk(r, i, left - done);
	r->returned_npages += done;
	return done;
}
