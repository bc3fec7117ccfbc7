// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pages.h - memory for the trace code that no malloc sees.
 *
 * Role:       the replay workload shares its process with the allocator under
 *             test, which may be the process's own malloc; so everything here
 *             comes from mappings of its own.
 * Invariants: memory is zeroed; pages never touched cost nothing.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_TRACE_PAGES_H
#define AL_TRACE_PAGES_H

#include <stddef.h>

/** pages_alloc() - zeroed memory, aligned to 64. Return: or NULL. */
void *pages_alloc(size_t bytes);

/**
 * pages_resize() - grow; @p may be NULL. What is new reads as zero.
 * Return: NULL if there is none, and @p as it was.
 */
void *pages_resize(void *p, size_t bytes);

/** pages_free() - give it back; @p may be NULL. */
void pages_free(void *p);

#endif /* AL_TRACE_PAGES_H */
