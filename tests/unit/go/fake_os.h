// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fake_os.h - a system for tests: fails on demand, logs, keeps virtual time.
 *
 * Role:       an osmem_ops on top of the real one, so that memory exists, plus
 *             what a test wants to decide or to see.
 * Invariants: everything it handed out is gone after fake_os_fini(), and no
 *             arena of it is left in the arena map.
 * Locks:      none; one test thread at a time.
 * Units:      bytes, nanoseconds.
 * Source:     none.
 */
#ifndef GO_FAKE_OS_H
#define GO_FAKE_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../../allocators/go/osmem.h"

struct fake_os_event {
	bool used; /* used(), else unused() */
	uintptr_t base;
	size_t nbytes;
};

struct fake_os {
	uint64_t now_ns;     /* what clock_ns() says */
	size_t fail_after;   /* calls for memory that succeed; SIZE_MAX: all */
	size_t ncalls;	     /* for memory, so far */
	size_t unused_bytes; /* sum over unused() */
	/* called by unused() with base and length; NULL: nobody is */
	void (*on_unused)(uintptr_t base, size_t nbytes);
	uint64_t unused_cost_ns;     /* that unused() takes for 8 KiB */
	struct fake_os_event *event; /* used() and unused(), [nevents] */
	size_t nevents;
	size_t events_room;
};

extern struct fake_os fake_os;
extern const struct osmem_ops osmem_fake;

/** fake_os_init() - nothing fails, time is 0. */
void fake_os_init(void);

/** fake_os_fini() - give everything back. */
void fake_os_fini(void);

/** fake_os_block() - make one page at @p unavailable to reserve(). */
void fake_os_block(uintptr_t p);

#endif /* GO_FAKE_OS_H */
