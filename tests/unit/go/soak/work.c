// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * work.c - what a thread does with its and others' objects.
 *
 * Role:       see work.h.
 * Invariants: see work.h.
 * Locks:      see work.h.
 * Units:      bytes.
 * Source:     none.
 */
#include "work.h"
#include "pattern.h"

#include <sys/mman.h>

struct work work;

void work_init(size_t nslots)
{
	size_t n = nslots * WORK_OWN + WORK_SHARED;

	work.nrecords = n;
	work.record =
		mmap(NULL, n * sizeof(struct record), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (work.record == MAP_FAILED)
		soak_fault("no memory for the soak's own table");
}

static bool try_lock(struct record *rec)
{
	uint32_t free = 0;

	return atomic_compare_exchange_strong_explicit(&rec->lock, &free, 1,
						       memory_order_acquire,
						       memory_order_relaxed);
}

static void unlock(struct record *rec)
{
	atomic_store_explicit(&rec->lock, 0, memory_order_release);
}

static uint64_t key_of(const void *p, struct al_random *r)
{
	return al_random_next(r) ^ (uintptr_t)p * UINT64_C(0xff51afd7ed558ccd);
}

static void intact(const struct record *rec, const unsigned char *p,
		   size_t upto, const char *when)
{
	size_t at = pattern_check(p, rec->filled, rec->key, rec->full, upto);

	if (at != PATTERN_INTACT)
		soak_fault("%p, object of %zu bytes, lost byte %zu %s",
			   (const void *)p, rec->asked, at, when);
}

void work_verify(const struct record *rec)
{
	intact(rec, rec->p, rec->filled, "before its end");
}

static void live_grows(size_t by, size_t less)
{
	atomic_fetch_add_explicit(&work.live_bytes, (int64_t)by - (int64_t)less,
				  memory_order_relaxed);
}

static size_t usable_of(const struct record *rec)
{
	size_t n;

	if (!soak_al->usable_size)
		return 0;
	soak_enter(SOAK_USABLE, rec->asked);
	n = soak_al->usable_size(rec->p);
	soak_leave();
	if (n < rec->asked)
		soak_fault("usable_size of %zu bytes at %p is %zu", rec->asked,
			   (void *)rec->p, n);
	return n;
}

/* Write into the new object of @rec, now and then into all that is usable. */
static void fill(struct record *rec, struct al_random *r)
{
	bool wide = al_random_below(r, 4) == 0;

	rec->key = key_of(rec->p, r);
	rec->serial =
		atomic_load_explicit(&soak_mine->serial, memory_order_relaxed);
	rec->usable = usable_of(rec);
	rec->filled =
		wide && rec->usable && !rec->tiny ? rec->usable : rec->asked;
	rec->full = rec->filled <= PATTERN_FULL_BYTES ||
		    (rec->filled < 128 << 10 && al_random_below(r, 8) == 0) ||
		    al_random_below(r, 256) == 0;
	pattern_fill(rec->p, rec->filled, rec->key, rec->full);
}

void work_make(struct record *rec, struct al_random *r, size_t size)
{
	rec->p = take_object(r, rec, size);
	if (!rec->p)
		return;
	live_grows(rec->asked, 0);
	fill(rec, r);
}

void work_drop(struct record *rec)
{
	unsigned char *p = rec->p;
	size_t size = rec->asked;

	work_verify(rec);
	if (rec->serial != atomic_load(&soak_mine->serial)) {
		soak_count(SOAK_CROSS, 1);
		if (rec->serial < work.dead_below)
			soak_count(SOAK_ORPHAN, 1);
	}
	live_grows(0, size);
	rec->p = NULL;
	soak_enter(SOAK_FREE, size);
	if (soak_al->free_sized && rec->key % 2)
		soak_al->free_sized(p, size);
	else
		soak_al->free(p);
	soak_leave();
}

void work_resize(struct record *rec, struct al_random *r, size_t size)
{
	size_t old = rec->asked, kept;
	unsigned char *p;

	if (!size || !soak_al->realloc)
		return;
	work_verify(rec);
	p = take_moved(rec, size);
	if (!p) {
		work_verify(rec); /* a failure leaves everything alone */
		return;
	}
	kept = old < size ? old : size;
	intact(rec, p, kept < rec->filled ? kept : rec->filled, "in a realloc");
	live_grows(size, old);
	rec->tiny &= p == rec->p;
	rec->p = p;
	rec->asked = size;
	fill(rec, r);
}

/* Up in steps as a vector grows, then down. */
static void resize_chain(struct record *rec, struct al_random *r)
{
	size_t size = 1 + al_random_below(r, 64);
	size_t top = 1 + take_size(r);

	for (; size < top && !work.stop; size += size / 2 + 1)
		work_resize(rec, r, size);
	for (; size > 16 && !work.stop; size /= 3)
		work_resize(rec, r, size);
}

static void use(struct record *rec, struct al_random *r)
{
	if (!rec->p) {
		work_make(rec, r, WORK_ANY_SIZE);
		return;
	}
	switch (al_random_below(r, 32)) {
	case 0:
		resize_chain(rec, r);
		break;
	case 1:
	case 2:
	case 3:
	case 4:
		work_resize(rec, r, take_size(r));
		break;
	case 5:
	case 6:
		work_verify(rec);
		if (usable_of(rec) != rec->usable)
			soak_fault("usable_size of %p changed from %zu",
				   (void *)rec->p, rec->usable);
		break;
	case 7:
	case 8:
	case 9:
	case 10:
	case 11:
		work_drop(rec);
		work_make(rec, r, WORK_ANY_SIZE);
		break;
	default:
		work_drop(rec);
	}
}

static struct record *pick(size_t slot, struct al_random *r)
{
	if (al_random_below(r, 2))
		return &work.record[slot * WORK_OWN +
				    al_random_below(r, WORK_OWN)];
	return &work.record[work.nrecords - WORK_SHARED +
			    al_random_below(r, WORK_SHARED)];
}

/* Rarely done; trim with others inside is more than the contract asks. */
static void rarities(struct al_random *r)
{
	uint64_t what = al_random_below(r, 8192);

	if (what < 8) {
		take_impossible(r);
	} else if (what == 8 && soak_al->trim && soak_is_go()) {
		soak_enter(SOAK_TRIM, 0);
		soak_al->trim();
		soak_leave();
	} else if (what == 9 && soak_is_go()) {
		soak_enter(SOAK_EXIT, 0); /* and go on */
		soak_al->thread_exit();
		soak_leave();
	}
}

void work_run(size_t slot, struct al_random *r, uint64_t nops)
{
	for (uint64_t i = 0; i < nops && !work.stop; i++) {
		struct record *rec = pick(slot, r);

		rarities(r);
		if (!try_lock(rec))
			continue;
		use(rec, r);
		unlock(rec);
	}
}
