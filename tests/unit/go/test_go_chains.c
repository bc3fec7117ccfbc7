// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_chains.c - go1.0 from inside: chains, spilling, watermarks, zeroing.
 *
 * Role:       hand-worked sequences on the variant, which is part of this file
 *             so that its cache and central lie open.
 * Invariants: each test begins and ends with an empty cache.
 * Locks:      none.
 * Units:      bytes, slots.
 * Source:     Go 1.0 mcache.c, mcentral.c, msize.c, followed by hand.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config.h"
#include "../../../allocators/go/variants/go1.0.c"
#include "go_under_test.h"

static void *object[1024];

static struct al_stats account(void)
{
	struct al_stats st = { .size = sizeof(st) };

	assert_int_equal(GO(stats)(&st), 0);
	return st;
}

static void run_thread(void *(*f)(void *), void *arg)
{
	pthread_t t;

	assert_int_equal(pthread_create(&t, NULL, f, arg), 0);
	assert_int_equal(pthread_join(t, NULL), 0);
}

static struct slot_list *list_of(size_t size)
{
	return &cache_mine->list[c_spanclass(size)];
}

static void allocate(size_t size, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		object[i] = GO(malloc)(size);
}

static void drop(unsigned int from, unsigned int to)
{
	for (unsigned int i = from; i < to; i++)
		GO(free)(object[i]);
}

static int begin(void **state)
{
	(void)state;
	GO(thread_exit)();
	GO(thread_enter)();
	return 0;
}

static int end(void **state)
{
	(void)state;
	GO(thread_exit)();
	assert_int_equal(account().spans_inuse, 0);
	assert_true(go_heap_is_valid(&go_heap));
	return 0;
}

/* First in the program: the heap has never grown. */
static void test_first_growth_is_one_large_span(void **state)
{
	struct span *s;
	char *p;

	(void)state;
	s = heap_alloc_span(&go_heap, NULL, 256, 0);
#ifndef AL_SANITIZED
	assert_int_equal(s->base, UINT64_C(0xf840000000));
#endif
	assert_int_equal(account().grows, 1);
	assert_int_equal(account().spans_free, 0);
	heap_free_span(&go_heap, NULL, s);
	assert_int_equal(account().spans_large, 1); /* 256 pages: large */

	p = GO(malloc)(1000);
	assert_int_equal(account().spans_free, 1);
	assert_int_equal(account().spans_large, 0); /* 255 are on free[255] */
	assert_int_equal(GO(usable_size)(p), 1024);
	assert_int_equal(list_of(1000)->nlist, 3); /* 4 to a page */
	for (int i = 1; i < 4; i++)
		assert_ptr_equal(GO(malloc)(1000), p + 1024 * i);
	assert_int_equal(account().grows, 1);
	for (int i = 0; i < 4; i++)
		GO(free)(p + 1024 * i);
}

static void test_transfer_counts_are_the_published_ones(void **state)
{
	static const unsigned int above_2048[] = {
		28, 25, 21, 19, 16, 15, 14, 12, 10, 9, 9, 8, 7,
		6,  6,	5,  4,	4,  3,	3,  3,	2,  2, 2, 2,
	};
	unsigned int k = 0;

	(void)state;
	for (unsigned int i = 1; i < go_classes_4k.nclasses; i++) {
		uint32_t size = go_classes_4k.size[i];

		assert_int_equal(chains_transfer(size),
				 size <= 2048 ? 32 : above_2048[k++]);
	}
	assert_int_equal(k, 25);
}

static void test_a_refill_brings_a_chain_in_address_order(void **state)
{
	(void)state;
	allocate(16, 33);
	assert_int_equal(list_of(16)->nlist, 31); /* second chain of 32 */
	for (int i = 1; i < 33; i++)
		assert_ptr_equal(object[i], (char *)object[i - 1] + 16);
	drop(0, 33);
}

/* Central does not grow twice for one chain: it gives what there is. */
static void test_a_chain_may_be_short(void **state)
{
	(void)state;
	allocate(8192, 1); /* 2 pages, one slot; 8 would be a chain */
	assert_int_equal(list_of(8192)->nlist, 0);
	allocate(2304, 1); /* 4 pages hold 7; 28 would be a chain */
	assert_int_equal(list_of(2304)->nlist,
			 go_classes_4k.nobjects[c_spanclass(2304) / 2] - 1);
	GO(free)(object[0]);
	GO(thread_exit)();
	/* the 8192 is still live: freed here, into a fresh cache */
	assert_int_equal(account().spans_inuse, 1);
	GO(free)((void *)go_heap.central[c_spanclass(8192)].empty.first->base);
}

static void test_a_list_of_256_spills_a_chain_from_its_head(void **state)
{
	(void)state;
	allocate(16, 300);
	assert_int_equal(list_of(16)->nlist, 20); /* 10 chains of 32 */
	drop(0, 235);
	assert_int_equal(list_of(16)->nlist, 255);
	GO(free)(object[235]);
	assert_int_equal(list_of(16)->nlist, 256 - 32);
	/* what was freed last is gone: 235 to 204 */
	assert_ptr_equal(GO(malloc)(16), object[203]);
	GO(free)(object[203]);
	drop(236, 300);
}

/* The first scavenge only sets watermarks, the second returns half. */
static void test_two_mebibytes_arm_the_watermarks_first(void **state)
{
	struct slot_list *l;

	(void)state;
	GO(free)(GO(malloc)(100));
	assert_int_equal(list_of(100)->nlistmin, 0);
	allocate(32768, 70);
	l = list_of(32768);
	drop(0, 63); /* with the 32 of 112 bytes below 2 MiB */
	assert_int_equal(l->nlist, 63);
	assert_int_equal(l->nlistmin, 0);
	GO(free)(object[63]);
	assert_true(cache_mine->size_bytes >= CACHE_MAX_BYTES);
	assert_int_equal(l->nlist, 64); /* nothing was returned */
	assert_int_equal(l->nlistmin, 64);
	assert_int_equal(list_of(100)->nlistmin, 32);

	GO(free)(object[64]);
	assert_int_equal(l->nlist, 65 - 64 / 2);
	assert_int_equal(l->nlistmin, 33);
	assert_int_equal(list_of(100)->nlist, 32 - 32 / 2);
	assert_true(cache_mine->size_bytes < CACHE_MAX_BYTES);

	/* the mark follows the list down, and not up again */
	for (int i = 0; i < 3; i++)
		object[i] = GO(malloc)(32768);
	assert_int_equal(l->nlistmin, 30);
	drop(0, 3);
	assert_int_equal(l->nlist, 33);
	assert_int_equal(l->nlistmin, 30);
	drop(65, 70);
}

/* A watermark of one returns one. */
static void test_a_watermark_of_one_returns_one(void **state)
{
	(void)state;
	allocate(32768, 66);
	object[66] = GO(malloc)(8192);
	GO(free)(object[66]);
	drop(0, 64);
	assert_int_equal(list_of(8192)->nlistmin, 1);
	GO(free)(object[64]);
	assert_int_equal(list_of(8192)->nlist, 0);
	GO(free)(object[65]);
}

static void test_a_cached_slot_holds_its_span(void **state)
{
	(void)state;
	allocate(2048, 2); /* one page */
	drop(0, 2);
	assert_int_equal(account().inuse_bytes, 0);
	assert_int_equal(account().spans_inuse, 1);
	assert_int_equal(go_heap.central[c_spanclass(2048)].empty.first->ref,
			 2);
}

static void *free_and_take(void *p)
{
	GO(free)(p);
	assert_ptr_equal(GO(malloc)(100), p);
	GO(free)(p);
	return NULL;
}

/* Slots belong to nobody. */
static void test_who_frees_has_the_slot(void **state)
{
	(void)state;
	run_thread(free_and_take, GO(malloc)(100));
	assert_int_equal(account().inuse_bytes, 0);
}

static void test_word_1_says_whether_to_zero(void **state)
{
	static const size_t sizes[] = { 8, 16, 100, 4096, 32768 };

	(void)state;
	for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		size_t size = sizes[k];
		uintptr_t *p = GO(malloc)(size);

		assert_int_equal(p[0], 0);
		if (size > 8)
			assert_int_equal(p[1], 0); /* fresh */
		memset(p, 0xff, size);
		GO(free)(p);
		if (size > 8)
			assert_int_equal(p[1], 1);
		assert_ptr_equal(GO(calloc)(1, size), p);
		for (size_t i = 0; i < size / 8; i++)
			assert_int_equal(p[i], 0);
		GO(free)(p);
	}
}

/* Pages that held objects are zero when they are cut anew. */
static void test_a_reused_span_is_zero(void **state)
{
	uintptr_t *p;

	(void)state;
	allocate(64, 512);
	for (int i = 0; i < 512; i++)
		memset(object[i], 0xff, 64);
	drop(0, 512);
	GO(thread_exit)();
	assert_int_equal(account().spans_inuse, 0);
	p = GO(malloc)(128);
	assert_true((uintptr_t)p < (uintptr_t)object[511]);
	for (size_t i = 0; i < 16; i++)
		assert_int_equal(p[i], 0);
	GO(free)(p);
}

static void test_what_the_arena_cannot_hold(void **state)
{
	(void)state;
	errno = 0;
	assert_null(GO(malloc)((size_t)17 << 30));
	assert_int_equal(errno, ENOMEM);
	assert_null(GO(aligned_alloc)((size_t)1 << 30, (size_t)16 << 30));
	assert_null(GO(malloc)(SIZE_MAX));
}

/* Neighbours of 8 bytes share a mark: threads must not lose each other's. */
static void *churn_eights(void *arg)
{
	void *mine[64];

	for (int round = 0; round < 2000; round++) {
		for (int i = 0; i < 64; i++)
			mine[i] = GO(malloc)(8);
		for (int i = 0; i < 64; i++)
			GO(free)(mine[i ^ 21]);
	}
	return arg;
}

static void test_neighbours_of_8_bytes(void **state)
{
	pthread_t t[3];

	(void)state;
	allocate(8, 512);
	drop(0, 512); /* a page in alternating hands */
	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, churn_eights, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(account().inuse_bytes, 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_first_growth_is_one_large_span),
		CASE(test_transfer_counts_are_the_published_ones),
		CASE(test_a_refill_brings_a_chain_in_address_order),
		CASE(test_a_chain_may_be_short),
		CASE(test_a_list_of_256_spills_a_chain_from_its_head),
		CASE(test_two_mebibytes_arm_the_watermarks_first),
		CASE(test_a_watermark_of_one_returns_one),
		CASE(test_a_cached_slot_holds_its_span),
		CASE(test_who_frees_has_the_slot),
		CASE(test_word_1_says_whether_to_zero),
		CASE(test_a_reused_span_is_zero),
		CASE(test_what_the_arena_cannot_hold),
		CASE(test_neighbours_of_8_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
