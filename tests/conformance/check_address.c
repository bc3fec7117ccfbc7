// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * check_address.c - conformance: where objects come to lie.
 *
 * Role:       alignment, disjointness, and the sizes nobody wants.
 * Invariants: none.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none; the contract is allotrope/allocator.h.
 */
#include "config.h"

#include "conform.h"

#include <stdlib.h>
#include <string.h>

void test_align_malloc(void);
void test_align_others(void);
void test_align_asked(void);
void test_zero_size(void);
void test_no_overlap(void);

#define LIVE 64 /* of one size at once, so that whole spans are looked at */

/* The next size worth a look: every one up to 4 KiB, then in steps of 1/16. */
static size_t next_size(size_t size)
{
	return size < 4096 ? size + 1 : size + size / 16 + 1;
}

void test_align_malloc(void)
{
	void *p[LIVE];

	for (size_t size = 1; size < (4 << 20); size = next_size(size)) {
		const size_t n = size < 65536 ? LIVE : 2;

		for (size_t i = 0; i < n; i++)
			p[i] = conform_malloc(size);
		for (size_t i = 0; i < n; i++)
			host.calls->free(p[i]);
	}
}

static void check_calloc_and_flags(size_t size)
{
	const size_t align = conform_min_align(size);
	void *p = host.calls->calloc(1, size);

	if (!p)
		conform_fail("calloc(1, %zu) gave NULL", size);
	conform_check_aligned(p, align, "calloc", size);
	host.calls->free(p);
	p = host.calls->malloc_flags(size, 0);
	if (!p)
		conform_fail("malloc_flags(%zu, 0) gave NULL", size);
	conform_check_aligned(p, align, "malloc_flags", size);
	host.calls->free(p);
}

void test_align_others(void)
{
	void *p = NULL;

	for (size_t size = 1; size < (1 << 20); size = next_size(size))
		check_calloc_and_flags(size);
	if (!conform_can_realloc())
		return;
	for (size_t size = 1; size < (1 << 20); size = next_size(size)) {
		p = host.calls->realloc(p, size);
		if (!p)
			conform_fail("realloc to %zu gave NULL", size);
		conform_check_aligned(p, conform_min_align(size), "realloc",
				      size);
	}
	host.calls->free(p);
}

/* Sizes that are no multiple of the alignment come with it. */
static void check_asked(size_t align, size_t size)
{
	unsigned char *p[4];

	for (size_t i = 0; i < 4; i++) {
		p[i] = host.calls->aligned_alloc(align, size);
		if (!p[i])
			conform_fail("aligned_alloc(%zu, %zu) gave NULL", align,
				     size);
		conform_check_aligned(p[i], align, "aligned_alloc", size);
		if (size) {
			p[i][0] = 1;
			p[i][size - 1] = 1;
		}
	}
	for (size_t i = 0; i < 4; i++)
		host.calls->free(p[i]);
}

/* On a heap with holes the allocator may try short cuts. */
static void churn_aligned(void)
{
	enum {
		SLOTS = 4096
	};
	void **p = conform_own(SLOTS, sizeof(*p));
	struct al_random random = { host.seed };

	for (int i = 0; i < CONFORM_TIMES(500000); i++) {
		void **slot = &p[al_random_below(&random, SLOTS)];
		const size_t align = (size_t)1
				     << al_random_range(&random, 4, 13);
		const size_t size = 1 + conform_draw_size(&random, 1 << 13);

		if (*slot) {
			host.calls->free(*slot);
			*slot = NULL;
		} else if (al_random_below(&random, 8)) {
			*slot = conform_malloc(size);
		} else {
			*slot = host.calls->aligned_alloc(align, size);
			if (!*slot)
				conform_fail("aligned_alloc(%zu, %zu) gave "
					     "NULL",
					     align, size);
			conform_check_aligned(*slot, align, "aligned_alloc",
					      size);
		}
	}
	for (size_t i = 0; i < SLOTS; i++)
		host.calls->free(p[i]);
	free(p);
}

void test_align_asked(void)
{
	static const size_t sizes[] = { 1,     7,     8,      24,     100,
					1000,  4096,  5000,   32768,  32769,
					40000, 65536, 100000, 1 << 20 };
	size_t align;

	conform_need(aligned_alloc);
	for (align = 1; align <= (4 << 20); align *= 2)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
			check_asked(align, sizes[i]);
	churn_aligned();
	/* The largest take address space that a machine may not grant. */
	for (; align <= (1 << 30); align *= 2) {
		void *p = host.calls->aligned_alloc(align, 100);

		conform_check_aligned(p, align, "aligned_alloc", 100);
		host.calls->free(p);
	}
}

void test_zero_size(void)
{
	void *p[LIVE];

	host.calls->free(NULL);
	for (int i = 0; i < LIVE; i++)
		p[i] = host.calls->malloc(0);
	for (int i = 0; i < LIVE; i++)
		host.calls->free(p[i]);
	host.calls->free(host.calls->calloc(0, 8));
	host.calls->free(host.calls->calloc(8, 0));
	host.calls->free(host.calls->aligned_alloc(16, 0));
	host.calls->free(conform_malloc(1));
	host.calls->free(NULL);
}

struct extent {
	uintptr_t start, end;
};

static int by_start(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

static void check_disjoint(const struct extent *live, size_t n)
{
	struct extent *sorted = conform_own(n, sizeof(*sorted));

	memcpy(sorted, live, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_start);
	for (size_t i = 1; i < n; i++)
		if (sorted[i].start < sorted[i - 1].end)
			conform_fail("%zu bytes at %p overlap %zu bytes at %p",
				     sorted[i].end - sorted[i].start,
				     (void *)sorted[i].start,
				     sorted[i - 1].end - sorted[i - 1].start,
				     (void *)sorted[i - 1].start);
	free(sorted);
}

static struct extent new_extent(struct al_random *random)
{
	const size_t size = 1 + conform_draw_size(random, 1 << 17);
	const uintptr_t start = (uintptr_t)conform_malloc(size);

	return (struct extent){ start, start + size };
}

/* Replaces objects at random, and compares all of them now and then. */
void test_no_overlap(void)
{
	const size_t n = 5000;
	struct extent *live = conform_own(n, sizeof(*live));
	struct al_random random = { host.seed };

	for (size_t i = 0; i < n; i++)
		live[i] = new_extent(&random);
	for (int round = 0; round < 20; round++) {
		check_disjoint(live, n);
		for (size_t k = 0; k < n; k++) {
			const size_t i = al_random_below(&random, n);

			host.calls->free((void *)live[i].start);
			live[i] = new_extent(&random);
		}
	}
	for (size_t i = 0; i < n; i++)
		host.calls->free((void *)live[i].start);
	free(live);
}
