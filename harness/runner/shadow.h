// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * shadow.h - whose byte is it: one bit for every byte of the address space.
 *
 * Role:       finds two live objects that share memory, to the byte, whichever
 *             threads they belong to and however large they are.
 * Invariants: a bit is set while its byte belongs to a live object.
 * Locks:      none; bits change by atomic read-modify-write, so of two threads
 *             that claim one byte, one sees the other.
 * Units:      bytes of the measured heap; the shadow takes an eighth of what
 *             was ever claimed.
 * Source:     none.
 */
#ifndef AL_SHADOW_H
#define AL_SHADOW_H

#include <stdbool.h>
#include <stddef.h>

/** shadow_open() - make the directory; before threads. */
void shadow_open(void);

/** shadow_claim() - [p, p+n) is live. Return: false if a part was already. */
bool shadow_claim(const void *p, size_t n);

/** shadow_release() - [p, p+n) is not live. Return: false if a part was not. */
bool shadow_release(const void *p, size_t n);

#endif /* AL_SHADOW_H */
