// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_runner_threads.c - where the runner's threads meet, and their memory.
 *
 * Role:       barrier, rendezvous and harness memory under threads.
 * Invariants: every test ends by itself; a hang is a failure of the time limit.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "../../harness/runner/barrier.h"
#include "../../harness/runner/hmem.h"
#include "../../harness/runner/rendezvous.h"

#include <allotrope/random.h>

#include <pthread.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define NTHREADS 8
#define ROUNDS	 2000

static struct barrier barrier;
static int turns; /* written by the last arriver only */
static _Atomic unsigned int early;

static void take_turn(void *arg)
{
	turns++;
}

static void *meet_often(void *arg)
{
	for (int round = 0; round < ROUNDS; round++) {
		barrier_wait(&barrier, take_turn, NULL);
		if (turns != round + 1)
			early++;
		barrier_wait(&barrier, NULL, NULL);
	}
	return NULL;
}

static void run_threads(void *(*entry)(void *))
{
	pthread_t thread[NTHREADS];

	for (uintptr_t i = 0; i < NTHREADS; i++)
		pthread_create(&thread[i], NULL, entry, (void *)i);
	for (size_t i = 0; i < NTHREADS; i++)
		pthread_join(thread[i], NULL);
}

static void test_barrier_lets_nobody_through_early(void **state)
{
	const uint64_t spins[] = { 0, 20000 };

	for (size_t i = 0; i < 2; i++) {
		turns = 0;
		barrier_init(&barrier, NTHREADS, spins[i]);
		run_threads(meet_often);
		assert_int_equal(turns, ROUNDS);
		assert_int_equal(early, 0);
	}
}

static struct rendezvous rendezvous;
static uint64_t done[NTHREADS];	  /* each its worker's own */
static uint64_t meetings, uneven; /* written in meetings only */

/* At the k-th meeting every worker has done k steps, unless it has left. */
static void look(void *arg)
{
	meetings++;
	for (size_t i = 0; i < NTHREADS; i++)
		if (done[i] != meetings && done[i] != 10 * (i + 1))
			uneven++;
}

static void *step_and_leave(void *arg)
{
	size_t i = (size_t)(uintptr_t)arg;

	while (done[i] < 10 * (i + 1)) {
		done[i]++;
		rendezvous_arrive(&rendezvous);
	}
	rendezvous_leave(&rendezvous);
	return NULL;
}

static void test_rendezvous_waits_for_all_who_are_there(void **state)
{
	memset(done, 0, sizeof(done));
	meetings = uneven = 0;
	rendezvous_init(&rendezvous, NTHREADS, look, NULL);
	run_threads(step_and_leave);
	assert_int_equal(meetings, 10 * NTHREADS);
	assert_int_equal(uneven, 0);
}

static pthread_mutex_t baton = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int working;

static void look_twice(void *arg)
{
	int before = working;

	meetings++;
	for (volatile int i = 0; i < 2000; i++)
		;
	if (working != before)
		uneven++;
}

/* All wait for one mutex, idle meanwhile: the meetings must not wait too. */
static void *pass_baton(void *arg)
{
	for (int i = 0; i < 200; i++) {
		rendezvous_idle(&rendezvous);
		pthread_mutex_lock(&baton);
		rendezvous_busy(&rendezvous);
		working++;
		rendezvous_arrive(&rendezvous);
		working--;
		pthread_mutex_unlock(&baton);
	}
	rendezvous_leave(&rendezvous);
	return NULL;
}

static void test_rendezvous_does_not_wait_for_the_idle(void **state)
{
	meetings = uneven = 0;
	rendezvous_init(&rendezvous, NTHREADS, look_twice, NULL);
	run_threads(pass_baton);
	assert_int_equal(meetings, 200 * NTHREADS);
	assert_int_equal(uneven, 0);
}

static void test_hmem_aligns_and_clears(void **state)
{
	for (size_t align = 1; align <= 1 << 16; align *= 2)
		for (size_t size = 0; size < 70000; size = size * 3 + 1) {
			unsigned char *p = hmem_alloc(size, align, false);

			assert_non_null(p);
			assert_int_equal((uintptr_t)p % align, 0);
			assert_int_equal((uintptr_t)p % 16, 0);
			assert_true(hmem_usable(p) >= size);
			assert_true(hmem_contains(p));
			memset(p, 0xee, hmem_usable(p));
			hmem_free(p);
			p = hmem_alloc(size, align, true);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(p[i], 0);
			hmem_free(p);
		}
	assert_null(hmem_alloc(SIZE_MAX, 16, false));
	assert_null(hmem_alloc(SIZE_MAX - 64, 4096, false));
	assert_null(hmem_pages(SIZE_MAX));
	hmem_free(NULL);
}

static void test_hmem_counts_what_is_touched(void **state)
{
	const size_t n = (size_t)8 << 20;
	size_t before = hmem_resident();
	char *p = hmem_pages(n);

	assert_non_null(p);
	assert_true(hmem_resident() - before < n / 8);
	memset(p, 1, n);
	assert_true(hmem_resident() - before >= n);
	p = hmem_alloc(n, 16, false);
	memset(p, 1, n);
	before = hmem_resident();
	hmem_free(p);
	assert_true(before - hmem_resident() >= n - 16384);
}

static void *fill_and_check(void *arg)
{
	unsigned char *p[64] = { NULL };
	size_t size[64] = { 0 };
	unsigned char mine = (unsigned char)(uintptr_t)arg;
	struct al_random random = { mine };

	for (int i = 0; i < 20000; i++) {
		size_t k = al_random_below(&random, 64);

		for (size_t at = 0; at < size[k]; at++)
			if (p[k][at] != (unsigned char)(mine + k))
				early++;
		hmem_free(p[k]);
		size[k] = al_random_below(&random, 500);
		p[k] = hmem_alloc(size[k], 16, false);
		memset(p[k], (int)(mine + k), size[k]);
	}
	for (size_t k = 0; k < 64; k++)
		hmem_free(p[k]);
	return NULL;
}

static void test_hmem_gives_no_byte_to_two_threads(void **state)
{
	early = 0;
	run_threads(fill_and_check);
	assert_int_equal(early, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_barrier_lets_nobody_through_early),
		cmocka_unit_test(test_rendezvous_waits_for_all_who_are_there),
		cmocka_unit_test(test_rendezvous_does_not_wait_for_the_idle),
		cmocka_unit_test(test_hmem_aligns_and_clears),
		cmocka_unit_test(test_hmem_counts_what_is_touched),
		cmocka_unit_test(test_hmem_gives_no_byte_to_two_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
