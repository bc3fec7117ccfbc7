// SPDX-License-Identifier: MIT
/*
 * mksizeclasses.c - writes sizeclass_tables.c to standard output.
 *
 * Role:       the one generator behind the class tables of all releases.
 * Invariants: the number of classes of each table is the published one; the
 *             multiplication that replaces a division is tried for every
 *             offset of every span before it is written.
 * Locks:      none.
 * Units:      bytes; spans in pages.
 * Source:     after Go msize.c, mksizeclasses.go.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "sizeclass.h"

struct recipe {
	const char *name;
	const char *releases;
	unsigned int lg_page;
	unsigned int align16_from; /* size at which alignment rises to 16 */
	bool grow;		   /* sizes grown to fill their span */
	unsigned int nclasses;	   /* as published */
};

static const struct recipe recipes[] = {
	{ "4k", "1.0-1.2", 12, 16, false, 61 },
	{ "ungrown", "1.3-1.7", 13, 16, false, 67 },
	{ "grown", "1.8-1.15", 13, 16, true, 67 },
	{ "24", "1.16 on", 13, 32, true, 68 },
};

static void die(const char *recipe, const char *why)
{
	fprintf(stderr, "allotrope: mksizeclasses: %s: %s\n", recipe, why);
	exit(1);
}

static uint32_t align_at(const struct recipe *r, uint32_t size, uint32_t align)
{
	if (size & (size - 1))
		return align;
	if (size >= 2048)
		return 256;
	if (size >= 128)
		return size / 8;
	return size >= r->align16_from ? 16 : align;
}

/* Smallest span whose tail wastes an eighth of it at most. */
static uint32_t span_bytes(uint32_t size, uint32_t page)
{
	uint32_t bytes = page;

	while (bytes % size > bytes / 8)
		bytes += page;
	return bytes;
}

static void make_sizes(const struct recipe *r, struct size_classes *t)
{
	uint32_t page = 1u << r->lg_page, align = 8;
	unsigned int n = 1;

	for (uint32_t size = 8; size <= GO_MAX_SMALL_BYTES; size += align) {
		uint32_t bytes;

		align = align_at(r, size, align);
		bytes = span_bytes(size, page);
		if (n > 1 && t->npages[n - 1] == bytes / page &&
		    bytes / size == bytes / t->size[n - 1]) {
			t->size[n - 1] = size; /* as many objects: merge */
			continue;
		}
		if (n == GO_MAX_CLASSES)
			die(r->name, "too many classes");
		t->size[n] = size;
		t->npages[n++] = (uint8_t)(bytes / page);
	}
	t->nclasses = n;
	if (n != r->nclasses)
		die(r->name, "not the published number of classes");
	for (unsigned int i = 1; i < n; i++) {
		uint32_t bytes = t->npages[i] * page;
		uint32_t grown = bytes / (bytes / t->size[i]) & ~127u;

		if (r->grow && grown > t->size[i])
			t->size[i] = grown;
		t->nobjects[i] = (uint16_t)(bytes / t->size[i]);
	}
}

static void make_divmul(const struct recipe *r, struct size_classes *t)
{
	for (unsigned int i = 1; i < t->nclasses; i++) {
		uint32_t size = t->size[i], mul = UINT32_MAX / size + 1;
		uint32_t bytes = t->npages[i] << t->lg_page;

		for (uint64_t off = 0; off <= bytes; off++) {
			uint64_t q = off * mul;

			if (q >> 32 != off / size ||
			    ((uint32_t)q < mul) != (off % size == 0))
				die(r->name,
				    "division by multiplication fails");
		}
		t->divmul[i] = mul;
	}
}

static unsigned int first_class(const struct size_classes *t, uint32_t size,
				uint32_t multiple)
{
	for (unsigned int i = 1; i < t->nclasses; i++)
		if (t->size[i] >= size && t->size[i] % multiple == 0)
			return i;
	return 0;
}

static void make_lookups(struct size_classes *t)
{
	for (uint32_t i = 0; i < GO_T8_ENTRIES; i++) {
		t->t8[i] = i ? (uint8_t)first_class(t, 8 * i, 1) : 0;
		/* 8 * i >= 16 is for sizes above 8; 9 to 15 may be aligned to
		 * 8, but no table has a class between 8 and 16. */
		t->c8[i] = (uint8_t)first_class(t, 8 * i, i > 1 ? 16 : 1);
		t->spc8[i] = (uint8_t)(2 * t->c8[i]);
	}
	for (uint32_t i = 0; i < GO_T128_ENTRIES; i++)
		t->t128[i] = (uint8_t)first_class(t, 1024 + 128 * i, 1);
}

static void print_waste(const struct recipe *r, const struct size_classes *t)
{
	printf("\n/*\n * Go %s: %u KiB pages.\n"
	       " * class  bytes/obj  bytes/span  objects  tail waste  "
	       "max waste  min align\n",
	       r->releases, 1u << (r->lg_page - 10));
	for (unsigned int i = 1; i < t->nclasses; i++) {
		uint32_t size = t->size[i], page = 1u << t->lg_page;
		uint32_t bytes = t->npages[i] * page, n = t->nobjects[i];
		uint32_t tail = bytes - n * size, prev = t->size[i - 1];
		uint32_t min_align = size & -size;
		double waste = (double)((size - prev - 1) * n + tail) / bytes;

		printf(" * %5u %10u %11u %8u %11u %9.2f%% %10u\n", i, size,
		       bytes, n, tail, 100 * waste,
		       min_align < page ? min_align : page);
	}
	printf(" */\n");
}

#define PRINT_ARRAY(field, count)                                 \
	do {                                                      \
		printf("\t." #field " = {");                      \
		for (unsigned int i_ = 0; i_ < (count); i_++)     \
			printf("%s%u,", i_ % 10 ? " " : "\n\t\t", \
			       (unsigned int)t->field[i_]);       \
		printf("\n\t},\n");                               \
	} while (0)

static void print_table(const struct recipe *r, const struct size_classes *t)
{
	print_waste(r, t);
	printf("const struct size_classes go_classes_%s = {\n", r->name);
	printf("\t.name = \"%s\",\n\t.nclasses = %u,\n\t.lg_page = %u,\n",
	       r->name, t->nclasses, t->lg_page);
	PRINT_ARRAY(spc8, GO_T8_ENTRIES);
	PRINT_ARRAY(c8, GO_T8_ENTRIES);
	PRINT_ARRAY(t8, GO_T8_ENTRIES);
	PRINT_ARRAY(t128, GO_T128_ENTRIES);
	PRINT_ARRAY(npages, t->nclasses);
	PRINT_ARRAY(nobjects, t->nclasses);
	PRINT_ARRAY(size, t->nclasses);
	PRINT_ARRAY(divmul, t->nclasses);
	printf("};\n");
}

int main(void)
{
	printf("// SPDX-License-Identifier: MIT\n"
	       "/*\n"
	       " * sizeclass_tables.c - written by mksizeclasses.c. "
	       "DO NOT EDIT.\n"
	       " *\n"
	       " * Role:       the size classes of the Go releases, with the "
	       "waste of each.\n"
	       " * Invariants: see sizeclass.h.\n"
	       " * Locks:      none.\n"
	       " * Units:      bytes.\n"
	       " * Source:     see mksizeclasses.c.\n"
	       " */\n"
	       "#include \"sizeclass.h\"\n");
	for (size_t i = 0; i < sizeof(recipes) / sizeof(recipes[0]); i++) {
		struct size_classes t = { .lg_page = recipes[i].lg_page };

		make_sizes(&recipes[i], &t);
		make_divmul(&recipes[i], &t);
		make_lookups(&t);
		print_table(&recipes[i], &t);
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
