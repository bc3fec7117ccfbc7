// SPDX-License-Identifier: MIT
/*
 * cache_bitmap.h - thread cache of bitmap spans: the per-object paths, inline.
 *
 * Role:       included by a variant; malloc and free of small objects.
 * Invariants: alloc[spc] is never NULL: a span of this cache, or the dummy,
 *             which has no free slot. Every span that the cache owns is the
 *             current one of its class or on partial or on full.
 * Locks:      none: the thread's own. inbox is atomic; others push.
 * Units:      bytes, slots, spans.
 * Source:     after Go 1.7-1.15 mcache.go, malloc.go nextFreeFast.
 * Differs:    malloc clears its bit in freebits itself (allocCache in place),
 *             so a slot freed by the owner serves again at once if it lies in
 *             the word that malloc takes from, else when that comes around.
 *             Full spans are on a list of their own, for thread exit.
 *
 * Cost at -O2 on x86-64, by Callgrind, from call to return: see README.md.
 */
#ifndef GO_CACHE_BITMAP_H
#define GO_CACHE_BITMAP_H

#include "central.h"
#include "spanmap.h"

/*
 * Wholly free spans that a cache keeps: the bound rises from the first to the
 * second number by what the cache gave back and then had to take again.
 */
#define CACHE_EMPTY_MIN_BYTES ((size_t)1 << 20)
#define CACHE_EMPTY_MAX_BYTES ((size_t)8 << 20)

/* Spans at least half free that a cache keeps from other threads. */
#define CACHE_HALF_MAX_BYTES  ((size_t)1 << 20)

#define INBOX_CLOSED	      ((struct span *)1)

/* span.held: what the span is counted as in its cache. */
enum {
	HELD_NOT,
	HELD_HALF,
	HELD_EMPTY
};

#if GO_RUN_CACHE
/* Freed large objects that a thread keeps; see cache_runs.h. */
#define RUNS_NPAGES ((size_t)32)
#define RUNS_BYTES  ((size_t)1 << 20)

struct kept_runs {
	size_t bytes;
	struct span *first[RUNS_NPAGES + 1]; /* by length, through next */
};
#endif

struct thread_cache {
	struct go_cache base;
	/*
	 * The object that was freed last. malloc of its class takes it first,
	 * if its span is still the current one: then what malloc returns
	 * depends on what free was given, not on the bitmap that both of them
	 * change, and a program that allocates and frees in turn does not wait
	 * for the one after the other.
	 */
	_Alignas(GO_CACHELINE) struct span *last_span; /* NULL: none */
	void *last;
	struct span *alloc[GO_MAX_SPANCLASSES]; /* read on every malloc */

	/* spans that others freed into; INBOX_CLOSED: the thread has ended */
	_Alignas(GO_CACHELINE) _Atomic(struct span *) inbox;

	/* owner thread, when a span changes its place */
	_Alignas(GO_CACHELINE) size_t half_bytes;
	size_t empty_bytes;
	size_t empty_max_bytes;
	size_t returned_bytes; /* empty spans given back, not taken again */
	uintptr_t tiny;	       /* block that small noscan objects share, or 0 */
	size_t tiny_offset;    /* first free byte of it */
	struct span *tiny_span;
	struct span_list partial[GO_MAX_SPANCLASSES];
	struct span_list full[GO_MAX_SPANCLASSES];
#if GO_RUN_CACHE
	struct kept_runs runs;
#endif
};

/* A span without a slot: every fast path misses on it. */
static uint64_t cache_no_bits;
static struct span cache_dummy_span = {
	.freebits = &cache_no_bits,
	.cur = &cache_no_bits,
};

/* What a thread has before its first allocation; never written. */
static struct thread_cache cache_dummy = {
	.alloc = { [0 ... GO_MAX_SPANCLASSES - 1] = &cache_dummy_span },
	.inbox = INBOX_CLOSED,
};

/* Stands for the owner of a span while central moves it (heap->moving). */
static struct thread_cache cache_moving = { .inbox = INBOX_CLOSED };

#define CACHE_MOVING (&cache_moving.base)

static __thread struct thread_cache *cache_mine = &cache_dummy;

static void *cache_alloc_slow(unsigned int spc) __attribute__((noinline));
static void cache_free_slow(void *p) __attribute__((noinline));
static void cache_span_due(struct thread_cache *c, struct span *s)
	__attribute__((noinline));

/* Set bit @i % 64; was it set? One instruction where there is one. */
static inline bool bit_test_and_set(uint64_t *bits, uint64_t i)
{
#ifdef __x86_64__
	bool was;

	__asm__("btsq %2, %0" : "+r"(*bits), "=@ccc"(was) : "r"(i));
	return was;
#else
	uint64_t bit = UINT64_C(1) << i % 64;
	bool was = *bits & bit;

	*bits |= bit;
	return was;
#endif
}

/* Clear bit @i % 64. */
static inline void bit_clear(uint64_t *bits, uint64_t i)
{
#ifdef __x86_64__
	__asm__("btrq %1, %0" : "+r"(*bits) : "r"(i) : "cc");
#else
	*bits &= ~(UINT64_C(1) << i % 64);
#endif
}

static inline void *cache_take_last(struct thread_cache *c, struct span *s)
{
	void *p = c->last;
	uint64_t slot = (((uintptr_t)p - s->base) * s->divmul) >> 32, bits;

	c->last_span = NULL;
	bits = s->freebits[slot / 64];
	bit_clear(&bits, slot);
	__atomic_store_n(&s->freebits[slot / 64], bits, __ATOMIC_RELAXED);
	return p;
}

/**
 * cache_alloc() - a slot of span class @spc; NULL: no memory.
 */
static inline void *cache_alloc(unsigned int spc)
{
	struct thread_cache *c = cache_mine;
	struct span *s = c->alloc[spc];
	uint64_t bits;

	if (s == c->last_span)
		return cache_take_last(c, s);
	bits = __atomic_load_n(s->cur, __ATOMIC_RELAXED);
	if (GO_UNLIKELY(!bits))
		return cache_alloc_slow(spc);
	__atomic_store_n(s->cur, bits & (bits - 1), __ATOMIC_RELAXED);
	return (void *)(s->cur_addr +
			(uintptr_t)(unsigned int)__builtin_ctzll(bits) *
				s->elemsize);
}

/**
 * cache_free() - give a slot back. Anything but an object of the caller's own
 * span takes the slow path.
 */
static inline void cache_free(void *p)
{
	struct span *s = GO_SPANMAP_LOOKUP(p);
	struct thread_cache *c = cache_mine;
	uint64_t product, bits, *word;
	uintptr_t offset;
	size_t slot;

	if (GO_UNLIKELY(!s) ||
	    GO_UNLIKELY(atomic_load_explicit(&s->owner, memory_order_relaxed) !=
			&c->base))
		goto slow;
	offset = (uintptr_t)p - s->base;
	if (GO_UNLIKELY(offset >= s->limit))
		goto slow;
	product = offset * s->divmul;
	if (GO_UNLIKELY((uint32_t)product >= s->divmul))
		goto slow; /* not the start of a slot */
	slot = product >> 32;
	word = &s->freebits[slot / 64];
	bits = *word;
	if (GO_UNLIKELY(bit_test_and_set(&bits, slot)))
		goto slow; /* free already */
	__atomic_store_n(word, bits, __ATOMIC_RELAXED);
	c->last_span = s;
	c->last = p;
	if (GO_UNLIKELY(--s->left == 0))
		cache_span_due(c, s);
	return;
slow:
	cache_free_slow(p);
}

#endif /* GO_CACHE_BITMAP_H */
