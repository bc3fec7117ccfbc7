// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * check_resize.c - conformance: realloc.
 *
 * Role:       what was in an object is in it after it was resized.
 * Invariants: none.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none; the contract is allotrope/allocator.h.
 */
#include "config.h"

#include "conform.h"

void test_realloc_prefix(void);
void test_realloc_chain(void);
void test_realloc_fails(void);

static void need_realloc(void)
{
	if (!conform_can_realloc())
		conform_skip("it has neither realloc nor usable_size");
}

static void *resize(void *p, size_t old, size_t size, uint64_t id)
{
	void *q = host.calls->realloc(p, size);

	if (!q)
		conform_fail("realloc from %zu to %zu gave NULL", old, size);
	conform_check_aligned(q, conform_min_align(size), "realloc", size);
	conform_check(q, old < size ? old : size, id, "after realloc");
	conform_stamp(q, size, id);
	return q;
}

/* On, below and above the borders of size classes, pages and large objects. */
void test_realloc_prefix(void)
{
	static const size_t sizes[] = {
		1,     7,     8,      9,      15,     16,      17,     24,
		31,    32,    33,     63,     64,     65,      100,    127,
		128,   129,   255,    256,    257,    1000,    1024,   2047,
		2048,  4095,  4096,   4097,   8192,   16384,   32767,  32768,
		32769, 65536, 131072, 131073, 262144, 1 << 20, 3 << 20
	};
	const size_t n = sizeof(sizes) / sizeof(sizes[0]);

	need_realloc();
	for (size_t i = 0; i < n; i++) {
		void *p = resize(NULL, 0, sizes[i], i);

		host.calls->free(p);
		for (size_t j = 0; j < n; j++) {
			p = conform_malloc(sizes[i]);
			conform_stamp(p, sizes[i], i);
			p = resize(p, sizes[i], sizes[j], i);
			p = resize(p, sizes[j], sizes[i], i);
			host.calls->free(p);
		}
	}
}

/* Two vectors that grow in turns stand in each other's way. */
void test_realloc_chain(void)
{
	const size_t top = CONFORM_TIMES((size_t)64 << 20);
	void *p[2] = { NULL, NULL };
	size_t size = 0;

	need_realloc();
	while (size < top) {
		const size_t more = size + size / 2 + 1;

		for (uint64_t i = 0; i < 2; i++)
			p[i] = resize(p[i], size, more, i);
		size = more;
	}
	while (size > 1) {
		const size_t less = size / 2;

		for (uint64_t i = 0; i < 2; i++)
			p[i] = resize(p[i], size, less, i);
		size = less;
	}
	for (size_t step = 1; step < 100000; step += 8) {
		p[0] = resize(p[0], size, step, 0);
		size = step;
	}
	host.calls->free(p[0]);
	host.calls->free(p[1]);
}

void test_realloc_fails(void)
{
	static const size_t sizes[] = { 1, 100, 5000, 40000, 1 << 20 };

	need_realloc();
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		void *p = conform_malloc(sizes[i]);

		conform_stamp(p, sizes[i], i);
		if (host.calls->realloc(p, PTRDIFF_MAX))
			conform_fail("realloc to PTRDIFF_MAX gave an object");
		conform_check(p, sizes[i], i, "after a realloc that failed");
		host.calls->free(p);
	}
}
