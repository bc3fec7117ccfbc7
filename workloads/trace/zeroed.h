// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * zeroed.h - memory that reads as zero, also what an array grew by.
 *
 * Role:       the trace code's allocation: the C library's malloc, which in
 *             the runner is the harness's and never the one under test.
 * Invariants: none.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_TRACE_ZEROED_H
#define AL_TRACE_ZEROED_H

#include <stddef.h>

/** zeroed_alloc() - Return: NULL without memory. */
void *zeroed_alloc(size_t bytes);

/**
 * zeroed_grow() - make @p, of zeroed_alloc() or NULL, as large as @bytes.
 * Return: NULL without memory, and @p as it was.
 */
void *zeroed_grow(void *p, size_t bytes);

/** zeroed_free() - give it back; @p may be NULL. */
void zeroed_free(void *p);

#endif /* AL_TRACE_ZEROED_H */
