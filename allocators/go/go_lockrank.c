// SPDX-License-Identifier: MIT
/*
 * go_lockrank.c - what a thread holds, and whether it may take more.
 *
 * Role:       see go_lockrank.h.
 * Invariants: bit r of held: the thread holds a lock of rank r.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "go_lockrank.h"

#ifdef GO_LOCK_RANKS

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WORDS	  ((GO_RANKS + 63) / 64)
#define NAME_ROOM 32

/* Four words: a library has little room for such variables. */
static __thread uint64_t held[WORDS];

static const char *name_of(unsigned int rank, char *room)
{
	switch (rank) {
	case GO_RANK_NONE:
		return "a lock without rank";
	case GO_RANK_START:
		return "cache_start_lock";
	case GO_RANK_QUIET:
		return "heap->quiet_lock";
	case GO_RANK_SPAN_SET:
		return "span_set.spine_lock";
	case GO_RANK_HEAP:
		return "heap->lock";
	default:
		snprintf(room, NAME_ROOM, "central[%u].lock",
			 rank - GO_RANK_CENTRAL);
		return room;
	}
}

/* snprintf of words and small numbers allocates nothing. */
static void __attribute__((noreturn, cold))
die(const char *verb, unsigned int rank, const char *but, const char *other)
{
	char line[160], room[NAME_ROOM];
	int n = snprintf(line, sizeof(line),
			 "allotrope: lock order: %s %s%s%s\n", verb,
			 name_of(rank, room), but, other);

	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		abort();
	abort();
}

/* The highest rank held; GO_RANK_NONE: none is. */
static unsigned int highest(void)
{
	for (unsigned int w = WORDS; w-- > 0;)
		if (held[w])
			return 64 * w + 63 -
			       (unsigned int)__builtin_clzll(held[w]);
	return GO_RANK_NONE;
}

void go_rank_take(unsigned int rank)
{
	unsigned int top = highest();
	char room[NAME_ROOM];

	if (rank <= top || rank == GO_RANK_NONE)
		die("takes", rank, top ? " and holds " : "",
		    top ? name_of(top, room) : "");
	held[rank / 64] |= UINT64_C(1) << rank % 64;
}

void go_rank_drop(unsigned int rank)
{
	uint64_t bit = UINT64_C(1) << rank % 64;

	if (!(held[rank / 64] & bit))
		die("drops", rank, " and does not hold it", "");
	held[rank / 64] &= ~bit;
}

#endif
