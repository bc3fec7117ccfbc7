// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * stress_go.c - threads, cross frees, births and deaths, contents verified.
 *
 * Role:       one stress program per variant; GO_TEST_ID names the one that is
 *             linked in. One thread returns memory meanwhile and forks.
 * Invariants: every object holds a pattern made of its address and size, which
 *             is verified before it is freed or resized.
 * Locks:      none; objects change hands through a table of atomic slots.
 * Units:      bytes, operations.
 * Source:     pattern of exchange after mstress (Leijen), written anew.
 *
 * Usage: stress_go_VARIANT [threads [rounds [operations [seed]]]]
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <allotrope/allocator.h>
#include <allotrope/random.h>

#include "config.h"
#include "go_under_test.h"

#define SHARED 1000
#define OWN    512

struct object {
	size_t size; /* the first word of each object */
};

static _Atomic(struct object *) shared[SHARED];
static size_t operations = 20000;

static unsigned char pattern(const void *p, size_t i)
{
	return (unsigned char)(((uintptr_t)p >> 4) * 31 + i * 7);
}

/* First and last bytes of each object, all of a small one. */
static size_t pattern_step(size_t size)
{
	return size <= 4096 ? 1 : size / 64;
}

static void fill(struct object *o, size_t size)
{
	unsigned char *bytes = (unsigned char *)o;

	o->size = size;
	for (size_t i = sizeof(*o); i < size; i += pattern_step(size))
		bytes[i] = pattern(o, i);
}

static void verify(const struct object *o, const void *base)
{
	const unsigned char *bytes = (const unsigned char *)o;

	for (size_t i = sizeof(*o); i < o->size; i += pattern_step(o->size))
		if (bytes[i] != pattern(base, i)) {
			fprintf(stderr,
				"allotrope: stress: %p lost byte %zu of %zu\n",
				base, i, o->size);
			abort();
		}
}

static size_t draw_size(struct al_random *r)
{
	unsigned int magnitude = (unsigned int)al_random_below(r, 100);

	if (magnitude < 90)
		return 8 + al_random_below(r, 1000);
	if (magnitude < 99)
		return 1024 + al_random_below(r, 32 << 10);
	return (32 << 10) + al_random_below(r, 300 << 10);
}

static struct object *make(struct al_random *r)
{
	size_t size = draw_size(r);
	unsigned int how = (unsigned int)al_random_below(r, 16);
	struct object *o;

	if (how == 0)
		o = GO(aligned_alloc)((size_t)1 << al_random_below(r, 15),
				      size);
	else if (how == 1)
		o = GO(calloc)(1, size);
	else if (how == 2)
		o = GO(malloc_flags)(size, AL_MALLOC_NOSCAN);
	else
		o = GO(malloc)(size);
	if (!o) {
		fprintf(stderr, "allotrope: stress: out of memory\n");
		abort();
	}
	if (how == 1)
		for (size_t i = 0; i < size; i++)
			if (((unsigned char *)o)[i])
				abort();
	fill(o, size);
	return o;
}

static void drop(struct object *o)
{
	if (!o)
		return;
	verify(o, o);
	GO(free)(o);
}

static struct object *resize(struct object *o, struct al_random *r)
{
	size_t old = o->size, size = draw_size(r), kept;
	struct object *moved;
	void *base = o;

	verify(o, o);
	moved = GO(realloc)(o, size);
	if (!moved)
		abort();
	kept = old < size ? old : size;
	moved->size = kept <= 4096 ? kept : 0;
	if (pattern_step(old) == 1)
		verify(moved, base);
	fill(moved, size);
	return moved;
}

static void *work(void *arg)
{
	struct al_random r = { *(uint64_t *)arg };
	struct object *own[OWN] = { 0 };

	for (size_t n = 0; n < operations; n++) {
		size_t i = al_random_below(&r, OWN);
		size_t j = al_random_below(&r, SHARED);

		switch (al_random_below(&r, 8)) {
		case 0:
			if (own[i])
				own[i] = resize(own[i], &r);
			break;
		case 1:
		case 2:
			own[i] = atomic_exchange(&shared[j], own[i]);
			break;
		default:
			drop(own[i]);
			own[i] = al_random_below(&r, 4) ? make(&r) : NULL;
		}
	}
	for (size_t i = 0; i < OWN; i++)
		drop(own[i]);
	return NULL;
}

static size_t argument(char **argv, int argc, int i, size_t otherwise)
{
	return argc > i ? strtoul(argv[i], NULL, 0) : otherwise;
}

#ifdef AL_SANITIZED
static bool child_is_well(void)
{
	return true; /* sanitizers do not follow into such a child */
}
#else
static bool child_is_well(void)
{
	int status = 1;
	pid_t child = fork();

	if (child == 0) {
		for (size_t i = 0; i < 64; i++)
			GO(free)(GO(malloc)(i << 10));
		_exit(!go_heap_is_valid(GO(heap)()));
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}
#endif

static _Atomic bool finished;

/* Return all free memory time and again, and have growth return some. */
static void *return_memory(void *well)
{
	const struct timespec pause = { 0, 10000000 };
	struct go_heap *h = GO(heap)();

	go_lock_take(&h->lock);
	h->goal_npages = 1;
	go_lock_drop(&h->lock);
	for (unsigned int n = 0; !finished; n++) {
		GO(trim)();
		if (n % 4 == 0 && !child_is_well())
			*(bool *)well = false;
		nanosleep(&pause, NULL);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	size_t nthreads = argument(argv, argc, 1, 4);
	size_t rounds = argument(argv, argc, 2, 4);
	uint64_t seed = argument(argv, argc, 4, 1);
	struct al_stats st = { .size = sizeof(st) };
	pthread_t *thread = calloc(nthreads, sizeof(*thread));
	uint64_t *seeds = calloc(nthreads, sizeof(*seeds));
	bool well = true;
	pthread_t returner;

	operations = argument(argv, argc, 3, operations);
	pthread_create(&returner, NULL, return_memory, &well);
	for (size_t round = 0; round < rounds; round++) {
		for (size_t t = 0; t < nthreads; t++) {
			seeds[t] = al_random_derive(seed, round * nthreads + t);
			pthread_create(&thread[t], NULL, work, &seeds[t]);
		}
		for (size_t t = 0; t < nthreads; t++)
			pthread_join(thread[t], NULL);
	}
	finished = true;
	pthread_join(returner, NULL);
	if (!well) {
		fprintf(stderr,
			"allotrope: stress: a forked child is not well\n");
		return 1;
	}
	for (size_t j = 0; j < SHARED; j++)
		drop(shared[j]);
	GO(thread_exit)();
	if (GO(stats)(&st) != 0 || st.inuse_bytes != 0 || st.spans_inuse != 0 ||
	    !go_heap_is_valid(GO(heap)())) {
		fprintf(stderr,
			"allotrope: stress: %llu bytes in %llu spans left\n",
			(unsigned long long)st.inuse_bytes,
			(unsigned long long)st.spans_inuse);
		return 1;
	}
	printf("%zu threads x %zu rounds x %zu operations: clean; "
	       "%llu refills, %llu remote frees, %llu free spans\n",
	       nthreads, rounds, operations, (unsigned long long)st.refills,
	       (unsigned long long)(st.remote_frees == AL_STAT_UNKNOWN
					    ? 0
					    : st.remote_frees),
	       (unsigned long long)st.spans_free);
	free(thread);
	free(seeds);
	return 0;
}
