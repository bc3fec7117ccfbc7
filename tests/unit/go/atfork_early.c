// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * atfork_early.c - a library whose fork handlers allocate.
 *
 * Role:       preloaded beside a drop-in by hostile.sh; registers more handlers
 *             than the C library has room for without malloc, before anything
 *             else in the process allocates.
 * Invariants: prepare, parent and child all need memory from the page heap.
 * Locks:      none.
 * Units:      bytes.
 * Source:     pthread_atfork(3).
 */
#include <pthread.h>
#include <stdlib.h>

#define NHANDLERS 60
#define NOBJECTS  20

static void allocate(void)
{
	void *volatile p[NOBJECTS];

	for (size_t i = 0; i < NOBJECTS; i++)
		p[i] = malloc(20000 + i * 997);
	for (size_t i = 0; i < NOBJECTS; i++)
		free(p[i]);
}

static __attribute__((constructor)) void register_many(void)
{
	for (int i = 0; i < NHANDLERS; i++)
		if (pthread_atfork(allocate, allocate, allocate))
			abort();
}
