// SPDX-License-Identifier: MIT
/*
 * example.c - a small real allocator: the template for a new plugin.
 *
 * Role:       shows every hook of allocator.h on an allocator that is complete
 *             and can be read in ten minutes. doc/how-to-plugin.md walks from a
 *             copy of this file to the first figure.
 * Invariants: a block's size is a power of two and never changes; blocks of one
 *             chunk have one size. The chunk of a block is found from its
 *             address alone. A block is in exactly one place: in use, on one
 *             thread's list, in a shared batch, or not yet cut from its chunk.
 * Locks:      each class has its own; no two are ever held at once.
 * Units:      bytes; lists count blocks.
 * Source:     none; the segregated free lists of any textbook.
 *
 * The design:
 *
 *	         malloc, free           batches               blocks
 *	program <------------> thread's <------> class's list <------ chunk
 *	          no lock        list     lock    of batches           mmap
 *
 * Sizes are rounded up to 16, 32, 64 ... 128 KiB. Each such class has a free
 * list in every thread and one that the threads share. An object that is freed
 * goes to the list of the thread that frees it, wherever it came from. Blocks
 * pass between a thread and the shared list in batches, that is in chains that
 * are handed over as one, so that the lock is held for a few instructions. A
 * thread keeps less than two batches of a class. Larger objects have a mapping
 * each. Chunks are never unmapped.
 */
#include <allotrope/allocator.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MIN_SHIFT   4  /* the smallest block: 16 bytes */
#define MAX_SHIFT   17 /* the largest: 128 KiB */
#define NCLASSES    (MAX_SHIFT - MIN_SHIFT + 1)
#define CHUNK_BYTES ((size_t)1 << 20)

/* A free block holds its links in its first two words. */
struct block {
	struct block *next;	  /* of the same list or batch */
	struct block *next_batch; /* in the first block of a shared batch */
};

struct list {
	struct block *first;
	size_t nblocks;
};

/*
 * The head of every chunk, at an address that is a multiple of CHUNK_BYTES.
 * The first block begins behind it at a multiple of the block size, so that a
 * block is aligned to its size. A large object begins exactly CHUNK_BYTES
 * behind its head.
 */
struct chunk {
	size_t block_bytes;   /* usable bytes of a block, or of the object */
	size_t mapping_bytes; /* large: all of it; 0: cut into blocks */
	char *mapping;	      /* large: where it begins, for munmap */
};

/* What all threads share of one class; a cache line each. */
struct shared_class {
	_Alignas(64) pthread_mutex_t lock;
	struct block *batches; /* guarded by lock */
	char *fresh;	       /* guarded by lock; not yet cut, up to ... */
	char *fresh_end;       /* guarded by lock */
	uint64_t refills;      /* guarded by lock */
	uint64_t locks;	       /* guarded by lock */
	uint64_t contended;    /* guarded by lock */
};

static __thread struct list cache[NCLASSES]; /* this thread's; all free */

static struct shared_class shared[NCLASSES];
static size_t batch_bytes = 16 << 10; /* knob `batch`; set at init */
static _Atomic(uint64_t) mapped_bytes, ngrows;

static inline size_t class_bytes(unsigned int class)
{
	return (size_t)1 << (class + MIN_SHIFT);
}

/* The smallest class whose blocks hold @size bytes, size <= 128 KiB. */
static inline unsigned int class_of(size_t size)
{
	if (size <= class_bytes(0))
		return 0;
	return 64 - MIN_SHIFT - (unsigned int)__builtin_clzl(size - 1);
}

/* Blocks of class @c that move at once. */
static inline size_t batch_blocks(unsigned int c)
{
	return (batch_bytes >> (c + MIN_SHIFT)) + 1;
}

/* A large object lies on a chunk border: hence the byte before @p. */
static inline struct chunk *chunk_of(const void *p)
{
	return (struct chunk *)(((uintptr_t)p - 1) & ~(CHUNK_BYTES - 1));
}

static inline void list_push(struct list *list, struct block *block)
{
	block->next = list->first;
	list->first = block;
	list->nblocks++;
}

static inline struct block *list_pop(struct list *list)
{
	struct block *block = list->first;

	list->first = block->next;
	list->nblocks--;
	return block;
}

/*
 * Maps @bytes so that the address plus @skip is a multiple of @align, a power
 * of two, at least a page. Return: NULL if the system refuses.
 */
static char *map_aligned(size_t bytes, size_t align, size_t skip)
{
	size_t room, before;
	char *map, *start;

	if (__builtin_add_overflow(bytes, align, &room))
		return NULL;
	map = mmap(NULL, room, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		return NULL;
	before = -((uintptr_t)map + skip) & (align - 1);
	start = map + before;
	if (before)
		munmap(map, before);
	munmap(start + bytes, align - before);
	mapped_bytes += bytes;
	ngrows++;
	return start;
}

static void shared_lock(struct shared_class *class)
{
	const bool contended = pthread_mutex_trylock(&class->lock);

	if (contended)
		pthread_mutex_lock(&class->lock);
	class->locks++;
	class->contended += contended;
}

/* Gives @class new memory to cut. Return: false if there is none. */
static bool class_grow_locked(struct shared_class *class, size_t block_bytes)
{
	struct chunk *chunk =
		(struct chunk *)map_aligned(CHUNK_BYTES, CHUNK_BYTES, 0);
	size_t head = sizeof(*chunk);

	if (!chunk)
		return false;
	chunk->block_bytes = block_bytes;
	head = (head + block_bytes - 1) & ~(block_bytes - 1);
	class->fresh = (char *)chunk + head;
	class->fresh_end = (char *)chunk + CHUNK_BYTES;
	return true;
}

/* Cuts a batch from the chunk. Return: how many blocks lie at class->fresh. */
static size_t class_cut_locked(struct shared_class *class, unsigned int c)
{
	const size_t bytes = class_bytes(c);
	size_t n;

	if (class->fresh == class->fresh_end &&
	    !class_grow_locked(class, bytes))
		return 0;
	n = (size_t)(class->fresh_end - class->fresh) / bytes;
	if (n > batch_blocks(c))
		n = batch_blocks(c);
	class->fresh += n * bytes;
	return n;
}

/* Fills this thread's empty list of class @c. Return: false without memory. */
static bool cache_refill(unsigned int c)
{
	struct shared_class *class = &shared[c];
	struct block *batch;
	char *fresh;
	size_t n = 0;

	shared_lock(class);
	class->refills++;
	batch = class->batches;
	if (batch)
		class->batches = batch->next_batch;
	else
		n = class_cut_locked(class, c);
	fresh = class->fresh;
	pthread_mutex_unlock(&class->lock);
	cache[c].first = batch;
	for (; batch; batch = batch->next)
		cache[c].nblocks++;
	while (n--)
		list_push(&cache[c], (struct block *)(fresh -= class_bytes(c)));
	return cache[c].first;
}

/* Gives the first @n blocks of this thread's list of class @c to all, n > 0. */
static void cache_spill(unsigned int c, size_t n)
{
	struct shared_class *class = &shared[c];
	struct block *batch = cache[c].first, *last = batch;

	for (size_t i = 1; i < n; i++)
		last = last->next;
	cache[c].first = last->next;
	cache[c].nblocks -= n;
	last->next = NULL;
	shared_lock(class);
	batch->next_batch = class->batches;
	class->batches = batch;
	pthread_mutex_unlock(&class->lock);
}

static void *small_alloc(unsigned int c)
{
	if (__builtin_expect(!cache[c].first, 0) && !cache_refill(c)) {
		errno = ENOMEM;
		return NULL;
	}
	return list_pop(&cache[c]);
}

/* The head stands a whole chunk before the object; one page of it is used. */
static void *large_alloc(size_t size, size_t align)
{
	struct chunk *chunk;
	size_t bytes;
	char *map;

	if (align < CHUNK_BYTES)
		align = CHUNK_BYTES;
	if (size > PTRDIFF_MAX - 2 * CHUNK_BYTES)
		goto none;
	bytes = (size + 4095) & ~(size_t)4095;
	map = map_aligned(CHUNK_BYTES + bytes, align, CHUNK_BYTES);
	if (!map)
		goto none;
	chunk = (struct chunk *)map;
	chunk->block_bytes = bytes;
	chunk->mapping_bytes = CHUNK_BYTES + bytes;
	chunk->mapping = map;
	return map + CHUNK_BYTES;
none:
	errno = ENOMEM;
	return NULL;
}

static void large_free(struct chunk *chunk)
{
	const int keep = errno;

	mapped_bytes -= chunk->mapping_bytes;
	munmap(chunk->mapping, chunk->mapping_bytes);
	errno = keep;
}

/* ---- the hooks, in the order of struct al_allocator ---- */

/*
 * Knobs arrive as text. Refuse what makes no sense with -EINVAL: the user reads
 * it as the cell's outcome, instead of wondering about a number.
 */
static int example_init(const struct al_config *config)
{
	const char *text = config->knob("batch");
	unsigned long long bytes;
	char *end;

	for (unsigned int c = 0; c < NCLASSES; c++)
		pthread_mutex_init(&shared[c].lock, NULL);
	if (!text)
		return 0;
	errno = 0;
	bytes = strtoull(text, &end, 10);
	if (errno || end == text || *end || *text == '-' ||
	    bytes > (1ull << 30))
		return -EINVAL;
	batch_bytes = bytes;
	return 0;
}

/* A thread that ends leaves nothing behind that others could use. */
static void example_thread_exit(void)
{
	for (unsigned int c = 0; c < NCLASSES; c++)
		if (cache[c].nblocks)
			cache_spill(c, cache[c].nblocks);
}

static void *example_malloc(size_t size)
{
	if (size <= class_bytes(NCLASSES - 1))
		return small_alloc(class_of(size));
	return large_alloc(size, 1);
}

static void example_free(void *p)
{
	struct chunk *chunk;
	unsigned int c;

	if (!p)
		return;
	chunk = chunk_of(p);
	if (chunk->mapping_bytes) {
		large_free(chunk);
		return;
	}
	c = class_of(chunk->block_bytes);
	list_push(&cache[c], p);
	if (__builtin_expect(cache[c].nblocks >= 2 * batch_blocks(c), 0))
		cache_spill(c, batch_blocks(c));
}

static size_t example_usable_size(const void *p)
{
	return chunk_of(p)->block_bytes;
}

/* A fresh mapping reads as zero, a block only by chance. */
static void *example_calloc(size_t n, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	p = example_malloc(bytes);
	if (p && !chunk_of(p)->mapping_bytes)
		memset(p, 0, bytes);
	return p;
}

/* Stays in place while it fits and more than half of it is used. */
static void *example_realloc(void *p, size_t size)
{
	size_t room;
	void *q;

	if (!p)
		return example_malloc(size);
	room = example_usable_size(p);
	if (size <= room && size >= room / 2)
		return p;
	q = example_malloc(size);
	if (!q)
		return NULL;
	memcpy(q, p, size < room ? size : room);
	example_free(p);
	return q;
}

/* A block is aligned to its own size: round the size up to the alignment. */
static void *example_aligned_alloc(size_t align, size_t size)
{
	if (align > class_bytes(NCLASSES - 1) ||
	    size > class_bytes(NCLASSES - 1))
		return large_alloc(size, align);
	return small_alloc(class_of(size > align ? size : align));
}

/* Set what is known exactly; the rest stays AL_STAT_UNKNOWN, never 0. */
static int example_stats(struct al_stats *stats)
{
	stats->mapped_bytes = mapped_bytes;
	stats->grows = ngrows;
	stats->refills = stats->central_locks = stats->central_contended = 0;
	for (unsigned int c = 0; c < NCLASSES; c++) {
		pthread_mutex_lock(&shared[c].lock);
		stats->refills += shared[c].refills;
		stats->central_locks += shared[c].locks;
		stats->central_contended += shared[c].contended;
		pthread_mutex_unlock(&shared[c].lock);
	}
	return 0;
}

static const struct al_knob example_knobs[] = {
	{ "batch", "16384",
	  "bytes that pass between a thread and the others at once, 0 to 2^30" },
};

static const struct al_allocator example = {
	.abi = AL_ALLOCATOR_ABI,
	.size = sizeof(example),
	.name = "example",
	.summary = "power-of-two free lists, one set a thread and one shared",
	.family = "example",
	.source = "none",
	.knobs = example_knobs,
	.nknobs = sizeof(example_knobs) / sizeof(example_knobs[0]),
	.init = example_init,
	.thread_exit = example_thread_exit,
	.malloc = example_malloc,
	.free = example_free,
	.calloc = example_calloc,
	.realloc = example_realloc,
	.aligned_alloc = example_aligned_alloc,
	.usable_size = example_usable_size,
	.stats = example_stats,
};

/* The one symbol that leaves the plugin: build with -fvisibility=hidden. */
__attribute__((visibility("default"))) const struct al_allocator *
allotrope_allocator(void)
{
	return &example;
}
