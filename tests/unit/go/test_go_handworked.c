// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_handworked.c - where each generation's page heap puts the same spans.
 *
 * Role:       short sequences whose answers were worked out on paper from the
 *             rules of each release; nothing here computes what is expected.
 * Invariants: addresses are pages from the start of the heap.
 * Locks:      heap->lock is not needed: one thread, no scavenger.
 * Units:      pages.
 * Source:     design note 12, older generations; rules of 3.6 to 3.8.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_os.h"
#include "../../../allocators/go/pageheap.h"

static struct go_heap heap;
static uintptr_t origin;

static void start(const struct pageheap_ops *ops)
{
	struct go_heap_config config = {
		.name = ops->name,
		.classes = &go_classes_grown,
		.space = &space_sparse,
		.pageheap = ops,
		.os = &osmem_fake,
		.cache_size_bytes = sizeof(struct go_cache),
	};

	fake_os_init();
	assert_int_equal(heap_init(&heap, &config), 0);
	origin = 0;
}

static struct span *use(struct span *s)
{
	assert_non_null(s);
	s->state = SPAN_INUSE;
	heap.space->set(&heap, s->base, s->npages, s);
	return s;
}

static struct span *take(size_t npages)
{
	struct span *s = use(heap.pageheap->alloc_locked(&heap, npages));

	if (!origin)
		origin = s->base; /* the first span of a heap is its first */
	return s;
}

static void give(struct span *s)
{
	heap.pageheap->free_locked(&heap, s);
}

static size_t page_of(const struct span *s)
{
	return (s->base - origin) >> heap.lg_page;
}

static struct pageheap_account account(void)
{
	struct pageheap_account a;

	heap.pageheap->account_locked(&heap, &a);
	return a;
}

/*
 * In use but for [0, 10) and [11, 15). Three pages, one, nine: the smallest
 * that fits (1.0 to 1.12) cuts the hole of 4, fills its rest, then has the hole
 * of 10 left; the lowest that fits (1.13 on) cuts that one twice.
 */
static void test_handworked_smallest_or_lowest(void **state)
{
	static const struct {
		const struct pageheap_ops *ops;
		size_t three, one, nine;
	} want[] = {
		{ &pageheap_lists_1_0, 11, 14, 0 },
		{ &pageheap_lists, 11, 14, 0 },
		{ &pageheap_listtreap, 11, 14, 0 },
		{ &pageheap_listtreap_bestfit, 11, 14, 0 },
		{ &pageheap_treaps, 11, 14, 0 },
		{ &pageheap_treaps_mended, 11, 14, 0 },
		{ &pageheap_treap_addr, 0, 3, 16 },
		{ &pageheap_radix_1_14, 0, 3, 16 },
		{ &pageheap_radix_nocache, 0, 3, 16 },
	};

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct span *ten, *four;

		print_message("# %s\n", want[i].ops->name);
		start(want[i].ops);
		ten = take(10);
		assert_int_equal(page_of(take(1)), 10);
		four = take(4);
		assert_int_equal(page_of(four), 11);
		assert_int_equal(page_of(take(1)), 15);
		give(ten);
		give(four);
		/* 1.13: new memory has no backing, holes have: all apart */
		assert_int_equal(account().spans_free, 3);
		assert_int_equal(page_of(take(3)), want[i].three);
		assert_int_equal(page_of(take(1)), want[i].one);
		assert_int_equal(page_of(take(9)), want[i].nine);
		fake_os_fini();
	}
}

/* 1.11: the first growth is one span of 8192 pages, which all cuts come from */
static void test_handworked_first_growth_of_1_11(void **state)
{
	struct span *one, *three;

	start(&pageheap_listtreap);
	one = take(1);
	assert_int_equal(account().spans_free, 1);
	assert_int_equal(account().spans_large, 1);
	assert_int_equal(account().free_npages, 8191);
	three = take(3);
	assert_int_equal(page_of(three), 1);
	assert_int_equal(page_of(take(200)), 4);
	assert_int_equal(account().spans_large, 1);
	assert_int_equal(account().free_npages, 8192 - 204);
	give(one);
	assert_int_equal(account().spans_free, 2);
	assert_int_equal(account().spans_large, 1); /* it is on free[1] */
	give(three);
	assert_int_equal(account().spans_free, 2); /* [0, 4) is on free[4] */
	assert_int_equal(page_of(take(2)), 0);
	assert_int_equal(page_of(take(3)), 204); /* free[2] is too short */
	assert_int_equal(heap.n.grows, 1);
	fake_os_fini();
}

/*
 * 1.14: a page cache takes the aligned block of 64 pages. What does not fit is
 * taken from behind the block, and the cache is kept.
 */
static void test_handworked_page_cache_of_1_14(void **state)
{
	const struct pageheap_ops *ops = &pageheap_radix_1_14;
	struct pagecache pc = { 0 };
	struct span *s;

	start(ops);
	give(take(1)); /* the heap has grown */
	for (size_t i = 0; i < 4; i++) {
		s = use(ops->alloc_cached(&heap, &pc, 15));
		assert_int_equal(page_of(s), 15 * i);
	}
	assert_int_equal(__builtin_popcountll(pc.free), 4);
	assert_null(ops->alloc_cached(&heap, &pc, 5));
	assert_int_equal(page_of(take(5)), 64);
	assert_null(ops->alloc_cached(&heap, &pc, 16)); /* never cached */
	assert_int_equal(page_of(take(16)), 69);
	s = use(ops->alloc_cached(&heap, &pc, 4));
	assert_int_equal(page_of(s), 60);
	/* empty: the next block has pages 85 to 127 left */
	s = use(ops->alloc_cached(&heap, &pc, 1));
	assert_int_equal(page_of(s), 85);
	assert_int_equal(__builtin_popcountll(pc.free), 42);
	/* a page freed below goes to the bitmaps, not to the cache */
	give(s);
	s = use(ops->alloc_cached(&heap, &pc, 1));
	assert_int_equal(page_of(s), 86);
	assert_int_equal(page_of(take(1)), 85);
	ops->flush_locked(&heap, &pc);
	assert_int_equal(page_of(take(1)), 87);
	fake_os_fini();
}

/*
 * 1.12: what grows the resident set is made up for by the longest free span,
 * as a whole; what that was too much is credit for the next time.
 */
static void test_handworked_scavenging_of_1_12(void **state)
{
	struct span *hundred;

	start(&pageheap_treaps);
	hundred = take(100);
	take(1);
	give(hundred);
	/* 8091 fresh pages behind, too few: the heap grows by 16384 */
	take(16233);
	/* and gave back the longest: these 8091, then the 100 */
	assert_int_equal(account().returned_npages, 8091 + 100);
	assert_int_equal(fake_os.event[0].nbytes >> 13, 8091);
	assert_int_equal(fake_os.event[1].nbytes >> 13, 100);
	fake_os.nevents = 0;
	/* 60 pages: of those with memory 151 fit, of those without 100 */
	assert_int_equal(page_of(take(60)), 0);
	assert_true(fake_os.event[0].used);
	/* made up for by the 151, as a whole: a credit of 91 */
	assert_int_equal(fake_os.event[1].nbytes >> 13, 151);
	fake_os.nevents = 0;
	take(40); /* without memory, of the credit */
	assert_int_equal(fake_os.nevents, 1);
	assert_true(heap.pageheap->valid_locked(&heap));
	fake_os_fini();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_handworked_smallest_or_lowest),
		cmocka_unit_test(test_handworked_first_growth_of_1_11),
		cmocka_unit_test(test_handworked_page_cache_of_1_14),
		cmocka_unit_test(test_handworked_scavenging_of_1_12),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
