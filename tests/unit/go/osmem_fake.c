// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * osmem_fake.c - see osmem_fake.h.
 *
 * Role:       a system that a test commands.
 * Invariants: see osmem_fake.h.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "osmem_fake.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>

struct osmem_fake osmem_fake;

void osmem_fake_reset(void)
{
	osmem_fake = (struct osmem_fake){
		.fail_in = -1,
		.elsewhere = UINT64_C(0x700000001000),
	};
}

static bool fails(void)
{
	if (osmem_fake.fail_in < 0)
		return false;
	if (osmem_fake.fail_in == 0)
		return true;
	osmem_fake.fail_in--;
	return false;
}

static void *fake_alloc(size_t n)
{
	void *p;

	if (fails())
		return NULL;
	p = mmap(NULL, n, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	osmem_fake.alloc_bytes += n;
	return p;
}

static void *fake_alloc_huge(size_t n)
{
	void *p;

	if (osmem_fake.no_huge || fails())
		return NULL;
	p = osmem_linux.alloc_huge(n);
	if (p)
		osmem_fake.alloc_bytes += n;
	return p;
}

static void *fake_reserve(void *hint, size_t n)
{
	uintptr_t p = (uintptr_t)hint;

	if (fails())
		return NULL;
	if (!p || (p >= osmem_fake.blocked && p < osmem_fake.blocked_end)) {
		p = osmem_fake.elsewhere;
		osmem_fake.elsewhere += n;
	}
	osmem_fake.reserved_bytes += n;
	return (void *)p;
}

static int fake_map(void *p, size_t n)
{
	if (fails())
		return -ENOMEM;
	if (osmem_fake.back_fixed && n <= (size_t)64 << 20 &&
	    mmap(p, n, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
		 0) == MAP_FAILED)
		return -ENOMEM;
	osmem_fake.mapped_bytes += n;
	return p ? 0 : -ENOMEM;
}

static void fake_unused(void *p, size_t n)
{
	(void)p;
	osmem_fake.returned_bytes += n;
}

static void fake_used(void *p, size_t n)
{
	(void)p;
	osmem_fake.used_bytes += n;
}

static void fake_release(void *p, size_t n)
{
	(void)p;
	osmem_fake.reserved_bytes -= n;
}

static uint64_t fake_clock_ns(void)
{
	return osmem_fake.now_ns;
}

const struct osmem_ops osmem_fake_ops = {
	.name = "fake",
	.alloc = fake_alloc,
	.alloc_huge = fake_alloc_huge,
	.reserve = fake_reserve,
	.map = fake_map,
	.unused = fake_unused,
	.used = fake_used,
	.release = fake_release,
	.clock_ns = fake_clock_ns,
};
