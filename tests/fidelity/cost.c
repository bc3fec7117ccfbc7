// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cost.c - nanoseconds an allocation of a plugin, by its native entry.
 *
 * Role:       the C side of alloc-cost.sh; cost.go is the judge. Also says
 *             which sizes to ask for, and starts either without huge pages.
 * Invariants: no object is freed; each page of an object is written to once.
 * Locks:      none; one thread.
 * Units:      bytes, nanoseconds.
 * Source:     none.
 */
#define _GNU_SOURCE /* RUSAGE_THREAD */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <allotrope/allocator.h>

#include "../../allocators/go/sizeclass.h"

#define OS_PAGE 4096u
#define NKEPT	1024u

typedef void *malloc_flags_fn(size_t size, unsigned int flags);

static void *volatile kept[NKEPT];

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "allotrope: cost: %s\n", what);
	exit(2);
}

static size_t number(const char *text)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 10);

	if (*end || n == 0 || text[0] < '0' || text[0] > '9')
		fail("not a number");
	return n;
}

/* The thread's time counts the system too: page faults are part of the price */
static int64_t now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static int64_t faults(void)
{
	struct rusage u;

	getrusage(RUSAGE_THREAD, &u);
	return u.ru_minflt;
}

/* Each class, and the middle between it and the one below. */
static void print_sizes(void)
{
	const struct size_classes *c = &go_classes_24;

	for (unsigned int i = 1; i < c->nclasses; i++) {
		unsigned int middle =
			(c->size[i - 1] + c->size[i] + 15) / 16 * 8;

		if (i > 1 && middle < c->size[i])
			printf("%u\n", middle);
		printf("%u\n", (unsigned int)c->size[i]);
	}
}

/* Run a program that gets no huge pages, whatever the system's setting. */
static _Noreturn void run_calm(char **argv)
{
	if (!argv[0] || prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) != 0)
		fail("prctl PR_SET_THP_DISABLE");
	execv(argv[0], argv);
	fail("exec");
}

static malloc_flags_fn *load(const char *path)
{
	const struct al_allocator *(*get)(void);
	const struct al_allocator *table;
	void *plugin = dlopen(path, RTLD_NOW);
	void *symbol = plugin ? dlsym(plugin, AL_PLUGIN_SYMBOL) : NULL;

	if (!symbol)
		fail(dlerror());
	memcpy(&get, &symbol, sizeof(get));
	table = get();
	if (!table->malloc_flags)
		fail("the plugin has no malloc_flags");
	/* its init() is not called: as in Go, nothing runs beside */
	if (table->thread_enter)
		table->thread_enter();
	return table->malloc_flags;
}

static void measure(malloc_flags_fn *allocate, size_t size, unsigned int flags,
		    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *p = allocate(size, flags);

		if (!p)
			fail("no memory");
		for (size_t at = 0; at < size; at += OS_PAGE)
			*(volatile char *)(p + at) = 1;
		kept[i % NKEPT] = p;
	}
}

int main(int argc, char **argv)
{
	malloc_flags_fn *allocate;
	size_t size, count;
	unsigned int flags;
	int64_t wall, cpu, nfaults;

	if (argc == 2 && strcmp(argv[1], "sizes") == 0) {
		print_sizes();
		return 0;
	}
	if (argc > 2 && strcmp(argv[1], "calm") == 0)
		run_calm(argv + 2);
	if (argc != 5)
		fail("usage: cost sizes | calm PROGRAM ... | "
		     "PLUGIN SIZE scan|noscan COUNT");
	allocate = load(argv[1]);
	size = number(argv[2]);
	flags = strcmp(argv[3], "scan") == 0 ? AL_MALLOC_ALIGN8
					     : AL_MALLOC_NOSCAN;
	count = number(argv[4]);
	nfaults = faults();
	wall = now_ns(CLOCK_MONOTONIC);
	cpu = now_ns(CLOCK_THREAD_CPUTIME_ID);
	measure(allocate, size, flags, count);
	cpu = now_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
	wall = now_ns(CLOCK_MONOTONIC) - wall;
	nfaults = faults() - nfaults;
	printf("%.3f %.3f %.6f\n", (double)cpu / (double)count,
	       (double)wall / (double)count, (double)nfaults / (double)count);
	return 0;
}
