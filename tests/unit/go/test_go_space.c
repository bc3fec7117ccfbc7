// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_space.c - sparse arenas: hints, rounding, the map, failures.
 *
 * Role:       space_sparse.c on a fake system.
 * Invariants: none.
 * Locks:      none.
 * Units:      bytes, pages.
 * Source:     Go 1.11 malloc.go sysAlloc.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../../allocators/go/pageheap.h"
#include "../../../allocators/go/spanmap.h"
#include "osmem_fake.h"

#define HINT(i) ((UINT64_C(0xc0) << 32) + ((uint64_t)(i) << 40))

static struct go_heap heap;

static int setup(void **state)
{
	const struct go_heap_config config = {
		.name = "test",
		.classes = &go_classes_grown,
		.space = &space_sparse,
		.pageheap = &pageheap_listtreap,
		.os = &osmem_fake_ops,
		.cache_size_bytes = sizeof(struct go_cache),
	};

	(void)state;
	osmem_fake_reset();
	return heap_init(&heap, &config);
}

static struct page_run grow(size_t npages)
{
	struct page_run run;

	assert_int_equal(space_sparse.grow_locked(&heap, npages, &run), 0);
	return run;
}

static void test_first_arena_lies_at_the_first_hint(void **state)
{
	struct page_run run = grow(1);

	(void)state;
	assert_int_equal(run.base, HINT(0));
	assert_int_equal(run.npages, 8192); /* whole arenas of 64 MiB */
	assert_int_equal(osmem_fake.mapped_bytes, SPARSE_ARENA_BYTES);
	run = grow(8193);
	assert_int_equal(run.base, HINT(0) + SPARSE_ARENA_BYTES);
	assert_int_equal(run.npages, 2 * 8192);
}

static void test_a_taken_hint_leads_to_the_next(void **state)
{
	(void)state;
	osmem_fake.blocked = HINT(0);
	osmem_fake.blocked_end = HINT(2);
	assert_int_equal(grow(1).base, HINT(2));
	assert_int_equal(grow(1).base, HINT(2) + SPARSE_ARENA_BYTES);
	assert_int_equal(osmem_fake.reserved_bytes, 2 * SPARSE_ARENA_BYTES);
}

static void test_without_hints_the_kernel_chooses_and_ends_are_cut(void **state)
{
	struct page_run run;

	(void)state;
	osmem_fake.blocked = 0;
	osmem_fake.blocked_end = UINTPTR_MAX;
	run = grow(100);
	assert_int_equal(run.base % SPARSE_ARENA_BYTES, 0);
	assert_true(run.base >= UINT64_C(0x700000001000));
	assert_int_equal(osmem_fake.reserved_bytes, SPARSE_ARENA_BYTES);
}

static void test_map_leads_to_spans_of_its_own_heap_only(void **state)
{
	struct page_run run = grow(1);
	struct span s = { 0 };
	struct go_heap other = { 0 };

	(void)state;
	space_sparse.set(&heap, run.base + 5 * 8192, 2, &s);
	assert_null(spanmap_sparse_lookup((void *)(run.base + 5 * 8192 - 1)));
	assert_ptr_equal(spanmap_sparse_lookup((void *)(run.base + 5 * 8192)),
			 &s);
	assert_ptr_equal(
		spanmap_sparse_lookup((void *)(run.base + 7 * 8192 - 1)), &s);
	assert_null(spanmap_sparse_lookup((void *)(run.base + 7 * 8192)));
	assert_ptr_equal(space_sparse.get(&heap, run.base + 6 * 8192), &s);
	assert_null(space_sparse.get(&other, run.base + 6 * 8192));
	assert_null(spanmap_sparse_lookup(NULL));
	assert_null(space_sparse.get(&heap, UINTPTR_MAX));
}

/* Whichever call fails, nothing is left behind and the next growth works. */
static void test_failure_at_each_step(void **state)
{
	struct page_run run;

	(void)state;
	for (int step = 0; step < 3; step++) {
		size_t before = osmem_fake.reserved_bytes;

		osmem_fake.fail_in = step;
		if (space_sparse.grow_locked(&heap, 8192 * 40, &run) == 0)
			break; /* steps are used up */
		assert_int_equal(osmem_fake.reserved_bytes, before);
	}
	osmem_fake.fail_in = -1;
	run = grow(1);
	assert_non_null((void *)run.base);
}

static void test_absurd_requests_fail(void **state)
{
	struct page_run run;

	(void)state;
	assert_int_equal(space_sparse.grow_locked(&heap, SIZE_MAX, &run),
			 -ENOMEM);
	assert_int_equal(space_sparse.grow_locked(&heap, (size_t)1 << 36, &run),
			 -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_first_arena_lies_at_the_first_hint,
				       setup),
		cmocka_unit_test_setup(test_a_taken_hint_leads_to_the_next,
				       setup),
		cmocka_unit_test_setup(
			test_without_hints_the_kernel_chooses_and_ends_are_cut,
			setup),
		cmocka_unit_test_setup(
			test_map_leads_to_spans_of_its_own_heap_only, setup),
		cmocka_unit_test_setup(test_failure_at_each_step, setup),
		cmocka_unit_test_setup(test_absurd_requests_fail, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
