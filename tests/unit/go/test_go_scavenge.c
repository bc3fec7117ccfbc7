// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_scavenge.c - goal, order and pace of the scavengers, in virtual time.
 *
 * Role:       runs the steps with a clock that only sleeps and returned memory
 *             move, so that a minute takes no time and repeats exactly.
 * Invariants: none.
 * Locks:      heap->lock, as the contract asks; no second thread but in the
 *             last test.
 * Units:      nanoseconds, pages.
 * Source:     figures of design note 5.1 to 5.3.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "fake_os.h"
#include "../../../allocators/go/pageheap.h"
#include "../../../allocators/go/scavenge.h"

#define SECOND UINT64_C(1000000000)
#define NSPANS 64

static struct go_heap heap;
static struct span *span[NSPANS], *wall[NSPANS];

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
	fake_os.now_ns = SECOND;
	assert_int_equal(heap_init(&heap, &config), 0);
}

static struct span *take_locked(size_t npages)
{
	struct span *s = heap.pageheap->alloc_locked(&heap, npages);

	assert_non_null(s);
	s->state = SPAN_INUSE;
	heap.space->set(&heap, s->base, s->npages, s);
	return s;
}

static void give_locked(struct span *s)
{
	heap.pageheap->free_locked(&heap, s);
}

static struct span *take(size_t npages)
{
	struct span *s;

	go_lock_take(&heap.lock);
	s = take_locked(npages);
	go_lock_drop(&heap.lock);
	return s;
}

static void give(struct span *s)
{
	go_lock_take(&heap.lock);
	give_locked(s);
	go_lock_drop(&heap.lock);
}

/* NSPANS runs of @npages, each with a page in use behind it. */
static void take_apart(size_t npages)
{
	for (size_t i = 0; i < NSPANS; i++) {
		span[i] = take(npages);
		wall[i] = take(1);
	}
}

static void give_all(void)
{
	for (size_t i = 0; i < NSPANS; i++)
		give(span[i]);
}

static size_t backed_free_npages(void)
{
	struct pageheap_backing b;

	heap.pageheap->backing_locked(&heap, &b);
	return b.free_npages - b.returned_npages;
}

/* Go 1.12: not before five minutes, then all that is so old. */
static void test_scavenge_periodic_waits_five_minutes(void **state)
{
	struct scavenger sc;

	start(&pageheap_treaps);
	take_apart(100);
	scavenger_init(&sc, &heap, &scavenge_periodic, 1);
	fake_os.unused_bytes = 0;
	give(span[0]);
	give(span[1]);
	fake_os.now_ns += 100 * SECOND;
	give(span[2]);
	fake_os.now_ns += 199 * SECOND;
	assert_int_equal(scavenge_periodic.step(&sc), 150 * SECOND);
	assert_int_equal(fake_os.unused_bytes, 0);
	fake_os.now_ns += SECOND;
	/* what never was in use is as old as the heap */
	scavenge_periodic.step(&sc);
	assert_int_equal(backed_free_npages(), 100);
	fake_os.now_ns += 99 * SECOND;
	scavenge_periodic.step(&sc);
	assert_int_equal(backed_free_npages(), 100);
	fake_os.now_ns += SECOND;
	scavenge_periodic.step(&sc);
	assert_int_equal(backed_free_npages(), 0);
	fake_os_fini();
}

/* Go 1.1 to 1.11: a span ages from its free; the rest of a cut stays as old */
static void test_scavenge_idle_spans_of_free_lists(void **state)
{
	struct scavenger sc;
	struct span *s;

	start(&pageheap_listtreap);
	take_apart(100);
	scavenger_init(&sc, &heap, &scavenge_minutely, 1);
	fake_os.now_ns += 1000 * SECOND;
	give(span[0]);
	give(span[1]);
	fake_os.now_ns += 100 * SECOND;
	give(span[2]);
	fake_os.now_ns += 199 * SECOND;
	s = take(1); /* of a span of 100; 99 stay, as old as they were */
	assert_int_equal(s->base, span[2]->base);
	fake_os.unused_bytes = 0;
	assert_int_equal(scavenge_minutely.step(&sc), 60 * SECOND);
	assert_int_equal(fake_os.nevents, 1); /* what never was in use */
	fake_os.unused_bytes = 0;
	fake_os.now_ns += SECOND;
	scavenge_minutely.step(&sc);
	assert_int_equal(fake_os.unused_bytes, 200 << 13);
	scavenge_minutely.step(&sc); /* not twice */
	assert_int_equal(fake_os.unused_bytes, 200 << 13);
	fake_os.now_ns += 100 * SECOND;
	assert_int_equal(scavenge_periodic.step(&sc), 150 * SECOND);
	assert_int_equal(fake_os.unused_bytes, 299 << 13);
	assert_int_equal(backed_free_npages(), 0);
	/* a neighbour is freed: all of it is young, what was returned counts */
	give(s);
	assert_int_equal(backed_free_npages(), 1);
	fake_os.now_ns += 299 * SECOND;
	scavenge_periodic.step(&sc);
	assert_int_equal(fake_os.unused_bytes, 299 << 13);
	fake_os.now_ns += SECOND;
	scavenge_periodic.step(&sc);
	assert_int_equal(fake_os.unused_bytes, (299 + 100) << 13);
	assert_true(heap.pageheap->valid_locked(&heap));
	fake_os_fini();
}

/* Go 1.0: a span ages from the next forced collection; returned every minute */
static void test_scavenge_first_release_counts_collections(void **state)
{
	struct scavenger sc;
	size_t never;

	start(&pageheap_lists_1_0);
	take_apart(99);
	never = backed_free_npages();
	scavenger_init(&sc, &heap, &scavenge_first, 1);
	assert_int_equal(scavenge_first.step(&sc), 60 * SECOND); /* stamps */
	fake_os.now_ns += 60 * SECOND;
	give(span[0]);
	scavenge_first.step(&sc);
	fake_os.now_ns += 60 * SECOND;
	scavenge_first.step(&sc); /* stamps span[0], a minute old */
	fake_os.now_ns += 299 * SECOND;
	scavenge_first.step(&sc);
	assert_int_equal(backed_free_npages(), 99);
	assert_int_equal(fake_os.unused_bytes, never << 13);
	fake_os.now_ns += SECOND;
	scavenge_first.step(&sc);
	assert_int_equal(backed_free_npages(), 0);
	assert_int_equal(fake_os.unused_bytes, (2 * never + 99) << 13);
	fake_os.now_ns += 60 * SECOND;
	scavenge_first.step(&sc); /* and again */
	assert_int_equal(fake_os.unused_bytes, (3 * never + 2 * 99) << 13);
	assert_true(heap.pageheap->valid_locked(&heap));
	fake_os_fini();
}

/* The most in use of this period and the last, and a tenth. */
static void test_scavenge_goal_follows_the_peak(void **state)
{
	struct scavenger sc;

	start(&pageheap_treap_addr);
	take_apart(99); /* with the walls 6400 pages */
	scavenger_init(&sc, &heap, &scavenge_fixed, 1);
	assert_int_equal(scavenger_excess(&sc), 0);
	give_all();
	assert_int_equal(scavenger_excess(&sc), 0); /* the peak counts */
	fake_os.now_ns += SCAVENGE_PERIOD_NS;
	assert_int_equal(scavenger_excess(&sc), 0); /* it is the last one's */
	fake_os.now_ns += SCAVENGE_PERIOD_NS;
	/* 64 pages in use, 7 above may stay */
	assert_int_equal(scavenger_excess(&sc), 6400 - 64 - 7);
	fake_os_fini();
}

static uint64_t until_excess_ns(struct scavenger *sc)
{
	give_all();
	scavenger_excess(sc);
	fake_os.now_ns += SCAVENGE_PERIOD_NS;
	scavenger_excess(sc);
	fake_os.now_ns += SCAVENGE_PERIOD_NS;
	return fake_os.now_ns;
}

/* Run for @ns. Return: pages returned. */
static size_t run_for(struct scavenger *sc, uint64_t ns)
{
	size_t before = fake_os.unused_bytes;
	uint64_t end = fake_os.now_ns + ns;

	while (fake_os.now_ns < end)
		fake_os.now_ns += sc->ops->step(sc);
	return (fake_os.unused_bytes - before) >> 13;
}

/* Go 1.13: 4 KiB a millisecond whatever it costs, from the top. */
static void test_scavenge_fixed_pace_and_order(void **state)
{
	struct scavenger sc;
	size_t n;

	start(&pageheap_treap_addr);
	take_apart(99);
	scavenger_init(&sc, &heap, &scavenge_fixed, 1);
	until_excess_ns(&sc);
	fake_os.nevents = 0;
	n = run_for(&sc, SECOND);
	/* one piece too much: a span with a huge page's start is not cut */
	assert_in_range(n, 495, 505 + 99);
	for (size_t i = 1; i < fake_os.nevents; i++)
		assert_true(fake_os.event[i].base < fake_os.event[i - 1].base);
	run_for(&sc, 60 * SECOND);
	assert_int_equal(scavenger_excess(&sc), 0);
	assert_in_range(backed_free_npages(), 0, 7);
	assert_true(heap.pageheap->valid_locked(&heap));
	fake_os_fini();
}

/* Whatever a page costs, one hundredth of the time goes to it. */
static void run_share(const struct scavenge_ops *ops, uint64_t page_ns)
{
	struct scavenger sc;
	uint64_t worked;

	start(&pageheap_radix);
	take_apart(200); /* no huge page in a span */
	scavenger_init(&sc, &heap, ops, 1);
	until_excess_ns(&sc);
	fake_os.unused_cost_ns = page_ns;
	run_for(&sc, 200 * SECOND); /* the controller needs its time */
	worked = run_for(&sc, 20 * SECOND) * page_ns;
	print_message("# %s, %llu ns a page: %.2f %% of the time\n", ops->name,
		      (unsigned long long)page_ns,
		      100.0 * (double)worked / (20.0 * (double)SECOND));
	assert_in_range(worked, SECOND * 20 / 100 * 7 / 10,
			SECOND * 20 / 100 * 13 / 10);
	assert_true(heap.pageheap->valid_locked(&heap));
	fake_os_fini();
}

static void test_scavenge_measured_takes_its_share(void **state)
{
	run_share(&scavenge_measured, 200000);
	run_share(&scavenge_measured, 400000);
}

static void test_scavenge_control_takes_its_share(void **state)
{
	run_share(&scavenge_control, 200000);
	run_share(&scavenge_control, 400000);
}

/* All stop at the goal; what they returned comes back when it is used. */
static void test_scavenge_stops_at_the_goal(void **state)
{
	static const struct scavenge_ops *const all[] = { &scavenge_fixed,
							  &scavenge_measured,
							  &scavenge_control };

	for (size_t i = 0; i < 3; i++) {
		struct scavenger sc;

		start(i == 0 ? &pageheap_treap_addr : &pageheap_radix);
		take_apart(99);
		scavenger_init(&sc, &heap, all[i], 1);
		until_excess_ns(&sc);
		fake_os.unused_cost_ns = 1000;
		run_for(&sc, 600 * SECOND);
		/* 1.13 keeps huge pages, 1.19 takes 8 pages at a time */
		assert_in_range(backed_free_npages(), i == 1 ? 7 : 0, 7);
		assert_int_equal(all[i]->step(&sc), SCAVENGE_POLL_NS);
		fake_os.nevents = 0;
		take(5000);
		/* last; before it the heap may have made up for its growth */
		assert_true(fake_os.nevents > 0);
		assert_true(fake_os.event[fake_os.nevents - 1].used ||
			    fake_os.event[0].used);
		assert_true(heap.pageheap->valid_locked(&heap));
		fake_os_fini();
	}
}

static uintptr_t returned_base; /* by the call under way */
static bool lock_was_held;

/* As another thread would: allocate while memory is returned. */
static void allocate_meanwhile(uintptr_t base, size_t nbytes)
{
	uint32_t held = heap.lock.word;

	returned_base = base;
	lock_was_held = held;
	if (!held) {
		struct pageheap_account a;
		struct span *s;

		go_lock_take(&heap.lock);
		s = take_locked(1);
		assert_false(s->base >= base && s->base < base + nbytes);
		give_locked(s);
		heap.pageheap->account_locked(&heap, &a);
		assert_int_equal(a.free_npages + NSPANS, 64 * 512);
		assert_true(heap.pageheap->valid_locked(&heap));
		go_lock_drop(&heap.lock);
	}
}

/* Go 1.14 holds the heap lock while memory is returned, 1.18 on does not. */
static void test_scavenge_lets_go_of_the_lock(void **state)
{
	for (int later = 0; later < 2; later++) {
		start(later ? &pageheap_radix : &pageheap_radix_1_14);
		take_apart(511);
		give_all();
		fake_os.on_unused = allocate_meanwhile;
		go_lock_take(&heap.lock);
		assert_int_equal(
			heap.pageheap->scavenge_locked(&heap, 10, UINT64_MAX),
			10);
		assert_int_equal(lock_was_held, !later);
		assert_int_equal(returned_base,
				 wall[NSPANS - 1]->base - (10 << 13));
		fake_os.on_unused = NULL; /* a page each time: no end */
		heap.pageheap->trim_locked(&heap);
		go_lock_drop(&heap.lock);
		assert_int_equal(backed_free_npages(), 0);
		fake_os_fini();
	}
}

/* A huge page that lies in a free run is returned whole. */
static void test_scavenge_keeps_huge_pages_whole(void **state)
{
	static const struct pageheap_ops *const all[] = { &pageheap_treap_addr,
							  &pageheap_radix_1_14,
							  &pageheap_radix };

	for (size_t i = 0; i < 3; i++) {
		struct span *s, *top;

		start(all[i]);
		s = take(4 * 256);
		top = take(1);
		assert_int_equal(s->base % (2 << 20), 0);
		give(s);
		fake_os.nevents = 0;
		go_lock_take(&heap.lock);
		assert_int_equal(
			heap.pageheap->scavenge_locked(&heap, 1, UINT64_MAX),
			256);
		/* cut where a huge page begins anyway: as asked */
		assert_int_equal(
			heap.pageheap->scavenge_locked(&heap, 512, UINT64_MAX),
			512);
		go_lock_drop(&heap.lock);
		assert_int_equal(fake_os.event[0].base, top->base - (2 << 20));
		assert_true(heap.pageheap->valid_locked(&heap));
		fake_os_fini();
	}
}

/* Go 1.13: spans with a huge page first, then the others, from the top. */
static void test_scavenge_huge_pages_first(void **state)
{
	static const size_t npages[] = { 600, 100, 600, 100 };
	static const int order[] = { 2, 0, 3, 1 };
	struct span *s[4];
	uintptr_t base[4];

	start(&pageheap_treap_addr);
	for (int i = 0; i < 4; i++) {
		s[i] = take(npages[i]);
		base[i] = s[i]->base;
		take(1);
	}
	for (int i = 0; i < 4; i++)
		give(s[i]);
	fake_os.nevents = 0;
	heap.pageheap->scavenge_locked(&heap, SIZE_MAX, UINT64_MAX);
	assert_int_equal(fake_os.nevents, 4);
	for (int i = 0; i < 4; i++)
		assert_int_equal(fake_os.event[i].base, base[order[i]]);
	assert_true(heap.pageheap->valid_locked(&heap));
	fake_os_fini();
}

/* What an allocation or a growth makes resident above the goal is made up. */
static void test_scavenge_makes_up_above_the_goal(void **state)
{
	static const struct pageheap_ops *const all[] = { &pageheap_treap_addr,
							  &pageheap_radix_1_14,
							  &pageheap_radix };

	for (size_t i = 0; i < 3; i++) {
		size_t kept = 64 * 101 + 8192;

		start(all[i]);
		take_apart(100);
		give_all();
		fake_os.unused_bytes = 0;
		go_lock_take(&heap.lock);
		take_locked(8192); /* no goal: nothing is made up for */
		assert_int_equal(fake_os.unused_bytes, 0);
		/* Go 1.13 counts what it took twice: it is below the goal */
		heap.goal_npages = kept + (i == 0 ? 2 : 1) * 8192 - 1000;
		take_locked(8192);
		assert_int_equal(fake_os.unused_bytes, 1000 << 13);
		/* a goal below what is in use: that and a tenth may stay */
		heap.goal_npages = 1;
		take_locked(8192);
		assert_in_range(backed_free_npages(), 0, 64 * 100 - 1000);
		go_lock_drop(&heap.lock);
		assert_true(heap.pageheap->valid_locked(&heap));
		fake_os_fini();
	}
}

/* The thread: starts once, works, ends when told, starts again. */
static void test_scavenge_thread_starts_and_stops(void **state)
{
	for (int round = 0; round < 3; round++) {
		start(&pageheap_radix);
		assert_int_equal(scavenge_start(&heap, &scavenge_control, 2),
				 0);
		assert_true(scavenge_start(&heap, &scavenge_control, 2) < 0);
		nanosleep(&(struct timespec){ 0, 5000000 }, NULL);
		scavenge_stop();
		scavenge_stop();
		fake_os_fini();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scavenge_periodic_waits_five_minutes),
		cmocka_unit_test(test_scavenge_idle_spans_of_free_lists),
		cmocka_unit_test(
			test_scavenge_first_release_counts_collections),
		cmocka_unit_test(test_scavenge_goal_follows_the_peak),
		cmocka_unit_test(test_scavenge_fixed_pace_and_order),
		cmocka_unit_test(test_scavenge_measured_takes_its_share),
		cmocka_unit_test(test_scavenge_control_takes_its_share),
		cmocka_unit_test(test_scavenge_stops_at_the_goal),
		cmocka_unit_test(test_scavenge_lets_go_of_the_lock),
		cmocka_unit_test(test_scavenge_keeps_huge_pages_whole),
		cmocka_unit_test(test_scavenge_huge_pages_first),
		cmocka_unit_test(test_scavenge_makes_up_above_the_goal),
		cmocka_unit_test(test_scavenge_thread_starts_and_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
