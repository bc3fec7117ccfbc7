// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cost.c - nanoseconds an allocation of a plugin, by its native entry.
 *
 * Role:       the C side of alloc-cost.sh; cost.go is the judge.
 * Invariants: no object is freed; each page of an object is written to once.
 * Locks:      none; one thread.
 * Units:      bytes, nanoseconds.
 * Source:     none.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <allotrope/allocator.h>

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

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* Of the process, in the system too: page faults are part of the price. */
static int64_t cpu_ns(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * INT64_C(1000000000) +
	       (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * INT64_C(1000);
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
	int64_t wall, cpu;

	if (argc != 5)
		fail("usage: cost PLUGIN SIZE scan|noscan COUNT");
	allocate = load(argv[1]);
	size = number(argv[2]);
	flags = strcmp(argv[3], "scan") == 0 ? AL_MALLOC_ALIGN8
					     : AL_MALLOC_NOSCAN;
	count = number(argv[4]);
	wall = now_ns();
	cpu = cpu_ns();
	measure(allocate, size, flags, count);
	cpu = cpu_ns() - cpu;
	wall = now_ns() - wall;
	printf("%.3f %.3f\n", (double)cpu / (double)count,
	       (double)wall / (double)count);
	return 0;
}
