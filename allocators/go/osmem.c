// SPDX-License-Identifier: MIT
/*
 * osmem.c - the only mmap of the Go-style allocator.
 *
 * Role:       one system call behind each verb of osmem.h.
 * Invariants: errno is left as found: the entry points set it.
 * Locks:      none; the byte count is one relaxed atomic.
 * Units:      bytes.
 * Source:     after Go mem_linux.go.
 * Differs:    MAP_NORESERVE throughout: a benchmark may hold terabytes of
 *             free spans that it never touches. No MADV_FREE. Huge page
 *             advice for the allocator's own tables only, as Go from 1.21: the
 *             same for every generation.
 */
#include "osmem.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <time.h>

#define HUGE_BYTES ((size_t)2 << 20)

static _Atomic size_t mapped_bytes;

size_t osmem_mapped_bytes(void)
{
	return atomic_load_explicit(&mapped_bytes, memory_order_relaxed);
}

static void count(size_t n)
{
	atomic_fetch_add_explicit(&mapped_bytes, n, memory_order_relaxed);
}

static void *map_anywhere(void *hint, size_t n, int prot, int flags)
{
	int saved = errno;
	void *p = mmap(hint, n, prot,
		       MAP_ANONYMOUS | MAP_PRIVATE | MAP_NORESERVE | flags, -1,
		       0);

	errno = saved;
	return p == MAP_FAILED ? NULL : p;
}

static void *linux_alloc(size_t n)
{
	void *p = map_anywhere(NULL, n, PROT_READ | PROT_WRITE, 0);

	if (p)
		count(n);
	return p;
}

/* What lies before and behind the aligned part goes back at once. */
static void *linux_alloc_huge(size_t n)
{
	char *p = map_anywhere(NULL, n + HUGE_BYTES, PROT_READ | PROT_WRITE, 0);
	size_t before;
	int saved = errno;

	if (!p)
		return NULL;
	before = -(uintptr_t)p % HUGE_BYTES;
	if (before)
		munmap(p, before);
	munmap(p + before + n, HUGE_BYTES - before);
	madvise(p + before, n, MADV_HUGEPAGE);
	errno = saved;
	count(n);
	return p + before;
}

static void *linux_reserve(void *hint, size_t n)
{
	return map_anywhere(hint, n, PROT_NONE, 0);
}

static int linux_map(void *p, size_t n)
{
	if (!map_anywhere(p, n, PROT_READ | PROT_WRITE, MAP_FIXED))
		return -ENOMEM;
	count(n);
	return 0;
}

static void linux_unused(void *p, size_t n)
{
	int saved = errno;

	madvise(p, n, MADV_DONTNEED);
	errno = saved;
}

static void linux_used(void *p, size_t n)
{
	(void)p; /* the first touch brings it back */
	(void)n;
}

static void linux_release(void *p, size_t n)
{
	int saved = errno;

	munmap(p, n);
	errno = saved;
}

static uint64_t linux_clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

const struct osmem_ops osmem_linux = {
	.name = "linux",
	.alloc = linux_alloc,
	.alloc_huge = linux_alloc_huge,
	.reserve = linux_reserve,
	.map = linux_map,
	.unused = linux_unused,
	.used = linux_used,
	.release = linux_release,
	.clock_ns = linux_clock_ns,
};
