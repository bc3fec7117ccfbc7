// SPDX-License-Identifier: MIT
/*
 * pallocbits.h - 512 pages as bits: find, take, give back, summarise.
 *
 * Role:       pure functions on one chunk of the radix page heap.
 * Invariants: a range given to a function lies inside the chunk.
 * Locks:      none; the caller's.
 * Units:      pages, as bit numbers 0 to 511.
 * Source:     after Go 1.14 mpallocbits.go.
 */
#ifndef GO_PALLOCBITS_H
#define GO_PALLOCBITS_H

#include <stdint.h>

#include "pallocsum.h"

#define PALLOC_WORDS	   8
#define PALLOC_CHUNK_PAGES (64 * PALLOC_WORDS)

/** struct palloc_bits - one bit a page; what 1 means, the user says. */
struct palloc_bits {
	uint64_t word[PALLOC_WORDS];
};

/** struct palloc_chunk - a chunk of pages. */
struct palloc_chunk {
	struct palloc_bits inuse;    /* 1: not free */
	struct palloc_bits returned; /* 1: free, memory given to the system */
};

/**
 * palloc_find_ones() - lowest run of @n ones in @x.
 * @n: 1 to 64.
 * Return: number of its first bit; 64: there is none.
 * Cost: log2(@n) steps: each shortens every run of ones, the longest step
 * first doubling, until what is left of a run of @n is its first bit.
 */
unsigned int palloc_find_ones(uint64_t x, unsigned int n);

/**
 * palloc_find_free() - lowest run of @n zeros, from the word of bit @from on.
 * @n:     1 to 512.
 * @from:  no bit below it is 0.
 * @first: set to the first zero bit; 512: there is none.
 * Return: number of its first bit; 512: there is none.
 */
unsigned int palloc_find_free(const struct palloc_bits *b, unsigned int n,
			      unsigned int from, unsigned int *first);

/** palloc_summarise() - runs of zeros at the start, the end and the longest. */
uint64_t palloc_summarise(const struct palloc_bits *b);

/** palloc_set_range() - set @n bits from bit @i on. */
void palloc_set_range(struct palloc_bits *b, unsigned int i, unsigned int n);

/** palloc_clear_range() - clear @n bits from bit @i on. */
void palloc_clear_range(struct palloc_bits *b, unsigned int i, unsigned int n);

/** palloc_count_range() - ones among the @n bits from bit @i on. */
unsigned int palloc_count_range(const struct palloc_bits *b, unsigned int i,
				unsigned int n);

#endif /* GO_PALLOCBITS_H */
