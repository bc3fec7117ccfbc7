// SPDX-License-Identifier: MIT
/*
 * space_linear.c - address space policy: one contiguous arena.
 *
 * Role:       finds a place for page map, bitmap and arena, maps the arena from
 *             its start upwards, and the page map with it.
 * Invariants: [start, start + npages) is mapped, and the page map for it; what
 *             lies above belongs to nobody yet.
 * Locks:      heap->lock.
 * Units:      bytes; runs in pages.
 * Source:     after Go 1.0 malloc.goc mallocinit, mheap.c MHeap_Grow to Go 1.9
 *             malloc.go mallocinit, sysAlloc, mheap.go grow, mapSpans.
 * Differs:    the collector's bitmap keeps its place, so that addresses are
 *             those of the release; it is mapped for marks (freelist.h) only.
 *             The page map of 1.0 and 1.1, an array in the heap's struct, lies
 *             wherever the kernel puts it. As in the originals on 64 bits
 *             nothing is reserved: a mapping that gets in the way ends the
 *             growth. Where every hint is taken (sanitizers take them) all of
 *             it is reserved elsewhere; the originals give up.
 */
#include "pageheap.h"
#include "spanmap.h"

#include <errno.h>

#define GiB	      ((size_t)1 << 30)
#define MiB	      ((size_t)1 << 20)

#define PROBE_BYTES   ((size_t)64 << 10)
#define ROUND_BYTES   ((size_t)64 << 10)

/* Go 1.3: 16 pages, which had become twice as long; 1.4 mended that. */
#define ROUND_1_3     ((size_t)128 << 10)
#define MIN_ASK_BYTES MiB
#define HINT_STRIDE   (UINT64_C(1) << 40)
#define SYSTEM_PAGE   ((size_t)4096)

struct shape {
	size_t arena_bytes;
	size_t bitmap_bytes;
	uintptr_t first_hint;
	unsigned int nhints;
	size_t round_bytes; /* of growth beyond MIN_ASK_BYTES */
	bool map_in_front;  /* the page map has a place before the bitmap */
};

struct linear {
	struct shape shape;
	size_t map_mapped;   /* bytes of the page map */
	size_t marks_mapped; /* bytes of the marks */
	bool reserved;	     /* all of it, at no hint */
};

struct linear_map go_linear;

static uintptr_t round_up(uintptr_t x, size_t align)
{
	return (x + align - 1) & ~(uintptr_t)(align - 1);
}

/* Is @want free? Nothing stays reserved. */
static bool probe(struct go_heap *h, uintptr_t want)
{
	void *got = h->os->reserve((void *)want, PROBE_BYTES);

	if (got)
		h->os->release(got, PROBE_BYTES);
	return (uintptr_t)got == want;
}

/* Map [@p, @p + @n) if nobody else has it. */
static bool map_at(struct go_heap *h, uintptr_t p, size_t n)
{
	const struct linear *l = h->sp;
	void *got;

	if (l->reserved)
		return h->os->map((void *)p, n) == 0;
	got = h->os->reserve((void *)p, n);
	if ((uintptr_t)got == p && h->os->map(got, n) == 0)
		return true;
	if (got)
		h->os->release(got, n);
	return false;
}

static int init(struct go_heap *h, struct shape shape)
{
	size_t map_bytes = (shape.arena_bytes >> h->lg_page) * sizeof(void *);
	struct linear *l;
	size_t all = 0; /* reserved at once, at no hint */
	uintptr_t p = 0;

	if (go_linear.heap && go_linear.heap != h)
		return -EBUSY;
	l = persistent_alloc(&h->persistent, sizeof(*l), GO_CACHELINE);
	if (!l)
		return -ENOMEM;
	for (unsigned int i = 0; i < shape.nhints && !p; i++)
		if (probe(h, shape.first_hint + i * HINT_STRIDE))
			p = shape.first_hint + i * HINT_STRIDE;
	l->reserved = !p;
	if (!p) {
		all = shape.bitmap_bytes + shape.arena_bytes + 2 * map_bytes;
		p = (uintptr_t)h->os->reserve(NULL, all);
		if (!p)
			return -ENOMEM;
	}
	if (shape.map_in_front) {
		go_linear.spans = (void *)p;
		p += map_bytes;
	} else {
		go_linear.spans = h->os->reserve(NULL, map_bytes);
		if (!go_linear.spans && all)
			h->os->release((void *)p, all);
		if (!go_linear.spans)
			return -ENOMEM;
	}
	go_linear.start =
		round_up(p + shape.bitmap_bytes, (size_t)1 << h->lg_page);
	go_linear.marks =
		h->linked ? p - go_linear.start / LINEAR_MARK_BYTES : 0;
	go_linear.npages = 0;
	go_linear.heap = h;
	l->shape = shape;
	l->map_mapped = 0;
	l->marks_mapped = 0;
	h->sp = l;
	return 0;
}

/* Let the page map reach to @npages. */
static bool map_entries(struct go_heap *h, size_t npages)
{
	struct linear *l = h->sp;
	size_t need = round_up(npages * sizeof(void *), SYSTEM_PAGE);
	uintptr_t from = (uintptr_t)go_linear.spans + l->map_mapped;
	bool ok;

	if (need <= l->map_mapped)
		return true;
	ok = l->shape.map_in_front
		     ? map_at(h, from, need - l->map_mapped)
		     : h->os->map((void *)from, need - l->map_mapped) == 0;
	if (!ok)
		return false;
	h->persistent.total_bytes += need - l->map_mapped;
	l->map_mapped = need;
	return true;
}

/* Let the marks reach to @npages. */
static bool map_marks(struct go_heap *h, size_t npages)
{
	struct linear *l = h->sp;
	size_t need = round_up((npages << h->lg_page) / LINEAR_MARK_BYTES,
			       ROUND_BYTES);

	if (!go_linear.marks || need <= l->marks_mapped)
		return true;
	if (!map_at(h,
		    go_linear.marks + go_linear.start / LINEAR_MARK_BYTES +
			    l->marks_mapped,
		    need - l->marks_mapped))
		return false;
	h->persistent.total_bytes += need - l->marks_mapped;
	l->marks_mapped = need;
	return true;
}

static bool take(struct go_heap *h, size_t nbytes, struct page_run *run)
{
	struct linear *l = h->sp;
	size_t used = go_linear.npages, npages = nbytes >> h->lg_page;
	uintptr_t p = go_linear.start + (used << h->lg_page);

	if (nbytes > l->shape.arena_bytes - (used << h->lg_page) ||
	    !map_entries(h, used + npages) || !map_marks(h, used + npages) ||
	    !map_at(h, p, nbytes))
		return false;
	atomic_store_explicit(&go_linear.npages, used + npages,
			      memory_order_release);
	*run = (struct page_run){ p, npages };
	return true;
}

static int grow_locked(struct go_heap *h, size_t npages, struct page_run *run)
{
	struct linear *l = h->sp;
	size_t exact;

	if (npages > l->shape.arena_bytes >> h->lg_page)
		return -ENOMEM;
	exact = round_up(npages << h->lg_page, l->shape.round_bytes);
	if (take(h, exact > MIN_ASK_BYTES ? exact : MIN_ASK_BYTES, run) ||
	    take(h, exact, run))
		return 0;
	return -ENOMEM;
}

static struct span *get(const struct go_heap *h, uintptr_t addr)
{
	size_t i = (addr - go_linear.start) >> h->lg_page;

	if (addr < go_linear.start || i >= go_linear.npages)
		return NULL;
	return atomic_load_explicit(&go_linear.spans[i], memory_order_relaxed);
}

static void set(struct go_heap *h, uintptr_t addr, size_t npages,
		struct span *s)
{
	size_t i = (addr - go_linear.start) >> h->lg_page;

	for (size_t end = i + npages; i < end; i++)
		atomic_store_explicit(&go_linear.spans[i], s,
				      memory_order_release);
}

static int init_1_0(struct go_heap *h)
{
	return init(h, (struct shape){ 16 * GiB, GiB, UINT64_C(0xf8) << 32, 1,
				       ROUND_BYTES, false });
}

static int init_1_1(struct go_heap *h)
{
	return init(h, (struct shape){ 128 * GiB, 8 * GiB, UINT64_C(0xc0) << 32,
				       1, ROUND_BYTES, false });
}

static int init_1_2(struct go_heap *h)
{
	return init(h, (struct shape){ 128 * GiB, 8 * GiB, UINT64_C(0xc0) << 32,
				       0x80, ROUND_BYTES, true });
}

static int init_1_3(struct go_heap *h)
{
	return init(h, (struct shape){ 128 * GiB, 8 * GiB, UINT64_C(0xc0) << 32,
				       0x80, ROUND_1_3, true });
}

static int init_1_5(struct go_heap *h)
{
	return init(h,
		    (struct shape){ 512 * GiB, 16 * GiB, UINT64_C(0xc0) << 32,
				    0x80, ROUND_BYTES, true });
}

#define LINEAR_OPS .grow_locked = grow_locked, .get = get, .set = set

const struct space_ops space_linear_1_0 = {
	.name = "linear-16G",
	.source = "Go 1.0 mallocinit",
	.init = init_1_0,
	LINEAR_OPS,
};

const struct space_ops space_linear_1_1 = {
	.name = "linear-128G",
	.source = "Go 1.1 mallocinit",
	.init = init_1_1,
	LINEAR_OPS,
};

const struct space_ops space_linear_1_2 = {
	.name = "linear-128G",
	.source = "Go 1.2, 1.4 mallocinit",
	.init = init_1_2,
	LINEAR_OPS,
};

const struct space_ops space_linear_1_3 = {
	.name = "linear-128G",
	.source = "Go 1.3 mallocinit, MHeap_Grow",
	.init = init_1_3,
	LINEAR_OPS,
};

const struct space_ops space_linear = {
	.name = "linear-512G",
	.source = "Go 1.5-1.10 mallocinit",
	.init = init_1_5,
	LINEAR_OPS,
};
