// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * clock.h - the one clock of the runner.
 *
 * Role:       time stamps that no time daemon bends.
 * Invariants: monotonic, the same for all threads.
 * Locks:      none.
 * Units:      nanoseconds.
 * Source:     none.
 */
#ifndef AL_CLOCK_H
#define AL_CLOCK_H

#include <stdint.h>
#include <time.h>

/** clock_ns() - CLOCK_MONOTONIC_RAW in nanoseconds. */
static inline uint64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

#endif /* AL_CLOCK_H */
