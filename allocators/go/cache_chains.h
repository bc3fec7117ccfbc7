// SPDX-License-Identifier: MIT
/*
 * cache_chains.h - thread cache of Go 1.0: a list of slots a class.
 *
 * Role:       included by a variant; malloc and free of small objects.
 * Invariants: list[spc] holds nlist slots, size_bytes sums them over all
 *             classes; nlistmin <= nlist was the least since the last scavenge.
 * Locks:      none: the thread's own.
 * Units:      bytes, slots.
 * Source:     after Go 1.0 mcache.c, malloc.goc.
 * Differs:    marks (freelist.h). A slot belongs to no thread: whoever frees it
 *             has it, so no free is a remote one.
 *
 * Kept quirks: the lists begin with nlistmin 0 and a refill does not touch it,
 * so the first scavenge returns nothing and only sets the watermarks; while
 * the cache holds CACHE_MAX_BYTES or more, every free scavenges again.
 */
#ifndef GO_CACHE_CHAINS_H
#define GO_CACHE_CHAINS_H

#include "freelist.h"

#define CACHE_MAX_NLIST 256
#define CACHE_MAX_BYTES ((size_t)2 << 20)

struct slot_list {
	void *head;
	uint32_t nlist;
	uint32_t nlistmin;
};

struct thread_cache {
	struct go_cache base;
	size_t size_bytes;
	struct slot_list list[GO_MAX_SPANCLASSES]; /* read on every malloc */
};

/* What a thread has before its first allocation: nothing. Never written. */
static struct thread_cache cache_dummy;

static __thread struct thread_cache *cache_mine = &cache_dummy;

static void *cache_alloc_slow(unsigned int spc) __attribute__((noinline));
static void cache_free_slow(void *p) __attribute__((noinline));
static void cache_spill(struct thread_cache *c, unsigned int spc)
	__attribute__((noinline));

/* The program wrote into @slot; see ZERO RULE. */
static inline void slot_soil(void *slot, size_t size)
{
	if (size > sizeof(uintptr_t))
		((uintptr_t *)slot)[1] = 1;
}

static inline bool slot_is_soiled(const void *slot, unsigned int spc)
{
	return spc != SPC_EIGHT && ((const uintptr_t *)slot)[1] != 0;
}

#include "cache_linked.h"

/**
 * cache_alloc() - a slot of span class @spc; NULL: no memory.
 */
static inline void *cache_alloc(unsigned int spc)
{
	struct thread_cache *c = cache_mine;
	struct slot_list *l = &c->list[spc];
	void *slot = l->head;

	if (GO_UNLIKELY(!slot))
		return cache_alloc_slow(spc);
	l->head = slot_next(slot);
	l->nlist--;
	if (l->nlist < l->nlistmin)
		l->nlistmin = l->nlist;
	c->size_bytes -= GO_CLASSES.size[spc / 2];
	return cache_hand_out(slot, spc);
}

static inline void cache_push(struct thread_cache *c, struct span *s, void *p)
{
	struct slot_list *l = &c->list[s->spanclass];

	slot_link(p, l->head);
	l->head = p;
	c->size_bytes += s->elemsize;
	if (GO_UNLIKELY(++l->nlist >= CACHE_MAX_NLIST ||
			c->size_bytes >= CACHE_MAX_BYTES))
		cache_spill(c, s->spanclass);
}

/**
 * cache_free() - give an object back, whoever allocated it.
 */
static inline void cache_free(void *p)
{
	struct thread_cache *c = cache_mine;
	uint8_t *mark;
	struct span *s = cache_span_of_plain(p, &mark);

	if (GO_UNLIKELY(!s) || GO_UNLIKELY(c == &cache_dummy)) {
		cache_free_slow(p);
		return;
	}
	cache_unmark(mark);
	slot_soil(p, LINEAR_MARK_BYTES);
	cache_push(c, s, p);
}

/* The first @n slots of list @spc go to central. */
static void cache_release(struct thread_cache *c, unsigned int spc,
			  unsigned int n)
{
	struct slot_list *l = &c->list[spc];
	void *first = l->head, *last = first;

	for (unsigned int i = 1; i < n; i++)
		last = slot_next(last);
	l->head = slot_next(last);
	slot_link(last, NULL);
	l->nlist -= n;
	if (l->nlist < l->nlistmin)
		l->nlistmin = l->nlist;
	c->size_bytes -= (size_t)n * GO_CLASSES.size[spc / 2];
	central_chains_free(&go_heap, spc, first);
}

/* Of each list half of what was not needed since the last time. */
static void cache_scavenge(struct thread_cache *c)
{
	for (unsigned int spc = 2; spc < go_heap.nspanclasses; spc++) {
		struct slot_list *l = &c->list[spc];
		unsigned int n = l->nlistmin;

		if (n > 0)
			cache_release(c, spc, n > 1 ? n / 2 : 1);
		l->nlistmin = l->nlist;
	}
}

static void cache_spill(struct thread_cache *c, unsigned int spc)
{
	if (c->list[spc].nlist >= CACHE_MAX_NLIST)
		cache_release(c, spc,
			      chains_transfer(GO_CLASSES.size[spc / 2]));
	if (c->size_bytes >= CACHE_MAX_BYTES)
		cache_scavenge(c);
}

static void cache_put(struct thread_cache *c, struct span *s, void *p)
{
	cache_push(c, s, p);
}

static void cache_give_slot(struct span *s, void *p)
{
	slot_link(p, NULL);
	central_chains_free(&go_heap, s->spanclass, p);
}

static void *cache_alloc_slow(unsigned int spc)
{
	size_t size = GO_CLASSES.size[spc / 2];
	struct thread_cache *c = cache_mine;
	unsigned int n = 0;

	if (c == &cache_dummy)
		c = cache_attach();
	if (c && !c->list[spc].head) {
		struct slot_list *l = &c->list[spc];

		c->base.n.refills++;
		n = central_chains_alloc(&go_heap, &c->base, spc,
					 chains_transfer(size), &l->head);
		l->nlist = n;
		c->size_bytes += n * size;
	}
	if (!c || !c->list[spc].head) {
		errno = ENOMEM;
		return NULL;
	}
	return cache_alloc(spc);
}

static void cache_begin(struct thread_cache *c)
{
	c->size_bytes = 0;
	for (unsigned int spc = 0; spc < GO_MAX_SPANCLASSES; spc++)
		c->list[spc] = (struct slot_list){ 0 };
}

static void cache_give_back(struct thread_cache *c)
{
	for (unsigned int spc = 2; spc < go_heap.nspanclasses; spc++)
		if (c->list[spc].nlist)
			cache_release(c, spc, c->list[spc].nlist);
}

/* No tiny allocator: objects without pointers are like all others. */
#define TINY_BYTES 16

static inline void *cache_alloc_tiny(size_t size)
{
	(void)size;
	return NULL;
}

static inline void *cache_alloc_noscan(unsigned int spc)
{
	return cache_alloc(spc);
}

/* For stats: free slots here and in central; no cache has a span. */
static uint64_t cache_unused_bytes(const struct thread_cache *c)
{
	return c->size_bytes;
}

static uint64_t cache_central_unused_bytes(unsigned int spc, uint64_t *ncached)
{
	(void)ncached;
	return central_chains_unused_bytes(&go_heap, spc);
}

#endif /* GO_CACHE_CHAINS_H */
