// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * hmem.h - the harness's own memory.
 *
 * Role:       serves whatever the runner and its libraries allocate, so that
 *             the measured allocator holds the workload's objects only.
 * Invariants: all of it lies in one reserved mapping, whose resident part is
 *             the harness's share of every memory figure.
 * Locks:      one spin lock inside; never held across a system call but
 *             madvise. Nothing here runs on the path of a measured operation.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_HMEM_H
#define AL_HMEM_H

#include <stdbool.h>
#include <stddef.h>

/**
 * hmem_alloc() - allocate from the harness's mapping.
 * @size:   bytes; 0 gives a pointer of its own.
 * @align:  a power of two; below 16 counts as 16.
 * @zeroed: whether the bytes must read as zero.
 * Works before constructors, in any thread, also inside the dynamic linker.
 * Return: NULL when the mapping is full.
 */
void *hmem_alloc(size_t size, size_t align, bool zeroed);

/** hmem_free() - release; NULL is a no-op. */
void hmem_free(void *p);

/** hmem_usable() - bytes that may be used at @p. */
size_t hmem_usable(const void *p);

/**
 * hmem_pages() - fresh zeroed pages, never given back, first touched by the
 * caller (which decides the NUMA node they land on).
 * Return: page-aligned; NULL when the mapping is full.
 */
void *hmem_pages(size_t bytes);

/** hmem_contains() - does @p point into the harness's mapping? */
bool hmem_contains(const void *p);

/**
 * hmem_resident() - bytes of the mapping that are in memory now.
 * Cost: linear in the pages ever handed out.
 */
size_t hmem_resident(void);

#endif /* AL_HMEM_H */
