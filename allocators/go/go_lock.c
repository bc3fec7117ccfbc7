// SPDX-License-Identifier: MIT
/*
 * go_lock.c - the waiting side of go_lock.h.
 *
 * Role:       spin a little, then sleep in the kernel.
 * Invariants: a waiter leaves the word at 2, so that whoever unlocks wakes.
 * Locks:      none taken besides the one asked for.
 * Units:      none.
 * Source:     as go_lock.h.
 */
#include "go_lock.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Critical sections are some hundred instructions long. */
#define SPINS 100

static void pause_cpu(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

void go_lock_wait(struct go_lock *l)
{
	int saved = errno;

	for (int i = 0; i < SPINS; i++) {
		uint32_t free = 0;

		pause_cpu();
		if (atomic_load_explicit(&l->word, memory_order_relaxed) == 0 &&
		    atomic_compare_exchange_strong_explicit(
			    &l->word, &free, 1, memory_order_acquire,
			    memory_order_relaxed))
			goto taken;
	}
	while (atomic_exchange_explicit(&l->word, 2, memory_order_acquire) != 0)
		syscall(SYS_futex, &l->word, FUTEX_WAIT_PRIVATE, 2, NULL, NULL,
			0);
taken:
	l->contended++;
	errno = saved;
}

void go_lock_wake(struct go_lock *l)
{
	int saved = errno;

	syscall(SYS_futex, &l->word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	errno = saved;
}
