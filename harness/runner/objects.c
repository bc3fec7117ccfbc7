// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * objects.c - what is live: a sharded open-addressing table.
 *
 * Role:       see objects.h.
 * Invariants: address 0 marks an empty place; an entry lies between its home
 *             and the next empty place (linear probing, deletion by shifting
 *             back); a shard is at most three quarters full.
 * Locks:      shard.lock.
 * Units:      entries.
 * Source:     Knuth, The Art of Computer Programming 3, 6.4, algorithm R.
 */
#include "config.h"

#include "hmem.h"
#include "objects.h"
#include "record.h"
#include "run.h"

#include <sched.h>
#include <stdatomic.h>

#define LG_SHARDS    10
#define NSHARDS	     (1u << LG_SHARDS)
#define FIRST_PLACES 16u

struct shard {
	_Alignas(CACHE_LINE) atomic_flag lock;
	size_t mask; /* places - 1 */
	size_t used;
	struct object *place;
};

static struct shard *shards;

static uint64_t hash(uintptr_t address)
{
	uint64_t h = (uint64_t)address * UINT64_C(0x9e3779b97f4a7c15);

	return h ^ h >> 32;
}

static struct shard *lock_shard(uint64_t h)
{
	struct shard *s = &shards[h & (NSHARDS - 1)];

	for (unsigned int tries = 0;
	     atomic_flag_test_and_set_explicit(&s->lock, memory_order_acquire);)
		if (++tries % 64 == 0)
			sched_yield();
	return s;
}

static void unlock_shard(struct shard *s)
{
	atomic_flag_clear_explicit(&s->lock, memory_order_release);
}

static size_t home(const struct shard *s, uintptr_t address)
{
	return (size_t)(hash(address) >> LG_SHARDS) & s->mask;
}

static struct object *new_places(size_t n)
{
	struct object *place = hmem_alloc(n * sizeof(*place), CACHE_LINE, true);

	if (!place)
		record_end(STATUS_ERROR, "the table of live objects does not "
					 "fit into harness memory");
	return place;
}

void objects_open(void)
{
	shards = hmem_alloc(NSHARDS * sizeof(*shards), CACHE_LINE, true);
	if (!shards)
		record_end(STATUS_ERROR, "harness memory is full");
	for (size_t i = 0; i < NSHARDS; i++) {
		atomic_flag_clear(&shards[i].lock);
		shards[i].mask = FIRST_PLACES - 1;
		shards[i].place = new_places(FIRST_PLACES);
	}
}

/* The place that holds @address, or the empty one where it would go. */
static size_t probe_locked(const struct shard *s, uintptr_t address)
{
	size_t i = home(s, address);

	while (s->place[i].address && s->place[i].address != address)
		i = (i + 1) & s->mask;
	return i;
}

static void grow_locked(struct shard *s)
{
	struct object *old = s->place;
	size_t nold = s->mask + 1;

	s->place = new_places(2 * nold);
	s->mask = 2 * nold - 1;
	for (size_t i = 0; i < nold; i++)
		if (old[i].address)
			s->place[probe_locked(s, old[i].address)] = old[i];
	hmem_free(old);
}

bool objects_insert(const void *p, size_t size, uint64_t word)
{
	uintptr_t address = (uintptr_t)p;
	struct shard *s = lock_shard(hash(address));
	struct object *place;
	bool is_new = true;

	if (s->used >= (s->mask + 1) / 4 * 3)
		grow_locked(s);
	place = &s->place[probe_locked(s, address)];
	if (!place->address) {
		*place = (struct object){ address, size, word, 1 };
		s->used++;
	} else if (place->size == 0 && size == 0) {
		place->count++;
	} else {
		is_new = false;
	}
	unlock_shard(s);
	return is_new;
}

/* Closes the gap at @gap: later entries of the same run move up. */
static void shift_back_locked(struct shard *s, size_t gap)
{
	size_t i = gap;

	for (;;) {
		size_t from_home, from_gap;

		i = (i + 1) & s->mask;
		if (!s->place[i].address)
			break;
		from_home = (i - home(s, s->place[i].address)) & s->mask;
		from_gap = (i - gap) & s->mask;
		if (from_home >= from_gap) {
			s->place[gap] = s->place[i];
			gap = i;
		}
	}
	s->place[gap].address = 0;
}

bool objects_remove(const void *p, struct object *was)
{
	uintptr_t address = (uintptr_t)p;
	struct shard *s = lock_shard(hash(address));
	size_t i = probe_locked(s, address);
	bool found = s->place[i].address != 0;

	if (found) {
		*was = s->place[i];
		if (--s->place[i].count == 0) {
			s->used--;
			shift_back_locked(s, i);
		}
	}
	unlock_shard(s);
	return found;
}

bool objects_find(const void *p, struct object *is)
{
	struct shard *s = lock_shard(hash((uintptr_t)p));
	size_t i = probe_locked(s, (uintptr_t)p);
	bool found = s->place[i].address != 0;

	*is = s->place[i];
	unlock_shard(s);
	return found;
}

uint64_t objects_live(void)
{
	uint64_t live = 0;

	for (size_t i = 0; i < NSHARDS; i++)
		live += shards[i].used;
	return live;
}
