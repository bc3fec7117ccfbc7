// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_cache.c - a whole variant from outside: reuse, threads, tiny, limits.
 *
 * Role:       behaviour of the entry points of the variant that is linked in.
 * Invariants: each test gives everything back and leaves one thread.
 * Locks:      none.
 * Units:      bytes.
 * Source:     vectors of the Go 1.19 runtime where it is named.
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"
#include "go_under_test.h"

#define MANY 20000

static void *object[MANY];

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

static void test_freed_object_serves_at_once(void **state)
{
	(void)state;
	for (size_t size = 1; size <= 32768; size = size * 3 / 2 + 1) {
		void *p = GO(malloc)(size);

		GO(free)(p);
		assert_ptr_equal(GO(malloc)(size), p);
		GO(free)(p);
	}
}

static void test_fresh_span_is_handed_out_upwards(void **state)
{
	char *first;

	(void)state;
	GO(thread_exit)(); /* nothing cached */
	first = GO(malloc)(40);
	for (int i = 1; i < 170; i++) /* 170 of 48 bytes in 8 KiB */
		assert_ptr_equal(GO(malloc)(40), first + 48 * i);
	for (int i = 0; i < 170; i++)
		GO(free)(first + 48 * i);
}

/* Go 1.19: bytes counted for an object of this size. */
static void test_sizes_round_up_as_in_go(void **state)
{
	static const size_t pair[][2] = {
		{ 8, 8 },	  { 16, 16 },
		{ 25, 32 },	  { 33, 48 },
		{ 100, 112 },	  { 1000, 1024 },
		{ 1016, 1024 },	  { 1017, 1024 },
		{ 1024, 1024 },	  { 1025, 1152 },
		{ 8192, 8192 },	  { 32760, 32768 },
		{ 32768, 32768 }, { 32769, 40960 },
		{ 40961, 49152 }, { 1 << 20, 1 << 20 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++) {
		void *p = GO(malloc)(pair[i][0]);
		uint64_t before = account().inuse_bytes;

		assert_int_equal(GO(usable_size)(p), pair[i][1]);
		GO(free)(p);
		assert_int_equal(before - account().inuse_bytes, pair[i][1]);
	}
}

static void test_zero_bytes_are_an_object(void **state)
{
	void *a = GO(malloc)(0), *b = GO(malloc)(0);

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	assert_ptr_not_equal(a, b);
	GO(free)(a);
	GO(free)(b);
	GO(free)(NULL);
}

/* Free half, allocate as much again: no new memory. */
static void test_holes_are_filled(void **state)
{
	uint64_t before;

	(void)state;
	for (int i = 0; i < MANY; i++)
		object[i] = GO(malloc)(100);
	before = account().spans_inuse;
	for (int round = 0; round < 5; round++) {
		for (int i = round % 2; i < MANY; i += 2)
			GO(free)(object[i]);
		for (int i = round % 2; i < MANY; i += 2)
			object[i] = GO(malloc)(100);
	}
	assert_in_range(account().spans_inuse, before, before + 2);
	for (int i = 0; i < MANY; i++)
		GO(free)(object[i]);
}

static void test_empty_spans_go_back_and_coalesce(void **state)
{
	struct al_stats st;

	(void)state;
	GO(thread_exit)(); /* with it goes what the cache has learnt to keep */
	for (int i = 0; i < MANY; i++)
		object[i] = GO(malloc)(i % 4096);
	for (int i = 0; i < MANY; i++)
		GO(free)(object[(i * 7919) % MANY]);
	st = account();
	assert_int_equal(st.inuse_bytes, 0);
	/* what a cache keeps: 1 MiB of empty spans, current spans */
	assert_true(st.spans_inuse * 8192 < 4 << 20);
	GO(thread_exit)();
	assert_int_equal(account().spans_inuse, 0);
	assert_true(go_heap_is_valid(GO(heap)()));
}

static void *free_all(void *arg)
{
	(void)arg;
	for (int i = 0; i < MANY; i++)
		GO(free)(object[i]);
	return NULL;
}

static void *free_odd(void *arg)
{
	(void)arg;
	for (int i = 1; i < MANY; i += 2)
		GO(free)(object[i]);
	return NULL;
}

static void *allocate_all(void *arg)
{
	for (int i = 0; i < MANY; i++)
		object[i] = GO(malloc)(*(size_t *)arg);
	return NULL;
}

/* One thread allocates, others free: the same memory serves every round. */
static void test_remote_frees_are_reused(void **state)
{
	static const size_t sizes[] = { 16, 64, 1000, 8192 };

	(void)state;
	for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		size_t size = sizes[k];
		uint64_t mapped;

		allocate_all(&size);
		run_thread(free_all, NULL);
		allocate_all(&size);
		run_thread(free_all, NULL);
		mapped = account().mapped_bytes;
		for (int round = 0; round < 5; round++) {
			allocate_all(&size);
			run_thread(free_all, NULL);
		}
		assert_int_equal(account().mapped_bytes, mapped);
		assert_int_equal(account().inuse_bytes, 0);
	}
	GO(thread_exit)();
	assert_int_equal(account().spans_inuse, 0);
}

static void test_remote_frees_into_spans_that_live_on(void **state)
{
	size_t size = 48;
	uint64_t before;

	(void)state;
	allocate_all(&size);
	before = account().spans_inuse;
	for (int round = 0; round < 5; round++) {
		run_thread(free_odd, NULL);
		for (int i = 1; i < MANY; i += 2)
			object[i] = GO(malloc)(size);
	}
	assert_in_range(account().spans_inuse, before, before + 2);
	free_all(NULL);
}

/* Threads that end leave objects behind; whoever frees them gets the memory. */
static void test_objects_outlive_their_thread(void **state)
{
	(void)state;
	for (size_t size = 16; size <= 40000; size = size * 5 / 2) {
		run_thread(allocate_all, &size);
		run_thread(free_odd, NULL); /* a thread that never entered */
		for (int i = 0; i < MANY; i += 2)
			GO(free)(object[i]);
		assert_int_equal(account().inuse_bytes, 0);
	}
	GO(thread_exit)();
	assert_int_equal(account().spans_inuse, 0);
}

static void *replace_all(void *arg)
{
	for (int i = 0; i < MANY; i++) {
		GO(free)(object[i]);
		object[i] = GO(malloc)(*(size_t *)arg);
	}
	return NULL;
}

/* As larson does: each thread inherits the objects of the one before. */
static void test_handing_over_does_not_grow(void **state)
{
	size_t size = 200;
	uint64_t mapped;

	(void)state;
	run_thread(allocate_all, &size);
	run_thread(replace_all, &size);
	mapped = account().mapped_bytes;
	for (int round = 0; round < 20; round++)
		run_thread(replace_all, &size);
	assert_int_equal(account().mapped_bytes, mapped);
	run_thread(free_all, NULL);
	assert_int_equal(account().inuse_bytes, 0);
}

static void *enter_work_exit_work(void *arg)
{
	void *p;

	(void)arg;
	GO(thread_enter)();
	p = GO(malloc)(100);
	GO(thread_exit)();
	GO(free)(p); /* a cache again, given back by the key's destructor */
	GO(free)(GO(malloc)(5000));
	return NULL;
}

static void test_many_short_threads(void **state)
{
	uint64_t metadata;

	(void)state;
	run_thread(enter_work_exit_work, NULL);
	metadata = account().metadata_bytes;
	for (int i = 0; i < 500; i++)
		run_thread(enter_work_exit_work, NULL);
	assert_int_equal(account().metadata_bytes, metadata);
	GO(thread_exit)();
	assert_int_equal(account().spans_inuse, 0);
}

static void test_calloc_is_zero_after_use(void **state)
{
	static const size_t sizes[] = { 1, 16, 100, 4000, 32768, 100000 };

	(void)state;
	for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++)
		for (int round = 0; round < 3; round++) {
			unsigned char *p = GO(calloc)(1, sizes[k]);

			for (size_t i = 0; i < sizes[k]; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xff, sizes[k]);
			GO(free)(p);
		}
	errno = 0;
	assert_null(GO(calloc)(SIZE_MAX / 2, 3));
	assert_int_equal(errno, ENOMEM);
}

static void test_alignment(void **state)
{
	static const size_t sizes[] = { 0,    1,    24,	   100,
					3000, 9000, 40000, 3 << 20 };

	(void)state;
	for (size_t align = 1; align <= (size_t)1 << 30; align <<= 1)
		for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
			void *p = GO(aligned_alloc)(align, sizes[k]);

			assert_non_null(p);
			assert_int_equal((uintptr_t)p % align, 0);
			assert_true(GO(usable_size)(p) >= sizes[k]);
			if (align <= 1 << 20)
				memset(p, 1, sizes[k]);
			GO(free)(p);
		}
	for (size_t size = 0; size < 40000; size++) {
		void *p = GO(malloc)(size);

		assert_int_equal((uintptr_t)p % (size < 16 ? 8 : 16), 0);
		GO(free)(p);
	}
}

static void test_realloc_keeps_the_prefix(void **state)
{
	unsigned char *p = GO(realloc)(NULL, 1);
	size_t old = 1;

	(void)state;
	p[0] = 0;
	for (size_t size = 2; size < 3 << 20; size = size * 9 / 8 + 1) {
		p = GO(realloc)(p, size);
		for (size_t i = 0; i < old; i += 1 + old / 100)
			assert_int_equal(p[i], i % 251);
		for (size_t i = 0; i < size; i++)
			p[i] = i % 251;
		old = size;
	}
	for (size_t size = old; size > 1; size /= 3) {
		p = GO(realloc)(p, size);
		for (size_t i = 0; i < size; i += 1 + size / 100)
			assert_int_equal(p[i], i % 251);
	}
	GO(free)(p);
}

/* Go: 12 one-byte objects are consecutive bytes, in blocks of 16. */
static void test_tiny_objects_share_a_block(void **state)
{
	char *p[40], *q;
	int shared = 0;

	(void)state;
	GO(thread_exit)();
	for (int i = 0; i < 40; i++)
		p[i] = GO(malloc_flags)(1, AL_MALLOC_NOSCAN);
	for (int i = 1; i < 40; i++)
		shared += p[i] == p[i - 1] + 1 && (uintptr_t)p[i] % 16 != 0;
	if (shared == 0) { /* a variant without the tiny allocator */
		for (int i = 0; i < 40; i++)
			GO(free)(p[i]);
		skip();
	}
	assert_int_equal(shared, 40 - 3);
	/* alignment by size: 2, 4, 8 */
	q = GO(malloc_flags)(2, AL_MALLOC_NOSCAN);
	assert_int_equal((uintptr_t)q % 2, 0);
	GO(free)(q);
	q = GO(malloc_flags)(12, AL_MALLOC_NOSCAN);
	assert_int_equal((uintptr_t)q % 4, 0);
	GO(free)(q);
	q = GO(malloc_flags)(8, AL_MALLOC_NOSCAN);
	assert_int_equal((uintptr_t)q % 8, 0);
	GO(free)(q);
	/* pieces in any order; the block is free only after the last */
	for (int i = 0; i < 40; i++)
		GO(free)(p[(i * 7) % 40]);
	GO(thread_exit)();
	assert_int_equal(account().spans_inuse, 0);
}

static void *free_given(void *p)
{
	GO(free)(p);
	return NULL;
}

static void test_tiny_pieces_freed_elsewhere(void **state)
{
	(void)state;
	for (int i = 0; i < MANY; i++)
		object[i] =
			GO(malloc_flags)(1 + (size_t)i % 20, AL_MALLOC_NOSCAN);
	run_thread(free_odd, NULL);
	for (int i = 0; i < MANY; i += 2)
		GO(free)(object[i]);
	run_thread(free_given, GO(malloc_flags)(3, AL_MALLOC_NOSCAN));
	GO(thread_exit)();
	assert_int_equal(account().inuse_bytes, 0);
	assert_int_equal(account().spans_inuse, 0);
}

static int in_child(void (*f)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		f();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return status;
}

static void exhaust(void)
{
	struct rlimit limit = { 400 << 20, 400 << 20 };
	size_t n[3] = { 0 };
	int rounds = 3;

	if (setrlimit(RLIMIT_AS, &limit) != 0)
		_exit(9);
	for (int round = 0; round < rounds; round++) {
		void **chain = NULL, **next;

		errno = 0;
		while ((next = GO(malloc)(round == 1 ? 5000 : 300))) {
			*next = chain;
			chain = next;
			n[round]++;
		}
		if (errno != ENOMEM || GO(malloc)(SIZE_MAX / 2) ||
		    GO(aligned_alloc)(1 << 20, 300 << 20) ||
		    GO(realloc)(NULL, SIZE_MAX) || GO(calloc)(1, 1u << 31))
			_exit(1);
		while ((next = chain)) {
			chain = *next;
			GO(free)(next);
		}
	}
	_exit(n[2] * 10 > n[0] * 9 ? 0 : 2);
}

static void test_out_of_address_space(void **state)
{
	(void)state;
#ifdef AL_SANITIZED
	skip(); /* the sanitizer needs the address space itself */
#endif
	assert_int_equal(in_child(exhaust), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_freed_object_serves_at_once),
		cmocka_unit_test(test_fresh_span_is_handed_out_upwards),
		cmocka_unit_test(test_sizes_round_up_as_in_go),
		cmocka_unit_test(test_zero_bytes_are_an_object),
		cmocka_unit_test(test_holes_are_filled),
		cmocka_unit_test(test_empty_spans_go_back_and_coalesce),
		cmocka_unit_test(test_remote_frees_are_reused),
		cmocka_unit_test(test_remote_frees_into_spans_that_live_on),
		cmocka_unit_test(test_objects_outlive_their_thread),
		cmocka_unit_test(test_handing_over_does_not_grow),
		cmocka_unit_test(test_many_short_threads),
		cmocka_unit_test(test_calloc_is_zero_after_use),
		cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_realloc_keeps_the_prefix),
		cmocka_unit_test(test_tiny_objects_share_a_block),
		cmocka_unit_test(test_tiny_pieces_freed_elsewhere),
		cmocka_unit_test(test_out_of_address_space),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
