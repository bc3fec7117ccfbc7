// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * faulty.c - allocators with one fault each, to see whether it is caught.
 *
 * Role:       a small correct allocator, compiled once a fault: FAULT is one of
 *             the names below, and the plugin is named after it.
 * Invariants: without its fault it passes every check (FAULT none).
 * Locks:      heap.lock guards all.
 * Units:      bytes; a class is a power of two, header included.
 * Source:     none.
 *
 * Which calls go wrong is a knob: the `every`-th. Threads count together.
 */
#include <allotrope/allocator.h>

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum fault {
	none,
	crash,	       /* malloc writes through NULL */
	hang,	       /* malloc never returns */
	overlap,       /* malloc returns the object before, still live */
	misaligned,    /* malloc returns an object 4 bytes off */
	dirty_calloc,  /* calloc does not clear */
	lossy_realloc, /* realloc forgets the last byte it should keep */
	scribble,      /* free writes into a live object */
	short_usable,  /* usable_size below what was asked for */
	out_of_memory, /* malloc returns NULL */
	bad_init,      /* init fails */
	bad_abi,       /* the table names a later interface */
	short_table,   /* the table ends before free */
	no_free,       /* the table has no free */
	own_process,   /* the table names the process's malloc */
	no_reuse,      /* no fault: the table declares what it cannot do */
};

#define NAME_(fault) #fault
#define NAME(fault)  NAME_(fault)

#define CHUNK_BYTES  ((size_t)64 << 20)
#define NCLASSES     48

struct header {
	size_t size; /* as asked for */
	unsigned int class;
	unsigned int align; /* payload - block */
};

static struct {
	pthread_mutex_t lock;
	char *next, *end;
	void *free[NCLASSES];
	unsigned long calls;
	char *last; /* the object handed out before */
} heap = { .lock = PTHREAD_MUTEX_INITIALIZER };

static unsigned long every = 1000; /* set at init */

static bool is_time_locked(enum fault fault)
{
	return FAULT == fault && ++heap.calls % every == 0;
}

static void *carve_locked(size_t bytes)
{
	void *p;

	if ((size_t)(heap.end - heap.next) < bytes) {
		size_t n = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;

		p = mmap(NULL, n, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (p == MAP_FAILED)
			return NULL;
		heap.next = p;
		heap.end = heap.next + n;
	}
	p = heap.next;
	heap.next += bytes;
	return p;
}

static char *take_locked(size_t align, size_t size)
{
	size_t need = size + align + sizeof(struct header);
	unsigned int class = 6;
	struct header *header;
	char *block, *p;

	if (need < size || need > (size_t)1 << 46)
		return NULL;
	while ((size_t)1 << class < need)
		class ++;
	block = heap.free[class];
	if (block)
		memcpy(&heap.free[class], block, sizeof(void *));
	else
		block = carve_locked((size_t)1 << class);
	if (!block)
		return NULL;
	p = block + sizeof(*header);
	p += -(uintptr_t)p & (align - 1);
	header = (struct header *)(void *)(p - sizeof(*header));
	*header = (struct header){ size, class, (unsigned int)(p - block) };
	return p;
}

static void *allocate(size_t align, size_t size)
{
	char *p;

	pthread_mutex_lock(&heap.lock);
	if (is_time_locked(hang))
		for (;;)
			pause();
	if (is_time_locked(crash))
		*(volatile char *)NULL = 0;
	p = is_time_locked(out_of_memory) ? NULL : take_locked(align, size);
	if (p && align <= 16 && is_time_locked(overlap) && heap.last)
		p = heap.last;
	if (p && is_time_locked(misaligned))
		p += 4;
	heap.last = p;
	pthread_mutex_unlock(&heap.lock);
	if (!p)
		errno = ENOMEM;
	return p;
}

static void *faulty_malloc(size_t size)
{
	return allocate(16, size);
}

static void faulty_free(void *p)
{
	struct header *header = (struct header *)p - 1;
	char *block;

	if (!p)
		return;
	pthread_mutex_lock(&heap.lock);
	if (p == heap.last)
		heap.last = NULL;
	if (is_time_locked(scribble) && heap.last)
		memset(heap.last, 0x5a,
		       ((struct header *)(void *)heap.last)[-1].size);
	block = (char *)p - header->align;
	memcpy(block, &heap.free[header->class], sizeof(void *));
	heap.free[header->class] = block;
	pthread_mutex_unlock(&heap.lock);
}

static void *faulty_calloc(size_t n, size_t size)
{
	size_t bytes;
	bool skip;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	p = allocate(16, bytes);
	pthread_mutex_lock(&heap.lock);
	skip = is_time_locked(dirty_calloc);
	pthread_mutex_unlock(&heap.lock);
	if (p && !skip)
		memset(p, 0, bytes);
	return p;
}

static void *faulty_realloc(void *p, size_t size)
{
	const struct header *header = (const struct header *)p - 1;
	char *q = allocate(16, size);
	size_t keep;

	if (!p || !q)
		return q;
	keep = header->size < size ? header->size : size;
	memcpy(q, p, keep);
	pthread_mutex_lock(&heap.lock);
	if (keep && is_time_locked(lossy_realloc))
		q[keep - 1] = (char)(q[keep - 1] + 1);
	pthread_mutex_unlock(&heap.lock);
	faulty_free(p);
	return q;
}

static void *faulty_aligned_alloc(size_t align, size_t size)
{
	return allocate(align < 16 ? 16 : align, size);
}

static size_t faulty_usable_size(const void *p)
{
	const struct header *header = (const struct header *)p - 1;

	return FAULT == short_usable && header->size ? header->size - 1
						     : header->size;
}

static int faulty_init(const struct al_config *config)
{
	every = strtoul(config->knob("every"), NULL, 10);
	if (FAULT == bad_init || every == 0)
		return -EINVAL;
	return 0;
}

static const struct al_knob knobs[] = {
	{ "every", "1000", "calls between two faulty ones, 1 or more" },
};

static const struct al_allocator faulty = {
	.abi = FAULT == bad_abi ? AL_ALLOCATOR_ABI + 1 : AL_ALLOCATOR_ABI,
	.size = FAULT == short_table ? offsetof(struct al_allocator, free)
				     : sizeof(faulty),
	.caps = FAULT == no_reuse ? AL_CAP_NO_REUSE : 0,
	.name = NAME(FAULT),
	.summary = "a small allocator with this fault",
	.family = "test",
	.source = "none",
	.knobs = knobs,
	.nknobs = sizeof(knobs) / sizeof(knobs[0]),
	.init = faulty_init,
	.malloc = FAULT == own_process ? malloc : faulty_malloc,
	.free = FAULT == no_free       ? NULL
		: FAULT == own_process ? free
				       : faulty_free,
	.calloc = faulty_calloc,
	.realloc = faulty_realloc,
	.aligned_alloc = faulty_aligned_alloc,
	.usable_size = faulty_usable_size,
};

__attribute__((visibility("default"))) const struct al_allocator *
allotrope_allocator(void)
{
	return &faulty;
}
