// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * slots.c - which slot number an object gets.
 *
 * Role:       see slots.h.
 * Invariants: see slots.h.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "slots.h"

#include "format.h"
#include "zeroed.h"

#define STEAL_FLOOR \
	64u /* free slots elsewhere before any is taken from there */
#define STEAL_MOST 32u

bool slots_lane(struct slots *s, uint32_t lane)
{
	if (lane >= s->rings_room) {
		uint32_t room = s->rings_room ? 2 * s->rings_room : 16;
		struct slot_ring *more;

		while (room <= lane)
			room *= 2;
		more = zeroed_grow(s->rings, room * sizeof(*more));
		if (!more)
			return false;
		s->rings = more;
		s->rings_room = room;
	}
	if (lane >= s->nrings)
		s->nrings = lane + 1;
	return true;
}

static bool push(struct slot_ring *r, uint32_t id)
{
	if (r->used == r->room) {
		uint32_t room = r->room ? 2 * r->room : 64;
		uint32_t *ids = zeroed_alloc(room * sizeof(*ids));

		if (!ids)
			return false;
		for (uint32_t i = 0; i < r->used; i++)
			ids[i] = r->ids[(r->bottom + i) & (r->room - 1)];
		zeroed_free(r->ids);
		r->ids = ids;
		r->room = room;
		r->bottom = 0;
	}
	r->ids[(r->bottom + r->used++) & (r->room - 1)] = id;
	return true;
}

static uint32_t pop_top(struct slot_ring *r)
{
	return r->ids[(r->bottom + --r->used) & (r->room - 1)];
}

/* Move the oldest of the fullest ring to @mine, the oldest on top. */
static bool steal(struct slots *s, struct slot_ring *mine)
{
	struct slot_ring *from = s->rings;
	uint32_t n;

	for (uint32_t i = 1; i < s->nrings; i++)
		if (s->rings[i].used > from->used)
			from = &s->rings[i];
	n = (from->used + 1) / 2;
	if (n > STEAL_MOST)
		n = STEAL_MOST;
	for (uint32_t i = n; i-- > 0;)
		if (!push(mine,
			  from->ids[(from->bottom + i) & (from->room - 1)]))
			return false;
	from->bottom = (from->bottom + n) & (from->room - 1);
	from->used -= n;
	return true;
}

uint32_t slots_take(struct slots *s, uint32_t lane)
{
	struct slot_ring *mine = &s->rings[lane];
	uint32_t id;

	if (!mine->used) {
		if (s->nfree >= STEAL_FLOOR + s->nlive / 8) {
			if (!steal(s, mine))
				return SLOTS_NONE;
		} else {
			if (s->next > SLOTS_NONE - 2 * TRACE_SLOT_GROUP)
				return SLOTS_NONE;
			for (uint32_t i = TRACE_SLOT_GROUP; i-- > 0;)
				if (!push(mine, s->next + i))
					return SLOTS_NONE;
			s->next += TRACE_SLOT_GROUP;
			s->nfree += TRACE_SLOT_GROUP;
		}
	}
	id = pop_top(mine);
	s->nfree--;
	s->nlive++;
	if (id > s->highest)
		s->highest = id;
	return id;
}

bool slots_give(struct slots *s, uint32_t lane, uint32_t slot)
{
	if (!push(&s->rings[lane], slot))
		return false;
	s->nfree++;
	s->nlive--;
	return true;
}

void slots_fini(struct slots *s)
{
	for (uint32_t i = 0; i < s->nrings; i++)
		zeroed_free(s->rings[i].ids);
	zeroed_free(s->rings);
}
