// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * scripts.c - prints the allocation scripts of the fidelity test.
 *
 * Role:       one script a question; the same text every time. The orders are
 *             described in README.md.
 * Invariants: an object with pointers has a multiple of 8 bytes. Addresses are
 *             asked only of span classes that were drained since the last fill,
 *             statistics only as differences since a mark.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <allotrope/random.h>

#include "../../allocators/go/sizeclass.h"

#define PAGE 8192u

/* Names the sizes to ask about; what they come to is the judge's business. */
static const struct size_classes *const classes = &go_classes_24;

static struct al_random rng = { 20260119 };

static size_t log_uniform(size_t low, size_t high)
{
	double span = log((double)high / (double)low);

	return (size_t)((double)low * exp(span * al_random_unit(&rng)));
}

static const char *kind_of(bool scan)
{
	return scan ? "scan" : "noscan";
}

static void allocate(size_t size, bool scan, size_t count)
{
	printf("a %zu %s %zu\n", scan ? (size + 7) / 8 * 8 : size,
	       kind_of(scan), count);
}

/* As allocate(), where the place is not asked for. */
static void keep(size_t size, bool scan, size_t count)
{
	printf("keep %zu %s %zu\n", size, kind_of(scan), count);
}

/* As allocate(), to be dropped by number; the place is not asked for. */
static void hold(size_t size, bool scan, size_t count)
{
	printf("hold %zu %s %zu\n", size, kind_of(scan), count);
}

static void section(const char *name)
{
	printf("section %s\n", name);
}

static void stats(const char *names)
{
	char copy[80];

	snprintf(copy, sizeof(copy), "%s", names);
	for (char *w = strtok(copy, " "); w; w = strtok(NULL, " "))
		printf("stat %s\n", w);
}

static void drain(size_t size, bool scan)
{
	printf("drain %zu %s\n", size, kind_of(scan));
}

/* Each span class begins a new span, in this order. */
static size_t drain_all(size_t low, size_t high)
{
	size_t n = 0;

	for (unsigned int i = 1; i < classes->nclasses; i++) {
		size_t size = classes->size[i];

		if (size < low || size > high)
			continue;
		drain(size, true);
		drain(size < 16 ? 1 : size, false);
		n += 2;
	}
	return n;
}

static void noise(void)
{
	section("noise");
	printf("fill\nmark\n");
	stats("alloc inuse sys released mallocs objects mspan");
}

static void sizes(void)
{
	section("sizes-noscan");
	printf("sizes 16 40000 1 noscan\n");
	section("sizes-scan");
	printf("sizes 8 40000 8 scan\n");
	section("pages-noscan");
	printf("sizes 40001 8388608 40961 noscan\n");
	section("pages-scan");
	printf("sizes 40000 4194304 40968 scan\n");
	section("size-zero");
	printf("sizes 0 0 1 noscan\n");
}

static void per_class(void)
{
	static const char all[] = "alloc inuse mallocs objects";

	section("objects-per-span");
	printf("fill\n");
	for (unsigned int i = 1; i < classes->nclasses; i++)
		for (int scan = 0; scan < 2; scan++) {
			size_t size = classes->size[i];

			drain(size < 16 && !scan ? 1 : size, scan);
			allocate(size, scan, 3u * classes->nobjects[i]);
		}
	section("spans-per-class");
	for (unsigned int i = 2; i < classes->nclasses; i++)
		for (int scan = 0; scan < 2; scan++) {
			printf("mark\n");
			allocate(classes->size[i], scan,
				 3u * classes->nobjects[i] + 1);
			stats("inuse");
		}
	section("account");
	for (int k = 0; k < 50; k++) {
		printf("mark\n");
		for (int i = 0; i < 100; i++)
			allocate(log_uniform(16, 200000), i & 1,
				 1 + al_random_below(&rng, 20));
		stats(all);
	}
	section("heap-sys");
	printf("fill\nmark\n");
	for (int k = 0; k < 100; k++) {
		allocate(log_uniform(100000, 4000000), false, 1);
		stats("sys released");
	}
}

static void tiny(void)
{
	section("tiny-bytes");
	printf("fill\n");
	drain(1, false);
	allocate(1, false, 40);
	section("tiny-mixed");
	for (int i = 0; i < 100000; i++)
		allocate(1 + al_random_below(&rng, 16), false, 1);
	section("tiny-account");
	printf("fill\n");
	drain(1, false);
	allocate(1, false, 15); /* the current block is full */
	printf("mark\n");
	for (int i = 0; i < 20000; i++)
		allocate(1 + al_random_below(&rng, 15), false, 1);
	stats("alloc inuse mallocs objects");
}

static void mixed(void)
{
	section("small-mixed");
	printf("fill\n");
	drain_all(8, 32768);
	for (int i = 0; i < 100000; i++)
		allocate(log_uniform(8, 32769), al_random_below(&rng, 10) < 3,
			 1);
	section("spans-mixed");
	printf("fill\n");
	for (int i = 0; i < 2000; i++)
		allocate(log_uniform(32769, 1000000), false, 1);
	section("small-and-large");
	printf("fill\n");
	drain_all(1024, 32768);
	for (int i = 0; i < 10000; i++)
		allocate(log_uniform(1024, 300000), false, 1);
}

static void millions(void)
{
	size_t n = 0;

	section("millions");
	printf("fill\n");
	drain_all(8, 1024);
	printf("mark\n");
	while (n < 3000000) {
		size_t count = 1 + al_random_below(&rng, 1000);

		allocate(log_uniform(16, 1025), al_random_below(&rng, 10) < 2,
			 count);
		n += count;
	}
	stats("alloc inuse sys released mallocs objects");
}

#define MAX_LIVE 4096u

/* Numbers and sizes of objects that may be dropped. */
static struct {
	size_t number, size;
} live[MAX_LIVE];
static size_t nlive, next_number;

static void note_live(size_t size)
{
	if (nlive == MAX_LIVE)
		abort();
	live[nlive].number = next_number++;
	live[nlive++].size = size;
}

static void allocate_live(size_t size)
{
	note_live(size);
	allocate(size, false, 1);
}

static void hold_live(size_t size)
{
	note_live(size);
	hold(size, false, 1);
}

/* Drop about one in two of those of at least @min bytes, and collect. */
static void drop_half(size_t min)
{
	size_t left = 0;

	for (size_t i = 0; i < nlive; i++)
		if (live[i].size >= min && al_random_next(&rng) & 1)
			printf("drop %zu 1 1\n", live[i].number);
		else
			live[left++] = live[i];
	nlive = left;
	printf("gc\n");
}

/* Runs of 16 pages and more: the page cache has no part in it. */
static void free_large(void)
{
	section("large-before-free");
	printf("fill\n");
	for (int i = 0; i < 600; i++)
		allocate_live(log_uniform(122881, 600000));
	section("large-after-free");
	for (int round = 0; round < 6; round++) {
		drop_half(0);
		for (int i = 0; i < 200; i++)
			allocate_live(log_uniform(122881, 600000));
	}
}

/* Spans of all lengths, of which the large objects are freed. */
static void free_pages(void)
{
	section("spans-before-free");
	printf("fill\n");
	next_number = drain_all(4096, 32768);
	for (int i = 0; i < 600; i++)
		allocate_live(log_uniform(4097, 400000));
	section("spans-after-free");
	for (int round = 0; round < 6; round++) {
		drop_half(32769);
		for (int i = 0; i < 400; i++)
			allocate_live(log_uniform(4097, 200000));
	}
	section("free-all-sizes");
	for (int round = 0; round < 3; round++) {
		drop_half(0);
		for (int i = 0; i < 400; i++)
			allocate_live(log_uniform(4097, 200000));
	}
	section("free-all-account");
	for (int round = 0; round < 20; round++) {
		printf("mark\n");
		drop_half(0);
		stats("alloc objects");
		for (int i = 0; i < 100; i++)
			hold_live(log_uniform(4097, 200000));
		stats("alloc objects");
	}
}

static void free_small(void)
{
	section("small-before-free");
	printf("fill\n");
	drain(1024, false);
	allocate(1024, false, 1000);
	section("small-after-free");
	printf("drop 0 2 500\ngc\n");
	allocate(1024, false, 1000);
}

static void descriptors(void)
{
	section("descriptors-small");
	printf("fill\n");
	keep(PAGE, false, 10);
	printf("phase\nmark\n");
	for (int i = 0; i < 150; i++) {
		keep(PAGE, false, 1);
		stats("mspan");
	}
	section("descriptors-large");
	printf("fill\n");
	keep(PAGE, false, 10);
	printf("phase\nmark\n");
	keep(200000, false, 200);
	stats("mspan");
	section("descriptors-freed");
	printf("fill\n");
	keep(PAGE, false, 10);
	printf("phase\n");
	hold(200000, false, 300);
	printf("mark\ndrop 0 1 300\ngc\n");
	stats("mspan");
	for (int i = 0; i < 30; i++) {
		keep(200000, false, 10);
		stats("mspan");
	}
}

static const struct {
	const char *name;
	void (*print)(void);
} scripts[] = {
	{ "noise", noise },	      { "sizes", sizes },
	{ "classes", per_class },     { "tiny", tiny },
	{ "mixed", mixed },	      { "millions", millions },
	{ "free-large", free_large }, { "free-pages", free_pages },
	{ "free-small", free_small }, { "descriptors", descriptors },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(scripts) / sizeof(*scripts); i++) {
		if (argc < 2) {
			puts(scripts[i].name);
		} else if (strcmp(argv[1], scripts[i].name) == 0) {
			scripts[i].print();
			return 0;
		}
	}
	if (argc < 2)
		return 0;
	fprintf(stderr, "allotrope: scripts: %s: no such script\n", argv[1]);
	return 2;
}
