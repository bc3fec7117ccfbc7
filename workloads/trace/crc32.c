// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * crc32.c - the checksum of headers, blocks and index.
 *
 * Role:       finds accidents (a flipped byte, a copy cut short), not malice:
 *             what a checksum cannot exclude, trace_verify() checks.
 * Invariants: none.
 * Locks:      none; the table is made by the constructor, before threads start.
 * Units:      none.
 * Source:     CRC-32 of ISO 3309, reflected polynomial 0xedb88320; four bytes a
 *             step after Sarwate's and Kounavis and Berry's tables.
 */
#include "format.h"

static uint32_t table[4][256];

__attribute__((constructor)) static void make_table(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;

		for (int bit = 0; bit < 8; bit++)
			c = c >> 1 ^ (c & 1 ? 0xedb88320u : 0);
		table[0][i] = c;
	}
	for (int k = 1; k < 4; k++)
		for (uint32_t i = 0; i < 256; i++)
			table[k][i] = table[k - 1][i] >> 8 ^
				      table[0][table[k - 1][i] & 0xff];
}

uint32_t trace_crc32(uint32_t crc, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	crc = ~crc;
	for (; n >= 4; n -= 4, p += 4) {
		crc ^= trace_get32(p);
		crc = table[3][crc & 0xff] ^ table[2][crc >> 8 & 0xff] ^
		      table[1][crc >> 16 & 0xff] ^ table[0][crc >> 24];
	}
	while (n--)
		crc = crc >> 8 ^ table[0][(crc ^ *p++) & 0xff];
	return ~crc;
}
