// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_sizeclass.c - the class tables against the published numbers.
 *
 * Role:       sizes, pages, lookups, division, and that the file in the tree is
 *             what the generator writes.
 * Invariants: none.
 * Locks:      none.
 * Units:      bytes.
 * Source:     the published tables of Go 1.0, 1.3, 1.8 and 1.16.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../../allocators/go/sizeclass.h"

static const uint32_t size_4k[] = {
	0,     8,     16,    32,    48,	   64,	  80,	 96,	112,
	128,   144,   160,   176,   192,   208,	  224,	 240,	256,
	288,   320,   352,   384,   448,   512,	  576,	 640,	704,
	768,   832,   1024,  1152,  1280,  1408,  1536,	 1664,	2048,
	2304,  2560,  3072,  3328,  4096,  4352,  4608,	 5120,	6144,
	6656,  6912,  8192,  8704,  10240, 10496, 12288, 14080, 16384,
	17664, 20480, 21248, 24576, 24832, 28672, 32768,
};
static const uint8_t npages_4k[] = {
	0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,  1, 1,  1, 1, 1, 1,
	1, 1, 1, 1, 1, 2, 1, 2, 1, 2, 1, 3, 2, 3, 1,  3, 2,  3, 5, 1, 6,
	5, 4, 3, 5, 7, 2, 7, 5, 8, 3, 7, 4, 9, 5, 11, 6, 13, 7, 8,
};
static const uint32_t size_ungrown[] = {
	0,     8,     16,    32,    48,	   64,	  80,	 96,	112,   128,
	144,   160,   176,   192,   208,   224,	  240,	 256,	288,   320,
	352,   384,   416,   448,   480,   512,	  576,	 640,	704,   768,
	896,   1024,  1152,  1280,  1408,  1536,  1664,	 2048,	2304,  2560,
	2816,  3072,  3328,  4096,  4608,  5376,  6144,	 6400,	6656,  6912,
	8192,  8448,  8704,  9472,  10496, 12288, 13568, 14080, 16384, 16640,
	17664, 20480, 21248, 24576, 24832, 28416, 32768,
};
static const uint32_t size_grown[] = {
	0,     8,     16,    32,    48,	   64,	  80,	 96,	112,   128,
	144,   160,   176,   192,   208,   224,	  240,	 256,	288,   320,
	352,   384,   416,   448,   480,   512,	  576,	 640,	704,   768,
	896,   1024,  1152,  1280,  1408,  1536,  1792,	 2048,	2304,  2688,
	3072,  3200,  3456,  4096,  4864,  5376,  6144,	 6528,	6784,  6912,
	8192,  9472,  9728,  10240, 10880, 12288, 13568, 14336, 16384, 18432,
	19072, 20480, 21760, 24576, 27264, 28672, 32768,
};
static const uint8_t npages_grown[] = {
	0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,  1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 2, 1, 2, 1, 3, 2,  3, 1, 3, 2,
	3, 4, 5, 6, 1, 7, 6, 5, 4, 3, 5, 7, 2, 9, 7, 5, 8, 3, 10, 7, 4,
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void compare(const struct size_classes *t, const uint32_t *size,
		    const uint8_t *npages, size_t n)
{
	assert_int_equal(t->nclasses, n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(t->size[i], size[i]);
		assert_int_equal(t->npages[i], npages[i]);
	}
}

static void test_published_tables(void **state)
{
	uint32_t size_24[68];
	uint8_t npages_24[68];

	/* Go 1.16: the grown table with 24 bytes put in at index 3 */
	memcpy(size_24, size_grown, 3 * sizeof(uint32_t));
	memcpy(size_24 + 4, size_grown + 3, 64 * sizeof(uint32_t));
	size_24[3] = 24;
	memcpy(npages_24, npages_grown, 3);
	memcpy(npages_24 + 4, npages_grown + 3, 64);
	npages_24[3] = 1;

	compare(&go_classes_4k, size_4k, npages_4k, COUNT(size_4k));
	compare(&go_classes_ungrown, size_ungrown, npages_grown,
		COUNT(size_ungrown));
	compare(&go_classes_grown, size_grown, npages_grown, COUNT(size_grown));
	compare(&go_classes_24, size_24, npages_24, 68);
	(void)state;
}

static const struct size_classes *const tables[] = {
	&go_classes_4k,
	&go_classes_ungrown,
	&go_classes_grown,
	&go_classes_24,
};

static unsigned int first_class(const struct size_classes *t, size_t size,
				uint32_t multiple)
{
	unsigned int i = 1;

	while (t->size[i] < size || t->size[i] % multiple)
		i++;
	return i;
}

static void test_lookup_gives_smallest_class(void **state)
{
	for (size_t k = 0; k < COUNT(tables); k++)
		for (size_t size = 1; size <= GO_MAX_SMALL_BYTES; size++)
			assert_int_equal(sizeclass_of(tables[k], size),
					 first_class(tables[k], size, 1));
	(void)state;
}

static void test_c_lookup_keeps_16_byte_alignment(void **state)
{
	for (size_t k = 0; k < COUNT(tables); k++) {
		const struct size_classes *t = tables[k];

		assert_int_equal(sizeclass_of_c(t, 0), 1);
		for (size_t size = 1; size <= GO_MAX_SMALL_BYTES; size++) {
			unsigned int class = sizeclass_of_c(t, size);

			assert_int_equal(
				class,
				first_class(t, size, size < 16 ? 8 : 16));
			if (size <= GO_T8_MAX_BYTES)
				assert_int_equal(t->spc8[(size + 7) / 8],
						 2 * class);
		}
	}
	(void)state;
}

/* The table with 24 serves 17 to 24 bytes with it natively, with 32 in C. */
static void test_class_24_is_native_only(void **state)
{
	assert_int_equal(go_classes_24.size[sizeclass_of(&go_classes_24, 17)],
			 24);
	assert_int_equal(go_classes_24.size[sizeclass_of_c(&go_classes_24, 17)],
			 32);
	(void)state;
}

static void test_division_by_multiplication(void **state)
{
	for (size_t k = 0; k < COUNT(tables); k++) {
		const struct size_classes *t = tables[k];

		for (unsigned int i = 1; i < t->nclasses; i++) {
			uint32_t bytes = (uint32_t)t->npages[i] << t->lg_page;

			assert_int_equal(t->nobjects[i], bytes / t->size[i]);
			for (uint64_t off = 0; off < bytes; off++) {
				uint64_t product = off * t->divmul[i];

				assert_true(product >> 32 == off / t->size[i]);
				assert_true(
					((uint32_t)product < t->divmul[i]) ==
					(off % t->size[i] == 0));
			}
		}
	}
	(void)state;
}

/* The file in the tree is what the generator writes. */
static void test_table_file_is_current(void **state)
{
	const char *srcdir = getenv("srcdir");
	char path[4096], ours[512], generated[512];
	FILE *file, *generator;
	int line = 0;

	if (!srcdir)
		skip();
	snprintf(path, sizeof(path), "%s/allocators/go/sizeclass_tables.c",
		 srcdir);
	file = fopen(path, "r");
	generator = popen("./allocators/go/mksizeclasses", "r");
	assert_non_null(file);
	assert_non_null(generator);
	while (fgets(generated, sizeof(generated), generator)) {
		assert_non_null(fgets(ours, sizeof(ours), file));
		assert_string_equal(ours, generated);
		line++;
	}
	assert_null(fgets(ours, sizeof(ours), file));
	assert_true(line > 100);
	assert_int_equal(pclose(generator), 0);
	fclose(file);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_tables),
		cmocka_unit_test(test_lookup_gives_smallest_class),
		cmocka_unit_test(test_c_lookup_keeps_16_byte_alignment),
		cmocka_unit_test(test_class_24_is_native_only),
		cmocka_unit_test(test_division_by_multiplication),
		cmocka_unit_test(test_table_file_is_current),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
