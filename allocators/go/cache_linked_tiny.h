// SPDX-License-Identifier: MIT
/*
 * cache_linked_tiny.h - small objects without pointers share 16-byte slots.
 *
 * Role:       included by cache_spans.h; the tiny allocator of Go 1.3 and 1.4,
 *             for the native entry.
 * Invariants: see cache_linked.h.
 * Locks:      none; the count is atomic, since any thread may free a piece.
 * Units:      bytes.
 * Source:     after Go 1.3 malloc.goc mallocgc.
 * Differs:    the count, in the block's mark: the original leaves it to the
 *             collector when a block is dead, and refuses to free so small an
 *             object. It costs one atomic addition a piece, here only. Freeing
 *             a piece twice is noticed when the count would pass 0 or when the
 *             block is free, not always.
 */
#ifndef GO_CACHE_LINKED_TINY_H
#define GO_CACHE_LINKED_TINY_H

#define TINY_BYTES 16

/* Let go of the current block; its pieces live on. */
static void cache_drop_tiny(struct thread_cache *c)
{
	void *block = (void *)c->tiny;

	c->tiny = 0;
	if (block && cache_drop_piece(block)) {
		cache_unmark(mark_at((uintptr_t)block));
		cache_free_slot(GO_SPANMAP_LOOKUP(block), block);
	}
}

static inline void *cache_alloc_noscan(unsigned int spc)
{
	return cache_alloc(spc);
}

/* @size: 1 to 15. Zeroed, as the original does for every new block. */
static void *cache_alloc_tiny(size_t size)
{
	struct thread_cache *c = cache_mine;
	size_t align = size % 8 == 0   ? 8
		       : size % 4 == 0 ? 4
		       : size % 2 == 0 ? 2
				       : 1;
	size_t left = c->tiny_left & ~(align - 1); /* the block ends aligned */
	bool keep;
	void *p;

	if (c->tiny && size <= left) {
		p = (void *)(c->tiny + TINY_BYTES - left);
		__atomic_fetch_add(mark_at(c->tiny), 1, __ATOMIC_RELAXED);
		c->tiny_left = left - size;
		return p;
	}
	p = cache_alloc(SPC_SIXTEEN);
	if (!p)
		return NULL;
	__builtin_memset(p, 0, TINY_BYTES);
	c = cache_mine;
	keep = !c->tiny || TINY_BYTES - size > c->tiny_left;
	__atomic_store_n(mark_at((uintptr_t)p), MARK_TINY | (keep ? 2 : 1),
			 __ATOMIC_RELAXED);
	if (keep) { /* more room than the old one */
		cache_drop_tiny(c);
		c->tiny = (uintptr_t)p;
		c->tiny_left = TINY_BYTES - size;
	}
	return p;
}

#endif /* GO_CACHE_LINKED_TINY_H */
