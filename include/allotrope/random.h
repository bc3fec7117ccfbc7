// SPDX-License-Identifier: MIT
/*
 * random.h - the one random number generator of the project.
 *
 * Role:       seeds and draws for workloads, schedules and tests.
 * Invariants: the stream of a seed never changes between versions, so that an
 *             old result set can be run again.
 * Locks:      none; one generator belongs to one thread.
 * Units:      none.
 * Source:     SplitMix64 (Steele, Lea, Flood, OOPSLA 2014); bounded draws by
 *             multiplication (Lemire, TOMACS 2019), without the rejection
 *             step: the bias is below n / 2^64.
 */
#ifndef ALLOTROPE_RANDOM_H
#define ALLOTROPE_RANDOM_H

#include <stdint.h>

/** struct al_random - generator state; any 64-bit value is a valid seed. */
struct al_random {
	uint64_t state;
};

/** al_random_next() - 64 uniform bits. Cost: 3 multiplications' latency. */
static inline uint64_t al_random_next(struct al_random *r)
{
	uint64_t z = (r->state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/** al_random_below() - uniform in [0, @n), @n > 0. No division. */
static inline uint64_t al_random_below(struct al_random *r, uint64_t n)
{
	return (uint64_t)(((unsigned __int128)al_random_next(r) * n) >> 64);
}

/** al_random_range() - uniform in [@low, @high], both included. */
static inline uint64_t al_random_range(struct al_random *r, uint64_t low,
				       uint64_t high)
{
	return low + al_random_below(r, high - low + 1);
}

/** al_random_unit() - uniform in [0, 1), 53 bits. */
static inline double al_random_unit(struct al_random *r)
{
	return (double)(al_random_next(r) >> 11) * 0x1p-53;
}

/** al_random_derive() - an independent seed for stream @n of @seed. */
static inline uint64_t al_random_derive(uint64_t seed, uint64_t n)
{
	struct al_random r = { seed ^ (n * UINT64_C(0xd1342543de82ef95)) };

	al_random_next(&r);
	return al_random_next(&r);
}

#endif /* ALLOTROPE_RANDOM_H */
