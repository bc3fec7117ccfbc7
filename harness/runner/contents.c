// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * contents.c - what the `check` pass writes into objects, and reads again.
 *
 * Role:       see contents.h.
 * Invariants: a byte's value follows from its address and the object's tag.
 * Locks:      none.
 * Units:      bytes.
 * Source:     FNV-1a (Fowler, Noll, Vo), over words, for the sum.
 */
#include "config.h"

#include "contents.h"

#include <string.h>

#define WHOLE_BYTES ((size_t)256 << 10) /* larger ones are visited in places */
#define PAGE_BYTES  ((size_t)4096)
#define VISITS	    ((size_t)32) /* at least, between the ends */
#define VISIT_BYTES ((size_t)64)

/* Bytes from which on an object of this tag is visited in places. */
static size_t whole_bytes(uint64_t tag)
{
	return tag & CONTENTS_SPARSE ? CONTENTS_DENSE_BYTES : WHOLE_BYTES;
}

static size_t visits(uint64_t tag)
{
	return tag & CONTENTS_SPARSE ? 1 : VISITS;
}

/* Does its work on [from, to); returns the first bad offset, or to. */
typedef size_t (*visit_fn)(char *p, size_t from, size_t to, uint64_t tag);

static size_t visit(char *p, size_t from, size_t to, uint64_t tag, visit_fn fn)
{
	size_t stride, at, bad;

	if (to <= from)
		return to;
	if (to - from <= whole_bytes(tag))
		return fn(p, from, to, tag);
	bad = fn(p, from, from + VISIT_BYTES, tag);
	if (bad != from + VISIT_BYTES)
		return bad;
	/* which pages between the ends: another choice for another tag */
	stride = (to - from) / visits(tag) / PAGE_BYTES * PAGE_BYTES;
	at = from + VISIT_BYTES + (tag % stride & -PAGE_BYTES);
	for (; at < to - 2 * VISIT_BYTES; at += stride) {
		bad = fn(p, at, at + VISIT_BYTES, tag);
		if (bad != at + VISIT_BYTES)
			return bad;
	}
	return fn(p, to - VISIT_BYTES, to, tag);
}

static uint64_t word_at(uintptr_t address, uint64_t tag)
{
	return (uint64_t)(address & -(uintptr_t)8) *
		       UINT64_C(0x9e3779b97f4a7c15) ^
	       tag;
}

static unsigned char byte_at(uintptr_t address, uint64_t tag)
{
	return (unsigned char)(word_at(address, tag) >> 8 * (address & 7));
}

static size_t write_part(char *p, size_t from, size_t to, uint64_t tag)
{
	size_t at = from;

	for (; at < to && (uintptr_t)(p + at) % 8; at++)
		p[at] = (char)byte_at((uintptr_t)(p + at), tag);
	for (; at + 8 <= to; at += 8) {
		uint64_t word = word_at((uintptr_t)(p + at), tag);

		memcpy(p + at, &word, sizeof(word));
	}
	for (; at < to; at++)
		p[at] = (char)byte_at((uintptr_t)(p + at), tag);
	return to;
}

static size_t verify_bytes(const char *p, size_t from, size_t to, uint64_t tag)
{
	for (size_t at = from; at < to; at++)
		if ((unsigned char)p[at] != byte_at((uintptr_t)(p + at), tag))
			return at;
	return to;
}

static size_t verify_part(char *p, size_t from, size_t to, uint64_t tag)
{
	size_t at = from, aligned, bad;

	aligned = from + (-(uintptr_t)(p + from) & 7);
	if (aligned > to)
		aligned = to;
	bad = verify_bytes(p, from, aligned, tag);
	if (bad != aligned)
		return bad;
	for (at = aligned; at + 8 <= to; at += 8) {
		uint64_t word;

		memcpy(&word, p + at, sizeof(word));
		if (word != word_at((uintptr_t)(p + at), tag))
			break;
	}
	return verify_bytes(p, at, to, tag);
}

static size_t zero_part(char *p, size_t from, size_t to, uint64_t tag)
{
	for (size_t at = from; at < to; at++)
		if (p[at])
			return at;
	return to;
}

void contents_write(void *p, size_t from, size_t to, uint64_t tag)
{
	visit(p, from, to, tag, write_part);
}

size_t contents_verify(const void *p, size_t from, size_t to, uint64_t tag)
{
	return visit((char *)(uintptr_t)p, from, to, tag, verify_part);
}

size_t contents_zero(const void *p, size_t n)
{
	return visit((char *)(uintptr_t)p, 0, n,
		     (uintptr_t)p & ~CONTENTS_SPARSE, zero_part);
}

uint64_t contents_sum(const void *p, size_t n)
{
	const uint64_t prime = UINT64_C(0x100000001b3);
	uint64_t sum = UINT64_C(0xcbf29ce484222325);
	const char *byte = p;
	size_t at = 0;

	for (; at + 8 <= n; at += 8) {
		uint64_t word;

		memcpy(&word, byte + at, sizeof(word));
		sum = (sum ^ word) * prime;
		sum ^= sum >> 29;
	}
	for (; at < n; at++)
		sum = (sum ^ (unsigned char)byte[at]) * prime;
	return sum;
}
