// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_pageheaps.c - the contract that every page heap keeps.
 *
 * Role:       drives each policy of pageheap_model.h through the same random
 *             sequences and compares every answer with the model's.
 * Invariants: a failure is preceded by the policy's name and the seed.
 * Locks:      heap->lock, as the contract asks.
 * Units:      pages.
 * Source:     none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <allotrope/random.h>

#include "fake_os.h"
#include "pageheap_model.h"

#define MAX_LIVE  600
#define MAX_GROWN 64

/* A heap, its model, and what the test has in use. */
struct rig {
	struct go_heap heap;
	struct model model;
	struct span *live[MAX_LIVE + 2];
	size_t nlive;
	struct pagecache *pc; /* where descriptors are; NULL: the heap's */
	struct al_random random;
};

static struct rig rig;

/* Every growth, as it came from the address space policy. */
static struct page_run grown[MAX_GROWN];
static size_t ngrown;
static const struct space_ops *real_space;

static int grow_and_note(struct go_heap *h, size_t npages, struct page_run *run)
{
	int err = real_space->grow_locked(h, npages, run);

	if (!err) {
		assert_true(ngrown < MAX_GROWN);
		grown[ngrown++] = *run;
	}
	return err;
}

static void rig_init(const struct policy *p, uint64_t seed)
{
	static struct space_ops space;
	struct go_heap_config config = {
		.name = p->name,
		.classes = &go_classes_grown,
		.space = &space,
		.pageheap = p->ops,
		.os = &osmem_fake,
		.cache_size_bytes = sizeof(struct go_cache),
	};

	print_message("# %s, seed %#llx\n", p->name, (unsigned long long)seed);
	space = *p->space;
	space.grow_locked = grow_and_note;
	real_space = p->space;
	ngrown = 0;
	fake_os_init();
	memset(&rig, 0, sizeof(rig));
	assert_int_equal(heap_init(&rig.heap, &config), 0);
	model_init(&rig.model, p, &rig.heap);
	rig.random = (struct al_random){ seed };
}

static void rig_fini(void)
{
	model_fini(&rig.model);
	fake_os_fini();
}

static struct pageheap_account account(void)
{
	struct pageheap_account a;

	memset(&a, 0xa5, sizeof(a));
	rig.heap.pageheap->account_locked(&rig.heap, &a);
	return a;
}

/* Pages of the arena that the radix page heap has not begun to use. */
static size_t rest_npages(void)
{
	const struct model *m = &rig.model;

	return rig.heap.space->map_later
		       ? 0
		       : (m->cur_end - m->cur_base) >> MODEL_LG_PAGE;
}

/* Nothing lost, everything coalesced, every invariant kept. */
static void check_whole(void)
{
	struct pageheap_account a = account();

	assert_true(rig.heap.pageheap->valid_locked(&rig.heap));
	assert_int_equal(a.free_npages,
			 model_free_npages(&rig.model) + rest_npages());
	assert_int_equal(a.spans_free, rig.model.nruns);
	assert_true(a.returned_npages <= a.free_npages);
	if (rig.model.policy->by_scavenged)
		assert_int_equal(a.returned_npages,
				 model_scavenged_npages(&rig.model));
	assert_true(a.spans_large <= a.spans_free);
}

static void use(struct span *s)
{
	s->state = SPAN_INUSE;
	rig.heap.space->set(&rig.heap, s->base, s->npages, s);
	assert_true(rig.nlive < MAX_LIVE + 2);
	rig.live[rig.nlive++] = s;
}

static void alloc(size_t npages)
{
	struct model *m = &rig.model;
	size_t want = m->policy->pick(m, npages), before = ngrown;
	struct span *s;

	if (rig.pc)
		s = rig.heap.pageheap->alloc_by_locked(&rig.heap, rig.pc,
						       npages);
	else
		s = rig.heap.pageheap->alloc_locked(&rig.heap, npages);
	assert_non_null(s);
	assert_int_equal(s->npages, npages);
	if (want == MODEL_NONE) {
		m->policy->grow(m, ngrown > before ? &grown[before] : NULL,
				npages);
		want = m->policy->pick(m, npages);
		assert_int_not_equal(want, MODEL_NONE);
	} else {
		assert_int_equal(ngrown, before);
	}
	assert_int_equal(s->base, m->run[want].base);
	model_take(m, want, npages);
	use(s);
}

/* needzero tells @i from fresh ones where the policy keeps that apart. */
static void give_back(size_t i)
{
	struct span *s = rig.live[i];
	uintptr_t base = s->base;
	size_t npages = s->npages;

	assert_false(model_is_free(&rig.model, base));
	rig.live[i] = rig.live[--rig.nlive];
	s->needzero = 1;
	if (rig.pc)
		rig.heap.pageheap->free_by_locked(&rig.heap, rig.pc, s);
	else
		rig.heap.pageheap->free_locked(&rig.heap, s);
	model_add(&rig.model, base, npages, false);
}

static size_t draw_npages(void)
{
	struct al_random *r = &rig.random;

	switch (al_random_below(r, 16)) {
	case 0:
		return al_random_range(r, 128, 700);
	case 1:
	case 2:
	case 3:
		return al_random_range(r, 17, 127);
	default:
		return al_random_range(r, 1, 16);
	}
}

/* @grow_of_8: of 8 operations so many allocate, the rest free. */
static void churn(size_t operations, unsigned int grow_of_8)
{
	for (size_t i = 0; i < operations; i++) {
		bool full = rig.nlive >= MAX_LIVE;

		if (rig.nlive == 0 ||
		    (!full && al_random_below(&rig.random, 8) < grow_of_8))
			alloc(draw_npages());
		else
			give_back(al_random_below(&rig.random, rig.nlive));
		if (i % 64 == 0)
			check_whole();
	}
	check_whole();
}

static void drain(void)
{
	while (rig.nlive)
		give_back(al_random_below(&rig.random, rig.nlive));
	check_whole();
}

static void run_phases(const struct policy *p, uint64_t seed)
{
	rig_init(p, seed);
	churn(800, 7);
	churn(3000, 4);
	drain();
	/* a heap in two pieces */
	fake_os_block(grown[ngrown - 1].base +
		      (grown[ngrown - 1].npages << MODEL_LG_PAGE));
	churn(600, 8);
	alloc(9000);
	churn(1500, 4);
	alloc(20000);
	churn(600, 1);
	drain();
	rig_fini();
}

static void test_pageheaps_answer_as_the_model(void **state)
{
	for (size_t i = 0; i < npolicies; i++)
		for (uint64_t seed = 1; seed <= 3; seed++)
			run_phases(&policies[i], 0x9a9e0000 + seed);
}

/* Fresh memory is zero and known to be; used memory is never called fresh. */
static void test_pageheaps_needzero(void **state)
{
	for (size_t i = 0; i < npolicies; i++) {
		struct span *s;

		rig_init(&policies[i], 1);
		alloc(3);
		assert_int_equal(rig.live[0]->needzero, 0);
		alloc(5);
		assert_int_equal(rig.live[1]->needzero, 0);
		give_back(0);
		give_back(0);
		for (size_t n = 0; n < 8; n++)
			alloc(1);
		for (size_t n = 0; n < 8; n++) {
			s = rig.live[n];
			if (s->base < grown[0].base + (8 << MODEL_LG_PAGE))
				assert_int_equal(s->needzero, 1);
		}
		rig_fini();
	}
}

/* Cut off the middle: heap.c does so for alignment. */
static void test_pageheaps_take_parts(void **state)
{
	for (size_t i = 0; i < npolicies; i++) {
		struct span *s, *part;
		uintptr_t base;

		rig_init(&policies[i], 2);
		alloc(40);
		s = rig.live[0];
		base = s->base;
		part = span_new(&rig.heap, base, 10);
		assert_non_null(part);
		part->state = SPAN_INUSE;
		s->base += 10 << MODEL_LG_PAGE;
		s->npages = 30;
		rig.heap.space->set(&rig.heap, s->base, 30, s);
		rig.heap.pageheap->free_locked(&rig.heap, part);
		model_add(&rig.model, base, 10, false);
		check_whole();
		churn(200, 5);
		drain();
		rig_fini();
	}
}

/*
 * Memory fails at the k-th call: the answer is NULL, nothing is lost, and the
 * same request succeeds later without asking for addresses again.
 */
static void test_pageheaps_survive_enomem(void **state)
{
	for (size_t i = 0; i < npolicies; i++) {
		size_t failures = 0;

		for (size_t k = 0; k < 40; k++) {
			struct go_heap *h = &rig.heap;
			struct span *s;

			rig_init(&policies[i], k);
			/* so many that the next descriptor needs a chunk */
			while (rig.nlive < 100)
				alloc(1 + rig.nlive % 3);
			while (h->spans.free || h->spans.next != h->spans.end)
				assert_non_null(fixalloc_alloc(&h->spans));
			h->persistent.next = h->persistent.end;
			fake_os.fail_after = fake_os.ncalls + k;
			s = h->pageheap->alloc_locked(h, 8192);
			assert_true(h->pageheap->valid_locked(h));
			if (!s) {
				failures++;
				fake_os.fail_after = SIZE_MAX;
				s = h->pageheap->alloc_locked(h, 8192);
			}
			assert_non_null(s);
			assert_int_equal(ngrown, 2);
			assert_true(h->pageheap->valid_locked(h));
			rig_fini();
		}
		assert_true(failures > 0);
	}
}

static void test_pageheaps_refuse_the_impossible(void **state)
{
	for (size_t i = 0; i < npolicies; i++) {
		static const size_t npages[] = { SIZE_MAX, SIZE_MAX >> 13,
						 (size_t)1 << 40,
						 (size_t)1 << 35 };

		rig_init(&policies[i], 3);
		alloc(1);
		for (size_t k = 0; k < 4; k++)
			assert_null(rig.heap.pageheap->alloc_locked(&rig.heap,
								    npages[k]));
		check_whole();
		churn(100, 5);
		drain();
		rig_fini();
	}
}

/* trim: all free memory is with the system, and comes back when used. */
static void test_pageheaps_trim(void **state)
{
	for (size_t i = 0; i < npolicies; i++) {
		const struct pageheap_ops *ops = policies[i].ops;
		struct pageheap_account a;

		if (!ops->trim_locked)
			continue;
		rig_init(&policies[i], 4);
		churn(600, 6);
		go_lock_take(&rig.heap.lock); /* it may let go of it */
		ops->trim_locked(&rig.heap);
		a = account();
		assert_int_equal(a.returned_npages, a.free_npages);
		assert_true(ops->valid_locked(&rig.heap));
		fake_os.nevents = 0;
		ops->trim_locked(&rig.heap);
		assert_int_equal(fake_os.nevents, 0);
		go_lock_drop(&rig.heap.lock);
		rig_fini();
	}
}

/* Take the free pages of the block of 64 that holds the lowest one. */
static uint64_t model_take_block(uintptr_t *base)
{
	struct model *m = &rig.model;
	size_t lowest = m->policy->pick(m, 1);
	uint64_t mask = 0;

	if (lowest == MODEL_NONE)
		return 0;
	*base = m->run[lowest].base & ~(((uintptr_t)64 << MODEL_LG_PAGE) - 1);
	for (unsigned int i = 0; i < 64; i++) {
		uintptr_t page = *base + ((uintptr_t)i << MODEL_LG_PAGE);

		mask |= (uint64_t)model_is_free(m, page) << i;
	}
	for (unsigned int i = 0; i < 64; i++) {
		uintptr_t page = *base + ((uintptr_t)i << MODEL_LG_PAGE);

		if (mask >> i & 1)
			model_take_page(m, page);
	}
	return mask;
}

/* The lowest @n pages in a row of @mask; 64: none. */
static unsigned int lowest_of(uint64_t mask, unsigned int n)
{
	unsigned int run = 0;

	for (unsigned int i = 0; i < 64; i++) {
		run = mask >> i & 1 ? run + 1 : 0;
		if (run == n)
			return i + 1 - n;
	}
	return 64;
}

static void give_block(uintptr_t base, uint64_t mask)
{
	for (unsigned int i = 0; i < 64; i++)
		if (mask >> i & 1)
			model_add(&rig.model,
				  base + ((uintptr_t)i << MODEL_LG_PAGE), 1,
				  false);
}

/* One cache, as a thread has it: hits, misses, refills, flushes. */
static void run_cached(const struct policy *p, uint64_t seed)
{
	struct pagecache pc = { 0 };
	uintptr_t base = 0;
	uint64_t mask = 0;

	rig_init(p, seed);
	churn(500, 6);
	rig.pc = &pc;
	for (size_t i = 0; i < 4000; i++) {
		struct al_random *r = &rig.random;
		unsigned int n = (unsigned int)al_random_range(r, 1, 18), at;
		uint64_t what = al_random_below(r, 16);
		struct span *s;

		if (rig.nlive && (what < 6 || rig.nlive >= MAX_LIVE)) {
			give_back(al_random_below(r, rig.nlive));
			continue;
		}
		if (what == 6) {
			rig.heap.pageheap->flush_locked(&rig.heap, &pc);
			give_block(base, mask);
			mask = 0;
			check_whole();
		}
		assert_true(pc.nspans <= 128);
		if (n >= 16) {
			assert_null(p->ops->alloc_cached(&rig.heap, &pc, n));
			alloc(n);
			continue;
		}
		if (!mask)
			mask = model_take_block(&base);
		at = lowest_of(mask, n);
		s = p->ops->alloc_cached(&rig.heap, &pc, n);
		if (at == 64) {
			assert_null(s);
			continue;
		}
		assert_non_null(s);
		assert_int_equal(s->base,
				 base + ((uintptr_t)at << MODEL_LG_PAGE));
		assert_int_equal(s->npages, n);
		mask &= ~(((UINT64_C(1) << n) - 1) << at);
		assert_int_equal(pc.free, mask);
		use(s);
	}
	rig.heap.pageheap->flush_locked(&rig.heap, &pc);
	give_block(base, mask);
	assert_int_equal(rig.heap.spans.inuse, rig.nlive);
	drain();
	rig_fini();
}

static void test_pageheaps_page_cache(void **state)
{
	for (size_t i = 0; i < npolicies; i++)
		if (policies[i].ops->alloc_cached)
			for (uint64_t seed = 1; seed <= 3; seed++)
				run_cached(&policies[i], 0xcac4e000 + seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pageheaps_answer_as_the_model),
		cmocka_unit_test(test_pageheaps_needzero),
		cmocka_unit_test(test_pageheaps_take_parts),
		cmocka_unit_test(test_pageheaps_survive_enomem),
		cmocka_unit_test(test_pageheaps_refuse_the_impossible),
		cmocka_unit_test(test_pageheaps_trim),
		cmocka_unit_test(test_pageheaps_page_cache),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
