// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * conform.h - the conformance tests: what every allocator must do.
 *
 * Role:       the list of tests, and what a test may use.
 * Invariants: a test runs alone in a fresh process and ends it on the first
 *             fault. It keeps its own records in the process's malloc, which is
 *             never the allocator under test.
 * Locks:      none; conform_fail() and its like may be called by any thread.
 * Units:      bytes.
 * Source:     none; the contract is allotrope/allocator.h.
 *
   * A contract test states what every workload relies on: a fault makes the
 * allocator's numbers worthless. A plugin test states what allocator.h demands
 * beyond that: it binds plugins, while a library made no such promise and only
 * differs. An advisory test states what a careful allocator does. A difference
 * is reported; the reader judges.
 */
#ifndef AL_CONFORM_H
#define AL_CONFORM_H

#include <allotrope/allocator.h>
#include <allotrope/random.h>
#include <allotrope/workload.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** enum conform_kind - what a fault means. */
enum conform_kind {
	CONFORM_CONTRACT,
	CONFORM_PLUGIN,
	CONFORM_ADVISORY
};

/** enum conform_outcome - how a test ends the process. */
enum conform_outcome {
	CONFORM_FAULT,
	CONFORM_SKIP
};

/**
 * struct conform_host - who runs the tests.
 * @table: the allocator's hooks, NULL where it has none.
 * @calls: the same with the fallbacks of allocator.h, never NULL.
 * @seed:  of every random choice.
 * @end:   ends the process with an outcome and its reason.
 * @note:  keeps a figure that is reported and not judged.
 */
struct conform_host {
	const struct al_allocator *table;
	const struct al_calls *calls;
	uint64_t seed;
	void (*end)(enum conform_outcome outcome, const char *format,
		    va_list args) __attribute__((__noreturn__));
	void (*note)(const char *name, double value);
};

/** struct conform_test - one of them; see tests.def. */
struct conform_test {
	const char *name;
	enum conform_kind kind;
	uint32_t not_with;    /* enum al_allocator_caps it makes no sense for */
	unsigned int limit_s; /* a hang beyond this */
	const char *promise;  /* what holds if it passes, in one line */
	void (*run)(void);
};

/** conform_tests - all tests, in the order of the report. */
extern const struct conform_test conform_tests[];
extern const size_t conform_ntests;

/** conform_find() - a test by name, or NULL. */
const struct conform_test *conform_find(const char *name);

/**
 * conform_run() - run @test under @host on the calling thread, which has to be
 * the main thread, after init(). Returns if and only if the test passed.
 */
void conform_run(const struct conform_test *test,
		 const struct conform_host *host);

/* ---- for the tests ---- */

/*
 * CONFORM_TIMES() - how often: @n in a plain build. With sanitizers each access
 * costs ten times as much and tells ten times as much: a twelfth is enough.
 */
#ifdef AL_SANITIZED
#define CONFORM_TIMES(n) ((n) / 12 ? (n) / 12 : 1)
#else
#define CONFORM_TIMES(n) (n)
#endif

/** host - who runs the test that is under way. */
extern struct conform_host host;

/** conform_fail() - the allocator broke the promise; say how. */
_Noreturn void conform_fail(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/** conform_skip() - the test cannot judge this allocator; say why. */
_Noreturn void conform_skip(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/** conform_need() - skip unless the table has this hook. */
#define conform_need(hook)                                \
	do {                                              \
		if (!host.table->hook)                    \
			conform_skip("it has no " #hook); \
	} while (0)

/** conform_own() - zeroed memory of the test itself, for free(); no NULL. */
void *conform_own(size_t n, size_t size);

/** conform_malloc() - allocate; NULL and misalignment are faults. */
void *conform_malloc(size_t size);

/** conform_check_aligned() - fault unless @p is as @call(@size) promises. */
void conform_check_aligned(const void *p, size_t align, const char *call,
			   size_t size);

/**
 * conform_stamp() / conform_check() - write and verify @size bytes that only
 * the object @id holds. conform_check_prefix() verifies the first @n of them.
 */
void conform_stamp(void *p, size_t size, uint64_t id);
void conform_check(const void *p, size_t size, uint64_t id, const char *when);

/** conform_check_zero() - fault unless @size bytes at @p read as zero. */
void conform_check_zero(const void *p, size_t size, const char *call);

/** conform_min_align() - the least alignment of malloc(@size). */
static inline size_t conform_min_align(size_t size)
{
	return size < 16 ? 8 : 16;
}

/** conform_resident() - bytes of this process that are in memory now. */
size_t conform_resident(void);

/**
 * conform_grew() - is @late more than @early by more than @least and a quarter?
 * Never, in a build with sanitizers: their share hides the allocator's.
 */
bool conform_grew(size_t early, size_t late, size_t least);

/** conform_can_realloc() - is there a realloc, its own or by a fallback? */
bool conform_can_realloc(void);

/**
 * conform_draw_size() - a size of a plausible program: log-uniform from 0 to
 * @max, so that every size class is met.
 */
size_t conform_draw_size(struct al_random *random, size_t max);

/**
 * conform_stress() - @nsteps random operations of every kind on @nslots objects
 * whose contents are verified; ends with all of them freed. Any thread.
 */
void conform_stress(uint64_t seed, uint64_t nsteps, size_t nslots);

/**
 * conform_threads() - run @work(i, arg) on @n threads, i from 0, each of which
 * enters and leaves the allocator as allocator.h says. Waits for all.
 */
void conform_threads(unsigned int n, void (*work)(unsigned int i, void *arg),
		     void *arg);

/** conform_nthreads() - threads for a parallel test here: 4 to 64. */
unsigned int conform_nthreads(void);

#endif /* AL_CONFORM_H */
