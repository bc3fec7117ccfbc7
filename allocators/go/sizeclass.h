// SPDX-License-Identifier: MIT
/*
 * sizeclass.h - sizes that small objects are rounded to.
 *
 * Role:       the four class tables of the Go releases, with their lookups.
 * Invariants: class 0 is no class (large); sizes rise; t8 and t128 give the
 *             smallest class that holds a size.
 * Locks:      none; the tables are constant.
 * Units:      bytes; spans in pages of (1 << lg_page) bytes.
 * Source:     after Go msize.c (1.0), msize.go, mksizeclasses.go (1.8 on).
 *             The tables are written by mksizeclasses.c.
 * Differs:    c8 is an addition: the lookup for C's malloc, which needs
 *             16-byte alignment from 16 bytes up and an object for size 0.
 */
#ifndef GO_SIZECLASS_H
#define GO_SIZECLASS_H

#include <stddef.h>
#include <stdint.h>

#define GO_MAX_SMALL_BYTES 32768u
#define GO_MAX_CLASSES	   68
#define GO_T8_MAX_BYTES	   1016u /* beyond it t128 */
#define GO_T8_ENTRIES	   129
#define GO_T128_ENTRIES	   249

/**
 * struct size_classes - one table.
 * @t8:     class by (size + 7) / 8, size <= 1024. [0] = 0.
 * @t128:   class by (size - 1024 + 127) / 128, size > 1016.
 * @c8:     as t8 for C's malloc: [0] = 1, no class that is not a multiple of
 *	16 where size >= 16 is asked for.
 * @spc8:   2 * c8: the span class of a C object that may hold pointers.
 * @divmul: offset / size == (offset * divmul) >> 32 within a span.
 */
struct size_classes {
	const char *name;
	unsigned int nclasses;
	unsigned int lg_page;
	uint8_t spc8[GO_T8_ENTRIES];
	uint8_t c8[GO_T8_ENTRIES];
	uint8_t t8[GO_T8_ENTRIES];
	uint8_t t128[GO_T128_ENTRIES];
	uint8_t npages[GO_MAX_CLASSES];
	uint16_t nobjects[GO_MAX_CLASSES];
	uint32_t size[GO_MAX_CLASSES];
	uint32_t divmul[GO_MAX_CLASSES];
};

extern const struct size_classes go_classes_4k;	     /* 1.0-1.2, 61 */
extern const struct size_classes go_classes_ungrown; /* 1.3-1.7, 67 */
extern const struct size_classes go_classes_grown;   /* 1.8-1.15, 67 */
extern const struct size_classes go_classes_24;	     /* 1.16 on, 68 */

/** sizeclass_t128_index() - index into t128 for 1016 < @size <= 32768. */
static inline size_t sizeclass_t128_index(size_t size)
{
	return (size - 1024 + 127) / 128;
}

/**
 * sizeclass_of() - class of a native (Go) allocation.
 * @size: 1 to GO_MAX_SMALL_BYTES.
 */
static inline unsigned int sizeclass_of(const struct size_classes *t,
					size_t size)
{
	return size <= GO_T8_MAX_BYTES ? t->t8[(size + 7) / 8]
				       : t->t128[sizeclass_t128_index(size)];
}

/** sizeclass_of_c() - class of a C allocation; 0 to GO_MAX_SMALL_BYTES. */
static inline unsigned int sizeclass_of_c(const struct size_classes *t,
					  size_t size)
{
	return size <= GO_T8_MAX_BYTES ? t->c8[(size + 7) / 8]
				       : t->t128[sizeclass_t128_index(size)];
}

#endif /* GO_SIZECLASS_H */
