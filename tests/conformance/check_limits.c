// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * check_limits.c - conformance: where memory ends.
 *
 * Role:       sizes that cannot be had, and an address space that is full.
 * Invariants: none.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none; the contract is allotrope/allocator.h.
 */
#include "config.h"

#include "conform.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

void test_huge(void);
void test_errno_enomem(void);
void test_large(void);
void test_enomem_small(void);
void test_enomem_large(void);

/* No machine has 2^48 bytes of address space for one object. */
static const size_t huge_sizes[] = {
	(size_t)1 << 48,
	(size_t)1 << 62,
	PTRDIFF_MAX - 4096,
	PTRDIFF_MAX,
	(size_t)PTRDIFF_MAX + 1,
	SIZE_MAX - ((size_t)64 << 20),
	SIZE_MAX - 65536,
	SIZE_MAX - 8192,
	SIZE_MAX - 8191,
	SIZE_MAX - 4096,
	SIZE_MAX - 4095,
	SIZE_MAX - 64,
	SIZE_MAX - 16,
	SIZE_MAX - 15,
	SIZE_MAX - 8,
	SIZE_MAX - 1,
	SIZE_MAX,
};

/* Sees the result of every call for a huge object, and then errno. */
typedef void judge_fn(const void *p, const char *call, size_t size);

static void judge_all(judge_fn *judge)
{
	const struct al_calls *call = host.calls;

	for (size_t i = 0; i < sizeof(huge_sizes) / sizeof(size_t); i++) {
		const size_t size = huge_sizes[i];

		errno = 0;
		judge(call->malloc(size), "malloc", size);
		judge(call->calloc(1, size), "calloc", size);
		judge(call->calloc(size, 2), "calloc of twice", size);
		judge(call->malloc_flags(size, AL_MALLOC_NOSCAN),
		      "malloc_flags", size);
		if (conform_can_realloc())
			judge(call->realloc(NULL, size), "realloc", size);
		if (!host.table->aligned_alloc)
			continue;
		judge(call->aligned_alloc(64, size), "aligned_alloc", size);
		judge(call->aligned_alloc(1 << 20, size), "aligned_alloc",
		      size);
	}
	call->free(conform_malloc(100));
}

static void must_be_null(const void *p, const char *call, size_t size)
{
	if (p)
		conform_fail("%s of %zu bytes gave an object", call, size);
}

void test_huge(void)
{
	judge_all(must_be_null);
}

static void must_be_refused(const void *p, const char *call, size_t size)
{
	must_be_null(p, call, size);
	if (errno != ENOMEM)
		conform_fail("%s of %zu bytes set errno to %d, not to ENOMEM",
			     call, size, errno);
	errno = 0;
}

void test_errno_enomem(void)
{
	void *p;

	judge_all(must_be_refused);
	if (!conform_can_realloc())
		return;
	p = conform_malloc(100);
	errno = 0;
	must_be_refused(host.calls->realloc(p, PTRDIFF_MAX),
			"realloc of an object", PTRDIFF_MAX);
	host.calls->free(p);
}

/* Whole up to 1 MiB, else one page in sixteen, and always the end. */
static void stamp_some(char *p, size_t size, uint64_t id)
{
	for (size_t at = 0; at < size; at += 65536)
		conform_stamp(p + at, at + 4096 < size ? 4096 : size - at, id);
	conform_stamp(p + size - 64, 64, id + 1);
}

static void check_some(const char *p, size_t size, uint64_t id)
{
	for (size_t at = 0; at + 4096 + 64 < size; at += 65536)
		conform_check(p + at, 4096, id, "in a large object");
	conform_check(p + size - 64, 64, id + 1, "at a large object's end");
}

void test_large(void)
{
	size_t most = 0;

	for (size_t size = 1 << 17; size <= (size_t)1 << 30; size *= 2) {
		char *p[3];
		uint64_t n = 0;

		/* More than 64 MiB a small machine may refuse. */
		for (; n < 3; n++) {
			const size_t odd = size + n * 4097;

			errno = 0;
			p[n] = host.calls->malloc(odd);
			if (!p[n] && (size <= 64 << 20 || errno != ENOMEM))
				conform_fail("malloc(%zu) gave NULL, errno %d",
					     odd, errno);
			if (!p[n])
				break;
			conform_check_aligned(p[n], 16, "malloc", odd);
			stamp_some(p[n], odd, 2 * n);
			most = odd;
		}
		for (uint64_t i = 0; i < n; i++) {
			check_some(p[i], size + i * 4097, 2 * i);
			host.calls->free(p[i]);
		}
	}
	host.note("largest_bytes", (double)most);
}

static size_t address_space(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (!f || fscanf(f, "%lu", &pages) != 1)
		conform_skip("/proc/self/statm cannot be read");
	fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* Grants @more bytes beyond what is mapped now, or takes the limit off. */
static void limit_address_space(size_t more)
{
	struct rlimit limit;

	getrlimit(RLIMIT_AS, &limit);
	limit.rlim_cur = more ? address_space() + more : limit.rlim_max;
	if (setrlimit(RLIMIT_AS, &limit))
		conform_skip("the address space cannot be limited");
}

/* The objects hold their own list: the test needs no memory meanwhile. */
struct link {
	struct link *next;
	uint64_t index;
};

#define STAMPED ((size_t)48) /* bytes of an object behind its link */

static struct link *allocate_all(size_t size, size_t *count)
{
	struct link *all = NULL, *o;
	size_t n = 0;

	errno = 0;
	while ((o = host.calls->malloc(size))) {
		if (o == all)
			conform_fail("malloc(%zu) gave %p twice", size,
				     (void *)o);
		o->next = all;
		o->index = n;
		conform_stamp(o + 1, STAMPED, n);
		all = o;
		n++;
	}
	must_be_refused(NULL, "malloc at the end of the address space", size);
	*count = n;
	return all;
}

static void free_all(struct link *all, size_t n)
{
	while (all) {
		struct link *next = all->next;

		if (all->index != --n)
			conform_fail("the %zu. object at %p was overwritten "
				     "while memory was short",
				     n, (void *)all);
		conform_check(all + 1, STAMPED, n, "after memory ran out");
		host.calls->free(all);
		all = next;
	}
	if (n)
		conform_fail("%zu objects were lost while memory was short", n);
}

static void check_other_calls(struct link *one, size_t size)
{
	const size_t more = (size_t)1 << 40;

	must_be_null(host.calls->calloc(1, more), "calloc", more);
	if (!conform_can_realloc() || !one)
		return;
	must_be_null(host.calls->realloc(one, more), "realloc", more);
	conform_check(one + 1, STAMPED, one->index,
		      "after a realloc found no memory");
}

static void run_out(size_t size)
{
	struct link *all;
	size_t n, again;

#ifdef AL_SANITIZED
	conform_skip("the sanitizer maps memory of its own, and ends the "
		     "process when there is none");
#endif
	host.calls->free(conform_malloc(size));
	limit_address_space(CONFORM_TIMES((size_t)256 << 20));
	all = allocate_all(size, &n);
	check_other_calls(all, size);
	free_all(all, n);
	all = allocate_all(size, &again);
	free_all(all, again);
	limit_address_space(0);
	host.note("objects", (double)n);
	host.note("objects_again", (double)again);
	if (!(host.table->caps & AL_CAP_NO_REUSE) && again < n / 2)
		conform_fail("%zu objects of %zu bytes fitted, and after they "
			     "were freed only %zu",
			     n, size, again);
	host.calls->free(conform_malloc(size));
}

void test_enomem_small(void)
{
	run_out(64);
}

void test_enomem_large(void)
{
	run_out(1 << 20);
}
