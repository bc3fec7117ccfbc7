// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_linear.c - linear arenas: place, growth, page map, failures.
 *
 * Role:       space_linear.c on a fake system.
 * Invariants: none.
 * Locks:      none.
 * Units:      bytes, pages.
 * Source:     heap addresses as programs of those releases print them:
 *             0xf840000000 (1.0), 0xc200000000 (1.1), 0xc208000000 (1.2 to
 *             1.4), 0xc420000000 (1.5 to 1.10).
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "config.h"
#include "../../../allocators/go/pageheap.h"
#include "../../../allocators/go/spanmap.h"
#include "osmem_fake.h"

static struct go_heap heap;

static struct page_run grow(size_t npages)
{
	struct page_run run;

	assert_int_equal(heap.space->grow_locked(&heap, npages, &run), 0);
	return run;
}

static void start(const struct space_ops *space,
		  const struct size_classes *classes)
{
	const struct go_heap_config config = {
		.name = "test",
		.classes = classes,
		.space = space,
		.pageheap = &pageheap_lists,
		.os = &osmem_fake_ops,
		.cache_size_bytes = sizeof(struct go_cache),
	};

	osmem_fake_reset();
	osmem_fake.back_fixed = true;
	go_linear = (struct linear_map){ 0 };
	assert_int_equal(heap_init(&heap, &config), 0);
}

static void test_heap_begins_where_each_release_put_it(void **state)
{
	(void)state;
	start(&space_linear_1_0, &go_classes_4k);
	assert_int_equal(grow(1).base, UINT64_C(0xf840000000));
	start(&space_linear_1_1, &go_classes_4k);
	assert_int_equal(grow(1).base, UINT64_C(0xc200000000));
	start(&space_linear_1_2, &go_classes_ungrown);
	assert_int_equal(grow(1).base, UINT64_C(0xc208000000));
	start(&space_linear, &go_classes_grown);
	assert_int_equal(grow(1).base, UINT64_C(0xc420000000));
}

static void test_a_taken_place_leads_to_the_next_hint(void **state)
{
	(void)state;
	osmem_fake_reset();
	start(&space_linear, &go_classes_grown);
	assert_int_equal(go_linear.start, UINT64_C(0xc420000000));
	osmem_fake.blocked = UINT64_C(0xc000000000);
	osmem_fake.blocked_end = UINT64_C(0xc000000001);
	go_linear = (struct linear_map){ 0 };
	assert_int_equal(space_linear.init(&heap), 0);
	assert_int_equal(go_linear.start, UINT64_C(0x1c420000000));
}

static void test_growth_is_a_mebibyte_or_rounded_to_64_kib(void **state)
{
	struct page_run run;

	(void)state;
	start(&space_linear, &go_classes_grown);
	run = grow(1);
	assert_int_equal(run.npages, 128);
	run = grow(129);
	assert_int_equal(run.base, UINT64_C(0xc420100000));
	assert_int_equal(run.npages, 136);
	assert_int_equal(go_linear.npages, 264);
	/* 1.3 alone: 128 KiB, by accident */
	start(&space_linear_1_2, &go_classes_ungrown);
	assert_int_equal(grow(137).npages, 144);
	start(&space_linear_1_3, &go_classes_ungrown);
	assert_int_equal(grow(1).base, UINT64_C(0xc208000000));
	assert_int_equal(grow(129).npages, 144);
}

static void test_map_leads_to_spans(void **state)
{
	struct page_run run;
	struct span s = { 0 };

	(void)state;
#ifdef AL_SANITIZED
	skip(); /* the sanitizer's shadow lies there: nothing to write to */
#endif
	start(&space_linear, &go_classes_grown);
	run = grow(600); /* its page map takes more than a system page */
	heap.space->set(&heap, run.base + 599 * 8192, 1, &s);
	assert_ptr_equal(
		spanmap_linear_lookup((void *)(run.base + 600 * 8192 - 1)), &s);
	assert_ptr_equal(heap.space->get(&heap, run.base + 599 * 8192), &s);
	assert_null(spanmap_linear_lookup((void *)(run.base + 598 * 8192)));
	assert_null(spanmap_linear_lookup((void *)(run.base - 1)));
	assert_null(
		spanmap_linear_lookup((void *)(run.base + run.npages * 8192)));
	assert_null(spanmap_linear_lookup(NULL));
	assert_null(heap.space->get(&heap, run.base - 1));
}

/* Less than a mebibyte is to be had: what was asked for, rounded. */
static void test_the_end_of_the_arena(void **state)
{
	struct page_run run;

	(void)state;
	start(&space_linear_1_0, &go_classes_4k);
	run = grow((16384 << 8) - 32); /* all of 16 GiB but 128 KiB */
	assert_int_equal(run.base, UINT64_C(0xf840000000));
	assert_int_equal(grow(3).npages, 16);
	assert_int_equal(heap.space->grow_locked(&heap, 17, &run), -ENOMEM);
	assert_int_equal(grow(16).npages, 16);
	assert_int_equal(heap.space->grow_locked(&heap, 1, &run), -ENOMEM);
	assert_int_equal(heap.space->grow_locked(&heap, SIZE_MAX, &run),
			 -ENOMEM);
}

static void test_a_mapping_in_the_way_ends_growth_cleanly(void **state)
{
	struct page_run run;
	size_t before;

	(void)state;
	start(&space_linear, &go_classes_grown);
	grow(1);
	before = osmem_fake.reserved_bytes;
	osmem_fake.blocked = UINT64_C(0xc420100000);
	osmem_fake.blocked_end = UINT64_C(0xc430000000);
	assert_int_equal(heap.space->grow_locked(&heap, 1, &run), -ENOMEM);
	assert_int_equal(osmem_fake.reserved_bytes, before);
	assert_int_equal(go_linear.npages, 128);
	osmem_fake.blocked = osmem_fake.blocked_end = 0;
	assert_int_equal(grow(1).base, UINT64_C(0xc420100000));
}

static void test_one_heap_a_process(void **state)
{
	struct go_heap other = { .lg_page = 13 };

	(void)state;
	start(&space_linear, &go_classes_grown);
	assert_int_equal(space_linear.init(&other), -EBUSY);
}

int main(void)
{
#ifdef __SANITIZE_THREAD__
	puts("the thread sanitizer allows no mapping at the addresses that "
	     "the releases chose");
	return 77;
#endif
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_heap_begins_where_each_release_put_it),
		cmocka_unit_test(test_a_taken_place_leads_to_the_next_hint),
		cmocka_unit_test(
			test_growth_is_a_mebibyte_or_rounded_to_64_kib),
		cmocka_unit_test(test_map_leads_to_spans),
		cmocka_unit_test(test_the_end_of_the_arena),
		cmocka_unit_test(test_a_mapping_in_the_way_ends_growth_cleanly),
		cmocka_unit_test(test_one_heap_a_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
