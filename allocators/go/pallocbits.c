// SPDX-License-Identifier: MIT
/*
 * pallocbits.c - 512 pages as bits: find, take, give back, summarise.
 *
 * Role:       see pallocbits.h.
 * Invariants: see pallocbits.h.
 * Locks:      none; pure functions.
 * Units:      pages, as bit numbers.
 * Source:     after Go 1.14 mpallocbits.go.
 * Differs:    one search serves every length; Go has three (1, to 64, above).
 */
#include "pallocbits.h"

/* Runs of zeros inside a word touch neither of its ends. */
#define LONGEST_INNER_RUN 62

/* What is left of runs of ones when each loses its last @by bits. */
static uint64_t shorten(uint64_t x, unsigned int by)
{
	for (unsigned int step = 1; by && x; step *= 2) {
		if (step > by)
			step = by;
		x &= x >> step;
		by -= step;
	}
	return x;
}

unsigned int palloc_find_ones(uint64_t x, unsigned int n)
{
	x = shorten(x, n - 1);
	return x ? (unsigned int)__builtin_ctzll(x) : 64;
}

unsigned int palloc_find_free(const struct palloc_bits *b, unsigned int n,
			      unsigned int from, unsigned int *first)
{
	unsigned int run = 0; /* zeros just below the word looked at */

	*first = PALLOC_CHUNK_PAGES;
	for (unsigned int w = from / 64; w < PALLOC_WORDS; w++) {
		uint64_t x = b->word[w];
		unsigned int low = x ? (unsigned int)__builtin_ctzll(x) : 64;
		unsigned int inner;

		if (x == UINT64_MAX) {
			run = 0;
			continue;
		}
		if (*first == PALLOC_CHUNK_PAGES)
			*first = 64 * w + (unsigned int)__builtin_ctzll(~x);
		if (run + low >= n)
			return 64 * w - run;
		if (low == 64) {
			run += 64;
			continue;
		}
		inner = n <= LONGEST_INNER_RUN + 1 ? palloc_find_ones(~x, n)
						   : 64;
		if (inner < 64)
			return 64 * w + inner;
		run = (unsigned int)__builtin_clzll(x);
	}
	return PALLOC_CHUNK_PAGES;
}

/* Longest run of zeros inside the words, where it is longer than @max. */
static unsigned int longest_inner_run(const struct palloc_bits *b,
				      unsigned int max)
{
	for (unsigned int w = 0; w < PALLOC_WORDS; w++) {
		uint64_t x = shorten(~b->word[w], max);

		for (; x; x &= x >> 1)
			max++;
	}
	return max;
}

uint64_t palloc_summarise(const struct palloc_bits *b)
{
	unsigned int start = PALLOC_CHUNK_PAGES, max = 0, run = 0;

	for (unsigned int w = 0; w < PALLOC_WORDS; w++) {
		uint64_t x = b->word[w];

		if (!x) {
			run += 64;
			continue;
		}
		run += (unsigned int)__builtin_ctzll(x);
		if (start == PALLOC_CHUNK_PAGES)
			start = run;
		if (max < run)
			max = run;
		run = (unsigned int)__builtin_clzll(x);
	}
	if (max < run)
		max = run;
	if (max < LONGEST_INNER_RUN)
		max = longest_inner_run(b, max);
	return pallocsum_pack(start, max, run);
}

/* Bits of word @w that belong to the @n bits from bit @i on. */
static uint64_t mask_of(unsigned int w, unsigned int i, unsigned int n)
{
	unsigned int low = i > 64 * w ? i - 64 * w : 0;
	unsigned int high = i + n - 64 * w; /* one past the last */

	return UINT64_MAX << low &
	       (high < 64 ? (UINT64_C(1) << high) - 1 : UINT64_MAX);
}

void palloc_set_range(struct palloc_bits *b, unsigned int i, unsigned int n)
{
	for (unsigned int w = i / 64; 64 * w < i + n; w++)
		b->word[w] |= mask_of(w, i, n);
}

void palloc_clear_range(struct palloc_bits *b, unsigned int i, unsigned int n)
{
	for (unsigned int w = i / 64; 64 * w < i + n; w++)
		b->word[w] &= ~mask_of(w, i, n);
}

unsigned int palloc_count_range(const struct palloc_bits *b, unsigned int i,
				unsigned int n)
{
	unsigned int count = 0;

	for (unsigned int w = i / 64; 64 * w < i + n; w++)
		count += (unsigned int)__builtin_popcountll(b->word[w] &
							    mask_of(w, i, n));
	return count;
}
