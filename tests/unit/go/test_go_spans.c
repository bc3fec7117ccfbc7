// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_spans.c - go1.3 and go1.4 from inside: whole spans, freebuf, tiny.
 *
 * Role:       hand-worked sequences; the build names the variant, which is part
 *             of this file so that its cache and central lie open.
 * Invariants: each test begins and ends with an empty cache.
 * Locks:      none.
 * Units:      bytes, slots.
 * Source:     Go 1.3 mcache.c, mcentral.c, malloc.goc, followed by hand.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config.h"
#include GO_TEST_VARIANT
#include "go_under_test.h"

static char *object[1024];

static struct al_stats account(void)
{
	struct al_stats st = { .size = sizeof(st) };

	assert_int_equal(GO(stats)(&st), 0);
	return st;
}

static struct span *current(size_t size)
{
	return cache_mine->alloc[c_spanclass(size)];
}

static unsigned int naway(size_t size)
{
	return cache_mine->away[c_spanclass(size)].nlist;
}

static struct central *central(size_t size)
{
	return &go_heap.central[c_spanclass(size)];
}

static void allocate(size_t size, unsigned int from, unsigned int to)
{
	for (unsigned int i = from; i < to; i++)
		object[i] = GO(malloc)(size);
}

static void drop(unsigned int from, unsigned int to)
{
	for (unsigned int i = from; i < to; i++)
		GO(free)(object[i]);
}

static void *free_given(void *p)
{
	GO(free)(p);
	return NULL;
}

static void free_elsewhere(void *p)
{
	pthread_t t;

	assert_int_equal(pthread_create(&t, NULL, free_given, p), 0);
	assert_int_equal(pthread_join(t, NULL), 0);
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
static void test_first_growth_is_cut(void **state)
{
	struct span *s;

	(void)state;
	s = heap_alloc_span(&go_heap, NULL, 128, 0);
#ifndef AL_SANITIZED
	assert_int_equal(s->base, UINT64_C(0xc208000000));
#endif
	heap_free_span(&go_heap, NULL, s);
	assert_int_equal(account().grows, 1);
	assert_int_equal(account().spans_large, 1); /* 128 pages: large */
	object[0] = GO(malloc)(1);
	assert_int_equal(account().spans_free, 1);
	assert_int_equal(account().spans_large, 0); /* 127 are on a list */
	GO(free)(object[0]);
}

static void test_sizes_are_those_of_the_ungrown_table(void **state)
{
	static const size_t pair[][2] = {
		{ 8, 8 },	  { 9, 16 },	    { 17, 32 },
		{ 385, 416 },	  { 1000, 1024 },   { 1537, 1664 },
		{ 1665, 2048 },	  { 8193, 8448 },   { 16385, 16640 },
		{ 24577, 24832 }, { 24833, 28416 }, { 28417, 32768 },
		{ 32769, 40960 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++) {
		void *p = GO(malloc)(pair[i][0]);

		assert_int_equal(GO(usable_size)(p), pair[i][1]);
		GO(free)(p);
	}
}

static void test_a_cache_takes_a_whole_span(void **state)
{
	(void)state;
	allocate(1024, 0, 9); /* 8 to a span */
	for (int i = 1; i < 8; i++)
		assert_ptr_equal(object[i], object[i - 1] + 1024);
	assert_int_equal(current(1024)->ref, 1);
	assert_int_equal(account().spans_cached, 1);
	assert_int_equal(central(1024)->empty.first->ref, 8);
	drop(0, 9);
}

/* No lock, last in first out. */
static void test_frees_into_the_own_span_serve_at_once(void **state)
{
	uint64_t locks;

	(void)state;
	allocate(1024, 0, 4);
	locks = account().central_locks;
	GO(free)(object[1]);
	GO(free)(object[2]);
	assert_ptr_equal(GO(malloc)(1024), object[2]);
	assert_ptr_equal(GO(malloc)(1024), object[1]);
	/* asking takes each class's lock once */
	assert_int_equal(account().central_locks - locks,
			 go_heap.nspanclasses - 2);
	drop(0, 4);
}

/* As many as a span has: then they go to central together. */
static void test_frees_into_older_spans_are_collected(void **state)
{
	(void)state;
	allocate(1024, 0, 17); /* two full spans, one slot of a third */
	drop(0, 4);
	drop(8, 11);
	assert_int_equal(naway(1024), 7);
	assert_null(central(1024)->nonempty.first);
	GO(free)(object[4]);
	assert_int_equal(naway(1024), 0);
	assert_int_equal(central(1024)->nonempty.first->ref, 5);
	assert_int_equal(central(1024)->nonempty.last->ref, 3);
	drop(5, 8);
	drop(11, 17);
}

/* Each is a span's worth, so each free gives its span back. */
static void test_a_span_of_one_slot_returns_to_the_heap(void **state)
{
	uint64_t spans;

	(void)state;
	allocate(32768, 0, 5);
	spans = account().spans_inuse;
	drop(0, 4); /* the last is the cache's own */
	assert_int_equal(account().spans_inuse, spans - 4);
	GO(free)(object[4]);
	assert_int_equal(current(32768)->ref, 0); /* stays */
	assert_int_equal(account().spans_inuse, spans - 4);
}

static void test_frees_into_a_cached_span_wait_on_its_freebuf(void **state)
{
	struct span *s;

	(void)state;
	allocate(1024, 0, 8);
	s = current(1024);
	free_elsewhere(object[3]);
	free_elsewhere(object[5]);
	assert_int_equal(freelist_length(s->freebuf), 2);
	assert_null(s->freelist);
	assert_int_equal(s->ref, 8);
	assert_int_equal(account().inuse_bytes, 6 * 1024);
	/* the refill finds them: the merge turns the order round again */
	assert_ptr_equal(GO(malloc)(1024), object[3]);
	assert_ptr_equal(current(1024), s);
	assert_true(s->incache);
	assert_null(s->freebuf);
	assert_ptr_equal(GO(malloc)(1024), object[5]);
	drop(0, 8);
}

/*
 * Where the releases differ: a used-up span that others freed into, and a slot
 * of an older span that this thread freed. 1.3 gives the span back first and
 * the slot's span after, to the front; 1.4 goes on with the span it has.
 */
static void test_what_a_refill_takes(void **state)
{
	(void)state;
	allocate(1024, 0, 16);
	GO(free)(object[2]);
	free_elsewhere(object[10]);
	object[16] = GO(malloc)(1024);
	assert_ptr_equal(object[16], GO_KEEP_SPAN ? object[10] : object[2]);
	assert_int_equal(naway(1024), GO_KEEP_SPAN ? 1 : 0);
	object[17] = GO(malloc)(1024);
	assert_ptr_equal(object[17], GO_KEEP_SPAN ? object[2] : object[10]);
	for (int i = 0; i < 16; i++)
		GO(free)(object[i]);
}

/* All of a span that a cache has, freed by others. */
static void test_a_cached_span_emptied_by_others(void **state)
{
	struct span *s;

	(void)state;
	allocate(1024, 0, 8);
	s = current(1024);
	for (int i = 0; i < 8; i++)
		free_elsewhere(object[i]);
	assert_int_equal(s->ref, 8);
	assert_int_equal(account().inuse_bytes, 0);
	GO(thread_exit)(); /* uncached, empty: to the page heap */
	assert_int_equal(account().spans_inuse, 0);
}

static void test_markers_of_the_zero_rule(void **state)
{
	static const size_t sizes[] = { 8, 16, 32, 100, 4096, 32768 };

	(void)state;
	for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		size_t size = sizes[k];
		uint64_t *p = GO(malloc)(size);

		memset(p, 0xff, size);
		GO(free)(p);
		if (size == 16)
			assert_int_equal(p[1], 0);
		else if (size > 16)
			assert_int_equal(p[1], UINT64_C(0xfeedfeedfeedfeed));
		assert_ptr_equal(GO(calloc)(1, size), p);
		for (size_t i = 0; i < size / 8; i++)
			assert_int_equal(p[i], 0);
		GO(free)(p);
	}
}

static char *tiny(size_t size)
{
	return GO(malloc_flags)(size, AL_MALLOC_NOSCAN);
}

/* Blocks of 16 bytes; the one with more room left stays the current one. */
static void test_tiny_objects_share_a_block(void **state)
{
	(void)state;
	object[0] = tiny(1);
	assert_int_equal((uintptr_t)object[0] % 16, 0);
	object[1] = tiny(1);
	assert_ptr_equal(object[1], object[0] + 1);
	object[2] = tiny(2);
	assert_ptr_equal(object[2], object[0] + 2);
	object[3] = tiny(3); /* odd: byte aligned */
	assert_ptr_equal(object[3], object[0] + 4);
	object[4] = tiny(4);
	assert_ptr_equal(object[4], object[0] + 8);
	object[5] = tiny(8); /* does not fit: a block of its own */
	assert_ptr_equal(object[5], object[0] + 16);
	/* it has 8 bytes left, the old one 4: it is the current one now */
	object[6] = tiny(8);
	assert_ptr_equal(object[6], object[5] + 8);
	assert_int_equal(GO(usable_size)(object[1]), 15);
	for (int i = 0; i < 7; i++)
		GO(free)(object[(i * 3) % 7]);
	assert_int_equal(account().inuse_bytes, 16); /* the current block */
}

static void test_a_tiny_block_is_free_after_its_last_piece(void **state)
{
	(void)state;
	for (int i = 0; i < 17; i++)
		object[i] = tiny(1);
	for (int i = 0; i < 15; i++)
		GO(free)(object[i]);
	object[20] = GO(malloc)(16);
	assert_true(object[20] != object[0]);
	free_elsewhere(object[15]);
	GO(free)(object[16]);
	GO(free)(object[20]);
}

static void test_objects_without_pointers_share_classes(void **state)
{
	(void)state;
	object[0] = GO(malloc_flags)(100, AL_MALLOC_NOSCAN);
	object[1] = GO(malloc)(100);
	assert_ptr_equal(object[1], object[0] + 112);
	drop(0, 2);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_first_growth_is_cut),
		CASE(test_sizes_are_those_of_the_ungrown_table),
		CASE(test_a_cache_takes_a_whole_span),
		CASE(test_frees_into_the_own_span_serve_at_once),
		CASE(test_frees_into_older_spans_are_collected),
		CASE(test_a_span_of_one_slot_returns_to_the_heap),
		CASE(test_frees_into_a_cached_span_wait_on_its_freebuf),
		CASE(test_what_a_refill_takes),
		CASE(test_a_cached_span_emptied_by_others),
		CASE(test_markers_of_the_zero_rule),
		CASE(test_tiny_objects_share_a_block),
		CASE(test_a_tiny_block_is_free_after_its_last_piece),
		CASE(test_objects_without_pointers_share_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
