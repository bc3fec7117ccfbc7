// SPDX-License-Identifier: MIT
/*
 * pallocsum.h - the free pages of a region in one word.
 *
 * Role:       packs the lengths of three runs of free pages: at the region's
 *             start, the longest, at its end; merges those of neighbours.
 * Invariants: start <= max, end <= max; 0 means that nothing is free.
 * Locks:      none; pure functions.
 * Units:      pages.
 * Source:     after Go 1.14 mpagealloc.go pallocSum.
 */
#ifndef GO_PALLOCSUM_H
#define GO_PALLOCSUM_H

#include <stddef.h>
#include <stdint.h>

/* Each length has 21 bits; 2^21, a whole region of the top level, has none. */
#define PALLOCSUM_LG_MAX 21
#define PALLOCSUM_FULL	 (UINT64_C(1) << 63)

/** pallocsum_pack() - @start, @max, @end into one word. */
static inline uint64_t pallocsum_pack(uint64_t start, uint64_t max,
				      uint64_t end)
{
	if (max >> PALLOCSUM_LG_MAX)
		return PALLOCSUM_FULL;
	return start | max << PALLOCSUM_LG_MAX | end << 2 * PALLOCSUM_LG_MAX;
}

static inline uint64_t pallocsum_field(uint64_t sum, unsigned int i)
{
	const uint64_t one = UINT64_C(1) << PALLOCSUM_LG_MAX;

	if (sum & PALLOCSUM_FULL)
		return one;
	return sum >> i * PALLOCSUM_LG_MAX & (one - 1);
}

/** pallocsum_start() - free pages at the region's start. */
static inline uint64_t pallocsum_start(uint64_t sum)
{
	return pallocsum_field(sum, 0);
}

/** pallocsum_max() - pages of the longest free run. */
static inline uint64_t pallocsum_max(uint64_t sum)
{
	return pallocsum_field(sum, 1);
}

/** pallocsum_end() - free pages at the region's end. */
static inline uint64_t pallocsum_end(uint64_t sum)
{
	return pallocsum_field(sum, 2);
}

/**
 * pallocsum_merge() - the summary of @n neighbouring regions.
 * @sums:    theirs, in the order of addresses; @n at least 1. None is of the
 *	top level, so none is PALLOCSUM_FULL.
 * @lg_each: base 2 logarithm of the pages in each.
 * Cost: what holds no free page, as most of a high level's, takes one look.
 */
static inline uint64_t pallocsum_merge(const uint64_t *sums, size_t n,
				       unsigned int lg_each)
{
	const uint64_t mask = (UINT64_C(1) << PALLOCSUM_LG_MAX) - 1;
	const uint64_t each = UINT64_C(1) << lg_each;
	uint64_t start = 0, max = 0, end = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t sum = sums[i], s, m;

		if (sum == 0) {
			end = 0;
			continue;
		}
		s = sum & mask;
		m = sum >> PALLOCSUM_LG_MAX & mask;
		if (start == (uint64_t)i << lg_each)
			start += s;
		if (m < end + s)
			m = end + s;
		if (max < m)
			max = m;
		end = s == each ? end + each : sum >> 2 * PALLOCSUM_LG_MAX;
	}
	return pallocsum_pack(start, max, end);
}

#endif /* GO_PALLOCSUM_H */
