// SPDX-License-Identifier: MIT
/*
 * cache_linked.h - thread caches of linked slots: which pointer is an object.
 *
 * Role:       included by cache_chains.h and cache_spans.h; what marks say, and
 *             the slow side of free. The policy provides cache_put() and
 *             cache_give_slot().
 * Invariants: see freelist.h. A tiny block's count is the number of its live
 *             pieces, plus one while it is some cache's current block.
 * Locks:      none.
 * Units:      bytes, slots.
 * Source:     after Go 1.0 malloc.goc mlookup, free.
 * Differs:    pointers to no object are told apart and named.
 */
#ifndef GO_CACHE_LINKED_H
#define GO_CACHE_LINKED_H

#include <errno.h>

#include "freelist.h"

#define CACHE_MOVING NULL
#define TINY_COUNT   (MARK_TINY - 1)

struct thread_cache;

static struct thread_cache *cache_attach(void);
static bool cache_has_ended(void);

/* Take @p, of span @s, into the cache @c. Its mark is gone. */
static void cache_put(struct thread_cache *c, struct span *s, void *p);

/* Give @p, of span @s, to central: a thread without cache frees. */
static void cache_give_slot(struct span *s, void *p);

/**
 * cache_span_of_plain() - the span of small object @p of 16 bytes or more.
 * @mark: its mark.
 * Return: NULL for all other objects, and for what is none.
 * Cost: two branches; page map and mark are one load each.
 */
static inline struct span *cache_span_of_plain(const void *p, uint8_t **mark)
{
	size_t page = ((uintptr_t)p - go_linear.start) >> GO_LG_PAGE;

	if (GO_UNLIKELY(page >= atomic_load_explicit(&go_linear.npages,
						     memory_order_relaxed)))
		return NULL;
	*mark = mark_at((uintptr_t)p);
	if (GO_UNLIKELY(
		    ((uintptr_t)p % LINEAR_MARK_BYTES) |
		    (__atomic_load_n(*mark, __ATOMIC_RELAXED) ^ MARK_OBJECT)))
		return NULL;
	return atomic_load_explicit(&go_linear.spans[page],
				    memory_order_acquire);
}

/** cache_unmark() - the program does not have this plain object any more. */
static inline void cache_unmark(uint8_t *mark)
{
	__atomic_store_n(mark, MARK_NONE, __ATOMIC_RELAXED);
}

static void __attribute__((noreturn, cold))
cache_no_object(const struct span *s, const void *p)
{
	uintptr_t offset;
	bool starts;

	if (!s)
		go_fatal(&go_heap, "foreign pointer", p);
	offset = (uintptr_t)p - s->base;
	if (s->state != SPAN_INUSE || offset >= span_bytes(&go_heap, s))
		go_fatal(&go_heap, "double free of", p);
	starts = s->spanclass < 2 ? offset == 0
				  : offset % s->elemsize == 0 &&
					    offset / s->elemsize < s->nslots;
	go_fatal(&go_heap,
		 starts ? "double free of"
			: "pointer into the middle of an object",
		 p);
}

/* What @p is: a MARK_ value. A pointer to no object ends the program. */
static unsigned int cache_kind_of(const void *p, struct span **span)
{
	struct span *s = GO_SPANMAP_LOOKUP(p);
	unsigned int mark;

	if (!s)
		cache_no_object(NULL, p);
	*span = s;
	mark = __atomic_load_n(mark_at((uintptr_t)p), __ATOMIC_RELAXED);
	if (mark & MARK_TINY)
		return MARK_TINY;
	if ((uintptr_t)p % 8 == 0 && (mark & mark_eight((uintptr_t)p)))
		return MARK_EIGHT;
	if ((uintptr_t)p % LINEAR_MARK_BYTES == 0 &&
	    (mark == MARK_OBJECT || mark == MARK_LARGE))
		return mark;
	cache_no_object(s, p);
}

static size_t cache_usable_size(const void *p)
{
	struct span *s;

	switch (cache_kind_of(p, &s)) {
	case MARK_LARGE:
		return span_bytes(&go_heap, s);
	case MARK_TINY: /* the piece's size is not known; its slot ends */
		return s->elemsize - (uintptr_t)p % s->elemsize;
	default:
		return s->elemsize;
	}
}

/* Does object @p share its slot with others? */
static inline bool cache_is_piece(const void *p)
{
	return __atomic_load_n(mark_at((uintptr_t)p), __ATOMIC_RELAXED) &
	       MARK_TINY;
}

static inline void cache_note_large(struct span *s)
{
	__atomic_store_n(mark_at(s->base), MARK_LARGE, __ATOMIC_RELAXED);
}

/* Let go of one piece of a tiny block. Return: it was the last. */
static bool cache_drop_piece(const void *p)
{
	uint8_t *mark = mark_at((uintptr_t)p);
	unsigned int before = __atomic_fetch_sub(mark, 1, __ATOMIC_ACQ_REL);

	if ((before & TINY_COUNT) == 0)
		go_fatal(&go_heap, "double free of", p);
	return (before & TINY_COUNT) == 1;
}

/* @p, of @s, whose mark is gone, becomes a free slot. */
static void cache_free_slot(struct span *s, void *p)
{
	struct thread_cache *c = cache_mine;

	if (c == &cache_dummy && !cache_has_ended()) {
		c = cache_attach();
		if (!c)
			c = &cache_dummy; /* frees must work without memory */
	}
	slot_soil(p, s->elemsize);
	if (c == &cache_dummy)
		cache_give_slot(s, p);
	else
		cache_put(c, s, p);
}

static void cache_free_slow(void *p)
{
	struct span *s;
	uint8_t bit;

	if (!p)
		return;
	switch (cache_kind_of(p, &s)) {
	case MARK_LARGE:
		cache_unmark(mark_at((uintptr_t)p));
		heap_free_span(&go_heap, NULL, s);
		return;
	case MARK_TINY:
		if (!cache_drop_piece(p))
			return;
		p = (void *)((uintptr_t)p & ~(uintptr_t)(s->elemsize - 1));
		cache_unmark(mark_at((uintptr_t)p));
		break;
	case MARK_EIGHT:
		bit = mark_eight((uintptr_t)p);
		if (!(__atomic_fetch_and(mark_at((uintptr_t)p), (uint8_t)~bit,
					 __ATOMIC_RELAXED) &
		      bit))
			go_fatal(&go_heap, "double free of", p);
		break;
	default:
		cache_unmark(mark_at((uintptr_t)p));
	}
	cache_free_slot(s, p);
}

/* A slot that leaves the cache: not linked, marked. */
static inline void *cache_hand_out(void *slot, unsigned int spc)
{
	slot_link(slot, NULL); /* word 0 is zero in any case */
	mark_handed_out(slot, spc);
	return slot;
}

/* Zero a slot of @spc that cache_alloc() just returned; see ZERO RULE. */
static inline void *cache_zero(void *p, unsigned int spc, size_t size)
{
	(void)size;
	if (p && slot_is_soiled(p, spc))
		__builtin_memset(p, 0, GO_CLASSES.size[spc / 2]);
	return p;
}

#endif /* GO_CACHE_LINKED_H */
