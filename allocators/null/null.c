// SPDX-License-Identifier: MIT
/*
 * null.c - the null allocator: hands out memory at no cost.
 *
 * Role:       the harness's own floor. What a workload takes with this
 *             allocator is the cost of the workload and of the harness.
 * Invariants: a thread's objects rotate through one small window that stays in
 *             its cache, so that touching an object costs what it costs in the
 *             best case. Live objects overlap as soon as the window wraps:
 *             contents mean nothing, also to calloc and realloc.
 *             end - next is a multiple of 16 and never negative.
 * Locks:      pool_lock, when a thread begins or ends; no other.
 * Units:      bytes.
 * Source:     none; the "void allocator" of the field.
 *
 * Cost on x86-64 (gcc 12 -O2): malloc 11 instructions, of them 3 loads, 1 store
 * and 1 branch never taken but once a window; free 1 instruction (ret).
 *
 * Every thread owns a region: address space without memory behind it, 64 GiB if
 * the machine grants it. Its first part is the window; an object that does not
 * fit into the window begins at the region's start and may be as large as the
 * region. Above that malloc fails with ENOMEM.
 */
#include <allotrope/allocator.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

#define REGION_MAX_BYTES ((size_t)64 << 30)
#define WINDOW_MIN_BYTES ((size_t)4 << 10)
#define WINDOW_MAX_BYTES ((size_t)16 << 20)
#define WINDOW_DEF_BYTES ((size_t)64 << 10)
#define ALIGN_BYTES	 ((size_t)16)

/* One thread's address space; its descriptor lies in its own last page. */
struct region {
	struct region *next_free; /* guarded by pool_lock */
	char *base;
	size_t bytes; /* usable, without the descriptor */
};

static __thread struct {
	char *next; /* read and written on every malloc */
	char *end;  /* of the window */
	struct region *region;
} window;

static size_t window_bytes = WINDOW_DEF_BYTES; /* set at init */
static pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER;
static struct region *pool; /* guarded by pool_lock */
static _Atomic(uint64_t) mapped_bytes, nregions;

/* Takes less where an address space limit or strict overcommit says so. */
static struct region *region_map(void)
{
	const size_t page = 4096;

	for (size_t bytes = REGION_MAX_BYTES; bytes > window_bytes;
	     bytes /= 2) {
		char *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
				  -1, 0);
		struct region *region;

		if (base == MAP_FAILED)
			continue;
		region = (struct region *)(base + bytes - page);
		region->base = base;
		region->bytes = bytes - page;
		mapped_bytes += bytes;
		nregions++;
		return region;
	}
	return NULL;
}

static void null_thread_enter(void)
{
	struct region *region;

	pthread_mutex_lock(&pool_lock);
	region = pool;
	if (region)
		pool = region->next_free;
	pthread_mutex_unlock(&pool_lock);
	if (!region)
		region = region_map();
	if (!region)
		return; /* malloc will say ENOMEM */
	window.region = region;
	window.next = region->base;
	window.end = region->base + window_bytes;
}

static void null_thread_exit(void)
{
	struct region *region = window.region;

	if (!region)
		return;
	window.region = NULL;
	window.next = window.end = NULL;
	pthread_mutex_lock(&pool_lock);
	region->next_free = pool;
	pool = region;
	pthread_mutex_unlock(&pool_lock);
}

/* The window is used up, or @size is larger than it, or there is none. */
static __attribute__((noinline, cold)) void *wrap(size_t align, size_t size)
{
	struct region *region;
	uintptr_t base, p;

	if (!window.region)
		null_thread_enter();
	region = window.region;
	if (!region)
		goto none;
	base = (uintptr_t)region->base;
	p = (base + align - 1) & ~(uintptr_t)(align - 1);
	if (p - base > region->bytes || size > region->bytes - (p - base))
		goto none;
	if (p - base + size <= window_bytes)
		window.next = (char *)((p + size + ALIGN_BYTES - 1) &
				       ~(uintptr_t)(ALIGN_BYTES - 1));
	return (void *)p;
none:
	errno = ENOMEM;
	return NULL;
}

static void *null_malloc(size_t size)
{
	char *p = window.next;

	if (__builtin_expect(size > (size_t)(window.end - p), 0))
		return wrap(ALIGN_BYTES, size);
	window.next = p + ((size + ALIGN_BYTES - 1) & ~(ALIGN_BYTES - 1));
	return p;
}

static void null_free(void *p)
{
}

static void null_free_sized(void *p, size_t size)
{
}

static void *null_malloc_flags(size_t size, unsigned int flags)
{
	return null_malloc(size);
}

static void *null_calloc(size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return null_malloc(bytes);
}

static void *null_realloc(void *p, size_t size)
{
	return null_malloc(size);
}

static void *null_aligned_alloc(size_t align, size_t size)
{
	uintptr_t p;

	if (align <= ALIGN_BYTES)
		return null_malloc(size);
	p = ((uintptr_t)window.next + align - 1) & ~(uintptr_t)(align - 1);
	if (p > (uintptr_t)window.end || size > (uintptr_t)window.end - p)
		return wrap(align, size);
	window.next = (char *)((p + size + ALIGN_BYTES - 1) &
			       ~(uintptr_t)(ALIGN_BYTES - 1));
	return (void *)p;
}

static int null_stats(struct al_stats *stats)
{
	stats->mapped_bytes = mapped_bytes;
	stats->grows = nregions;
	return 0;
}

static int null_init(const struct al_config *config)
{
	const char *text = config->knob("window");
	char *end;
	unsigned long long bytes;

	if (!text)
		return 0;
	errno = 0;
	bytes = strtoull(text, &end, 10);
	if (errno || end == text || *end || bytes < WINDOW_MIN_BYTES ||
	    bytes > WINDOW_MAX_BYTES || bytes % WINDOW_MIN_BYTES)
		return -EINVAL;
	window_bytes = bytes;
	return 0;
}

static const struct al_knob null_knobs[] = {
	{ "window", "65536",
	  "bytes a thread's objects rotate through, 4096 to 16777216, "
	  "a multiple of 4096" },
};

static const struct al_allocator null_allocator = {
	.abi = AL_ALLOCATOR_ABI,
	.caps = AL_CAP_OVERLAPPING,
	.size = sizeof(null_allocator),
	.name = "null",
	.summary = "memory at no cost, objects overlap: the harness's floor",
	.family = "floor",
	.source = "none",
	.knobs = null_knobs,
	.nknobs = sizeof(null_knobs) / sizeof(null_knobs[0]),
	.init = null_init,
	.thread_enter = null_thread_enter,
	.thread_exit = null_thread_exit,
	.malloc = null_malloc,
	.free = null_free,
	.calloc = null_calloc,
	.realloc = null_realloc,
	.aligned_alloc = null_aligned_alloc,
	.free_sized = null_free_sized,
	.malloc_flags = null_malloc_flags,
	.stats = null_stats,
};

__attribute__((visibility("default"))) const struct al_allocator *
allotrope_allocator(void)
{
	return &null_allocator;
}
