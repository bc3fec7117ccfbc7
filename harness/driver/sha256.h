// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * sha256.h - the fingerprint of a file.
 *
 * Role:       says whether an allocator's file is the one that was measured.
 * Invariants: none.
 * Locks:      none.
 * Units:      none.
 * Source:     FIPS 180-4.
 */
#ifndef AL_SHA256_H
#define AL_SHA256_H

#include <stddef.h>

#define SHA256_TEXT 65 /* 64 hexadecimal digits and the NUL */

/** sha256_bytes() - digest of @len bytes at @data, as lower-case text. */
void sha256_bytes(const void *data, size_t len, char text[SHA256_TEXT]);

/**
 * sha256_file() - digest of a file, as lower-case text.
 * Return: 0, or -errno with @text empty.
 */
int sha256_file(const char *path, char text[SHA256_TEXT]);

#endif /* AL_SHA256_H */
