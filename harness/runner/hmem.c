// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * hmem.c - the harness's own memory: size classes over one reserved mapping.
 *
 * Role:       see hmem.h.
 * Invariants: a block belongs to one size class for ever; memory above `top`
 *             has never been touched and reads as zero; the 16 bytes before a
 *             payload are its header.
 * Locks:      arena.lock guards top and the free lists.
 * Units:      bytes; a class is four steps a doubling, or 16 bytes up to 128.
 * Source:     none.
 */
#include "config.h"

#include "hmem.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE_BYTES     4096u
#define RESERVE_BYTES  ((size_t)1 << 38) /* virtual; halved until it fits */
#define RESERVE_LEAST  ((size_t)1 << 26)
#define OPEN_BYTES     ((size_t)16 << 20)
#define GIVE_BACK_FROM ((size_t)1 << 20) /* freed blocks lose their pages */
#define NCLASSES       152
#define HEADER_MAGIC   0xa110c8edu

struct header {
	uint32_t class;
	uint32_t magic;
	uint64_t back; /* bytes from the block's start to the payload */
};

_Static_assert(sizeof(struct header) == 16, "payloads stay aligned to 16");

static struct {
	atomic_flag lock;
	char *base, *top, *end;
	char *open; /* up to here the mapping is readable and writable */
	void *free[NCLASSES]; /* first word of a free block links to the next */
} arena = { .lock = ATOMIC_FLAG_INIT };

static void lock_arena(void)
{
	for (unsigned int tries = 0; atomic_flag_test_and_set_explicit(
		     &arena.lock, memory_order_acquire);)
		if (++tries % 64 == 0)
			sched_yield();
}

static void unlock_arena(void)
{
	atomic_flag_clear_explicit(&arena.lock, memory_order_release);
}

static bool reserve_locked(void)
{
	for (size_t n = RESERVE_BYTES; n >= RESERVE_LEAST; n /= 2) {
		void *p = mmap(NULL, n, PROT_NONE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			       0);

		if (p == MAP_FAILED)
			continue;
		/* huge pages would make the harness's share depend on luck */
		madvise(p, n, MADV_NOHUGEPAGE);
		arena.base = arena.top = arena.open = p;
		arena.end = arena.base + n;
		return true;
	}
	return false;
}

/*
 * Opens the mapping up to @to. Step by step, since a machine without overcommit
 * charges what is writable, and would have nothing left for the heap.
 */
static bool open_locked(const char *to)
{
	size_t bytes = (size_t)(to - arena.open), left;

	if (to <= arena.open)
		return true;
	bytes = (bytes + OPEN_BYTES - 1) & -OPEN_BYTES;
	left = (size_t)(arena.end - arena.open);
	if (bytes > left)
		bytes = left;
	if (mprotect(arena.open, bytes, PROT_READ | PROT_WRITE))
		return false;
	arena.open += bytes;
	return true;
}

/* Carves never-used memory; @align is a power of two. */
static void *carve_locked(size_t bytes, size_t align)
{
	char *p;

	if (!arena.base && !reserve_locked())
		return NULL;
	p = arena.top + (-(uintptr_t)arena.top & (align - 1));
	if (p > arena.end || bytes > (size_t)(arena.end - p) ||
	    !open_locked(p + bytes))
		return NULL;
	arena.top = p + bytes;
	return p;
}

/* Class of a block of @n >= 32 bytes, header included. */
static uint32_t class_of(size_t n)
{
	unsigned int shift;

	if (n <= 128)
		return (uint32_t)((n - 1) >> 4);
	shift = 61 - (unsigned int)__builtin_clzll(n - 1);
	return (uint32_t)(8 + (shift - 5) * 4 + ((n - 1) >> shift) - 4);
}

static size_t class_bytes(uint32_t class)
{
	if (class < 8)
		return ((size_t) class + 1) << 4;
	return ((size_t)(class - 8) % 4 + 5) << ((class - 8) / 4 + 5);
}

static const struct header *header_of(const void *p)
{
	return (const struct header *)p - 1;
}

void *hmem_alloc(size_t size, size_t align, bool zeroed)
{
	size_t slack = align > 16 ? align : 0, need;
	struct header *header;
	bool fresh = false;
	char *block, *p;
	uint32_t class;

	if (size > RESERVE_BYTES || slack > RESERVE_BYTES)
		return NULL;
	need = size + slack + sizeof(*header);
	class = class_of(need < 32 ? 32 : need);

	lock_arena();
	block = arena.free[class];
	if (block) {
		memcpy(&arena.free[class], block, sizeof(void *));
	} else {
		block = carve_locked(class_bytes(class), 16);
		fresh = true;
	}
	unlock_arena();
	if (!block)
		return NULL;

	p = block + sizeof(*header);
	if (slack)
		p += -(uintptr_t)p & (align - 1);
	header = (struct header *)(void *)p - 1;
	header->class = class;
	header->magic = HEADER_MAGIC;
	header->back = (uint64_t)(p - block);
	if (zeroed && !fresh)
		memset(p, 0, size);
	return p;
}

/* Keeps the first page (it will hold the link) and drops the rest. */
static void give_pages_back(char *block, size_t bytes)
{
	uintptr_t from = ((uintptr_t)block + 2 * PAGE_BYTES - 1) &
			 -(uintptr_t)PAGE_BYTES;
	uintptr_t to = ((uintptr_t)block + bytes) & -(uintptr_t)PAGE_BYTES;

	madvise((void *)from, to - from, MADV_DONTNEED);
}

/* A library mixed two heaps, or freed twice: nothing can be believed. */
static _Noreturn void die_of(const void *p)
{
	char line[96];
	int n = snprintf(line, sizeof(line),
			 "allotrope-runner: free(%p): not an object of the "
			 "harness\n",
			 p);

	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		n = 0; /* nobody listens */
	abort();
}

void hmem_free(void *p)
{
	struct header *header;
	uint32_t class;
	char *block;

	if (!p)
		return;
	header = (struct header *)p - 1;
	if (!hmem_contains(p) || header->magic != HEADER_MAGIC)
		die_of(p);
	class = header->class;
	block = (char *)p - header->back;
	header->magic = 0;
	if (class_bytes(class) >= GIVE_BACK_FROM)
		give_pages_back(block, class_bytes(class));
	lock_arena();
	memcpy(block, &arena.free[class], sizeof(void *));
	arena.free[class] = block;
	unlock_arena();
}

size_t hmem_usable(const void *p)
{
	const struct header *header = header_of(p);

	return class_bytes(header->class) - header->back;
}

void *hmem_pages(size_t bytes)
{
	size_t whole = (bytes + PAGE_BYTES - 1) & -(size_t)PAGE_BYTES;
	void *p;

	if (whole < bytes)
		return NULL;
	lock_arena();
	p = carve_locked(whole, PAGE_BYTES);
	if (p) /* whole pages: nobody else touches the last one */
		arena.top = (char *)p + whole;
	unlock_arena();
	return p;
}

bool hmem_contains(const void *p)
{
	return (const char *)p >= arena.base && (const char *)p < arena.end;
}

size_t hmem_resident(void)
{
	unsigned char present[16384]; /* 64 MiB of pages a call */
	size_t pages = 0, resident = 0;

	lock_arena();
	pages = ((size_t)(arena.top - arena.base) + PAGE_BYTES - 1) /
		PAGE_BYTES;
	unlock_arena();
	for (size_t i = 0; i < pages; i += sizeof(present)) {
		size_t n = pages - i;

		if (n > sizeof(present))
			n = sizeof(present);
		if (mincore(arena.base + i * PAGE_BYTES, n * PAGE_BYTES,
			    present))
			continue;
		for (size_t k = 0; k < n; k++)
			resident += present[k] & 1;
	}
	return resident * PAGE_BYTES;
}
