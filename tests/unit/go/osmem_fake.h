// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * osmem_fake.h - a system that a test commands: addresses, failures, time.
 *
 * Role:       struct osmem_ops for unit tests. Records' memory (alloc) is real;
 *             reserved addresses are only numbers, nothing lies behind them.
 * Invariants: reserve() answers with the hint unless it is blocked.
 * Locks:      none; single-threaded tests.
 * Units:      bytes, nanoseconds, calls.
 * Source:     none.
 */
#ifndef OSMEM_FAKE_H
#define OSMEM_FAKE_H

#include <stdbool.h>

#include "../../../allocators/go/osmem.h"

struct osmem_fake {
	/*
	 * map() makes real memory of mappings of up to 64 MiB, for tables that
	 * lie at an address of their own.
	 */
	bool back_fixed;
	bool no_huge; /* alloc_huge() has none */
	int fail_in;  /* alloc, reserve, map succeed so often; -1: for ever */
	uintptr_t blocked, blocked_end; /* hints in here are not granted */
	uintptr_t elsewhere;		/* next answer instead of a hint */
	size_t alloc_bytes;
	size_t reserved_bytes; /* reserved less released */
	size_t mapped_bytes;
	size_t returned_bytes; /* sum of unused() */
	size_t used_bytes;     /* sum of used() */
	uint64_t now_ns;
};

extern struct osmem_fake osmem_fake;
extern const struct osmem_ops osmem_fake_ops;

/** osmem_fake_reset() - all counts 0, nothing fails, nothing is blocked. */
void osmem_fake_reset(void);

#endif /* OSMEM_FAKE_H */
