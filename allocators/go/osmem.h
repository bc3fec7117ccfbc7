// SPDX-License-Identifier: MIT
/*
 * osmem.h - the system's memory and clock, as the allocator sees them.
 *
 * Role:       the only door to mmap and to the clock. A const table, so that
 *             tests supply failures and virtual time.
 * Invariants: memory is in one of three states: reserved (addresses only),
 *             mapped (readable, writable, zero when first touched), returned
 *             (mapped, but its contents may be lost). Pointers and sizes are
 *             multiples of the system's page.
 * Locks:      none; every function may be called from any thread.
 * Units:      bytes, nanoseconds.
 * Source:     after Go mem_linux.go; states as Go 1.11 on.
 * Differs:    running out of memory is an answer, not a panic.
 */
#ifndef GO_OSMEM_H
#define GO_OSMEM_H

#include <stddef.h>
#include <stdint.h>

struct osmem_ops {
	const char *name;

	/** alloc() - @n bytes, mapped, anywhere. NULL: no memory. */
	void *(*alloc)(size_t n);

	/**
	 * alloc_huge() - the same, aligned to 2 MiB and backed by huge pages if
	 * the system has such. NULL: not to be had. May be NULL.
	 * @n: a multiple of 2 MiB.
	 */
	void *(*alloc_huge)(size_t n);

	/**
	 * reserve() - addresses for @n bytes, at @hint if free there; the
	 * caller compares. NULL: no address space.
	 */
	void *(*reserve)(void *hint, size_t n);

	/** map() - make reserved memory usable. 0, or -ENOMEM. */
	int (*map)(void *p, size_t n);

	/** unused() - return the memory, keep the addresses. Errno kept. */
	void (*unused)(void *p, size_t n);

	/** used() - returned memory is about to be used again. */
	void (*used)(void *p, size_t n);

	/** release() - give up addresses and memory. */
	void (*release)(void *p, size_t n);

	/** clock_ns() - monotonic time. */
	uint64_t (*clock_ns)(void);
};

/** osmem_linux - mmap, madvise(MADV_DONTNEED), CLOCK_MONOTONIC. */
extern const struct osmem_ops osmem_linux;

/** osmem_mapped_bytes() - alloc'd and mapped by osmem_linux, not released. */
size_t osmem_mapped_bytes(void);

#endif /* GO_OSMEM_H */
