// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * contents.h - what the `check` pass writes into objects, and reads again.
 *
 * Role:       a pattern that tells one object from every other, at any address
 *             and at any time.
 * Invariants: a long object is written and read in places only: both ends and
 *             some pages between, others for another tag. Above 256 KiB these
 *             are some dozens; with CONTENTS_SPARSE in its tag, above 4 KiB,
 *             one. To touch all would measure the kernel's page faults.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_CONTENTS_H
#define AL_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bit of a tag: the object is one of so many that few of its pages may count */
#define CONTENTS_SPARSE	     UINT64_C(1)

/* Objects up to here are never sparse; a page at least. */
#define CONTENTS_DENSE_BYTES ((size_t)4 << 10)

/** contents_write() - fill [from, to) of the object at @p for @tag. */
void contents_write(void *p, size_t from, size_t to, uint64_t tag);

/**
 * contents_verify() - is [from, to) as contents_write() left it?
 * Return: the offset of the first byte that is not; @to if all are.
 */
size_t contents_verify(const void *p, size_t from, size_t to, uint64_t tag);

/** contents_zero() - offset of the first byte that is not 0; @n if all are. */
size_t contents_zero(const void *p, size_t n);

/** contents_sum() - a sum over all @n bytes that a changed byte changes. */
uint64_t contents_sum(const void *p, size_t n);

#endif /* AL_CONTENTS_H */
