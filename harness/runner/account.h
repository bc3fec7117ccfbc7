// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * account.h - what the program asked for and has not freed.
 *
 * Role:       stands between workload and allocator and counts live bytes.
 * Invariants: sums are exact whenever all workers stand still; the peak is
 *             exact with one worker, and within one part in a thousand else.
 * Locks:      none but those of the table of objects; each worker has its own
 *             counters, and adds them to the common sum when they matter.
 * Units:      bytes as asked for; usable bytes as the allocator says.
 * Source:     none.
 */
#ifndef AL_ACCOUNT_H
#define AL_ACCOUNT_H

#include "run.h"

struct account {
	int64_t live_bytes;
	int64_t live_objects;
	int64_t usable_bytes; /* 0 if the allocator does not say */
};

/** account_calls - the wrappers. */
extern const struct al_calls account_calls;

/** account_open() - before threads. */
void account_open(void);

/** account_sum() - over all workers, which stand still. */
void account_sum(const struct run *r, struct account *sum);

/** account_peak() - most live bytes so far. */
int64_t account_peak(void);

#endif /* AL_ACCOUNT_H */
