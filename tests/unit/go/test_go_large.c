// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_large.c - the structures for long free runs, alone.
 *
 * Role:       random operations on each against a plain array; the early stop
 *             of the treap's walk; depth.
 * Invariants: none.
 * Locks:      none.
 * Units:      pages.
 * Source:     Go issue 31616.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <allotrope/random.h>
#include <cmocka.h>

#include "../../../allocators/go/large.h"

#define N 500

static struct span spans[N];
static bool inside[N];
static struct large_set set;

static void start(void)
{
	memset(spans, 0, sizeof(spans));
	memset(inside, 0, sizeof(inside));
	set = (struct large_set){ .random = 1 };
}

static void put(const struct large_ops *ops, size_t i, size_t npages)
{
	spans[i].base = (uintptr_t)(i + 1) << 40;
	spans[i].npages = npages;
	spans[i].state = SPAN_FREE;
	ops->insert(&set, &spans[i]);
	inside[i] = true;
}

/* Shortest that fits, ties to the lowest address; NULL if none. */
static struct span *best_fit(size_t npages)
{
	struct span *best = NULL;

	for (size_t i = 0; i < N; i++)
		if (inside[i] && spans[i].npages >= npages &&
		    (!best || spans[i].npages < best->npages))
			best = &spans[i];
	return best;
}

static void check_find(const struct large_ops *ops, size_t npages)
{
	uint64_t steps = 0;
	struct span *found = ops->find(&set, npages, &steps);
	struct span *best = best_fit(npages);

	if (ops == &large_treap) {
		assert_int_equal(!found, !best);
		if (found)
			assert_true(found->npages >= npages);
	} else {
		assert_ptr_equal(found, best);
	}
	if (ops == &large_list)
		assert_int_equal(steps, set.count);
}

static void check_random(const struct large_ops *ops)
{
	struct al_random r = { 20110516 };

	start();
	for (int n = 0; n < 20000; n++) {
		size_t i = al_random_below(&r, N);

		if (inside[i]) {
			ops->remove(&set, &spans[i]);
			inside[i] = false;
		} else {
			put(ops, i, 128 + al_random_below(&r, 300));
		}
		check_find(ops, al_random_below(&r, 450));
		if (n % 64 == 0)
			assert_true(ops->valid(&set));
	}
	for (size_t i = 0; i < N; i++)
		if (inside[i])
			ops->remove(&set, &spans[i]);
	assert_int_equal(set.count, 0);
	assert_true(ops->valid(&set));
}

static void test_list_against_model(void **state)
{
	(void)state;
	check_random(&large_list);
}

static void test_treap_against_model(void **state)
{
	(void)state;
	check_random(&large_treap);
}

static void test_treap_bestfit_against_model(void **state)
{
	(void)state;
	check_random(&large_treap_bestfit);
}

/*
 * Issue 31616: root 300, its left child 200, that one's right child 250. A
 * search for 220 stops at 300, since 200 is too short; best fit is 250.
 */
static void test_released_walk_stops_early(void **state)
{
	struct span *root = &spans[0], *left = &spans[1], *fit = &spans[2];
	uint64_t steps = 0;

	(void)state;
	start();
	*root = (struct span){ .key_npages = 300, .npages = 300 };
	*left = (struct span){ .key_npages = 200, .npages = 200 };
	*fit = (struct span){ .key_npages = 250, .npages = 250 };
	root->child[0] = left;
	left->parent = root;
	left->child[1] = fit;
	fit->parent = left;
	set.root = root;
	assert_ptr_equal(large_treap.find(&set, 220, &steps), root);
	assert_int_equal(steps, 1);
	assert_ptr_equal(large_treap_bestfit.find(&set, 220, &steps), fit);
}

/* Sorted insertion, the worst of an unbalanced tree: depth stays small. */
static void test_treap_stays_shallow(void **state)
{
	uint64_t steps = 0;

	(void)state;
	start();
	for (size_t i = 0; i < N; i++)
		put(&large_treap, i, 128 + i);
	assert_true(large_treap.valid(&set));
	for (size_t i = 0; i < N; i++)
		large_treap_bestfit.find(&set, 128 + i, &steps);
	assert_true(steps / N < 25); /* 2 log2(500) = 18 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_against_model),
		cmocka_unit_test(test_treap_against_model),
		cmocka_unit_test(test_treap_bestfit_against_model),
		cmocka_unit_test(test_released_walk_stops_early),
		cmocka_unit_test(test_treap_stays_shallow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
