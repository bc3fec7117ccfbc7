// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * check_zero.c - conformance: memory that has to read as zero.
 *
 * Role:       calloc and malloc_flags.
 * Invariants: none.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none; the contract is allotrope/allocator.h.
 */
#include "config.h"

#include "conform.h"

#include <string.h>

void test_calloc_zero(void);
void test_calloc_overflow(void);
void test_flags(void);

enum {
	ROW = 40
};

/* Leaves free memory of this size behind that is anything but zero. */
static void leave_dirt(size_t size, size_t n)
{
	void *p[ROW];

	for (size_t i = 0; i < n; i++) {
		p[i] = conform_malloc(size);
		memset(p[i], 0xa5, size);
	}
	for (size_t i = 0; i < n; i++)
		host.calls->free(p[i]);
}

static void *by_calloc(size_t size)
{
	return size % 4 ? host.calls->calloc(1, size)
			: host.calls->calloc(size / 4, 4);
}

static void *by_flags(size_t size)
{
	return host.calls->malloc_flags(size, AL_MALLOC_ZEROED);
}

static void check_zeroed(void *(*get)(size_t size), const char *call,
			 size_t size)
{
	const size_t n = size > 65536 ? 2 : ROW;
	void *p[ROW];

	leave_dirt(size, n);
	for (size_t i = 0; i < n; i++) {
		p[i] = get(size);
		if (!p[i])
			conform_fail("%s of %zu bytes gave NULL", call, size);
		conform_check_zero(p[i], size, call);
		memset(p[i], 0x5a, size);
	}
	for (size_t i = 0; i < n; i++)
		host.calls->free(p[i]);
}

void test_calloc_zero(void)
{
	for (size_t size = 1; size < (8 << 20); size += 1 + size / 7)
		check_zeroed(by_calloc, "calloc", size);
}

void test_calloc_overflow(void)
{
	static const size_t pairs[][2] = {
		{ SIZE_MAX, 2 },
		{ 2, SIZE_MAX },
		{ SIZE_MAX / 2 + 1, 2 },
		{ 3, SIZE_MAX / 2 },
		{ (size_t)1 << 32, (size_t)1 << 32 },
		{ ((size_t)1 << 32) + 1, ((size_t)1 << 32) + 1 },
		{ SIZE_MAX / 16 + 1, 16 },
		{ SIZE_MAX, SIZE_MAX },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (host.calls->calloc(pairs[i][0], pairs[i][1]))
			conform_fail("calloc(%zu, %zu) gave an object",
				     pairs[i][0], pairs[i][1]);
}

/* 8 bytes do for an object without pointers, and less for one below 16. */
static size_t noscan_align(size_t size)
{
	const size_t divisor = size & -size;

	return size < 16 && divisor < 8 ? divisor : 8;
}

void test_flags(void)
{
	conform_need(malloc_flags);
	for (size_t size = 1; size < (1 << 20); size += 1 + size / 9) {
		void *p[ROW];

		check_zeroed(by_flags, "malloc_flags(ZEROED)", size);
		for (uint64_t i = 0; i < ROW; i++) {
			p[i] = host.calls->malloc_flags(size, AL_MALLOC_NOSCAN);
			if (!p[i])
				conform_fail("malloc_flags(%zu, NOSCAN) gave "
					     "NULL",
					     size);
			conform_check_aligned(p[i], noscan_align(size),
					      "malloc_flags(NOSCAN)", size);
			conform_stamp(p[i], size, i);
		}
		for (uint64_t i = 0; i < ROW; i++) {
			conform_check(p[i], size, i, "of malloc_flags(NOSCAN)");
			host.calls->free_sized(p[i], size);
		}
	}
}
