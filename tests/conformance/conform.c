// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * conform.c - what all conformance tests share.
 *
 * Role:       the list of tests, contents that tell whose they are, threads.
 * Invariants: an object's contents follow from its id and the position.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "conform.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct conform_host host;

#define TEST(name, kind, not_with, limit_s, promise) void test_##name(void);
#include "tests.def"
#undef TEST

const struct conform_test conform_tests[] = {
#define TEST(name, kind, not_with, limit_s, promise) \
	{ #name, CONFORM_##kind, not_with, limit_s, promise, test_##name },
#include "tests.def"
#undef TEST
};

const size_t conform_ntests = sizeof(conform_tests) / sizeof(conform_tests[0]);

const struct conform_test *conform_find(const char *name)
{
	for (size_t i = 0; i < conform_ntests; i++)
		if (!strcmp(conform_tests[i].name, name))
			return &conform_tests[i];
	return NULL;
}

static void skip_by_caps(uint32_t caps)
{
	if (caps & AL_CAP_OVERLAPPING)
		conform_skip("its live objects share memory, as it declares");
	if (caps & AL_CAP_NO_REUSE)
		conform_skip("it never reuses memory, as it declares");
	if (caps & AL_CAP_SINGLE_THREAD)
		conform_skip("it is for one thread only, as it declares");
	if (caps & AL_CAP_NO_REMOTE_FREE)
		conform_skip("only the owner may free, as it declares");
}

void conform_run(const struct conform_test *test, const struct conform_host *by)
{
	host = *by;
	skip_by_caps(test->not_with & host.table->caps);
	if (host.table->thread_enter)
		host.table->thread_enter();
	test->run();
	if (host.table->thread_exit)
		host.table->thread_exit();
}

void conform_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	host.end(CONFORM_FAULT, format, args);
}

void conform_skip(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	host.end(CONFORM_SKIP, format, args);
}

void *conform_own(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (!p)
		conform_skip("the test itself finds no memory");
	return p;
}

void conform_check_aligned(const void *p, size_t align, const char *call,
			   size_t size)
{
	const size_t has = (uintptr_t)p & -(uintptr_t)p;

	if ((uintptr_t)p % align)
		conform_fail("%s of %zu bytes gave %p: aligned to %zu, not %zu",
			     call, size, p, has, align);
}

void *conform_malloc(size_t size)
{
	void *p = host.calls->malloc(size);

	if (!p)
		conform_fail("malloc(%zu) gave NULL", size);
	conform_check_aligned(p, conform_min_align(size), "malloc", size);
	return p;
}

static inline uint64_t word_of(uint64_t id, size_t i)
{
	return ((id << 32) + i + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

void conform_stamp(void *p, size_t size, uint64_t id)
{
	unsigned char *byte = p;
	size_t i = 0;
	uint64_t word;

	for (; (i + 1) * sizeof(word) <= size; i++) {
		word = word_of(id, i);
		memcpy(byte + i * sizeof(word), &word, sizeof(word));
	}
	word = word_of(id, i);
	for (size_t k = i * sizeof(word); k < size; k++, word >>= 8)
		byte[k] = (unsigned char)word;
}

static _Noreturn void lost(const unsigned char *p, size_t size, size_t at,
			   unsigned char expected, const char *when)
{
	conform_fail("byte %zu of the %zu at %p reads 0x%02x, not 0x%02x, %s",
		     at, size, (const void *)p, p[at], expected, when);
}

void conform_check(const void *p, size_t size, uint64_t id, const char *when)
{
	const unsigned char *byte = p;
	size_t i = 0, k;
	uint64_t word;

	for (; (i + 1) * sizeof(word) <= size; i++) {
		word = word_of(id, i);
		if (memcmp(byte + i * sizeof(word), &word, sizeof(word)))
			break;
	}
	word = word_of(id, i);
	for (k = i * sizeof(word); k < size; k++, word >>= 8)
		if (byte[k] != (unsigned char)word)
			lost(byte, size, k, (unsigned char)word, when);
}

void conform_check_zero(const void *p, size_t size, const char *call)
{
	const unsigned char *byte = p;

	for (size_t i = 0; i < size; i++)
		if (byte[i])
			conform_fail("%s of %zu bytes: byte %zu reads 0x%02x, "
				     "not 0",
				     call, size, i, byte[i]);
}

size_t conform_resident(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (!f || fscanf(f, "%*u %lu", &pages) != 1)
		conform_skip("/proc/self/statm cannot be read");
	fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

bool conform_grew(size_t early, size_t late, size_t least)
{
#ifdef AL_SANITIZED
	return false;
#else
	return late > early + early / 4 + least;
#endif
}

bool conform_can_realloc(void)
{
	return host.table->realloc || host.table->usable_size;
}

size_t conform_draw_size(struct al_random *random, size_t max)
{
	const unsigned int bits = 64 - (unsigned int)__builtin_clzl(max | 1);
	const uint64_t top = al_random_below(random, bits + 1);
	const size_t size =
		top ? al_random_below(random, UINT64_C(1) << top) : 0;

	return size < max ? size : max;
}

struct crew {
	void (*work)(unsigned int i, void *arg);
	void *arg;
	unsigned int index;
	pthread_t id;
};

static void *crew_member(void *arg)
{
	struct crew *me = arg;

	if (host.table->thread_enter)
		host.table->thread_enter();
	me->work(me->index, me->arg);
	if (host.table->thread_exit)
		host.table->thread_exit();
	return NULL;
}

void conform_threads(unsigned int n, void (*work)(unsigned int i, void *arg),
		     void *arg)
{
	struct crew *crew = conform_own(n, sizeof(*crew));

	for (unsigned int i = 0; i < n; i++) {
		crew[i] = (struct crew){ work, arg, i, 0 };
		if (pthread_create(&crew[i].id, NULL, crew_member, &crew[i]))
			conform_skip("thread %u cannot be started", i);
	}
	for (unsigned int i = 0; i < n; i++)
		pthread_join(crew[i].id, NULL);
	free(crew);
}

unsigned int conform_nthreads(void)
{
	const long n = 2 * sysconf(_SC_NPROCESSORS_ONLN);

	return n < 4 ? 4 : n > 64 ? 64 : (unsigned int)n;
}
