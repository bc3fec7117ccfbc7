// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * life.h - the check at a quiet point.
 *
 * Role:       what life.c lends to each.c.
 * Invariants: none.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#ifndef SOAK_LIFE_H
#define SOAK_LIFE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * life_check() - hold the heap against the table; no other thread is left.
 * @empty: free everything first; then nothing may be in use, and what is free
 *	must have grown together.
 * @trimmed: trim before that.
 */
void life_check(bool empty, bool trimmed);

/** life_tables_bytes() - what the heap's own tables take; 0: unknown. */
uint64_t life_tables_bytes(void);

#endif /* SOAK_LIFE_H */
