// SPDX-License-Identifier: MIT
/*
 * go_internal.h - what every part of the Go-style allocator shares.
 *
 * Role:       constants, the heap and the thread cache header, the fatal exit.
 *             README.md in this folder walks through one allocation.
 * Invariants: one struct go_heap per variant and process, in static memory. A
 *             struct go_cache is never unmapped: threads come and go, a stale
 *             pointer to a cache still points to a cache.
 * Locks:      central[i].lock < go_heap.lock (left taken first); none is held
 *             while a thread cache is used by its owner.
 * Units:      sizes in bytes, runs in pages of (1 << lg_page) bytes.
 * Source:     after Go runtime mheap.go, mcache.go.
 */
#ifndef GO_INTERNAL_H
#define GO_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fixalloc.h"
#include "go_lock.h"
#include "osmem.h"
#include "sizeclass.h"

#define GO_CACHELINE	   64

/* Two span classes (scan, noscan) for each of at most 68 size classes. */
#define GO_MAX_SPANCLASSES 136

#define GO_LIKELY(x)	   __builtin_expect(!!(x), 1)
#define GO_UNLIKELY(x)	   __builtin_expect(!!(x), 0)

struct span;
struct central;
struct pageheap_ops;
struct space_ops;

/* A thread's window on the page heap (Go 1.14 on); zero when not used. */
struct pagecache {
	uintptr_t base;	    /* address of page 0 of the block of 64 */
	uint64_t free;	    /* bit i: page i is free */
	uint64_t released;  /* bit i: page i was given back to the system */
	struct span *spans; /* descriptors not in use, through next */
	size_t nspans;
};

/*
 * Spans handed out by the page heap less spans given back. They are given back
 * under heap->lock and counted there, but a page cache hands them out without:
 * each counter alone may pass below 0 and wrap, their sum is right.
 */
struct span_counts {
	uint64_t inuse_npages;
	uint64_t spans_inuse;
	uint64_t large_npages; /* of inuse_npages: large objects */
};

/* Events that only the owner counts; summed by stats. */
struct cache_counts {
	uint64_t refills;
	uint64_t remote_frees;
	struct span_counts spans; /* from the page cache */
};

/**
 * struct go_cache - the part of a thread cache that every generation has.
 * The policy's own struct begins with it.
 */
struct go_cache {
	struct go_heap *heap;	    /* set at creation */
	struct go_cache *all_next;  /* heap->caches; heap->lock */
	struct go_cache *idle_next; /* heap->caches_idle; heap->lock */
	struct cache_counts n;	    /* owner thread */
	struct pagecache pages;	    /* owner thread */
	_Atomic uint32_t moving;    /* owner thread: is inside central_sets */
};

/* Counted under heap->lock. Bytes unless the name says otherwise. */
struct heap_counts {
	uint64_t grows;
	uint64_t search_steps; /* free spans or summaries looked at */
	struct span_counts spans;
};

/**
 * struct go_heap - one allocator.
 */
struct go_heap {
	/* set at init */
	const char *name; /* the variant's, for messages */
	const struct size_classes *classes;
	const struct space_ops *space; /* where addresses come from */
	const struct pageheap_ops *pageheap;
	const struct osmem_ops *os;
	unsigned int lg_page;
	unsigned int nspanclasses;
	struct go_cache *moving; /* owner of a span while central moves it */
	bool tiny;		 /* the tiny class keeps a count per slot */
	bool linked;	    /* free slots are linked, there are no bitmaps */
	bool zero_locked;   /* spans of slots are zeroed under lock (Go 1.0) */
	bool map_all_pages; /* page map covers large objects' inner pages too */

	/* central_sets: nobody may enter, a thread forks; see there */
	_Atomic uint32_t quiet;
	struct go_lock quiet_lock;

	/* guarded by lock */
	_Alignas(GO_CACHELINE) struct go_lock lock;
	void *ph; /* the page heap policy's own state */
	void *sp; /* the address space policy's own state */
	struct heap_counts n;
	size_t goal_npages; /* may keep memory; 0: no scavenger, no goal */
	struct persistent persistent; /* backs everything below */
	struct fixalloc spans;
	struct fixalloc bits_small;   /* freebits of up to 512 slots */
	struct fixalloc bits_large;   /* freebits of up to 1024 slots */
	struct fixalloc bits_tiny;    /* the same with a count per slot */
	struct fixalloc cachealloc;   /* records of cache_size_bytes */
	struct go_cache *caches;      /* all ever made */
	struct go_cache *caches_idle; /* given back by threads that ended */

	/* the policy's; each central on its own cache lines */
	struct central *central; /* [nspanclasses] */
};

/**
 * struct go_heap_config - the choices of a variant, for heap_init().
 */
struct go_heap_config {
	const char *name;
	const struct size_classes *classes;
	const struct space_ops *space;
	const struct pageheap_ops *pageheap;
	const struct osmem_ops *os;
	size_t cache_size_bytes; /* of the policy's thread cache */
	struct go_cache *moving; /* one that owns nothing, inbox closed */
	bool tiny;		 /* small noscan objects share slots */
	bool linked;
	bool zero_locked;
	bool map_all_pages;
};

/**
 * heap_init() - make @h ready; called once, before any other thread.
 * Return: 0, or -ENOMEM: nothing was kept, it may be called again.
 */
int heap_init(struct go_heap *h, const struct go_heap_config *config);

/**
 * heap_alloc_span() - a span of @npages for span class @spc.
 * @c:     the caller's cache, for its page cache; may be NULL.
 * @spc:   span class; 0 or 1 for a large object (one slot of all pages).
 * Return: the span, its slots all free, owner NULL, in the page map; NULL
 *	when the system has no more memory.
 * Locks:  takes h->lock.
 */
struct span *heap_alloc_span(struct go_heap *h, struct go_cache *c,
			     size_t npages, unsigned int spc);

/**
 * heap_alloc_aligned() - a large span whose base is a multiple of @align.
 * @align: power of two, more than a page.
 * Return: as heap_alloc_span().
 */
struct span *heap_alloc_aligned(struct go_heap *h, struct go_cache *c,
				size_t npages, size_t align);

/**
 * heap_free_span() - give a span back to the page heap. No slot of it is in
 * use, it is on no list and no notification for it is under way.
 * Locks: takes h->lock.
 */
void heap_free_span(struct go_heap *h, struct go_cache *c, struct span *s);

/** heap_span_counts_locked() - sum over heap and caches, for stats. h->lock. */
struct span_counts heap_span_counts_locked(const struct go_heap *h);

/** heap_npages() - pages that @size bytes need; 0 if that overflows. */
static inline size_t heap_npages(const struct go_heap *h, size_t size)
{
	size_t page = (size_t)1 << h->lg_page;

	return size + page - 1 < size ? 0 : (size + page - 1) >> h->lg_page;
}

/**
 * go_fatal() - a broken contract: print "allotrope: NAME: WHAT 0xADDRESS" with
 * one write(2) and abort. Allocates nothing.
 */
void go_fatal(const struct go_heap *h, const char *what, const void *address)
	__attribute__((noreturn, cold));

#endif /* GO_INTERNAL_H */
