// SPDX-License-Identifier: MIT
/*
 * go_entry.h - the entry points of a variant: C's verbs and the plugin table.
 *
 * Role:       included by go_variant.h; sorts a request by size and sends it
 *             to the thread cache or to the page heap.
 * Invariants: small is up to GO_MAX_SMALL_BYTES; a larger object is a span.
 * Locks:      none of its own.
 * Units:      bytes.
 * Source:     after Go malloc.go mallocgc, largeAlloc.
 * Differs:    see go_variant.h.
 */
#ifndef GO_ENTRY_H
#define GO_ENTRY_H

static void *no_memory(void)
{
	errno = ENOMEM;
	return NULL;
}

/* A span of its own for an object of @size bytes. */
static struct span *alloc_large_span(size_t size, size_t align)
{
	size_t page = (size_t)1 << GO_CLASSES.lg_page, npages;
	struct thread_cache *c = cache_mine;
	struct span *s;

	if (c == &cache_dummy) {
		c = cache_attach();
		if (!c)
			return NULL;
	}
	if (size > PTRDIFF_MAX)
		return NULL;
	npages = heap_npages(&go_heap, size);
	s = align <= page ? cache_take_run(c, npages) : NULL;
	if (s)
		return s;
	s = align <= page
		    ? heap_alloc_span(&go_heap, &c->base, npages, 0)
		    : heap_alloc_aligned(&go_heap, &c->base, npages, align);
	if (!s && cache_drop_runs(c))
		return alloc_large_span(size, align);
	if (s)
		cache_note_large(s);
	return s;
}

static __attribute__((noinline)) void *alloc_large(size_t size, bool zeroed)
{
	struct span *s = alloc_large_span(size, 1);

	if (!s)
		return no_memory();
	if (zeroed && s->needzero)
		memset((void *)s->base, 0, size);
	return (void *)s->base;
}

static inline unsigned int c_spanclass(size_t size)
{
	return 2 * sizeclass_of_c(&GO_CLASSES, size);
}

void *GO_SYM(malloc)(size_t size);
void GO_SYM(free)(void *p);
void *GO_SYM(calloc)(size_t n, size_t size);
void *GO_SYM(realloc)(void *p, size_t size);
void *GO_SYM(aligned_alloc)(size_t align, size_t size);
void GO_SYM(free_sized)(void *p, size_t size);
size_t GO_SYM(usable_size)(const void *p);
void *GO_SYM(malloc_flags)(size_t size, unsigned int flags);
void GO_SYM(thread_enter)(void);
void GO_SYM(thread_exit)(void);
void GO_SYM(trim)(void);
int GO_SYM(stats)(struct al_stats *stats);
int GO_SYM(init)(const struct al_config *config);
struct go_heap *GO_SYM(heap)(void);

void *GO_SYM(malloc)(size_t size)
{
	if (GO_LIKELY(size <= GO_T8_MAX_BYTES))
		return cache_alloc(GO_CLASSES.spc8[(size + 7) / 8]);
	if (GO_LIKELY(size <= GO_MAX_SMALL_BYTES))
		return cache_alloc(2u *
				   GO_CLASSES.t128[sizeclass_t128_index(size)]);
	return alloc_large(size, false);
}

void GO_SYM(free)(void *p)
{
	cache_free(p);
}

void GO_SYM(free_sized)(void *p, size_t size)
{
	(void)size; /* the span knows, and must be found anyway */
	cache_free(p);
}

void *GO_SYM(calloc)(size_t n, size_t size)
{
	unsigned int spc;
	size_t total;

	if (GO_UNLIKELY(__builtin_mul_overflow(n, size, &total)))
		return no_memory();
	if (GO_UNLIKELY(total > GO_MAX_SMALL_BYTES))
		return alloc_large(total, true);
	spc = c_spanclass(total);
	return cache_zero(cache_alloc(spc), spc, total);
}

size_t GO_SYM(usable_size)(const void *p)
{
	return p ? cache_usable_size(p) : 0;
}

/*
 * How long a piece of a tiny block is, nobody knows: what is copied may run on
 * into pieces that other threads write to meanwhile.
 */
static void __attribute__((no_sanitize("thread")))
copy_piece(void *to, const void *from, size_t n)
{
	const volatile unsigned char *f = from;
	unsigned char *t = to;

	for (size_t i = 0; i < n; i++)
		t[i] = f[i];
}

void *GO_SYM(realloc)(void *p, size_t size)
{
	size_t usable, keep;
	void *moved;
	bool piece;

	if (!p)
		return GO_SYM(malloc)(size);
	usable = GO_SYM(usable_size)(p);
	piece = cache_is_piece(p);
	if (size <= usable && size >= usable / 2 && !piece)
		return p;
	moved = GO_SYM(malloc)(size);
	if (!moved)
		return NULL;
	keep = size < usable ? size : usable;
	if (GO_UNLIKELY(piece))
		copy_piece(moved, p, keep);
	else
		memcpy(moved, p, keep);
	cache_free(p);
	return moved;
}

/* Slots of a class start at multiples of its size from a page on. */
static unsigned int aligned_class(size_t align, size_t size)
{
	unsigned int class = sizeclass_of_c(&GO_CLASSES, size);

	while (class < GO_CLASSES.nclasses &&
	       GO_CLASSES.size[class] & (align - 1))
		class ++;
	return class;
}

void *GO_SYM(aligned_alloc)(size_t align, size_t size)
{
	size_t page = (size_t)1 << GO_CLASSES.lg_page;
	struct span *s;

	if (align <= page && size <= GO_MAX_SMALL_BYTES) {
		unsigned int class = aligned_class(align, size);

		if (class < GO_CLASSES.nclasses)
			return cache_alloc(2 * class);
	}
	s = alloc_large_span(size ? size : 1, align);
	return s ? (void *)s->base : no_memory();
}

/* Go's own entry: classes by size alone, pointer-free objects apart. */
void *GO_SYM(malloc_flags)(size_t size, unsigned int flags)
{
	bool zeroed = flags & AL_MALLOC_ZEROED;
	unsigned int spc;
	void *p;

	if (size > GO_MAX_SMALL_BYTES)
		return alloc_large(size, zeroed);
	if (!(flags & (AL_MALLOC_NOSCAN | AL_MALLOC_ALIGN8))) {
		spc = c_spanclass(size);
		p = cache_alloc(spc);
	} else if (!(flags & AL_MALLOC_NOSCAN)) {
		spc = 2 * sizeclass_of(&GO_CLASSES, size ? size : 1);
		p = cache_alloc(spc);
	} else if (GO_TINY && size && size < TINY_BYTES) {
		return cache_alloc_tiny(size);
	} else {
		spc = 2 * sizeclass_of(&GO_CLASSES, size ? size : 1) +
		      GO_NOSCAN;
		p = cache_alloc_noscan(spc);
	}
	return zeroed ? cache_zero(p, spc, size) : p;
}

void GO_SYM(thread_enter)(void)
{
	if (cache_mine == &cache_dummy)
		cache_attach();
}

void GO_SYM(thread_exit)(void)
{
	if (cache_mine != &cache_dummy)
		cache_detach(cache_mine);
}

void GO_SYM(trim)(void)
{
	if (!cache_start() || !go_heap.pageheap->trim_locked)
		return;
	cache_drop_runs(cache_mine);
	go_lock_take(&go_heap.lock);
	go_heap.pageheap->trim_locked(&go_heap);
	go_lock_drop(&go_heap.lock);
}

static bool go_verify; /* set at init */

static bool heap_is_valid(void)
{
	bool valid;

	go_lock_take(&go_heap.lock);
	valid = go_heap.pageheap->valid_locked(&go_heap);
	go_lock_drop(&go_heap.lock);
	return valid;
}

int GO_SYM(stats)(struct al_stats *stats)
{
	struct al_stats all = *stats;

	if (!cache_start())
		return -ENOMEM;
	if (stats->size < sizeof(all))
		return -EINVAL;
	if (go_verify && !heap_is_valid())
		return -EUCLEAN;
	cache_account(&all);
	*stats = all;
	return 0;
}

#ifdef __SANITIZE_THREAD__
/* ThreadSanitizer itself dies where a test ends the address space: it needs
 * memory whenever a second thread takes a lock. */
#define SCAVENGER_DEFAULT "off"
#else
#define SCAVENGER_DEFAULT "on"
#endif

static const struct al_knob go_knobs[] = {
	{ "verify", "off",
	  "on: stats() walks the page heap and fails with EUCLEAN if an "
	  "invariant is broken; off: it does not" },
#ifdef GO_SCAVENGE
	{ "scavenger", SCAVENGER_DEFAULT,
	  "on: free memory goes back to the system as in the release, by a "
	  "thread of its own; off: by trim only" },
#endif
};

/* -EINVAL: neither on nor off. */
static int read_switch(const struct al_config *config, const char *knob,
		       bool *on)
{
	const char *value = config ? config->knob(knob) : NULL;

	if (!value)
		return 0;
	*on = !strcmp(value, "on");
	return *on || !strcmp(value, "off") ? 0 : -EINVAL;
}

#ifdef GO_SCAVENGE
/* The harness's processes only: a preloaded library starts no threads. */
static int start_scavenger(const struct al_config *config)
{
	bool on = true;
	int err = read_switch(config, "scavenger", &on);

	if (err || !on)
		return err;
	return scavenge_start(&go_heap, &GO_SCAVENGE,
			      config ? config->nthreads : 1);
}
#endif

int GO_SYM(init)(const struct al_config *config)
{
	int err = read_switch(config, "verify", &go_verify);

	if (err)
		return err;
	if (!cache_start())
		return -ENOMEM;
#ifdef GO_SCAVENGE
	err = start_scavenger(config);
#endif
	return err;
}

struct go_heap *GO_SYM(heap)(void)
{
	return cache_start() ? &go_heap : NULL;
}

#ifdef GO_PLUGIN
static const struct al_allocator go_table = {
	.abi = AL_ALLOCATOR_ABI,
	.size = sizeof(struct al_allocator),
	.name = GO_NAME,
	.summary = GO_SUMMARY,
	.family = "go",
	.source = GO_SOURCE,
	.knobs = go_knobs,
	.nknobs = sizeof(go_knobs) / sizeof(go_knobs[0]),
#ifdef GO_SCAVENGE
	.fini = scavenge_stop,
#endif
	.init = GO_SYM(init),
	.thread_enter = GO_SYM(thread_enter),
	.thread_exit = GO_SYM(thread_exit),
	.malloc = GO_SYM(malloc),
	.free = GO_SYM(free),
	.calloc = GO_SYM(calloc),
	.realloc = GO_SYM(realloc),
	.aligned_alloc = GO_SYM(aligned_alloc),
	.free_sized = GO_SYM(free_sized),
	.usable_size = GO_SYM(usable_size),
	.malloc_flags = GO_SYM(malloc_flags),
	.trim = GO_SYM(trim),
	.stats = GO_SYM(stats),
};

__attribute__((visibility("default"))) const struct al_allocator *
allotrope_allocator(void)
{
	return &go_table;
}
#endif

#endif /* GO_ENTRY_H */
