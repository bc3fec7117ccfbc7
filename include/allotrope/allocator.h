// SPDX-License-Identifier: MIT
/*
 * allocator.h - the plugin interface: how an allocator is measured.
 *
 * Role:       everything an allocator plugin needs; this file and
 *             allocators/example/ are enough to write one.
 * Invariants: the layouts below only grow, at their end. Each structure
 *             begins with its size, so that an old plugin loads into a newer
 *             harness: what lies beyond the plugin's size is treated as absent.
 * Locks:      none; "Threads" at each hook says who calls it and when.
 * Units:      sizes in bytes, counts in objects; a stat says its unit by name.
 * Source:     none.
 *
 * A plugin is a shared object NAME.so that exports one function,
 *
 *	const struct al_allocator *allotrope_allocator(void);
 *
 * which returns a constant table. Two hooks are required, malloc and free. The
 * harness loads the plugin into a fresh process for every measurement, so one
 * process holds one heap and the plugin may keep it in static variables. The
 * life of that process, as the plugin sees it:
 *
 *	allotrope_allocator()          main thread; must not allocate
 *	init(config)                   main thread, once; knobs are in config
 *	thread_enter()                 each thread before its first call
 *	malloc, free, ...              any thread that has entered
 *	stats(), trim()                one thread; all others between calls
 *	thread_exit()                  each thread after its last call
 *	fini()                         main thread, once; all others are gone
 *
 * A minimal plugin:
 *
 *	#include <allotrope/allocator.h>
 *	static const struct al_allocator mine = {
 *		.abi = AL_ALLOCATOR_ABI, .size = sizeof(mine),
 *		.name = "mine", .summary = "bump allocation, never reuses",
 *		.family = "example", .source = "none",
 *		.malloc = mine_malloc, .free = mine_free,
 *	};
 *	const struct al_allocator *allotrope_allocator(void) { return &mine; }
 *
 *	cc -O2 -fPIC -shared mine.c -o mine.so
 *		(not installed: add -I with this source tree's include/)
 *	allotrope check --allocator mine=./mine.so mine
 *	allotrope run --allocator mine=./mine.so --allocators mine,glibc
 *
 * What the harness calls in the `time` pass is the function in the table,
 * directly: no wrapper stands between, so make the hooks the real fast path.
 */
#ifndef ALLOTROPE_ALLOCATOR_H
#define ALLOTROPE_ALLOCATOR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** AL_ALLOCATOR_ABI - version of this interface; goes into al_allocator.abi. */
#define AL_ALLOCATOR_ABI 1u

/**
 * enum al_allocator_caps - what a plugin can and cannot do (al_allocator.caps).
 * @AL_CAP_SINGLE_THREAD: may be called from one thread only. The harness then
 *	skips cells with more threads (outcome "unsupported", never a number).
 * @AL_CAP_NO_REMOTE_FREE: an object must be freed by the thread that allocated
 *	it. Workloads that free across threads are skipped in the same way.
 * @AL_CAP_OVERLAPPING: live objects may share memory (the null allocator). No
 *	content check is possible; the allocator is a floor, not a contender.
 * @AL_CAP_NO_REUSE: freed memory never serves again (a bump allocator). Long
 *	workloads may run out of memory; that outcome is theirs.
 */
enum al_allocator_caps {
	AL_CAP_SINGLE_THREAD = 1u << 0,
	AL_CAP_NO_REMOTE_FREE = 1u << 1,
	AL_CAP_OVERLAPPING = 1u << 2,
	AL_CAP_NO_REUSE = 1u << 3,
};

/**
 * enum al_malloc_flags - what al_allocator.malloc_flags may be told.
 * @AL_MALLOC_NOSCAN: the object will hold no pointers; 8-byte alignment does,
 *	and less below 16 bytes (the largest power of two, up to 8, that divides
 *	the size). Such a small object may share memory with others behind its
 *	last byte: what usable_size() says of it is no promise.
 * @AL_MALLOC_ZEROED: the object must read as zero.
 * @AL_MALLOC_ALIGN8: 8-byte alignment does, though it may hold pointers.
 */
enum al_malloc_flags {
	AL_MALLOC_NOSCAN = 1u << 0,
	AL_MALLOC_ZEROED = 1u << 1,
	AL_MALLOC_ALIGN8 = 1u << 2,
};

/** AL_STAT_UNKNOWN - a statistic that the allocator does not keep. Never 0. */
#define AL_STAT_UNKNOWN UINT64_MAX

/**
 * struct al_stats - an allocator's own account of itself.
 * @size: set by the harness to sizeof(struct al_stats) as it knows it; a plugin
 *	writes no field beyond that.
 *
 * The harness fills every other field with AL_STAT_UNKNOWN before the call; a
 * plugin sets what it knows exactly and leaves the rest. "Since start" counters
 * never fall. The call is made between operations, so a plugin may sum
 * per-thread counters without locks if its threads have all stopped.
 */
struct al_stats {
	size_t size;

	/* bytes, now */
	uint64_t mapped_bytes;	 /* obtained from the system, not unmapped */
	uint64_t inuse_bytes;	 /* in live objects, as rounded */
	uint64_t idle_bytes;	 /* free inside the heap, backed by memory */
	uint64_t returned_bytes; /* mapped, but given back */
	uint64_t metadata_bytes; /* own tables, not in the above */

	/* events, since start */
	uint64_t refills;	    /* a cache fetched from the central lists */
	uint64_t central_locks;	    /* a central list's lock was taken */
	uint64_t central_contended; /* ... and was held by another thread */
	uint64_t heap_locks;	    /* the page heap's lock was taken */
	uint64_t heap_contended;    /* ... and was held by another thread */
	uint64_t grows;		    /* the heap asked the system for more */
	uint64_t remote_frees;	    /* freed by another thread */
	uint64_t search_steps;	    /* free spans looked at by the page heap */

	/* spans (runs of pages), now */
	uint64_t spans_inuse;  /* hold live or cached objects */
	uint64_t spans_free;   /* free runs in the page heap */
	uint64_t spans_large;  /* of these: kept in the large structure */
	uint64_t spans_cached; /* of those in use: in a cache */
};

/**
 * struct al_knob - one setting of an allocator.
 * @name:    lower case, no '=' and no ','; users write NAME:knob=value.
 * @def:     default, as text.
 * @meaning: one line with the unit and the range.
 */
struct al_knob {
	const char *name;
	const char *def;
	const char *meaning;
};

/**
 * struct al_config - what init() is told. Valid during the call only.
 * @size:     sizeof(struct al_config) of the harness.
 * @nthreads: threads that the workload will run at once, at least 1; a hint.
 * @knob:     the value of a knob by name: the user's or the table's default.
 *	NULL for a name that is not in the table.
 */
struct al_config {
	size_t size;
	unsigned int nthreads;
	const char *(*knob)(const char *name);
};

/**
 * struct al_allocator - the table that a plugin exports.
 *
 * A hook that is NULL has the fallback that its comment names. No fallback adds
 * anything to malloc and free: what cannot be built on top of them makes the
 * cells that need it "unsupported", which is an outcome and never a number.
 * Rules for every allocating hook: on failure return NULL with errno ENOMEM and
 * change nothing; on success the object is aligned to 16 bytes, or to 8 if
 * size < 16, at least.
 */
struct al_allocator {
	uint32_t abi;  /* AL_ALLOCATOR_ABI. Required. */
	uint32_t caps; /* enum al_allocator_caps, or 0 */
	size_t size;   /* sizeof(struct al_allocator). Required. */

	const char *name;    /* [a-z0-9._-]+, unique. Required. */
	const char *summary; /* one line for `allotrope list`. Required. */
	const char *family;  /* groups allocators in figures: "go", "system" */
	const char *source;  /* design it follows: release, paper, or "none" */

	const struct al_knob *knobs; /* nknobs entries, or NULL */
	size_t nknobs;

	/**
	 * init() - make the heap ready. Main thread. NULL: nothing to do.
	 * Return: 0, or -errno; then the cell's outcome is "error".
	 */
	int (*init)(const struct al_config *config);

	/** fini() - last call, main thread. NULL: nothing to do. */
	void (*fini)(void);

	/** thread_enter() - this thread will allocate. NULL: not needed. */
	void (*thread_enter)(void);

	/** thread_exit() - give this thread's cache back. NULL: not needed. */
	void (*thread_exit)(void);

	/**
	 * malloc() - allocate. Required. Any thread, concurrently.
	 * @size: bytes, 0 to SIZE_MAX; 0 gives NULL or what free() accepts.
	 */
	void *(*malloc)(size_t size);

	/** free() - release. Required. Any thread; NULL is a no-op. */
	void (*free)(void *p);

	/** calloc() - zeroed n * size. NULL: checked malloc, memset. */
	void *(*calloc)(size_t n, size_t size);

	/**
	 * realloc() - resize; keeps the first min(old, new) bytes. An object
	 * of malloc_flags that is not moved keeps its lesser alignment.
	 * realloc(NULL, n) is malloc(n). The harness never passes n = 0.
	 * NULL: malloc, copy of usable_size() bytes, free; without usable_size
	 * too, workloads that resize are unsupported.
	 */
	void *(*realloc)(void *p, size_t size);

	/**
	 * aligned_alloc() - allocate at a multiple of @align.
	 * @align: a power of two, 1 to 2^30; @size need not be a multiple.
	 * NULL: malloc up to 16; workloads that ask for more are unsupported.
	 */
	void *(*aligned_alloc)(size_t align, size_t size);

	/** free_sized() - free with the size asked for. NULL: free(). */
	void (*free_sized)(void *p, size_t size);

	/** usable_size() - bytes usable at @p. NULL: the size asked for. */
	size_t (*usable_size)(const void *p);

	/** malloc_flags() - with al_malloc_flags. NULL: malloc, memset. */
	void *(*malloc_flags)(size_t size, unsigned int flags);

	/** trim() - return idle memory to the system. NULL: cannot. */
	void (*trim)(void);

	/**
	 * stats() - account of the heap. NULL: keeps none.
	 * Return: 0, or -errno (the figures then say "missing" with the reason).
	 * Cost: up to linear in the heap; never called inside a timed region.
	 */
	int (*stats)(struct al_stats *stats);
};

/** allotrope_allocator() - the one symbol that a plugin exports. */
const struct al_allocator *allotrope_allocator(void);

/** AL_PLUGIN_SYMBOL - its name, for dlsym(). */
#define AL_PLUGIN_SYMBOL "allotrope_allocator"

#ifdef __cplusplus
}
#endif
#endif /* ALLOTROPE_ALLOCATOR_H */
