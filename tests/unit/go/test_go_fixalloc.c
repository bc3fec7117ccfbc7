// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_fixalloc.c - records and chunks.
 *
 * Role:       alignment, reuse, zeroing, failure of the system.
 * Invariants: none.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../../allocators/go/fixalloc.h"
#include "osmem_fake.h"

#define RECORD 72
#define N      2000

static int setup(void **state)
{
	static struct persistent p;

	osmem_fake_reset();
	persistent_init(&p, &osmem_fake_ops);
	*state = &p;
	return 0;
}

static void test_new_records_are_aligned_apart_and_zero(void **state)
{
	static unsigned char *record[N];
	static const unsigned char zero[RECORD];
	struct fixalloc f;

	fixalloc_init(&f, *state, RECORD, 64);
	for (int i = 0; i < N; i++) {
		record[i] = fixalloc_alloc(&f);
		assert_non_null(record[i]);
		assert_int_equal((uintptr_t)record[i] % 64, 0);
		assert_memory_equal(record[i], zero, RECORD);
		memset(record[i], i, RECORD);
	}
	for (int i = 0; i < N; i++)
		for (int k = 0; k < RECORD; k++)
			assert_int_equal(record[i][k], i % 256);
	assert_int_equal(f.inuse, N);
}

/* Go 1.19: descriptors of 144 bytes, 113 a chunk; caches of 1200 bytes, 13. */
static void test_a_chunk_holds_whole_records(void **state)
{
	static const struct {
		size_t size, chunk;
	} want[] = { { 144, 16272 }, { 1200, 15600 } };

	for (size_t i = 0; i < 2; i++) {
		struct fixalloc f;
		uintptr_t first;

		fixalloc_init(&f, *state, want[i].size, 8);
		first = (uintptr_t)fixalloc_alloc(&f);
		assert_int_equal(f.end - first, want[i].chunk);
		while (f.next != f.end)
			fixalloc_alloc(&f);
		assert_int_equal(f.inuse, want[i].chunk / want[i].size);
	}
}

static void test_freed_records_come_back_last_first(void **state)
{
	struct fixalloc f;
	void *a, *b;

	fixalloc_init(&f, *state, RECORD, 8);
	a = fixalloc_alloc(&f);
	b = fixalloc_alloc(&f);
	fixalloc_free(&f, a);
	fixalloc_free(&f, b);
	assert_int_equal(f.inuse, 0);
	assert_ptr_equal(fixalloc_alloc(&f), b);
	assert_ptr_equal(fixalloc_alloc(&f), a);
}

/* Churn must not take memory from the system. */
static void test_reuse_before_new_chunks(void **state)
{
	struct persistent *p = *state;
	struct fixalloc f;
	size_t before;

	fixalloc_init(&f, p, RECORD, 8);
	fixalloc_free(&f, fixalloc_alloc(&f));
	before = p->total_bytes;
	for (int i = 0; i < N; i++)
		fixalloc_free(&f, fixalloc_alloc(&f));
	assert_int_equal(p->total_bytes, before);
}

static void test_a_record_larger_than_a_chunk(void **state)
{
	struct fixalloc f;
	unsigned char *big;

	fixalloc_init(&f, *state, 3 * FIXALLOC_CHUNK_BYTES, 64);
	big = fixalloc_alloc(&f);
	assert_non_null(big);
	memset(big, 1, 3 * FIXALLOC_CHUNK_BYTES);
}

static void test_large_pieces_go_to_the_system(void **state)
{
	struct persistent *p = *state;
	void *big = persistent_alloc(p, PERSISTENT_DIRECT_BYTES + 1, 64);

	assert_non_null(big);
	assert_int_equal(p->total_bytes, PERSISTENT_DIRECT_BYTES + 4096);
	assert_int_equal(osmem_fake.alloc_bytes, p->total_bytes);
}

/* From 4 MiB on: aligned chunks of 2 MiB, or small ones if there is none. */
static void check_large(struct persistent *p, size_t chunk)
{
	size_t before;
	uintptr_t first;

	while (p->total_bytes < PERSISTENT_LARGE_BYTES)
		assert_non_null(persistent_alloc(p, 4096, 64));
	while (p->next != p->end)
		assert_non_null(persistent_alloc(p, 4096, 64));
	before = p->total_bytes;
	first = (uintptr_t)persistent_alloc(p, 4096, 64);
	assert_int_not_equal(first, 0);
	assert_int_equal(p->total_bytes, before + chunk);
	assert_int_equal(osmem_fake.alloc_bytes, p->total_bytes);
	if (chunk == PERSISTENT_HUGE_BYTES)
		assert_int_equal(first % PERSISTENT_HUGE_BYTES, 0);
	/* an arena's page map follows in the same chunk */
	assert_int_equal((uintptr_t)persistent_alloc(p, 66000, 64),
			 first + 4096);
	while (p->next != p->end)
		*(char *)persistent_alloc(p, 16, 16) = 1;
	assert_int_equal(p->total_bytes, before + chunk);
}

static void test_large_tables_get_huge_pages(void **state)
{
	check_large(*state, PERSISTENT_HUGE_BYTES);
}

static void test_no_huge_pages_no_harm(void **state)
{
	osmem_fake.no_huge = true;
	check_large(*state, PERSISTENT_CHUNK_BYTES);
}

static void test_no_memory_is_an_answer(void **state)
{
	struct fixalloc f;
	int got = 0;

	fixalloc_init(&f, *state, 4096, 64);
	osmem_fake.fail_in = 1;
	while (fixalloc_alloc(&f))
		got++;
	assert_int_equal(got, PERSISTENT_CHUNK_BYTES / 4096);
	assert_int_equal(f.inuse, got);
	osmem_fake.fail_in = -1;
	assert_non_null(fixalloc_alloc(&f)); /* works again when there is */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			test_new_records_are_aligned_apart_and_zero, setup),
		cmocka_unit_test_setup(test_a_chunk_holds_whole_records, setup),
		cmocka_unit_test_setup(test_freed_records_come_back_last_first,
				       setup),
		cmocka_unit_test_setup(test_reuse_before_new_chunks, setup),
		cmocka_unit_test_setup(test_a_record_larger_than_a_chunk,
				       setup),
		cmocka_unit_test_setup(test_large_pieces_go_to_the_system,
				       setup),
		cmocka_unit_test_setup(test_large_tables_get_huge_pages, setup),
		cmocka_unit_test_setup(test_no_huge_pages_no_harm, setup),
		cmocka_unit_test_setup(test_no_memory_is_an_answer, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
