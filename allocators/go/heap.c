// SPDX-License-Identifier: MIT
/*
 * heap.c - from runs of pages to spans: what is the same above every page heap.
 *
 * Role:       takes the heap lock, calls the policies, fills the page map,
 *             prepares slots, counts.
 * Invariants: a span that leaves here is in the page map and has no owner.
 * Locks:      takes heap->lock.
 * Units:      pages.
 * Source:     after Go mheap.go alloc, alloc_m, freeSpan.
 * Differs:    freed bits live in blocks of their own and come back with the
 *             span; the original leaves them to the collector's cycle.
 */
#include "pageheap.h"
#include "central.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The tiny class is class 2 (16 bytes) without pointers. */
#define TINY_SPANCLASS 5

/* The tables that every variant has. */
static int make_tables(struct go_heap *h)
{
	h->central = persistent_alloc(&h->persistent,
				      h->nspanclasses * sizeof(*h->central),
				      GO_CACHELINE);
	if (!h->central)
		return -ENOMEM;
	for (unsigned int spc = 0; spc < h->nspanclasses; spc++) {
		h->central[spc].spanclass = (uint8_t)spc;
		go_lock_init(&h->central[spc].lock, GO_RANK_CENTRAL + spc);
	}
	return 0;
}

int heap_init(struct go_heap *h, const struct go_heap_config *config)
{
	const size_t word = sizeof(uint64_t);
	int err;

	*h = (struct go_heap){
		.name = config->name,
		.classes = config->classes,
		.space = config->space,
		.pageheap = config->pageheap,
		.os = config->os,
		.moving = config->moving,
		.lg_page = config->classes->lg_page,
		.nspanclasses = 2 * config->classes->nclasses,
		.tiny = config->tiny,
		.linked = config->linked,
		.zero_locked = config->zero_locked,
		.map_all_pages = config->map_all_pages,
	};
	go_lock_init(&h->quiet_lock, GO_RANK_QUIET);
	go_lock_init(&h->lock, GO_RANK_HEAP);
	persistent_init(&h->persistent, h->os);
	fixalloc_init(&h->spans, &h->persistent, sizeof(struct span),
		      GO_CACHELINE);
	fixalloc_init(&h->bits_small, &h->persistent,
		      2 * SPAN_BITS_SMALL_WORDS * word, GO_CACHELINE);
	fixalloc_init(&h->bits_large, &h->persistent,
		      2 * SPAN_BITS_LARGE_WORDS * word, GO_CACHELINE);
	fixalloc_init(&h->bits_tiny, &h->persistent,
		      2 * SPAN_BITS_SMALL_WORDS * word +
			      64 * SPAN_BITS_SMALL_WORDS,
		      GO_CACHELINE);
	fixalloc_init(&h->cachealloc, &h->persistent, config->cache_size_bytes,
		      GO_CACHELINE);
	err = make_tables(h);
	if (!err)
		err = h->space->init(h);
	if (!err)
		err = h->pageheap->init(h);
	if (err)
		persistent_undo(&h->persistent);
	return err;
}

struct span *span_new(struct go_heap *h, uintptr_t base, size_t npages)
{
	struct span *s = fixalloc_alloc(&h->spans);

	if (s)
		*s = (struct span){ .base = base, .npages = npages };
	return s;
}

void span_delete(struct go_heap *h, struct span *s)
{
	s->state = SPAN_DEAD;
	fixalloc_free(&h->spans, s);
}

static struct fixalloc *block_kind(struct go_heap *h, unsigned int nslots,
				   bool tiny)
{
	if (tiny)
		return &h->bits_tiny;
	if (!span_needs_block(nslots))
		return NULL;
	return nslots <= 64 * SPAN_BITS_SMALL_WORDS ? &h->bits_small
						    : &h->bits_large;
}

static bool is_tiny(const struct go_heap *h, unsigned int spc)
{
	return h->tiny && spc == TINY_SPANCLASS;
}

/* Where the bits of a span of @spc come from; NULL: it needs no block. */
static struct fixalloc *block_source(struct go_heap *h, unsigned int spc)
{
	return spc < 2 || h->linked
		       ? NULL
		       : block_kind(h, h->classes->nobjects[spc / 2],
				    is_tiny(h, spc));
}

/* Slots and page map. Needs no lock: nobody else has these pages. */
static void prepare(struct go_heap *h, struct span *s, unsigned int spc,
		    void *block)
{
	size_t npages = s->npages;

	if (spc < 2)
		span_init_large(s, spc, span_bytes(h, s));
	else if (h->linked)
		span_init_linked(s, h->classes, spc);
	else
		span_init_slots(s, h->classes, spc, is_tiny(h, spc), block);
	s->state = SPAN_INUSE;
	if (spc < 2 && !h->map_all_pages) {
		h->space->set(h, s->base, 1, s);
		h->space->set(h, s->base + ((npages - 1) << h->lg_page), 1, s);
	} else {
		h->space->set(h, s->base, npages, s);
	}
}

static void count(struct span_counts *n, const struct span *s)
{
	n->inuse_npages += s->npages;
	n->spans_inuse++;
	if (s->spanclass < 2)
		n->large_npages += s->npages;
}

/* A run, and its descriptor from the caller's if it has any. */
static struct span *alloc_run_locked(struct go_heap *h, struct go_cache *c,
				     size_t npages)
{
	return h->pageheap->alloc_by_locked && c
		       ? h->pageheap->alloc_by_locked(h, &c->pages, npages)
		       : h->pageheap->alloc_locked(h, npages);
}

struct span *heap_alloc_span(struct go_heap *h, struct go_cache *c,
			     size_t npages, unsigned int spc)
{
	struct fixalloc *kind = block_source(h, spc);
	struct span *s = NULL;
	void *block = NULL;

	if (h->pageheap->alloc_cached && c)
		s = h->pageheap->alloc_cached(h, &c->pages, npages);
	if (s && !kind) {
		prepare(h, s, spc, NULL);
		count(&c->n.spans, s);
		return s;
	}
	go_lock_take(&h->lock);
	if (!s)
		s = alloc_run_locked(h, c, npages);
	if (s && kind)
		block = fixalloc_alloc(kind);
	if (s && kind && !block) {
		h->pageheap->free_locked(h, s);
		s = NULL;
	}
	if (s) {
		prepare(h, s, spc, block);
		count(&h->n.spans, s);
		if (h->zero_locked && spc >= 2 && s->needzero) {
			memset((void *)s->base, 0, span_bytes(h, s));
			s->needzero = 0;
		}
	}
	go_lock_drop(&h->lock);
	return s;
}

struct span_counts heap_span_counts_locked(const struct go_heap *h)
{
	struct span_counts n = h->n.spans;

	for (const struct go_cache *c = h->caches; c; c = c->all_next) {
		n.inuse_npages += c->n.spans.inuse_npages;
		n.spans_inuse += c->n.spans.spans_inuse;
		n.large_npages += c->n.spans.large_npages;
	}
	return n;
}

/*
 * Give the @npages at @base, cut off a span in use, back to the page heap, with
 * @part as their descriptor.
 */
static void free_part_locked(struct go_heap *h, struct span *part,
			     uintptr_t base, size_t npages, bool needzero)
{
	if (npages == 0) {
		span_delete(h, part);
		return;
	}
	part->base = base;
	part->npages = npages;
	part->needzero = needzero;
	part->state = SPAN_INUSE;
	h->pageheap->free_locked(h, part);
}

/* Cut the span @s to @npages from a multiple of @align on. */
static void align_locked(struct go_heap *h, struct span *s, size_t npages,
			 size_t align, struct span *head, struct span *tail)
{
	uintptr_t base = s->base, start = (base + align - 1) & ~(align - 1);
	size_t before = (start - base) >> h->lg_page;
	size_t after = s->npages - npages - before;

	s->base = start;
	s->npages = npages;
	/* in the page map first, so that the cut-offs keep off it */
	prepare(h, s, 0, NULL);
	count(&h->n.spans, s);
	free_part_locked(h, head, base, before, s->needzero);
	free_part_locked(h, tail, start + (npages << h->lg_page), after,
			 s->needzero);
}

struct span *heap_alloc_aligned(struct go_heap *h, struct go_cache *c,
				size_t npages, size_t align)
{
	size_t extra = (align >> h->lg_page) - 1;
	struct span *s = NULL, *head, *tail;

	(void)c;
	if (npages + extra < npages)
		return NULL;
	go_lock_take(&h->lock);
	/* first: what is cut off must not leak */
	head = span_new(h, 0, 0);
	tail = span_new(h, 0, 0);
	if (head && tail)
		s = h->pageheap->alloc_locked(h, npages + extra);
	if (s) {
		align_locked(h, s, npages, align, head, tail);
	} else {
		if (tail)
			span_delete(h, tail);
		if (head)
			span_delete(h, head);
	}
	go_lock_drop(&h->lock);
	return s;
}

/* @s is not in use any more: counts, bits. */
static void retire_locked(struct go_heap *h, struct span *s)
{
	if (GO_UNLIKELY(s->state != SPAN_INUSE))
		go_fatal(h, "double free of", (void *)s->base);
	h->n.spans.inuse_npages -= s->npages;
	h->n.spans.spans_inuse--;
	if (s->spanclass < 2) {
		h->n.spans.large_npages -= s->npages;
	} else if (!h->linked) {
		struct fixalloc *kind = block_kind(h, s->nslots, s->tiny);

		if (kind)
			fixalloc_free(kind, s->freebits);
	}
}

void heap_free_span(struct go_heap *h, struct go_cache *c, struct span *s)
{
	go_lock_take(&h->lock);
	retire_locked(h, s);
	s->needzero = 1;
	/* the dummy cache is many threads' and keeps nothing */
	if (h->pageheap->free_by_locked && c && c->heap)
		h->pageheap->free_by_locked(h, &c->pages, s);
	else
		h->pageheap->free_locked(h, s);
	go_lock_drop(&h->lock);
}

static size_t put(char *line, size_t used, size_t room, const char *text)
{
	while (*text && used < room)
		line[used++] = *text++;
	return used;
}

void go_fatal(const struct go_heap *h, const char *what, const void *address)
{
	char line[160], digits[2 * sizeof(uintptr_t) + 1];
	size_t room = sizeof(line) - 1, used = 0, n = sizeof(digits) - 1;
	uintptr_t rest = (uintptr_t)address;

	digits[n] = 0;
	do {
		digits[--n] = "0123456789abcdef"[rest % 16];
		rest /= 16;
	} while (rest);
	used = put(line, used, room, "allotrope: ");
	used = put(line, used, room, h->name);
	used = put(line, used, room, ": ");
	used = put(line, used, room, what);
	used = put(line, used, room, " 0x");
	used = put(line, used, room, digits + n);
	line[used++] = '\n';
	while (write(STDERR_FILENO, line, used) < 0 && errno == EINTR)
		continue;
	abort();
}
