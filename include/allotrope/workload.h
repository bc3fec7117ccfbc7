// SPDX-License-Identifier: MIT
/*
 * workload.h - the workload interface of allotrope: what the threads do.
 *
 * Role:       everything a workload needs, built in or as a plugin.
 * Invariants: a workload reaches the allocator only through struct al_thread,
 *             never through malloc() itself: the C library's malloc belongs to
 *             the harness. Given the same parameters, thread count and seed it
 *             performs the same operations on every allocator.
 * Locks:      none; each hook says which thread calls it.
 * Units:      sizes in bytes; one operation is one call of the allocator (a
 *             malloc and its free are two).
 * Source:     none.
 *
 * Life of one measurement:
 *
 *	prepare(run)          main thread, untimed: draw every random choice
 *	thread_prepare(t)     each worker, bound to its CPU, untimed: set up and
 *	                      warm up; may call the allocator
 *	        ---- barrier, clock starts ----
 *	thread_run(t)         each worker: the timed region
 *	        ---- barrier, clock stops ----
 *	thread_finish(t)      each worker, untimed: free what is left
 *	finish(run)           main thread, untimed
 *
 * The same source runs in every pass. In the `time` pass the table in struct
 * al_thread holds the allocator's own functions; in other passes it holds
 * wrappers that count, check or sample.
 */
#ifndef ALLOTROPE_WORKLOAD_H
#define ALLOTROPE_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** AL_WORKLOAD_ABI - version of this interface; goes into al_workload.abi. */
#define AL_WORKLOAD_ABI 1u

struct al_run;
struct al_thread;

/**
 * struct al_calls - the allocator as a workload sees it. No entry is NULL;
 * contracts as in allocator.h.
 */
struct al_calls {
	void *(*malloc)(size_t size);
	void (*free)(void *p);
	void *(*calloc)(size_t n, size_t size);
	void *(*realloc)(void *p, size_t size);
	void *(*aligned_alloc)(size_t align, size_t size);
	void (*free_sized)(void *p, size_t size);
	void *(*malloc_flags)(size_t size, unsigned int flags);
	size_t (*usable_size)(const void *p);
};

/**
 * struct al_thread - one worker. Made and owned by the harness.
 *
 * A worker may change its operating system thread on the way (hand_over); the
 * context stays.
 */
struct al_thread {
	struct al_calls call; /* read on every operation */
	uint64_t ops;	      /* done so far; advance with al_step() */
	uint64_t next_point;  /* at this many the harness wants control */
	void *local;	      /* the workload's own */
	struct al_run *run;
	unsigned int index; /* 0 .. run->nthreads - 1 */
	uint64_t seed;	    /* differs by thread, same for every allocator */
	const struct al_thread_services *services;
};

/** union al_value - one parameter's value; its kind stands in al_param. */
union al_value {
	int64_t num;
	const char *text;
};

/**
 * struct al_run - what all workers share. Made and owned by the harness.
 */
struct al_run {
	const union al_value *param; /* in the order of al_workload.params */
	void *shared;		     /* the workload's own */
	uint64_t seed;
	unsigned int nthreads;
	struct al_thread **thread; /* nthreads workers */
	const struct al_run_services *services;
};

/** struct al_run_services - what the harness does for a workload. */
struct al_run_services {
	/**
	 * scratch() - zeroed memory of the harness (its own mapping, excluded
	 * from memory figures), aligned to 64; lives until finish() returned.
	 * Any thread. Return: never NULL; without memory the cell ends.
	 */
	void *(*scratch)(struct al_run *run, size_t bytes);

	/**
	 * fail() - the cell cannot go on: a bad parameter, an unreadable file.
	 * Ends the process with outcome "error" and this reason. Any thread.
	 */
	void (*fail)(struct al_run *run, const char *format, ...)
		__attribute__((format(printf, 2, 3), noreturn));

	/**
	 * metric() - add a figure of the workload's own to the record.
	 * @name: with its unit, for example "free_spans" or "skipped_frees".
	 */
	void (*metric)(struct al_run *run, const char *name, double value);

	/**
	 * unsupported() - what the point asks for is not on this machine. Ends
	 * the process with outcome "unsupported" and this reason. Any thread.
	 */
	void (*unsupported)(struct al_run *run, const char *format, ...)
		__attribute__((format(printf, 2, 3), noreturn));

	/**
	 * preload() - the library that gives another program this allocator;
	 * "" for the C library's own. Only with AL_NEEDS_PRELOAD.
	 */
	const char *(*preload)(struct al_run *run);
};

/** struct al_thread_services - what the harness does for a worker. */
struct al_thread_services {
	/** point() - see al_step(). */
	void (*point)(struct al_thread *t);

	/**
	 * idle() / busy() - the worker starts / stops waiting for another one.
	 * A sampling rendezvous does not wait for an idle worker. Call them
	 * outside of spin loops, not inside.
	 */
	void (*idle)(struct al_thread *t);
	void (*busy)(struct al_thread *t);

	/**
	 * hand_over() - end this operating system thread and go on in a new
	 * one, bound to the same CPU, with the same context, in @next.
	 * Return: the value that thread_run() must then return at once.
	 */
	int (*hand_over)(struct al_thread *t, int (*next)(struct al_thread *t));

	/**
	 * fault() - the allocator gave a wrong answer (contents lost, objects
	 * overlapping, misaligned). Ends the process with outcome "fault".
	 */
	void (*fault)(struct al_thread *t, const char *format, ...)
		__attribute__((format(printf, 2, 3), noreturn));

	/**
	 * oom() - the allocator returned NULL. Ends the process with outcome
	 * "oom". @size: bytes that were asked for.
	 */
	void (*oom)(struct al_thread *t, size_t size) __attribute__((noreturn));
};

/**
 * al_step() - count @n finished operations; gives the harness control at fixed
 * operation counts. Call it between operations, when the worker holds no lock.
 * Steps outside of thread_run() do not count as operations of the region.
 * Cost: one addition and one predicted branch; no call in the time pass, where
 * next_point is UINT64_MAX.
 */
static inline void al_step(struct al_thread *t, uint64_t n)
{
	t->ops += n;
	if (__builtin_expect(t->ops >= t->next_point, 0))
		t->services->point(t);
}

/**
 * al_malloc() - t->call.malloc(), with the outcome "oom" instead of NULL.
 * Cost: the allocator's malloc and one predicted branch.
 */
static inline void *al_malloc(struct al_thread *t, size_t size)
{
	void *p = t->call.malloc(size);

	if (__builtin_expect(!p, 0))
		t->services->oom(t, size);
	return p;
}

/** enum al_param_kind - which member of union al_value a parameter uses. */
enum al_param_kind {
	AL_PARAM_NUM, /* integer; users may write 4k, 2M, 1G (powers of 1024) */
	AL_PARAM_TEXT,
};

/**
 * struct al_param - one parameter, settable with --set workload.name=value.
 * @min, @max: inclusive range of a number; the harness checks it.
 * @unit:      "bytes", "objects", "ops", "" ...; shown by `allotrope list`.
 */
struct al_param {
	const char *name;
	enum al_param_kind kind;
	union al_value def;
	int64_t min, max;
	const char *unit;
	const char *meaning;
};

/** enum al_workload_needs - what a workload asks of an allocator. */
enum al_workload_needs {
	AL_NEEDS_REMOTE_FREE = 1u << 0, /* frees objects of other workers */
	AL_NEEDS_REUSE = 1u << 1,	/* memory must be reused to finish */
	AL_NEEDS_REALLOC = 1u << 2,
	AL_NEEDS_ALIGNED = 1u << 3, /* alignments above 16 */
	AL_NEEDS_PRELOAD = 1u
			   << 4, /* measures other processes, see preload() */
};

/**
 * struct al_workload - the table a workload exports.
 * @size:    sizeof(struct al_workload), as in allocator.h.
 * @op:      what is counted, for axis labels: "malloc or free".
 * @source:  who described it first: paper or program, and what differs here.
 * @min_threads: fewest workers it can run with (2 for producer/consumer).
 * @touch_prefix: the workload writes only the first so many bytes of an object;
 *	in the `check` pass the harness fills and verifies the rest. SIZE_MAX
 *	means it may write anywhere: then object_valid has to be given.
 * @object_valid: `check` pass, called before an object is freed or resized:
 *	is what the workload wrote into @p still there? NULL: prefix unchecked.
 *	@size: as asked for. Any worker, also for another worker's object.
 */
struct al_workload {
	uint32_t abi;
	uint32_t needs;
	size_t size;
	const char *name;
	const char *summary;
	const char *op;
	const char *source;
	const struct al_param *params;
	size_t nparams;
	unsigned int min_threads;
	size_t touch_prefix;
	bool (*object_valid)(const struct al_run *run, const void *p,
			     size_t size);

	void (*prepare)(struct al_run *run);	     /* or NULL */
	void (*thread_prepare)(struct al_thread *t); /* or NULL */
	int (*thread_run)(struct al_thread *t);	     /* Required. 0 */
	void (*thread_finish)(struct al_thread *t);  /* or NULL */
	void (*finish)(struct al_run *run);	     /* or NULL */
};

/** allotrope_workload() - the one symbol that a workload plugin exports. */
const struct al_workload *allotrope_workload(void);

#define AL_WORKLOAD_SYMBOL "allotrope_workload"

#ifdef __cplusplus
}
#endif
#endif /* ALLOTROPE_WORKLOAD_H */
