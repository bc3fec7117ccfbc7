// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_pageheap.c - every page heap against one plain model.
 *
 * Role:       random allocations and frees; the model is an array of pages. A
 *             new policy adds a row to the table below.
 * Invariants: none.
 * Locks:      heap->lock as the contract asks.
 * Units:      pages.
 * Source:     none.
 *
 * Checked after each step: the run was free in the model, has the length asked
 * for, and is one that the policy's fit allows; from time to time: the policy's
 * own validator, free pages and number of maximal free runs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <allotrope/random.h>
#include <cmocka.h>

#include "../../../allocators/go/pageheap.h"
#include "../../../allocators/go/spanmap.h"
#include "osmem_fake.h"

#define PAGES  (6 * 8192) /* of the model; the heap may grow so far */
#define LARGE  128	  /* first length in the large structure */
#define NSPANS 600

/* From which free run may a policy cut? */
enum fit {
	FIT_BEST,	/* shortest */
	FIT_BEST_SMALL, /* shortest below LARGE, any above */
	FIT_LOWEST,	/* lowest address */
};

struct policy {
	const struct pageheap_ops *ops;
	enum fit fit;
	bool merges_all; /* no two free runs are ever neighbours */
};

static const struct policy policies[] = {
	{ &pageheap_lists, FIT_BEST, true },
	{ &pageheap_listtreap, FIT_BEST_SMALL, true },
	{ &pageheap_listtreap_bestfit, FIT_BEST, true },
};

static const struct policy *policy;
static struct go_heap heap;
static struct go_cache *cache;

static enum {
	ABSENT,
	FREE,
	USED
} page[PAGES + 1]; /* last: a border */
static struct span *span[NSPANS];

static size_t page_of(uintptr_t addr)
{
	size_t i = (addr - (UINT64_C(0xc0) << 32)) >> 13;

	assert_true(i < PAGES);
	return i;
}

static void start(void)
{
	const struct go_heap_config config = {
		.name = "test",
		.classes = &go_classes_grown,
		.space = &space_sparse,
		.pageheap = policy->ops,
		.os = &osmem_fake_ops,
		.cache_size_bytes = sizeof(struct go_cache),
	};

	osmem_fake_reset();
	memset(page, 0, sizeof(page));
	memset(span, 0, sizeof(span));
	assert_int_equal(heap_init(&heap, &config), 0);
	cache = fixalloc_alloc(&heap.cachealloc);
	cache->heap = &heap;
	heap.caches = cache;
}

/* The run that best fit or first fit would take; its length, 0 if none. */
static size_t model_fit(size_t npages, size_t *lowest_start)
{
	size_t best = 0, run = 0;

	*lowest_start = PAGES;
	for (size_t i = 0; i <= PAGES; i++) {
		if (page[i] == FREE) {
			run++;
			continue;
		}
		if (run >= npages) {
			if (!best || run < best)
				best = run;
			if (*lowest_start == PAGES)
				*lowest_start = i - run;
		}
		run = 0;
	}
	return best;
}

static size_t run_length_at(size_t i)
{
	size_t end = i;

	assert_true(i == 0 || page[i - 1] != FREE); /* low part is cut off */
	while (page[end] == FREE)
		end++;
	return end - i;
}

static void check_fit(size_t first, size_t npages)
{
	size_t lowest, best = model_fit(npages, &lowest);
	size_t length;

	if (!best) { /* the heap has grown: new pages enter the model */
		size_t grown = osmem_fake.mapped_bytes >> 13;

		for (size_t i = 0; i < grown; i++)
			if (page[i] == ABSENT)
				page[i] = FREE;
		best = model_fit(npages, &lowest);
		assert_true(best);
	}
	length = run_length_at(first);
	switch (policy->fit) {
	case FIT_BEST:
		assert_int_equal(length, best);
		break;
	case FIT_BEST_SMALL:
		if (best < LARGE)
			assert_int_equal(length, best);
		else
			assert_true(length >= npages);
		break;
	case FIT_LOWEST:
		assert_int_equal(first, lowest);
		break;
	}
}

static void alloc(size_t slot, size_t npages)
{
	struct span *s = heap_alloc_span(&heap, cache, npages, 0);
	size_t first;

	assert_non_null(s);
	assert_int_equal(s->npages, npages);
	assert_int_equal(s->state, SPAN_INUSE);
	first = page_of(s->base);
	check_fit(first, npages);
	for (size_t i = first; i < first + npages; i++) {
		assert_int_equal(page[i], FREE);
		page[i] = USED;
	}
	assert_ptr_equal(spanmap_sparse_lookup((void *)s->base), s);
	span[slot] = s;
}

static void release(size_t slot)
{
	struct span *s = span[slot];
	size_t first = page_of(s->base);

	for (size_t i = first; i < first + s->npages; i++)
		page[i] = FREE;
	heap_free_span(&heap, cache, s);
	span[slot] = NULL;
}

static void check_whole(void)
{
	struct pageheap_account a;
	uint64_t nfree = 0, nruns = 0, nused = 0;

	for (size_t i = 0; i < PAGES; i++) {
		nfree += page[i] == FREE;
		nused += page[i] == USED;
		nruns += page[i] == FREE && page[i + 1] != FREE;
	}
	go_lock_take(&heap.lock);
	assert_true(heap.pageheap->valid_locked(&heap));
	heap.pageheap->account_locked(&heap, &a);
	go_lock_drop(&heap.lock);
	assert_int_equal(a.free_npages, nfree);
	assert_int_equal((osmem_fake.mapped_bytes >> 13) - nfree, nused);
	if (policy->merges_all)
		assert_int_equal(a.spans_free, nruns);
}

static size_t draw_npages(struct al_random *r)
{
	switch (al_random_below(r, 4)) {
	case 0:
		return 1;
	case 1:
		return 1 + al_random_below(r, 10);
	case 2:
		return 1 + al_random_below(r, 200);
	default:
		return 1 + al_random_below(r, 30);
	}
}

static void test_random_against_model(void **state)
{
	struct al_random r = { 31616 };

	(void)state;
	start();
	for (int n = 0; n < 6000; n++) {
		size_t slot = al_random_below(&r, NSPANS);

		if (span[slot])
			release(slot);
		else
			alloc(slot, draw_npages(&r));
		if (n % 200 == 0)
			check_whole();
	}
	for (size_t slot = 0; slot < NSPANS; slot++)
		if (span[slot])
			release(slot);
	check_whole();
}

/* Left, right, both sides, none: one run is left in the end. */
static void test_coalescing_in_every_order(void **state)
{
	static const int order[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					{ 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

	(void)state;
	start();
	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++) {
		struct pageheap_account a;

		for (size_t i = 0; i < 3; i++)
			alloc(i, 3 + i);
		for (int i = 0; i < 3; i++)
			release((size_t)order[k][i]);
		check_whole();
		heap.pageheap->account_locked(&heap, &a);
		if (policy->merges_all)
			assert_int_equal(a.spans_free, 1);
		assert_int_equal(a.free_npages, 8192);
	}
}

static void test_no_memory_leaves_the_heap_whole(void **state)
{
	struct span *s;
	size_t n = 0;

	(void)state;
	start();
	alloc(0, 8000);
	osmem_fake.fail_in = 0;
	assert_null(heap_alloc_span(&heap, cache, 8000, 0));
	check_whole();
	/* what is there is still served, until descriptors run out */
	while (n < 190 && (s = heap_alloc_span(&heap, cache, 1, 0))) {
		page[page_of(s->base)] = USED;
		n++;
	}
	assert_true(n > 0);
	check_whole();
	osmem_fake.fail_in = -1;
	alloc(1, 8000);
	check_whole();
}

static void test_fresh_memory_needs_no_zeroing(void **state)
{
	struct span *s;

	(void)state;
	start();
	s = heap_alloc_span(&heap, cache, 4, 0);
	assert_int_equal(s->needzero, 0);
	heap_free_span(&heap, cache, s);
	s = heap_alloc_span(&heap, cache, 2, 0);
	assert_int_equal(s->needzero, 1);
}

static void test_aligned_runs_give_the_cut_offs_back(void **state)
{
	(void)state;
	start();
	alloc(0, 3);
	for (size_t align = (size_t)1 << 14; align <= (size_t)1 << 25;
	     align <<= 1) {
		struct span *s = heap_alloc_aligned(&heap, cache, 5, align);
		struct pageheap_account a;

		assert_non_null(s);
		assert_int_equal(s->base % align, 0);
		assert_int_equal(s->npages, 5);
		heap_free_span(&heap, cache, s);
		heap.pageheap->account_locked(&heap, &a);
		assert_int_equal(a.free_npages + 3,
				 osmem_fake.mapped_bytes >> 13);
	}
}

static void test_trim_returns_what_is_free_once(void **state)
{
	struct pageheap_account a;
	size_t returned;

	(void)state;
	start();
	if (!heap.pageheap->trim_locked)
		skip();
	alloc(0, 10);
	alloc(1, 10);
	release(0);
	go_lock_take(&heap.lock);
	heap.pageheap->trim_locked(&heap);
	heap.pageheap->account_locked(&heap, &a);
	assert_int_equal(a.returned_npages, a.free_npages);
	returned = osmem_fake.returned_bytes;
	heap.pageheap->trim_locked(&heap);
	assert_int_equal(osmem_fake.returned_bytes, returned);
	go_lock_drop(&heap.lock);
	alloc(0, 10);
	check_whole();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_against_model),
		cmocka_unit_test(test_coalescing_in_every_order),
		cmocka_unit_test(test_no_memory_leaves_the_heap_whole),
		cmocka_unit_test(test_fresh_memory_needs_no_zeroing),
		cmocka_unit_test(test_aligned_runs_give_the_cut_offs_back),
		cmocka_unit_test(test_trim_returns_what_is_free_once),
	};
	int failed = 0;

	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		policy = &policies[i];
		printf("# page heap %s\n", policy->ops->name);
		failed += cmocka_run_group_tests_name(policy->ops->name, tests,
						      NULL, NULL);
	}
	return failed;
}
