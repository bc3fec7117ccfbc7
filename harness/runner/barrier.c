// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * barrier.c - where threads wait for each other.
 *
 * Role:       see barrier.h.
 * Invariants: `generation` moves once a round, after `arrived` went back to 0.
 * Locks:      none.
 * Units:      nanoseconds.
 * Source:     see barrier.h.
 */
#include "config.h"

#include "barrier.h"
#include "clock.h"

#include <limits.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAUSES_A_LOOK 64 /* the clock is read once in so many pauses */

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

static bool is_still(const struct barrier *b, uint32_t generation)
{
	return atomic_load_explicit(&b->generation, memory_order_acquire) ==
	       generation;
}

void barrier_init(struct barrier *b, unsigned int parties, uint64_t spin_ns)
{
	b->parties = parties;
	b->spin_ns = spin_ns;
	atomic_init(&b->arrived, 0);
	atomic_init(&b->generation, 0);
}

static void spin(const struct barrier *b, uint32_t generation)
{
	uint64_t until = clock_ns() + b->spin_ns;

	while (clock_ns() < until)
		for (int i = 0; i < PAUSES_A_LOOK; i++) {
			if (!is_still(b, generation))
				return;
			relax();
		}
}

void barrier_wait(struct barrier *b, void (*last)(void *arg), void *arg)
{
	uint32_t generation = atomic_load(&b->generation);

	if (atomic_fetch_add(&b->arrived, 1) + 1 == b->parties) {
		atomic_store(&b->arrived, 0);
		if (last)
			last(arg);
		atomic_store_explicit(&b->generation, generation + 1,
				      memory_order_release);
		syscall(SYS_futex, &b->generation, FUTEX_WAKE_PRIVATE, INT_MAX,
			NULL, NULL, 0);
		return;
	}
	if (b->spin_ns)
		spin(b, generation);
	while (is_still(b, generation))
		syscall(SYS_futex, &b->generation, FUTEX_WAIT_PRIVATE,
			generation, NULL, NULL, 0);
}
