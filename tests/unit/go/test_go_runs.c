// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_runs.c - runs of large objects that a thread keeps (cache_runs.h).
 *
 * Role:       go1.14-runcache from outside; what it keeps, what it gives back.
 * Invariants: each test gives everything back.
 * Locks:      none.
 * Units:      bytes, pages of 8 KiB.
 * Source:     none.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "go_under_test.h"

#define KIB  ((size_t)1024)
#define KEPT (1024 * KIB) /* a thread, at most */

/* Pages that the page heap has handed out: live objects' and kept ones. */
static size_t inuse_npages(void)
{
	struct go_heap *h = GO(heap)();
	size_t npages;

	go_lock_take(&h->lock);
	npages = heap_span_counts_locked(h).inuse_npages;
	go_lock_drop(&h->lock);
	return npages;
}

static uint64_t heap_locks(void)
{
	return GO(heap)()->lock.acquired;
}

static void test_large_object_serves_again_without_lock(void **state)
{
	(void)state;
	for (size_t size = 40 * KIB; size <= 256 * KIB; size += 24 * KIB) {
		void *p = GO(malloc)(size), *again;
		uint64_t locks = heap_locks();

		GO(free)(p);
		again = GO(malloc)(size);
		assert_ptr_equal(again, p);
		assert_int_equal(heap_locks(), locks);
		GO(free)(again);
		GO(trim)();
	}
}

static void test_only_a_run_of_the_same_length_serves(void **state)
{
	void *p = GO(malloc)(64 * KIB), *q;

	(void)state;
	GO(free)(p);
	q = GO(malloc)(56 * KIB);
	assert_ptr_not_equal(q, p);
	GO(free)(q);
	GO(trim)();
}

static void test_kept_run_is_not_taken_for_zero(void **state)
{
	char *p = GO(malloc)(100 * KIB), *q;

	(void)state;
	memset(p, 0xa5, 100 * KIB);
	GO(free)(p);
	q = GO(calloc)(100, KIB);
	assert_ptr_equal(q, p);
	for (size_t i = 0; i < 100 * KIB; i++)
		assert_int_equal(q[i], 0);
	GO(free)(q);
	GO(trim)();
}

static void test_longer_ones_go_back(void **state)
{
	size_t before = inuse_npages();

	(void)state;
	GO(free)(GO(malloc)(257 * KIB));
	assert_int_equal(inuse_npages(), before);
}

static void test_kept_bytes_are_bounded_and_idle(void **state)
{
	enum {
		N = 64
	};
	struct al_stats st = { .size = sizeof(st) };
	size_t before = inuse_npages();
	uint64_t idle_before, inuse_before;
	void *p[N];

	(void)state;
	assert_int_equal(GO(stats)(&st), 0);
	idle_before = st.idle_bytes;
	inuse_before = st.inuse_bytes;
	for (int i = 0; i < N; i++)
		p[i] = GO(malloc)(256 * KIB);
	for (int i = 0; i < N; i++)
		GO(free)(p[i]);
	assert_int_equal(inuse_npages() - before, KEPT / (8 * KIB));
	assert_int_equal(GO(stats)(&st), 0);
	assert_int_equal(st.inuse_bytes, inuse_before);
	assert_true(st.idle_bytes >= idle_before);
	GO(trim)();
	assert_int_equal(inuse_npages(), before);
}

static void *free_elsewhere(void *p)
{
	GO(free)(p);
	assert_ptr_equal(GO(malloc)(128 * KIB), p);
	GO(free)(p);
	return NULL;
}

static void test_who_frees_keeps_and_its_end_gives_back(void **state)
{
	size_t before = inuse_npages();
	void *p = GO(malloc)(128 * KIB);
	pthread_t t;

	(void)state;
	assert_int_equal(pthread_create(&t, NULL, free_elsewhere, p), 0);
	assert_int_equal(pthread_join(t, NULL), 0);
	assert_int_equal(inuse_npages(), before);
}

static void test_aligned_request_takes_no_kept_run(void **state)
{
	void *p = GO(malloc)(64 * KIB), *q;

	(void)state;
	GO(free)(p);
	q = GO(aligned_alloc)(64 * KIB, 64 * KIB);
	assert_int_equal((uintptr_t)q % (64 * KIB), 0);
	GO(free)(q);
	GO(trim)();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_large_object_serves_again_without_lock),
		cmocka_unit_test(test_only_a_run_of_the_same_length_serves),
		cmocka_unit_test(test_kept_run_is_not_taken_for_zero),
		cmocka_unit_test(test_longer_ones_go_back),
		cmocka_unit_test(test_kept_bytes_are_bounded_and_idle),
		cmocka_unit_test(test_who_frees_keeps_and_its_end_gives_back),
		cmocka_unit_test(test_aligned_request_takes_no_kept_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
