// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * dropin_api.c - the C library's allocation functions, as a preload gives them.
 *
 * Role:       run by dropin.sh under LD_PRELOAD; calls malloc by its own name.
 * Invariants: prints TAP; refuses to run when malloc is the C library's.
 * Locks:      none.
 * Units:      bytes.
 * Source:     malloc(3), posix_memalign(3).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void free_sized(void *p, size_t size) __attribute__((weak));
void free_aligned_sized(void *p, size_t align, size_t size)
	__attribute__((weak));

/* The optimiser must not see that an object is not used. */
static void *volatile sink;

static int failed, count;

#define CHECK(what)                                                         \
	do {                                                                \
		if (!(what)) {                                              \
			printf("# %s:%d: %s\n", __func__, __LINE__, #what); \
			return false;                                       \
		}                                                           \
	} while (0)

static void run(const char *name, bool (*test)(void))
{
	bool ok = test();

	printf("%sok %d - %s\n", ok ? "" : "not ", ++count, name);
	fflush(stdout);
	failed += !ok;
}

static bool is_aligned(const void *p, size_t align)
{
	return ((uintptr_t)p & (align - 1)) == 0;
}

static bool test_every_function(void)
{
	void *p = NULL;

	for (size_t size = 0; size < 200000; size += 1 + size / 7) {
		size_t align = size < 16 ? 8 : 16;

		sink = p = malloc(size);
		CHECK(p && is_aligned(p, align));
		CHECK(malloc_usable_size(p) >= size);
		memset(p, 1, size);
		p = realloc(p, size + 1);
		CHECK(p && is_aligned(p, size + 1 < 16 ? 8 : 16));
		p = reallocarray(p, 3, size + 1);
		CHECK(p && malloc_usable_size(p) >= 3 * size + 3);
		free(p);
		p = calloc(3, size);
		CHECK(p && is_aligned(p, 3 * size < 16 ? 8 : 16));
		for (size_t i = 0; i < 3 * size; i++)
			CHECK(((char *)p)[i] == 0);
		free(p);
		for (align = 8; align <= 1 << 20; align *= 4) {
			CHECK(posix_memalign(&p, align, size) == 0);
			CHECK(p && is_aligned(p, align));
			free(p);
			p = aligned_alloc(align, size);
			CHECK(p && is_aligned(p, align));
			free(p);
			p = memalign(align, size);
			CHECK(p && is_aligned(p, align));
			free(p);
		}
	}
	sink = p = valloc(100);
	CHECK(is_aligned(p, 4096));
	free(p);
	sink = p = pvalloc(100);
	CHECK(is_aligned(p, 4096) && malloc_usable_size(p) >= 4096);
	free(p);
	CHECK(free_sized && free_aligned_sized);
	free_sized(malloc(100), 100);
	free_aligned_sized(aligned_alloc(64, 100), 64, 100);
	CHECK(malloc_usable_size(NULL) == 0);
	free(NULL);
	return true;
}

static bool test_errno(void)
{
	volatile size_t huge = SIZE_MAX / 2;
	void *p = NULL;

	errno = 4711;
	sink = malloc(100);
	free(sink);
	sink = malloc(10 << 20);
	sink = realloc(sink, 30 << 20);
	free(sink);
	sink = calloc(10, 10);
	CHECK(posix_memalign(&p, 1 << 16, 10) == 0);
	free(p);
	free(sink);
	CHECK(errno == 4711);
	CHECK(posix_memalign(&p, 3, 10) == EINVAL);
	CHECK(posix_memalign(&p, 4, 10) == EINVAL);
	CHECK(posix_memalign(&p, 64, huge) == ENOMEM);
	CHECK(errno == 4711);
	CHECK(!malloc(huge) && errno == ENOMEM);
	errno = 0;
	CHECK(!calloc(huge, 3) && errno == ENOMEM);
	errno = 0;
	CHECK(!reallocarray(NULL, huge, 3) && errno == ENOMEM);
	errno = 0;
	CHECK(!aligned_alloc(48, 10) && errno == EINVAL);
	errno = 0;
	p = malloc(100);
	memset(p, 7, 100);
	CHECK(!realloc(p, huge) && errno == ENOMEM);
	CHECK(((char *)p)[99] == 7); /* and the object is untouched */
	CHECK(!realloc(p, 0));	     /* frees */
	return true;
}

static atomic_bool stop;

static void *churn(void *arg)
{
	unsigned int x = (unsigned int)(uintptr_t)arg;
	void *p[64] = { 0 };

	while (!atomic_load(&stop)) {
		x = x * 1664525 + 1013904223;
		free(p[x >> 26]);
		p[x >> 26] = malloc((x >> 8) % 5000);
	}
	for (int i = 0; i < 64; i++)
		free(p[i]);
	return NULL;
}

static void *allocate_some(void *arg)
{
	(void)arg;
	for (int i = 0; i < 100; i++) {
		sink = malloc((size_t)i * 50);
		free(sink);
	}
	return NULL;
}

/* A child allocates, frees what its parent allocated, starts a thread. */
static bool test_fork_under_load(void)
{
	pthread_t t[3], more;
	bool fine = true;

	atomic_store(&stop, false);
	for (uintptr_t i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, churn, (void *)(i + 1));
	for (int n = 0; n < 1000 && fine; n++) {
		char *p = malloc(100 + (size_t)n);
		int status;
		pid_t pid;

		memset(p, n, 100);
		pid = fork();
		if (pid == 0) {
			alarm(60);
			for (int i = 0; i < 100; i++)
				if (p[i] != (char)n)
					_exit(1);
			free(p);
			allocate_some(NULL);
			if (n % 50 == 0) {
				pthread_create(&more, NULL, allocate_some,
					       NULL);
				pthread_join(more, NULL);
			}
			_exit(0);
		}
		fine = pid > 0 && waitpid(pid, &status, 0) == pid &&
		       status == 0;
		free(p);
	}
	atomic_store(&stop, true);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	return fine;
}

static pthread_key_t late_key;

/* Other keys' destructors may allocate and free after ours has run. */
static void late(void *p)
{
	free(p);
	free(malloc(3000));
	sink = malloc(10);
}

static void *with_late_key(void *arg)
{
	pthread_setspecific(late_key, malloc(77));
	sink = strdup("left behind");
	return arg;
}

static bool test_thread_exit(void)
{
	pthread_t t;

	CHECK(pthread_key_create(&late_key, late) == 0);
	for (int i = 0; i < 300; i++) {
		CHECK(pthread_create(&t, NULL, with_late_key, NULL) == 0);
		CHECK(pthread_join(t, NULL) == 0);
		free(sink);
	}
	return true;
}

static bool test_dlopen(void)
{
	static const char *const libraries[] = { "libm.so.6", "libz.so.1",
						 "libzstd.so.1" };

	for (int n = 0; n < 30; n++)
		for (size_t i = 0; i < 3; i++) {
			void *h = dlopen(libraries[i], RTLD_NOW | RTLD_LOCAL);

			sink = malloc(50);
			if (h)
				dlclose(h);
			free(sink);
		}
	return true;
}

static bool test_streams_and_environment(void)
{
	char *text = NULL;
	size_t length;
	FILE *f = open_memstream(&text, &length);

	for (int i = 0; i < 10000; i++)
		fprintf(f, "%d ", i);
	fclose(f);
	CHECK(length == 48890);
	free(text);
	for (int i = 0; i < 100; i++)
		CHECK(setenv("ALLOTROPE_TEST", i % 2 ? "x" : "longer", 1) == 0);
	return true;
}

int main(void)
{
	Dl_info info;

	if (!dladdr((void *)(uintptr_t)malloc, &info) ||
	    !strstr(info.dli_fname, "liballotrope-")) {
		printf("Bail out! malloc is not the preloaded one\n");
		return 99;
	}
	printf("1..6\n");
	run("every function, sizes and alignments", test_every_function);
	run("errno kept on success, set on failure", test_errno);
	run("1000 forks while threads allocate", test_fork_under_load);
	run("destructors that allocate at thread exit", test_thread_exit);
	run("dlopen and dlclose", test_dlopen);
	run("streams and environment", test_streams_and_environment);
	return failed != 0;
}
