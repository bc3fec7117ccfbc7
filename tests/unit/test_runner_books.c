// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_runner_books.c - what the check and memory passes remember of objects.
 *
 * Role:       table of objects, shadow and contents against plain models.
 * Invariants: seeds are fixed; a failure repeats.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "../../harness/runner/contents.h"
#include "../../harness/runner/objects.h"
#include "../../harness/runner/shadow.h"

#include <allotrope/random.h>

#include <pthread.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

#define NSLOTS 4096

/* Addresses close together, so that runs of full places form and break. */
static void *address(size_t slot)
{
	return (void *)(uintptr_t)(0x10000 + 16 * slot);
}

static void test_objects_follow_a_model(void **state)
{
	static size_t model[NSLOTS]; /* size, 0: not live */
	struct al_random random = { 42 };
	uint64_t live = 0;
	struct object o;

	for (int i = 0; i < 400000; i++) {
		size_t slot = al_random_below(&random, NSLOTS);
		void *p = address(slot);

		if (model[slot]) {
			assert_false(objects_insert(p, 1, 0));
			assert_true(objects_find(p, &o));
			assert_int_equal(o.size, model[slot]);
			assert_true(objects_remove(p, &o));
			assert_int_equal(o.size, model[slot]);
			assert_int_equal(o.word, slot);
			model[slot] = 0;
			live--;
		} else {
			assert_false(objects_remove(p, &o));
			model[slot] = 1 + al_random_below(&random, 1000);
			assert_true(objects_insert(p, model[slot], slot));
			live++;
		}
	}
	assert_int_equal(objects_live(), live);
	for (size_t slot = 0; slot < NSLOTS; slot++)
		if (model[slot])
			assert_true(objects_remove(address(slot), &o));
	assert_int_equal(objects_live(), 0);
}

static void test_objects_of_no_bytes_may_share_an_address(void **state)
{
	struct object o;

	assert_true(objects_insert(address(0), 0, 0));
	assert_true(objects_insert(address(0), 0, 0));
	assert_false(objects_insert(address(0), 8, 0));
	assert_true(objects_remove(address(0), &o));
	assert_true(objects_remove(address(0), &o));
	assert_false(objects_remove(address(0), &o));
	assert_int_equal(objects_live(), 0);
}

static void *churn(void *arg)
{
	size_t mine = (size_t)(uintptr_t)arg;
	struct object o;

	for (size_t i = 0; i < 100000; i++) {
		void *p = address(mine + 4 * (i % 1000));

		if (!objects_insert(p, mine + 1, i) || !objects_remove(p, &o) ||
		    o.size != mine + 1 || o.word != i)
			return arg; /* not NULL: failed (0 is main's) */
	}
	return NULL;
}

static void test_objects_of_many_threads_stay_apart(void **state)
{
	pthread_t thread[3];
	void *result;

	for (uintptr_t i = 0; i < 3; i++)
		pthread_create(&thread[i], NULL, churn, (void *)(i + 1));
	for (size_t i = 0; i < 3; i++) {
		pthread_join(thread[i], &result);
		assert_null(result);
	}
	assert_int_equal(objects_live(), 0);
}

static void test_shadow_sees_every_single_byte(void **state)
{
	/* across a word's edge and across the edge of two leaves */
	const uintptr_t edges[] = { 0x7f0000000040, 0x7f0040000000 };

	for (size_t e = 0; e < 2; e++)
		for (uintptr_t from = edges[e] - 70; from < edges[e] + 3;
		     from++) {
			char *p = (char *)from;
			const size_t n = 130;

			assert_true(shadow_claim(p, n));
			assert_false(shadow_claim(p + n - 1, 1));
			assert_false(shadow_claim(p, 1));
			assert_true(shadow_claim(p + n, 1));
			assert_true(shadow_claim(p - 1, 1));
			assert_true(shadow_release(p - 1, 1));
			assert_true(shadow_release(p + n, 1));
			assert_true(shadow_release(p, n));
			assert_false(shadow_release(p + n / 2, 1));
		}
	assert_true(shadow_claim(address(0), 0));
	assert_true(shadow_claim(address(0), 1));
	assert_true(shadow_release(address(0), 1));
}

static void test_shadow_sees_whole_pages_and_parts_of_them(void **state)
{
	char *base = (char *)(uintptr_t)0x7e0000000000;
	char *page = base + 8192;

	/* a large object against a byte at every offset around it */
	assert_true(shadow_claim(base + 100, 5 * 4096));
	for (size_t at = 0; at < 6 * 4096 + 200; at += 50) {
		bool inside = at >= 100 && at < 100 + 5 * 4096;

		if (inside)
			continue; /* a refused claim ends the process */
		assert_true(shadow_claim(base + at, 1));
		assert_true(shadow_release(base + at, 1));
	}
	assert_true(shadow_release(base + 100, 5 * 4096));
	/* whole against part, part against whole, whole against whole */
	assert_true(shadow_claim(page, 4096));
	assert_false(shadow_claim(page + 17, 3));
	page += 1 << 20;
	assert_true(shadow_claim(page + 17, 3));
	assert_false(shadow_claim(page, 4096));
	page += 1 << 20;
	assert_true(shadow_claim(page - 1, 4098));
	assert_false(shadow_claim(page, 4096));
	page += 1 << 20;
	assert_true(shadow_claim(page, 4096));
	assert_true(shadow_release(page, 4096));
	assert_true(shadow_claim(page + 4095, 1));
	assert_false(shadow_release(page, 4096));
}

static void test_contents_show_a_changed_byte(void **state)
{
	static unsigned char p[600];

	for (size_t from = 0; from < 20; from++)
		for (size_t to = from; to < 60; to++)
			for (size_t at = from; at < to; at++) {
				contents_write(p + 3, from, to, 7);
				assert_int_equal(
					contents_verify(p + 3, from, to, 7),
					to);
				p[3 + at] ^= 1;
				assert_int_equal(
					contents_verify(p + 3, from, to, 7),
					at);
			}
	contents_write(p, 0, sizeof(p), 7);
	assert_int_not_equal(contents_verify(p, 0, sizeof(p), 8), sizeof(p));
}

/* Does a lost page at @page show, if the object's tag is @tag? */
static bool shows(unsigned char *p, size_t n, size_t page, uint64_t tag)
{
	size_t bytes = n - page < 4096 ? n - page : 4096;

	contents_write(p, 5, n, tag);
	assert_int_equal(contents_verify(p, 5, n, tag), n);
	memset(p + page, 0, bytes);
	return contents_verify(p, 5, n, tag) != n;
}

static void test_contents_of_large_objects_are_seen_in_places(void **state)
{
	const size_t n = ((size_t)1 << 20) + 777;
	unsigned char *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct al_random random = { 3 };

	assert_ptr_not_equal(p, MAP_FAILED);
	assert_true(shows(p, n, 0, 1));
	assert_true(shows(p, n, n / 4096 * 4096, 1));
	for (size_t page = 4096; page + 8192 < n; page += 4096) {
		int tries = 0;

		while (!shows(p, n, page,
			      al_random_next(&random) & ~CONTENTS_SPARSE))
			assert_true(tries++ < 200);
	}
	memset(p, 0, n);
	assert_int_equal(contents_zero(p, n), n);
	p[n - 1] = 1;
	assert_int_equal(contents_zero(p, n), n - 1);
	munmap(p, n);
}

static size_t resident_pages(unsigned char *p, size_t n)
{
	static unsigned char is_resident[1024];
	size_t npages = (n + 4095) / 4096, resident = 0;

	assert_true(npages <= sizeof(is_resident));
	assert_int_equal(mincore(p, n, is_resident), 0);
	for (size_t i = 0; i < npages; i++)
		resident += is_resident[i] & 1;
	return resident;
}

/* Both ends and a page, another one for another tag; no more comes to life. */
static void test_sparse_contents_touch_three_pages(void **state)
{
	const size_t n = ((size_t)2 << 20) + 777;
	struct al_random random = { 5 };
	size_t lowest = n, highest = 0;

	for (int i = 0; i < 64; i++) {
		uint64_t tag = al_random_next(&random) | CONTENTS_SPARSE;
		unsigned char *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		size_t at = 4096;

		assert_ptr_not_equal(p, MAP_FAILED);
		madvise(p, n, MADV_NOHUGEPAGE);
		contents_write(p, 0, n, tag);
		assert_in_range(resident_pages(p, n), 2, 4);
		assert_int_equal(contents_verify(p, 0, n, tag), n);
		while (at < n / 4096 * 4096 && !p[at] && !p[at + 63] &&
		       !p[at + 64] && !p[at + 127])
			at += 4096;
		lowest = at < lowest ? at : lowest;
		highest = at > highest ? at : highest;
		p[n - 1] ^= 1;
		assert_int_equal(contents_verify(p, 0, n, tag), n - 1);
		munmap(p, n);
	}
	assert_true(lowest < n / 8 && highest > n / 8 * 7);
}

static void test_contents_sum_depends_on_every_byte(void **state)
{
	unsigned char p[77] = { 0 };

	for (size_t n = 1; n <= sizeof(p); n++) {
		uint64_t sum = contents_sum(p, n);

		for (size_t at = 0; at < n; at++) {
			p[at] ^= 0x80;
			assert_true(contents_sum(p, n) != sum);
			p[at] ^= 0x80;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_objects_follow_a_model),
		cmocka_unit_test(test_objects_of_no_bytes_may_share_an_address),
		cmocka_unit_test(test_objects_of_many_threads_stay_apart),
		cmocka_unit_test(test_shadow_sees_every_single_byte),
		cmocka_unit_test(
			test_shadow_sees_whole_pages_and_parts_of_them),
		cmocka_unit_test(test_contents_show_a_changed_byte),
		cmocka_unit_test(
			test_contents_of_large_objects_are_seen_in_places),
		cmocka_unit_test(test_sparse_contents_touch_three_pages),
		cmocka_unit_test(test_contents_sum_depends_on_every_byte),
	};

	objects_open();
	shadow_open();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
