// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * slots.h - which slot number an object gets.
 *
 * Role:       keeps the replayer's table small and its waits few.
 * Invariants: a lane reuses the slot it freed last; without one it takes the
 *             oldest free slots of the lane that has most, but only while many
 *             are free, since a slot freed by another lane is one to wait for;
 *             else fresh ones, a cache line of the replayer's table at a time,
 *             so that lanes do not share lines. Slots number at most 9/8 of the
 *             most objects alive, and some dozens a lane.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_TRACE_SLOTS_H
#define AL_TRACE_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

/* Free slots of one lane: a ring, newest at the top, thieves at the bottom. */
struct slot_ring {
	uint32_t *ids;
	uint32_t room; /* a power of two, or 0 */
	uint32_t bottom, used;
};

struct slots {
	struct slot_ring *rings; /* by lane */
	uint32_t nrings, rings_room;
	uint64_t nfree; /* in all rings */
	uint64_t nlive;
	uint32_t next;	  /* first id never handed out */
	uint32_t highest; /* ids in use so far, at most this + 1 */
};

#define SLOTS_NONE UINT32_MAX

/** slots_lane() - make @lane known. Return: false without memory. */
bool slots_lane(struct slots *s, uint32_t lane);

/** slots_take() - a slot for @lane. Return: SLOTS_NONE without memory. */
uint32_t slots_take(struct slots *s, uint32_t lane);

/** slots_give() - @lane freed @slot. Return: false without memory. */
bool slots_give(struct slots *s, uint32_t lane, uint32_t slot);

void slots_fini(struct slots *s);

#endif /* AL_TRACE_SLOTS_H */
