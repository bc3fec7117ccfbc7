// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_span_set.c - the bag of spans: order, blocks, memory, many threads.
 *
 * Role:       one thread against a counter, then several against a tally.
 * Invariants: a span that went in comes out once.
 * Locks:      none.
 * Units:      spans.
 * Source:     none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pthread.h>
#include <sched.h>

#include <cmocka.h>

#include "fake_os.h"
#include "../../../allocators/go/pageheap.h"
#include "../../../allocators/go/span_set.h"

#define BLOCK	 SPAN_SET_BLOCK_ENTRIES
#define NTHREADS 4
#define NSPANS	 20000
#define ROUNDS	 30

static struct go_heap heap;
static struct span_set set;
static struct span *spans;

static int setup(void **state)
{
	fake_os_init();
	memset(&heap, 0, sizeof(heap));
	memset(&set, 0, sizeof(set));
	go_lock_init(&heap.lock, GO_RANK_HEAP);
	go_lock_init(&set.spine_lock, GO_RANK_SPAN_SET);
	persistent_init(&heap.persistent, &osmem_fake);
	spans = aligned_alloc(64, NSPANS * sizeof(*spans));
	memset(spans, 0, NSPANS * sizeof(*spans));
	return spans ? 0 : -1;
}

static int teardown(void **state)
{
	free(spans);
	fake_os_fini();
	return 0;
}

static void test_span_set_first_in_first_out(void **state)
{
	size_t in = 0, out = 0;

	assert_null(span_set_pop(&set));
	/* windows of all lengths around a block, over many blocks */
	for (size_t n = 1; n < 3 * BLOCK; n += 97) {
		for (size_t i = 0; i < n; i++)
			assert_true(span_set_push(&heap, &set,
						  &spans[in++ % NSPANS]));
		while (out < in)
			assert_ptr_equal(span_set_pop(&set),
					 &spans[out++ % NSPANS]);
		assert_null(span_set_pop(&set));
	}
}

static void test_span_set_spine_grows_as_a_ring(void **state)
{
	size_t in = 0, out = 0;

	/* the oldest block is in the middle of the ring when it fills */
	while (in < 10 * BLOCK + 7)
		assert_true(span_set_push(&heap, &set, &spans[in++]));
	while (out < 9 * BLOCK + 3)
		assert_ptr_equal(span_set_pop(&set), &spans[out++]);
	while (in < NSPANS)
		assert_true(span_set_push(&heap, &set, &spans[in++]));
	assert_int_equal(set.spine->nblocks, 32);
	while (out < in)
		assert_ptr_equal(span_set_pop(&set), &spans[out++]);
	assert_null(span_set_pop(&set));
}

static void test_span_set_blocks_are_used_again(void **state)
{
	size_t mapped = 0;

	for (int round = 0; round < 200; round++) {
		for (size_t i = 0; i < 2 * BLOCK; i++)
			assert_true(span_set_push(&heap, &set, &spans[i]));
		for (size_t i = 0; i < 2 * BLOCK; i++)
			assert_ptr_equal(span_set_pop(&set), &spans[i]);
		if (round == 0)
			mapped = heap.persistent.total_bytes;
	}
	assert_int_equal(heap.persistent.total_bytes, mapped);
}

static void test_span_set_without_memory(void **state)
{
	fake_os.fail_after = 0;
	assert_false(span_set_push(&heap, &set, &spans[0]));
	assert_null(span_set_pop(&set));
	fake_os.fail_after = SIZE_MAX;
	assert_true(span_set_push(&heap, &set, &spans[0]));
	/* the next block cannot be had: nothing of the set is harmed */
	for (size_t i = 1; i < BLOCK; i++)
		assert_true(span_set_push(&heap, &set, &spans[i]));
	heap.persistent.next = heap.persistent.end;
	fake_os.fail_after = 0;
	assert_false(span_set_push(&heap, &set, &spans[BLOCK]));
	for (size_t i = 0; i < BLOCK; i++)
		assert_ptr_equal(span_set_pop(&set), &spans[i]);
	assert_null(span_set_pop(&set));
	/* its block is free again and serves */
	assert_true(span_set_push(&heap, &set, &spans[BLOCK]));
	assert_ptr_equal(span_set_pop(&set), &spans[BLOCK]);
}

static void count_entry(const struct span *s, void *arg)
{
	assert_ptr_equal(s, &spans[BLOCK - 5 + (*(size_t *)arg)++]);
}

static void test_span_set_each(void **state)
{
	size_t n = 0;

	for (size_t i = 0; i < BLOCK + 9; i++)
		assert_true(span_set_push(&heap, &set, &spans[i]));
	for (size_t i = 0; i < BLOCK - 5; i++)
		span_set_pop(&set);
	span_set_each(&set, count_entry, &n);
	assert_int_equal(n, 14);
}

/* Each thread moves spans; npages counts how often one is out. */
static void *mover(void *arg)
{
	size_t first = (size_t)arg * (NSPANS / NTHREADS), n = 0;

	for (int round = 0; round < ROUNDS; round++) {
		size_t want = NSPANS / NTHREADS;

		if (round == 0)
			for (size_t i = 0; i < want; i++)
				n += !span_set_push(&heap, &set,
						    &spans[first + i]);
		for (size_t i = 0; i < want; i++) {
			struct span *s = span_set_pop(&set);

			if (!s)
				continue;
			s->npages++; /* ours alone: a data race if not */
			n += !span_set_push(&heap, &set, s);
		}
	}
	return (void *)n;
}

static void test_span_set_many_threads(void **state)
{
	pthread_t thread[NTHREADS];
	struct span *s;
	size_t out = 0;

	for (size_t i = 0; i < NTHREADS; i++)
		assert_int_equal(
			pthread_create(&thread[i], NULL, mover, (void *)i), 0);
	for (size_t i = 0; i < NTHREADS; i++) {
		void *failed;

		pthread_join(thread[i], &failed);
		assert_null(failed);
	}
	while ((s = span_set_pop(&set))) {
		assert_int_equal(s->needzero, 0);
		s->needzero = 1;
		out++;
	}
	assert_int_equal(out, NSPANS);
}

static void test_span_set_remove(void **state)
{
	for (size_t i = 0; i < 2 * BLOCK; i++)
		assert_true(span_set_push(&heap, &set, &spans[i]));
	for (size_t i = 1; i < 2 * BLOCK; i += 2)
		assert_true(span_set_remove(&set, &spans[i]));
	assert_false(span_set_remove(&set, &spans[1]));
	for (size_t i = 0; i < 2 * BLOCK; i += 2)
		assert_ptr_equal(span_set_pop(&set), &spans[i]);
	assert_null(span_set_pop(&set));
	/* its block is retired, then in use by others */
	assert_false(span_set_remove(&set, &spans[0]));
	for (size_t i = 2 * BLOCK; i < 4 * BLOCK; i++)
		assert_true(span_set_push(&heap, &set, &spans[i]));
	assert_false(span_set_remove(&set, &spans[0]));
	for (size_t i = 2 * BLOCK; i < 4 * BLOCK; i++)
		assert_true(span_set_remove(&set, &spans[i]));
	assert_null(span_set_pop(&set));
}

static _Atomic bool removers_done;

/* Counts in pending how often it had a span. */
static void *popper(void *arg)
{
	struct span *s;

	while (!atomic_load(&removers_done))
		if ((s = span_set_pop(&set)))
			atomic_fetch_add(&s->pending, 1);
	return NULL;
}

/* Pushes a few spans and wants them back. Returns those it got. */
static void *remover(void *arg)
{
	struct span *mine = &spans[(size_t)arg * BLOCK];
	size_t removed = 0, popped = 0;

	for (size_t round = 0; round < 50 * ROUNDS; round++) {
		struct span *s = &mine[round % 7];

		if (!span_set_push(&heap, &set, s))
			return (void *)SIZE_MAX;
		if (round % 3 == 0)
			sched_yield();
		if (span_set_remove(&set, s)) {
			removed++;
			continue;
		}
		popped++; /* somebody has it, and says so at once */
		for (size_t n = 0; n < popped;) {
			n = 0;
			sched_yield();
			for (size_t i = 0; i < 7; i++)
				n += atomic_load(&mine[i].pending);
		}
	}
	return (void *)removed;
}

static void test_span_set_remove_or_pop(void **state)
{
	pthread_t thread[4];
	size_t removed = 0, popped = 0;

	atomic_store(&removers_done, false);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL,
						i < 2 ? remover : popper,
						(void *)i),
				 0);
	for (size_t i = 0; i < 4; i++) {
		void *n = NULL;

		pthread_join(thread[i], &n);
		assert_true(n != (void *)SIZE_MAX);
		removed += (size_t)n;
		if (i == 1)
			atomic_store(&removers_done, true);
	}
	for (size_t i = 0; i < NSPANS; i++)
		popped += atomic_load(&spans[i].pending);
	assert_int_equal(removed + popped, 2 * 50 * ROUNDS);
	assert_null(span_set_pop(&set));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_span_set_first_in_first_out),
		TEST(test_span_set_spine_grows_as_a_ring),
		TEST(test_span_set_blocks_are_used_again),
		TEST(test_span_set_without_memory),
		TEST(test_span_set_each),
		TEST(test_span_set_many_threads),
		TEST(test_span_set_remove),
		TEST(test_span_set_remove_or_pop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
