// SPDX-License-Identifier: MIT
/*
 * cache_spans.h - thread cache of Go 1.3 and 1.4: a whole span a class.
 *
 * Role:       included by a variant; malloc and free of small objects.
 * Invariants: alloc[spc] is never NULL: a span that only this cache takes from,
 *             or the dummy, which has no free slot. away[spc] holds slots of
 *             other spans, fewer than a span of the class has.
 * Locks:      none: the thread's own.
 * Units:      bytes, slots, spans.
 * Source:     after Go 1.3 mcache.c, malloc.goc.
 * Differs:    marks (freelist.h). With GO_KEEP_SPAN a span that others freed
 *             into serves on (variants/go1.4.c).
 */
#ifndef GO_CACHE_SPANS_H
#define GO_CACHE_SPANS_H

#include "freelist.h"

#define SLOT_SOIL UINT64_C(0xfeedfeedfeedfeed)

struct slot_list {
	void *head;
	uint32_t nlist;
};

struct thread_cache {
	struct go_cache base;
	struct span *alloc[GO_MAX_SPANCLASSES]; /* read on every malloc */
	struct slot_list away[GO_MAX_SPANCLASSES];
	uintptr_t tiny; /* block that small noscan objects share, or 0 */
	size_t tiny_left;
};

static struct span cache_dummy_span;

/* What a thread has before its first allocation; never written. */
static struct thread_cache cache_dummy = {
	.alloc = { [0 ... GO_MAX_SPANCLASSES - 1] = &cache_dummy_span },
};

static __thread struct thread_cache *cache_mine = &cache_dummy;

static void *cache_alloc_slow(unsigned int spc) __attribute__((noinline));
static void cache_free_slow(void *p) __attribute__((noinline));
static void cache_free_away(struct span *s, void *p) __attribute__((noinline));

/* The program wrote into @slot; see ZERO RULE. */
static inline void slot_soil(void *slot, size_t size)
{
	if (size > sizeof(uintptr_t))
		((uint64_t *)slot)[1] =
			size > 2 * sizeof(uintptr_t) ? SLOT_SOIL : 0;
}

static inline bool slot_is_soiled(const void *slot, unsigned int spc)
{
	return spc > SPC_SIXTEEN && ((const uint64_t *)slot)[1] != 0;
}

#include "cache_linked.h"

/**
 * cache_alloc() - a slot of span class @spc; NULL: no memory.
 */
static inline void *cache_alloc(unsigned int spc)
{
	struct span *s = cache_mine->alloc[spc];
	void *slot = s->freelist;

	if (GO_UNLIKELY(!slot))
		return cache_alloc_slow(spc);
	s->freelist = slot_next(slot);
	s->ref++;
	return cache_hand_out(slot, spc);
}

static inline void cache_push(struct span *s, void *p)
{
	slot_link(p, s->freelist);
	s->freelist = p;
	s->ref--;
}

/**
 * cache_free() - give an object back. Slots of the span that malloc takes from
 * serve at once, others through central.
 */
static inline void cache_free(void *p)
{
	struct thread_cache *c = cache_mine;
	uint8_t *mark;
	struct span *s = cache_span_of_plain(p, &mark);

	if (GO_UNLIKELY(!s)) {
		cache_free_slow(p);
		return;
	}
	cache_unmark(mark);
	slot_soil(p, s->elemsize);
	if (c->alloc[s->spanclass] == s)
		cache_push(s, p);
	else
		cache_free_away(s, p);
}

static void cache_give_away(struct thread_cache *c, unsigned int spc)
{
	struct slot_list *l = &c->away[spc];

	if (l->nlist)
		central_spans_free(&go_heap, &c->base, spc, l->head);
	*l = (struct slot_list){ 0 };
}

static void cache_put(struct thread_cache *c, struct span *s, void *p)
{
	struct slot_list *l = &c->away[s->spanclass];

	if (c->alloc[s->spanclass] == s) {
		cache_push(s, p);
		return;
	}
	slot_link(p, l->head);
	l->head = p;
	if (++l->nlist >= s->nslots)
		cache_give_away(c, s->spanclass);
}

static void cache_give_slot(struct span *s, void *p)
{
	slot_link(p, NULL);
	central_spans_free(&go_heap, NULL, s->spanclass, p);
}

static void cache_free_away(struct span *s, void *p)
{
	cache_free_slot(s, p);
}

/* Let alloc[spc] be a span with a free slot. False: no memory. */
static bool cache_refill(struct thread_cache *c, unsigned int spc)
{
	struct span *s = c->alloc[spc];

	c->base.n.refills++;
	if (s != &cache_dummy_span) {
		if (GO_KEEP_SPAN && central_spans_reuse(&go_heap, s))
			return true;
		c->alloc[spc] = &cache_dummy_span;
		if (!GO_KEEP_SPAN)
			central_spans_uncache(&go_heap, &c->base, s);
	}
	cache_give_away(c, spc);
	s = central_spans_cache(&go_heap, &c->base, spc);
	if (!s)
		return false;
	c->alloc[spc] = s;
	return true;
}

static void *cache_alloc_slow(unsigned int spc)
{
	struct thread_cache *c = cache_mine;

	if (c == &cache_dummy)
		c = cache_attach();
	if (!c || (!c->alloc[spc]->freelist && !cache_refill(c, spc))) {
		errno = ENOMEM;
		return NULL;
	}
	return cache_alloc(spc);
}

static void cache_begin(struct thread_cache *c)
{
	for (unsigned int spc = 0; spc < GO_MAX_SPANCLASSES; spc++) {
		c->alloc[spc] = &cache_dummy_span;
		c->away[spc] = (struct slot_list){ 0 };
	}
	c->tiny = 0;
}

#include "cache_linked_tiny.h"

static void cache_give_back(struct thread_cache *c)
{
	cache_drop_tiny(c);
	for (unsigned int spc = 2; spc < go_heap.nspanclasses; spc++) {
		struct span *s = c->alloc[spc];

		if (s != &cache_dummy_span) {
			c->alloc[spc] = &cache_dummy_span;
			central_spans_uncache(&go_heap, &c->base, s);
		}
		cache_give_away(c, spc);
	}
}

/* For stats: free slots here and in central. */
static uint64_t cache_unused_bytes(const struct thread_cache *c)
{
	uint64_t bytes = 0;

	for (unsigned int spc = 2; spc < go_heap.nspanclasses; spc++)
		bytes +=
			(uint64_t)c->away[spc].nlist * GO_CLASSES.size[spc / 2];
	return bytes;
}

static uint64_t cache_central_unused_bytes(unsigned int spc, uint64_t *ncached)
{
	return central_spans_unused_bytes(&go_heap, spc, ncached);
}

#endif /* GO_CACHE_SPANS_H */
