// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_vectors.c - go1.19 against figures noted down from Go 1.19.8.
 *
 * Role:       the second oracle of the fidelity test: needs no Go. The figures
 *             were measured with GOGC=off, GOMAXPROCS=1 on linux/amd64.
 * Invariants: each case begins on fresh spans.
 * Locks:      none; one thread.
 * Units:      bytes.
 * Source:     Go 1.19.8, MemStats and addresses printed by small programs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "variant.h"

#define PAGE 8192u

static uintptr_t noscan(size_t size)
{
	void *p = variant.malloc_flags(size, AL_MALLOC_NOSCAN);

	assert_non_null(p);
	return (uintptr_t)p;
}

/* The first object of a new span. */
static uintptr_t fresh(size_t size)
{
	uintptr_t p = noscan(size), before;

	do {
		before = p;
		p = noscan(size);
	} while (p - before == variant.usable_size((void *)before) || p % PAGE);
	return p;
}

static void test_vectors_size_class_48(void **state)
{
	uintptr_t p = fresh(40);

	(void)state;
	for (int i = 1; i < 170; i++)
		assert_int_equal(noscan(40), p + 0x30 * (uintptr_t)i);
}

/* 6 objects of 9472 bytes in 7 pages; spans side by side. */
static void test_vectors_size_class_9472(void **state)
{
	static const uintptr_t in_span[] = { 0x0,    0x2500, 0x4a00,
					     0x6f00, 0x9400, 0xb900 };
	uintptr_t p = fresh(9000);

	(void)state;
	for (uintptr_t i = 1; i < 40; i++)
		assert_int_equal(noscan(9000),
				 p + i / 6 * 0xe000 + in_span[i % 6]);
}

static void test_vectors_large_side_by_side(void **state)
{
	uintptr_t p;

	(void)state;
	for (int i = 0; i < 64; i++) /* holes of earlier cases */
		noscan(100000);
	p = noscan(100000);
	for (uintptr_t i = 1; i < 10; i++)
		assert_int_equal(noscan(100000), p + i * 0x1a000);
}

static void test_vectors_tiny_bytes(void **state)
{
	uintptr_t p;

	(void)state;
	do {
		p = noscan(1);
	} while (p % 16 != 15);
	p = noscan(1);
	assert_int_equal(p % 16, 0);
	for (uintptr_t i = 1; i < 16; i++)
		assert_int_equal(noscan(1), p + i);
}

static void test_vectors_heap_alloc(void **state)
{
	static const struct {
		size_t asked, taken;
	} vectors[] = {
		{ 8, 8 },	  { 16, 16 },		{ 24, 24 },
		{ 25, 32 },	  { 33, 48 },		{ 100, 112 },
		{ 1000, 1024 },	  { 1016, 1024 },	{ 1017, 1024 },
		{ 1024, 1024 },	  { 1025, 1152 },	{ 8192, 8192 },
		{ 32760, 32768 }, { 32768, 32768 },	{ 32769, 40960 },
		{ 40961, 49152 }, { 1 << 20, 1 << 20 },
	};
	struct account before, after;

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		variant_account(&before);
		/* 8 bytes: with pointers, or it would be a tiny piece */
		variant.malloc_flags(vectors[i].asked,
				     i ? AL_MALLOC_NOSCAN : AL_MALLOC_ALIGN8);
		variant_account(&after);
		assert_int_equal(after.alloc_bytes - before.alloc_bytes,
				 vectors[i].taken);
		assert_int_equal(after.objects - before.objects, 1);
	}
}

static void test_vectors_heap_inuse(void **state)
{
	struct account before, after;

	(void)state;
	variant_account(&before);
	for (int i = 0; i < 100; i++)
		noscan(32768);
	variant_account(&after);
	assert_int_equal(after.inuse_bytes - before.inuse_bytes, 3276800);
	variant_account(&before);
	for (int i = 0; i < 100; i++)
		noscan(32769);
	variant_account(&after);
	assert_int_equal(after.inuse_bytes - before.inuse_bytes, 4096000);
}

/* 100,000 objects of 1000 bytes: 12,500 spans; HeapSys in steps of 4 MiB. */
static void test_vectors_heap_sys(void **state)
{
	struct account before, after;

	(void)state;
	fresh(1000);
	for (int i = 1; i < 8; i++)
		noscan(1000);
	variant_account(&before);
	for (int i = 0; i < 100000; i++)
		noscan(1000);
	variant_account(&after);
	assert_int_equal(after.alloc_bytes - before.alloc_bytes, 102400000);
	assert_int_equal(after.inuse_bytes - before.inuse_bytes, 102400000);
	assert_int_equal(after.mallocs - before.mallocs, 100000);
	assert_int_equal((after.sys_bytes - before.sys_bytes) % (4 << 20), 0);
	assert_int_equal((after.sys_bytes - before.sys_bytes) >> 22, 24);
}

/* 1000 objects of 3 bytes: five share a block of 16. */
static void test_vectors_tiny_account(void **state)
{
	struct account before, after;

	(void)state;
	do {
		variant_account(&before);
		noscan(1);
		variant_account(&after);
	} while (after.objects == before.objects); /* a new block */
	for (int i = 1; i < 16; i++)
		noscan(1);
	variant_account(&before);
	for (int i = 0; i < 1000; i++)
		noscan(3);
	variant_account(&after);
	assert_int_equal(after.alloc_bytes - before.alloc_bytes, 3200);
	assert_int_equal(after.objects - before.objects, 200);
	assert_int_equal(after.mallocs - before.mallocs, 1000);
}

/* Descriptors are fetched 64 at a time. */
static void test_vectors_descriptors(void **state)
{
	struct account before, after;
	int pages = 0;

	(void)state;
	variant_account(&before);
	do {
		noscan(PAGE);
		variant_account(&after);
	} while (after.descriptors - before.descriptors != 64);
	before = after;
	do {
		noscan(PAGE);
		pages++;
		variant_account(&after);
	} while (after.descriptors == before.descriptors);
	assert_int_equal(after.descriptors - before.descriptors, 64);
	assert_int_equal(pages, 64);
}

/*
 * About 127 MB dropped: nothing goes back by itself; FreeOSMemory returns all
 * but the few pages of a page cache (49,152 of 129,540,096 bytes were left).
 */
static void test_vectors_free_os_memory(void **state)
{
	static void *object[1270];
	struct account before, after;
	uint64_t idle;

	(void)state;
	for (size_t i = 0; i < 1270; i++)
		object[i] = (void *)noscan(100000);
	variant_account(&before);
	for (size_t i = 0; i < 1270; i++)
		variant.free(object[i]);
	variant_account(&after);
	assert_int_equal(after.released_bytes, before.released_bytes);
	assert_int_equal(after.sys_bytes, before.sys_bytes);
	assert_int_equal(before.inuse_bytes - after.inuse_bytes,
			 1270 * 13 * PAGE);
	variant.trim();
	variant_account(&after);
	idle = after.sys_bytes - after.inuse_bytes;
	assert_true(idle > 127000000);
	assert_in_range(after.released_bytes, idle - 64 * PAGE, idle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors_size_class_48),
		cmocka_unit_test(test_vectors_size_class_9472),
		cmocka_unit_test(test_vectors_large_side_by_side),
		cmocka_unit_test(test_vectors_tiny_bytes),
		cmocka_unit_test(test_vectors_heap_alloc),
		cmocka_unit_test(test_vectors_heap_inuse),
		cmocka_unit_test(test_vectors_heap_sys),
		cmocka_unit_test(test_vectors_tiny_account),
		cmocka_unit_test(test_vectors_descriptors),
		cmocka_unit_test(test_vectors_free_os_memory),
	};

	return cmocka_run_group_tests_name("vectors", tests, NULL, NULL);
}
