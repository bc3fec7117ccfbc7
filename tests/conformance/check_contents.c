// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * check_contents.c - conformance: contents stay what they are.
 *
 * Role:       random operations against a plain model; the usable size.
 * Invariants: none.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none; the contract is allotrope/allocator.h.
 */
#include "config.h"

#include "conform.h"

#include <stdlib.h>
#include <string.h>

void test_contents(void);
void test_usable_size(void);

struct object {
	void *p;
	size_t size;
	uint64_t id;
	bool is_aligned; /* free_sized() is not for these */
};

/* Any way to get an object that the allocator has. */
static void get(struct object *o, size_t size, struct al_random *random)
{
	const uint64_t way = al_random_below(random, 16);
	const size_t align = conform_min_align(size);
	const char *call = "malloc";

	o->is_aligned = false;
	if (way == 0 && host.table->aligned_alloc) {
		call = "aligned_alloc"; /* test_align_asked() judges it */
		o->p = host.calls->aligned_alloc(
			(size_t)1 << al_random_range(random, 4, 13), size);
		o->is_aligned = true;
	} else if (way == 1) {
		call = "calloc";
		o->p = host.calls->calloc(1, size);
		if (o->p)
			conform_check_zero(o->p, size, call);
	} else if (way == 2) {
		call = "malloc_flags";
		o->p = host.calls->malloc_flags(size, 0);
	} else {
		o->p = host.calls->malloc(size);
	}
	if (!o->p)
		conform_fail("%s of %zu bytes gave NULL", call, size);
	conform_check_aligned(o->p, align, call, size);
	o->size = size;
	conform_stamp(o->p, size, o->id);
}

static void resize(struct object *o, size_t size)
{
	void *p = host.calls->realloc(o->p, size);

	if (!p)
		conform_fail("realloc from %zu to %zu gave NULL", o->size,
			     size);
	conform_check_aligned(p, conform_min_align(size), "realloc", size);
	conform_check(p, o->size < size ? o->size : size, o->id,
		      "after realloc");
	o->p = p;
	o->size = size;
	o->is_aligned = false;
	conform_stamp(p, size, o->id);
}

static void drop(struct object *o, struct al_random *random)
{
	if (!o->is_aligned && al_random_below(random, 4) == 0)
		host.calls->free_sized(o->p, o->size);
	else
		host.calls->free(o->p);
	o->p = NULL;
}

static size_t draw(struct al_random *random)
{
	const size_t max = al_random_below(random, 1024) ? 1 << 13 : 1 << 20;

	return 1 + conform_draw_size(random, max);
}

static void step(struct object *o, struct al_random *random)
{
	if (!o->p) {
		get(o, draw(random), random);
		return;
	}
	conform_check(o->p, o->size, o->id, "before it was freed or resized");
	if (conform_can_realloc() && al_random_below(random, 4) == 0)
		resize(o, draw(random));
	else
		drop(o, random);
}

void conform_stress(uint64_t seed, uint64_t nsteps, size_t nslots)
{
	struct object *slot = conform_own(nslots, sizeof(*slot));
	struct al_random random = { seed };

	for (size_t i = 0; i < nslots; i++)
		slot[i].id = (seed << 16) + i;
	while (nsteps--)
		step(&slot[al_random_below(&random, nslots)], &random);
	for (size_t i = 0; i < nslots; i++) {
		if (!slot[i].p)
			continue;
		conform_check(slot[i].p, slot[i].size, slot[i].id,
			      "at the end");
		drop(&slot[i], &random);
	}
	free(slot);
}

void test_contents(void)
{
	conform_stress(host.seed, CONFORM_TIMES(1000000), 4096);
}

/* Writes all that usable_size() grants, to a row of objects of one size. */
static void check_usable(size_t size)
{
	enum {
		ROW = 32
	};
	unsigned char *p[ROW];
	size_t usable[ROW];

	for (uint64_t i = 0; i < ROW; i++) {
		p[i] = conform_malloc(size);
		usable[i] = host.table->usable_size(p[i]);
		if (usable[i] < size)
			conform_fail("usable_size of %zu bytes is %zu", size,
				     usable[i]);
		conform_stamp(p[i], usable[i], i);
	}
	for (uint64_t i = 0; i < ROW; i++) {
		conform_check(p[i], usable[i], i,
			      "after its neighbours were filled to their "
			      "usable size");
		host.calls->free(p[i]);
	}
}

void test_usable_size(void)
{
	conform_need(usable_size);
	for (size_t size = 1; size <= 2048; size++)
		check_usable(size);
	for (size_t size = 2049; size < (1 << 20); size += size / 8)
		check_usable(size);
}
