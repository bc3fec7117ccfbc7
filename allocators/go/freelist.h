// SPDX-License-Identifier: MIT
/*
 * freelist.h - slots linked through themselves, and the map of live objects.
 *
 * Role:       what the generations of Go 1.0 to 1.4 share below their caches:
 *             a free slot's words, marks, the contracts of their centrals.
 * Invariants: word 0 of a free slot links to the next. A slot is zero behind
 *             word 0 unless word 1 says otherwise (ZERO RULE, below).
 *             A mark is not 0 iff the program holds the object: between two
 *             owners of a slot (cache, central, page heap) it is 0.
 * Locks:      see each function; a mark is written by who hands the slot out
 *             or takes it back.
 * Units:      slots, bytes.
 * Source:     after Go 1.0 malloc.h MLink, mgc0.c markallocated, markfreed.
 * Differs:    a mark is a byte for 16 bytes of arena, written with plain
 *             stores; the original's bitAllocated takes a compare-and-swap on
 *             a word that 16 words of heap share. Same memory, same exactness
 *             but for two threads that free one object at the same moment. The
 *             original looks at its bit in debug builds only.
 *
 * ZERO RULE. A slot that free() takes back gets a marker in word 1, so that
 * calloc() clears a slot only if it was used before:
 *	Go 1.0	slots of 16 bytes and more: 1
 *	Go 1.3	slots of more than 16 bytes: 0xfeedfeedfeedfeed; 16 bytes: 0
 * A span comes zeroed from the page heap to make that true at first.
 */
#ifndef GO_FREELIST_H
#define GO_FREELIST_H

#include "central.h"
#include "spanmap.h"

/* The span class of 8-byte slots, two of which share a mark. */
#define SPC_EIGHT   2
#define SPC_SIXTEEN 4

/* Marks. The low bits of a tiny block's count its live pieces. */
enum {
	MARK_NONE = 0,
	MARK_OBJECT = 1,
	MARK_LARGE = 2,
	MARK_EIGHT = 4, /* << 1 for the slot in the upper half */
	MARK_TINY = 0x80,
};

/** mark_at() - the mark of address @p in the arena. */
static inline uint8_t *mark_at(uintptr_t p)
{
	return (uint8_t *)(go_linear.marks + p / LINEAR_MARK_BYTES);
}

/** mark_eight() - the bit of 8-byte slot @p in its mark. */
static inline uint8_t mark_eight(uintptr_t p)
{
	return (uint8_t)(MARK_EIGHT << (p >> 3 & 1));
}

/** mark_handed_out() - the program has small object @p now. */
static inline void mark_handed_out(void *p, unsigned int spc)
{
	uint8_t *mark = mark_at((uintptr_t)p);

	if (GO_UNLIKELY(spc == SPC_EIGHT))
		__atomic_fetch_or(mark, mark_eight((uintptr_t)p),
				  __ATOMIC_RELAXED);
	else
		__atomic_store_n(mark, MARK_OBJECT, __ATOMIC_RELAXED);
}

/** slot_next() - where a free slot links to. */
static inline void *slot_next(const void *slot)
{
	return *(void *const *)slot;
}

/** slot_link() - let free slot @slot link to @next. */
static inline void slot_link(void *slot, void *next)
{
	*(void **)slot = next;
}

/** freelist_carve() - link all slots of fresh @s, ascending. */
void freelist_carve(struct span *s);

/** freelist_length() - slots linked from @slot on. Linear. */
unsigned int freelist_length(const void *slot);

/**
 * central_chains - Go 1.0, 1.1: slots travel in chains, each span counts those
 * that caches and program have.
 */

/** chains_transfer() - slots of @size bytes that travel at once. */
static inline unsigned int chains_transfer(size_t size)
{
	size_t n = 65536 / size;

	return n < 2 ? 2 : n > 32 ? 32 : (unsigned int)n;
}

/**
 * central_chains_alloc() - up to @n slots of class @spc, from the first spans
 * that have any; a fresh span is cut if none has.
 * @chain: the slots, linked, the last to NULL.
 * Return: how many; 0 when there is no more memory.
 * Locks:  takes central[spc].lock, heap->lock.
 */
unsigned int central_chains_alloc(struct go_heap *h, struct go_cache *c,
				  unsigned int spc, unsigned int n,
				  void **chain);

/**
 * central_chains_free() - give back a chain of slots of class @spc. Spans
 * without a slot outside go to the page heap.
 * Cost: one lock a chain, one page map lookup a slot.
 */
void central_chains_free(struct go_heap *h, unsigned int spc, void *chain);

/**
 * central_chains_unused_bytes() - bytes in spans of @spc that are in no cache
 * and no object, for stats.
 */
uint64_t central_chains_unused_bytes(struct go_heap *h, unsigned int spc);

/**
 * central_spans - Go 1.3, 1.4: whole spans travel. A span that a cache has is
 * its alone (incache): what others free into it waits on freebuf.
 */

/**
 * central_spans_cache() - a span of @spc with a free slot for the caller.
 * Return: NULL when there is no more memory.
 * Locks:  takes central[spc].lock, heap->lock.
 */
struct span *central_spans_cache(struct go_heap *h, struct go_cache *c,
				 unsigned int spc);

/** central_spans_uncache() - take @s back from the cache that has it. */
void central_spans_uncache(struct go_heap *h, struct go_cache *c,
			   struct span *s);

/**
 * central_spans_reuse() - give the slots on the freebuf of full @s to the
 * cache that has it; if there are none, let go of @s (Go 1.4).
 * Return: does the caller still have @s, with free slots?
 */
bool central_spans_reuse(struct go_heap *h, struct span *s);

/** central_spans_free() - as central_chains_free(). */
void central_spans_free(struct go_heap *h, struct go_cache *c, unsigned int spc,
			void *chain);

/**
 * central_spans_unused_bytes() - as central_chains_unused_bytes(); @ncached
 * grows by the number of spans that caches have.
 */
uint64_t central_spans_unused_bytes(struct go_heap *h, unsigned int spc,
				    uint64_t *ncached);

/* Between two calls under their lock both are whole: a fork may come. */
static inline void central_chains_quiesce(struct go_heap *h)
{
	(void)h;
}

static inline void central_chains_resume(struct go_heap *h, bool child)
{
	(void)h;
	(void)child;
}

#define central_spans_quiesce central_chains_quiesce
#define central_spans_resume  central_chains_resume

#endif /* GO_FREELIST_H */
