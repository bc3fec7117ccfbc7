// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pattern.c - contents of objects, to be known again.
 *
 * Role:       see pattern.h.
 * Invariants: see pattern.h.
 * Locks:      none.
 * Units:      bytes; words of 8.
 * Source:     none.
 */
#include "pattern.h"

#include <string.h>

#define WORD	   sizeof(uint64_t)
#define END_WORDS  32 /* at each end of a long object */
#define NSAMPLES   32 /* between them */
#define ZERO_BYTES ((size_t)64 << 10)

static uint64_t word_of(uint64_t key, size_t i)
{
	uint64_t x = (key ^ i) * UINT64_C(0x9e3779b97f4a7c15);

	return x ^ x >> 29;
}

/* Which words are written: how many, and the @k-th of them. */
static size_t nwritten(size_t nwords, bool full)
{
	return full ? nwords : 2 * END_WORDS + NSAMPLES;
}

static size_t written(size_t k, size_t nwords, bool full)
{
	if (full || k < END_WORDS)
		return k;
	if (k < END_WORDS + NSAMPLES)
		return (k - END_WORDS) * (nwords / NSAMPLES);
	return nwords - (2 * END_WORDS + NSAMPLES - k);
}

static size_t word_bytes(size_t i, size_t n)
{
	return n - i * WORD < WORD ? n - i * WORD : WORD;
}

void pattern_fill(void *p, size_t n, uint64_t key, bool full)
{
	size_t nwords = (n + WORD - 1) / WORD;

	full |= n <= PATTERN_FULL_BYTES;
	for (size_t k = 0; k < nwritten(nwords, full); k++) {
		size_t i = written(k, nwords, full);
		uint64_t w = word_of(key, i);

		if ((i + 1) * WORD <= n)
			memcpy((char *)p + i * WORD, &w, WORD);
		else
			memcpy((char *)p + i * WORD, &w, word_bytes(i, n));
	}
}

static size_t first_difference(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;
	size_t i = 0;

	while (i < n && x[i] == y[i])
		i++;
	return i;
}

size_t pattern_check(const void *p, size_t n, uint64_t key, bool full,
		     size_t upto)
{
	size_t nwords = (n + WORD - 1) / WORD;

	full |= n <= PATTERN_FULL_BYTES;
	for (size_t k = 0; k < nwritten(nwords, full); k++) {
		size_t i = written(k, nwords, full), at = i * WORD;
		uint64_t w = word_of(key, i), got = w;
		size_t bytes = word_bytes(i, n);

		if (at >= upto)
			continue;
		if (bytes > upto - at)
			bytes = upto - at;
		memcpy(&got, (const char *)p + at, bytes);
		if (got != w)
			return at + first_difference(&got, &w, bytes);
	}
	return PATTERN_INTACT;
}

static size_t find_not_zero(const unsigned char *p, size_t from, size_t n)
{
	uint64_t w;

	for (; from + WORD <= n; from += WORD) {
		memcpy(&w, p + from, WORD);
		if (w)
			break;
	}
	while (from < n && !p[from])
		from++;
	return from < n ? from : PATTERN_INTACT;
}

size_t pattern_check_zero(const void *p, size_t n)
{
	const unsigned char *bytes = p;
	size_t at;

	if (n <= ZERO_BYTES)
		return find_not_zero(bytes, 0, n);
	at = find_not_zero(bytes, 0, ZERO_BYTES / 2);
	if (at != PATTERN_INTACT)
		return at;
	for (at = ZERO_BYTES / 2; at + 4096 < n; at += 4096)
		if (bytes[at] || bytes[at + 8])
			return at;
	return find_not_zero(bytes, n - 4096, n);
}
