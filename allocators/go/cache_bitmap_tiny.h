// SPDX-License-Identifier: MIT
/*
 * cache_bitmap_tiny.h - small objects without pointers share 16-byte slots.
 *
 * Role:       included by a variant; the tiny allocator of the native entry.
 * Invariants: the count of a slot of a tiny span is the number of its live
 *             pieces, plus one while it is some cache's current block. The
 *             slot is freed by whoever takes the count to 0.
 * Locks:      none; the count is atomic, since any thread may free a piece.
 * Units:      bytes.
 * Source:     after Go 1.9-1.19 malloc.go mallocgc, tiny allocator.
 * Differs:    the count: the original leaves it to the collector when a block
 *             is dead. It costs one atomic addition a piece, on this entry
 *             only. Freeing a piece twice is noticed when it makes the count
 *             negative, not always. C's malloc never comes here.
 */
#ifndef GO_CACHE_BITMAP_TINY_H
#define GO_CACHE_BITMAP_TINY_H

#define TINY_BYTES     16
#define TINY_SPANCLASS 5

static void cache_free_slot(struct span *s, size_t slot);

static size_t cache_tiny_slot(const struct span *s, uintptr_t block)
{
	return (block - s->base) / TINY_BYTES;
}

/* Let go of the current block; its pieces live on. */
static void cache_drop_tiny(struct thread_cache *c)
{
	struct span *s = c->tiny_span;
	size_t slot;

	if (!c->tiny)
		return;
	slot = cache_tiny_slot(s, c->tiny);
	c->tiny = 0;
	if (atomic_fetch_sub_explicit(span_tiny_count(s, slot), 1,
				      memory_order_acq_rel) == 1)
		cache_free_slot(s, slot);
}

/* A slot of the tiny class with @count pieces; NULL: no memory. */
static void *cache_alloc_counted(uint8_t count, struct span **span)
{
	void *p = cache_alloc(TINY_SPANCLASS);

	if (!p)
		return NULL;
	*span = cache_mine->alloc[TINY_SPANCLASS];
	atomic_store_explicit(
		span_tiny_count(*span, cache_tiny_slot(*span, (uintptr_t)p)),
		count, memory_order_relaxed);
	return p;
}

/* A slot of its own for an object without pointers. */
static inline void *cache_alloc_noscan(unsigned int spc)
{
	struct span *s;

	return GO_TINY && spc == TINY_SPANCLASS ? cache_alloc_counted(1, &s)
						: cache_alloc(spc);
}

/* @size: 1 to 15. Zeroed, as the original does for every new block. */
static void *cache_alloc_tiny(size_t size)
{
	struct thread_cache *c = cache_mine;
	size_t align = size & -size, offset;
	struct span *s;
	void *p;

	offset = (c->tiny_offset + align - 1) & ~(align - 1);
	if (c->tiny && offset + size <= TINY_BYTES) {
		atomic_fetch_add_explicit(
			span_tiny_count(c->tiny_span,
					cache_tiny_slot(c->tiny_span, c->tiny)),
			1, memory_order_relaxed);
		c->tiny_offset = offset + size;
		return (void *)(c->tiny + offset);
	}
	p = cache_alloc_counted(2, &s);
	if (!p)
		return NULL;
	__builtin_memset(p, 0, TINY_BYTES);
	c = cache_mine;
	if (!c->tiny || size < c->tiny_offset) { /* more room than the old */
		cache_drop_tiny(c);
		c->tiny = (uintptr_t)p;
		c->tiny_span = s;
		c->tiny_offset = size;
	} else {
		atomic_fetch_sub_explicit(
			span_tiny_count(s, cache_tiny_slot(s, (uintptr_t)p)), 1,
			memory_order_relaxed);
	}
	return p;
}

#endif /* GO_CACHE_BITMAP_TINY_H */
