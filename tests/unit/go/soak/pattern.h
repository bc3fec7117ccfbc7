// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pattern.h - contents of objects, to be known again.
 *
 * Role:       writes a pattern made of a key into an object, and finds the
 *             first byte that is not as it was written.
 * Invariants: word i of an object depends on key and i only. A long object is
 *             written at both ends and at samples, unless asked for in full.
 * Locks:      none.
 * Units:      bytes; words of 8.
 * Source:     none.
 */
#ifndef SOAK_PATTERN_H
#define SOAK_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** PATTERN_FULL_BYTES - up to here all of an object is written. */
#define PATTERN_FULL_BYTES ((size_t)2048)

/** PATTERN_INTACT - pattern_check() found nothing. */
#define PATTERN_INTACT	   SIZE_MAX

/** pattern_fill() - write @n bytes at @p. @full: leave no gaps. */
void pattern_fill(void *p, size_t n, uint64_t key, bool full);

/**
 * pattern_check() - read back what pattern_fill(@n, @key, @full) wrote.
 * @upto: look at the first so many bytes only.
 * Return: offset of the first wrong byte, or PATTERN_INTACT.
 */
size_t pattern_check(const void *p, size_t n, uint64_t key, bool full,
		     size_t upto);

/** pattern_check_zero() - the same for zeroes; in full up to 64 KiB. */
size_t pattern_check_zero(const void *p, size_t n);

#endif /* SOAK_PATTERN_H */
