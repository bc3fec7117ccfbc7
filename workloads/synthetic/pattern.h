// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pattern.h - what workloads write into their objects.
 *
 * Role:       contents that tell in the `check` pass whose they are.
 * Invariants: the contents follow from the object's address alone, so that any
 *             worker can verify any object, and differ between two objects at
 *             different addresses, so that an overlap shows.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_SYNTHETIC_PATTERN_H
#define AL_SYNTHETIC_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* An odd factor keeps different addresses different and spreads their bits. */
static inline uint64_t pattern_word(const void *p)
{
	return (uint64_t)(uintptr_t)p * UINT64_C(0x9e3779b97f4a7c15);
}

/* Four words, at any address: two vector stores where there is SSE2 or NEON. */
typedef uint64_t pattern_block
	__attribute__((vector_size(32), aligned(1), may_alias));

/** pattern_fill() - write all @size bytes of the object at @p. */
static inline void pattern_fill(void *p, size_t size)
{
	const uint64_t word = pattern_word(p);
	const pattern_block block = { word, word, word, word };
	char *byte = p;
	size_t left = size;

	for (; left >= sizeof(block); left -= sizeof(block)) {
		*(pattern_block *)byte = block;
		byte += sizeof(block);
	}
	for (; left >= sizeof(word); left -= sizeof(word)) {
		memcpy(byte, &word, sizeof(word));
		byte += sizeof(word);
	}
	for (size_t i = 0; i < left; i++)
		byte[i] = (char)(word >> 8 * i);
}

/** pattern_valid() - are the first @size bytes as pattern_fill() left them? */
static inline bool pattern_valid(const void *p, size_t size)
{
	const uint64_t word = pattern_word(p);
	const unsigned char *byte = p;
	size_t i = 0;

	for (; i + sizeof(word) <= size; i += sizeof(word))
		if (memcmp(byte + i, &word, sizeof(word)))
			return false;
	for (size_t j = 0; i + j < size; j++)
		if (byte[i + j] != (unsigned char)(word >> 8 * j))
			return false;
	return true;
}

/** pattern_mark() - write bytes 0 and 1 and read byte 0 back. @p: 2 or more. */
static inline void pattern_mark(void *p)
{
	volatile unsigned char *byte = p;
	const uint64_t word = pattern_word(p);

	byte[0] = (unsigned char)(word >> 56);
	byte[1] = (unsigned char)(word >> 48);
	(void)byte[0];
}

/** pattern_mark_valid() - are the two bytes as pattern_mark() left them? */
static inline bool pattern_mark_valid(const void *p)
{
	const unsigned char *byte = p;
	const uint64_t word = pattern_word(p);

	return byte[0] == (unsigned char)(word >> 56) &&
	       byte[1] == (unsigned char)(word >> 48);
}

#endif /* AL_SYNTHETIC_PATTERN_H */
