// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * osfail.c - mmap that fails when told to, and knows what is mapped.
 *
 * Role:       see osfail.h.
 * Invariants: region[] is sorted, apart, and not touching.
 * Locks:      region_lock; nothing is called under it.
 * Units:      bytes, calls.
 * Source:     none.
 *
 * A plugin is bound to this definition as any library is to one in the program;
 * the C library's own calls (stacks of threads) are not.
 */
#include "config.h"

#include "osfail.h"
#include "soak.h"

#include <dlfcn.h>
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_REGIONS 65536

struct region {
	uintptr_t start;
	uintptr_t end;
};

static struct region region[MAX_REGIONS];
static size_t nregions;
static size_t mapped_bytes;
static atomic_flag region_lock = ATOMIC_FLAG_INIT;

static struct {
	_Atomic uint32_t rule;
	_Atomic uint64_t n;
	_Atomic uint64_t calls;
	_Atomic uint64_t hits;
	_Atomic uint64_t seed;
} fail;

void osfail_set(enum osfail_rule rule, uint64_t n, uint64_t seed)
{
	atomic_store(&fail.rule, OSFAIL_NEVER);
	atomic_store(&fail.n, n);
	atomic_store(&fail.seed, seed);
	atomic_store(&fail.calls, 0);
	atomic_store(&fail.hits, 0);
	atomic_store(&fail.rule, rule);
}

uint64_t osfail_hits(void)
{
	return atomic_load(&fail.hits);
}

static bool is_due(void)
{
	uint64_t call = atomic_fetch_add(&fail.calls, 1) + 1;
	uint64_t n = atomic_load(&fail.n);
	struct al_random r = { atomic_load(&fail.seed) ^ call };

	switch (atomic_load(&fail.rule)) {
	case OSFAIL_ONE_IN:
		return al_random_below(&r, n) == 0;
	case OSFAIL_NTH:
		return call == n;
	case OSFAIL_FROM:
		return call >= n;
	case OSFAIL_EVERY:
		return call % n == 0;
	default:
		return false;
	}
}

static void lock_regions(void)
{
	while (atomic_flag_test_and_set_explicit(&region_lock,
						 memory_order_acquire))
		sched_yield();
}

static void unlock_regions(void)
{
	atomic_flag_clear_explicit(&region_lock, memory_order_release);
}

/* The first region that ends behind @addr. */
static size_t region_behind(uintptr_t addr)
{
	size_t low = 0, high = nregions;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (region[mid].end <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void insert_at(size_t i, uintptr_t start, uintptr_t end)
{
	if (nregions == MAX_REGIONS)
		soak_fault("the heap is in more than %d pieces", MAX_REGIONS);
	memmove(&region[i + 1], &region[i],
		(nregions++ - i) * sizeof(region[0]));
	region[i] = (struct region){ start, end };
}

static void delete_at(size_t i)
{
	memmove(&region[i], &region[i + 1],
		(--nregions - i) * sizeof(region[0]));
}

/* [@start, @end) is not usable any more. */
static void forget(uintptr_t start, uintptr_t end)
{
	size_t i = region_behind(start);

	while (i < nregions && region[i].start < end) {
		struct region r = region[i];

		mapped_bytes -= r.end - r.start;
		delete_at(i);
		if (r.start < start) {
			insert_at(i++, r.start, start);
			mapped_bytes += start - r.start;
		}
		if (r.end > end) {
			insert_at(i, end, r.end);
			mapped_bytes += r.end - end;
			break;
		}
	}
}

/* [@start, @end) is usable. */
static void remember(uintptr_t start, uintptr_t end)
{
	size_t i;

	forget(start, end);
	mapped_bytes += end - start;
	i = region_behind(start);
	if (i < nregions && region[i].start == end) {
		end = region[i].end;
		delete_at(i);
	}
	if (i > 0 && region[i - 1].end == start)
		region[i - 1].end = end;
	else
		insert_at(i, start, end);
}

size_t osfail_mapped_bytes(void)
{
	size_t n;

	lock_regions();
	n = mapped_bytes;
	unlock_regions();
	return n;
}

size_t osfail_nregions(void)
{
	size_t n;

	lock_regions();
	n = nregions;
	unlock_regions();
	return n;
}

typedef void *mmap_fn(void *, size_t, int, int, int, off_t);
typedef int munmap_fn(void *, size_t);

#ifdef AL_SANITIZED
/* The sanitizer's own definitions come next: it must learn of mappings. */
static mmap_fn *next_mmap;
static munmap_fn *next_munmap;

__attribute__((constructor)) static void find_next(void)
{
	*(void **)&next_mmap = dlsym(RTLD_NEXT, "mmap");
	*(void **)&next_munmap = dlsym(RTLD_NEXT, "munmap");
}
#else
#define next_mmap   ((mmap_fn *)NULL)
#define next_munmap ((munmap_fn *)NULL)
#endif

/* ThreadSanitizer calls mmap before it can be told of a call. */
#define BEFORE_ALL __attribute__((no_sanitize_thread))

BEFORE_ALL static void *system_mmap(void *p, size_t n, int prot, int flags,
				    int fd, off_t offset)
{
	if (next_mmap)
		return next_mmap(p, n, prot, flags, fd, offset);
	return (void *)syscall(SYS_mmap, p, n, prot, flags, fd, offset);
}

/* A call of the allocator's. */
static __attribute__((noinline)) void *judged_mmap(void *p, size_t n, int prot,
						   int flags, int fd,
						   off_t offset)
{
	uintptr_t got;

	if (is_due()) {
		atomic_fetch_add(&fail.hits, 1);
		soak_count(SOAK_INJECTED, 1);
		errno = ENOMEM;
		return MAP_FAILED;
	}
	lock_regions();
	got = (uintptr_t)system_mmap(p, n, prot, flags, fd, offset);
	if ((void *)got != MAP_FAILED) {
		if (prot & PROT_WRITE)
			remember(got, got + n);
		else
			forget(got, got + n);
	}
	unlock_regions();
	return (void *)got;
}

BEFORE_ALL void *mmap(void *p, size_t n, int prot, int flags, int fd,
		      off_t offset)
{
	if (soak_inside)
		return judged_mmap(p, n, prot, flags, fd, offset);
	return system_mmap(p, n, prot, flags, fd, offset);
}

void *mmap64(void *p, size_t n, int prot, int flags, int fd, off_t offset)
	__attribute__((alias("mmap")));

static __attribute__((noinline)) void note_munmap(void *p, size_t n)
{
	lock_regions();
	forget((uintptr_t)p, (uintptr_t)p + n);
	unlock_regions();
}

BEFORE_ALL int munmap(void *p, size_t n)
{
	if (soak_inside)
		note_munmap(p, n);
	if (next_munmap)
		return next_munmap(p, n);
	return (int)syscall(SYS_munmap, p, n);
}
