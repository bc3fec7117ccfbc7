// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fake_os.c - a system for tests: fails on demand, logs, keeps virtual time.
 *
 * Role:       see fake_os.h.
 * Invariants: see fake_os.h.
 * Locks:      none.
 * Units:      bytes, nanoseconds.
 * Source:     none.
 */
#include "fake_os.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "../../../allocators/go/spanmap.h"

struct mapping {
	uintptr_t base;
	size_t nbytes;
};

struct fake_os fake_os;
static struct mapping *mappings;
static size_t nmappings, mappings_room;

static void *grown(void *array, size_t *room, size_t used, size_t each)
{
	if (used < *room)
		return array;
	*room = *room ? 2 * *room : 64;
	array = realloc(array, *room * each);
	if (!array) {
		fprintf(stderr, "allotrope: fake_os: out of memory\n");
		exit(99);
	}
	return array;
}

static void remember(void *p, size_t n)
{
	mappings =
		grown(mappings, &mappings_room, nmappings, sizeof(*mappings));
	mappings[nmappings++] = (struct mapping){ (uintptr_t)p, n };
}

static bool fails(void)
{
	return fake_os.ncalls++ >= fake_os.fail_after;
}

static void *fake_alloc(size_t n)
{
	void *p = fails() ? NULL : osmem_linux.alloc(n);

	if (p)
		remember(p, n);
	return p;
}

static void *fake_alloc_huge(size_t n)
{
	void *p = fails() ? NULL : osmem_linux.alloc_huge(n);

	if (p)
		remember(p, n);
	return p;
}

static void *fake_reserve(void *hint, size_t n)
{
	void *p = fails() ? NULL : osmem_linux.reserve(hint, n);

	if (p)
		remember(p, n);
	return p;
}

static int fake_map(void *p, size_t n)
{
	return fails() ? -ENOMEM : osmem_linux.map(p, n);
}

static void event(bool used, void *p, size_t n)
{
	fake_os.event = grown(fake_os.event, &fake_os.events_room,
			      fake_os.nevents, sizeof(*fake_os.event));
	fake_os.event[fake_os.nevents++] =
		(struct fake_os_event){ used, (uintptr_t)p, n };
}

static void fake_unused(void *p, size_t n)
{
	fake_os.unused_bytes += n;
	fake_os.now_ns += n / 8192 * fake_os.unused_cost_ns;
	event(false, p, n);
	if (fake_os.on_unused)
		fake_os.on_unused((uintptr_t)p, n);
}

static void fake_used(void *p, size_t n)
{
	event(true, p, n);
}

/* What is released twice, here and at the end, may be somebody else's then. */
static void fake_release(void *p, size_t n)
{
	uintptr_t base = (uintptr_t)p;

	for (size_t i = 0; i < nmappings; i++) {
		struct mapping *m = &mappings[i];

		if (base < m->base || base >= m->base + m->nbytes)
			continue;
		if (base > m->base)
			remember((void *)m->base, base - m->base);
		m = &mappings[i];
		m->nbytes -= base + n - m->base;
		m->base = base + n;
		break;
	}
	osmem_linux.release(p, n);
}

static uint64_t fake_clock_ns(void)
{
	return fake_os.now_ns;
}

void fake_os_init(void)
{
	fake_os = (struct fake_os){ .fail_after = SIZE_MAX };
}

void fake_os_block(uintptr_t p)
{
	void *got = osmem_linux.reserve((void *)p, 4096);

	if (got)
		remember(got, 4096);
}

void fake_os_fini(void)
{
	for (size_t i = 0; i < nmappings; i++) {
		struct mapping m = mappings[i];

		for (uintptr_t p = m.base & ~(SPARSE_ARENA_BYTES - 1);
		     p < m.base + m.nbytes; p += SPARSE_ARENA_BYTES)
			atomic_store(&go_arenas[p >> SPARSE_LG_ARENA], NULL);
		if (m.nbytes)
			osmem_linux.release((void *)m.base, m.nbytes);
	}
	free(mappings);
	free(fake_os.event);
	mappings = NULL;
	nmappings = mappings_room = 0;
	fake_os = (struct fake_os){ 0 };
}

const struct osmem_ops osmem_fake = {
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
