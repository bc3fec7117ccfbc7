// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * soak.h - what the parts of the soak program share.
 *
 * Role:       the allocator under test, the counters, faults, and what each
 *             thread is doing, in memory that outlives the process that soaks.
 * Invariants: a slot of struct soak_shared is written by one thread at a time;
 *             the supervisor only reads. The soak takes nothing from the
 *             allocator under test but through soak_enter() and soak_leave().
 * Locks:      none; counters are relaxed atomics with one writer.
 * Units:      bytes, operations, seconds.
 * Source:     none.
 *
 * The supervisor (main.c) forks one process after another, a life each. A life
 * (life.c) is a series of phases in which threads (work.c) are born and die; at
 * the quiet point after each phase no thread is left, and the heap is held
 * against what the program knows of it. Failures of mmap are made in osfail.c.
 */
#ifndef SOAK_H
#define SOAK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <allotrope/allocator.h>
#include <allotrope/random.h>

/* What is counted. The first are kinds of calls; see soak_kind_name(). */
#define SOAK_KINDS(X)                          \
	X(MALLOC, "malloc")                    \
	X(CALLOC, "calloc")                    \
	X(REALLOC, "realloc")                  \
	X(ALIGNED, "aligned_alloc")            \
	X(FLAGS, "malloc_flags")               \
	X(FREE, "free")                        \
	X(USABLE, "usable_size")               \
	X(TRIM, "trim")                        \
	X(HUGE, "requests that cannot be met") \
	X(STATS, "stats")                      \
	X(ENTER, "thread_enter")               \
	X(EXIT, "thread_exit")                 \
	X(INIT, "init")

enum soak_kind {
#define X(name, text) SOAK_##name,
	SOAK_KINDS(X)
#undef X
	SOAK_NKINDS,

	/* events */
	SOAK_BORN = SOAK_NKINDS,
	SOAK_CROSS,    /* freed by another thread than allocated it */
	SOAK_ORPHAN,   /* of these: by one born after that had died */
	SOAK_INJECTED, /* calls of mmap that were made to fail */
	SOAK_ENOMEM,   /* allocations that failed as they should */
	SOAK_QUIET,    /* quiet points */
	SOAK_EMPTIED,  /* of these: with every object freed */
	SOAK_LIVES,
	SOAK_NCOUNTS,

	/* a thread between calls */
	SOAK_IDLE,    /* not there */
	SOAK_BETWEEN, /* looks after its objects */
	SOAK_WAITS,   /* for other threads */
};

/** struct soak_slot - one thread; slot 0 is the life's main thread. */
struct soak_slot {
	_Alignas(64) _Atomic uint64_t n[SOAK_NCOUNTS];
	_Atomic uint64_t ticks; /* grows with each call: is it alive? */
	_Atomic uint64_t size;	/* of the call it is in */
	_Atomic uint32_t doing; /* enum soak_kind */
	_Atomic uint32_t serial;
};

/** struct soak_shared - shared by supervisor and lives. */
struct soak_shared {
	_Atomic uint64_t faults;
	_Atomic uint32_t phase; /* enum soak_phase */
	char fault[256];	/* the first */
	size_t nslots;
	struct soak_slot slot[];
};

/** enum soak_phase - what a phase makes difficult. */
enum soak_phase {
	PHASE_START,
	PHASE_PLAIN,
	PHASE_INJECT, /* some calls of mmap fail */
	PHASE_STARVE, /* all do, now and then */
	PHASE_LIMIT,  /* little address space is left */
	PHASE_END,
	PHASE_NPHASES
};

/** struct soak_options - see main.c's help. */
struct soak_options {
	const char *path; /* of the plugin */
	const char *name; /* for messages */
	const char *on_hang;
	const char *knobs[16]; /* NAME=VALUE, for init() */
	size_t nknobs;
	double seconds;
	double hang_s;
	unsigned int nthreads;
	uint64_t seed;
	bool each;
};

extern struct soak_options soak_opt;
extern struct soak_shared *soak;
extern const struct al_allocator *soak_al;
extern __thread struct soak_slot *soak_mine;
extern __thread bool soak_inside; /* this thread is in the allocator */

/** soak_count() - @n more of @what, for this thread. */
static inline void soak_count(enum soak_kind what, uint64_t n)
{
	_Atomic uint64_t *c = &soak_mine->n[what];

	atomic_store_explicit(c,
			      atomic_load_explicit(c, memory_order_relaxed) + n,
			      memory_order_relaxed);
}

/** soak_doing() - let the supervisor know what this thread is at. */
static inline void soak_doing(enum soak_kind what, uint64_t size)
{
	struct soak_slot *s = soak_mine;

	atomic_store_explicit(&s->size, size, memory_order_relaxed);
	atomic_store_explicit(&s->doing, what, memory_order_relaxed);
	atomic_store_explicit(
		&s->ticks,
		atomic_load_explicit(&s->ticks, memory_order_relaxed) + 1,
		memory_order_relaxed);
}

/** soak_enter() - a call of the allocator begins. */
static inline void soak_enter(enum soak_kind what, uint64_t size)
{
	soak_doing(what, size);
	soak_count(what, 1);
	soak_inside = true;
}

/** soak_leave() - it has ended. */
static inline void soak_leave(void)
{
	soak_inside = false;
	soak_doing(SOAK_BETWEEN, 0);
}

/** soak_kind_name(), soak_phase_name() - for people. */
const char *soak_kind_name(unsigned int kind);
const char *soak_phase_name(unsigned int phase);

/** soak_fault() - say what is wrong, and end this life. */
void soak_fault(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

/** soak_is_go() - is it a variant of our own, whose account is exact? */
bool soak_is_go(void);

/** soak_load() - bring the plugin in; ends the program if it cannot. */
void soak_load(void);

/** soak_init() - call its init() with the knobs. Return: as that. */
int soak_init(void);

/** soak_set_name() - the variant's name, from its path. */
const char *soak_variant_name(const char *path);

/** soak_live() - one life; returns when its phases or the time are over. */
void soak_live(uint64_t seed, double until_s);

/** SOAK_EACH_SLOTS - that it needs. */
#define SOAK_EACH_SLOTS 3

/** soak_each() - the supervisor's work under --each. Return: exit code. */
int soak_each(void);

/** soak_now_s() - monotonic time. */
double soak_now_s(void);

#endif /* SOAK_H */
