// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * check_memory.c - conformance: memory comes back, and accounts hold.
 *
 * Role:       reuse, trim, statistics, errno, what stays resident.
 * Invariants: none.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none; the contract is allotrope/allocator.h.
 */
#include "config.h"

#include "conform.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void test_reuse(void);
void test_realloc_churn(void);
void test_trim(void);
void test_stats(void);
void test_errno_kept(void);
void test_give_back(void);

#define MIB ((size_t)1 << 20)

/* The same sizes and the same order each time: nothing new is asked for. */
static void one_round(void **p, size_t n)
{
	struct al_random random = { host.seed };

	for (size_t i = 0; i < n; i++) {
		const size_t size = 1 + conform_draw_size(&random, 1 << 15);

		p[i] = conform_malloc(size);
		memset(p[i], 1, size);
	}
	for (size_t left = n; left > 0; left--) {
		const size_t i = al_random_below(&random, left);

		host.calls->free(p[i]);
		p[i] = p[left - 1];
	}
}

void test_reuse(void)
{
	const size_t n = 8000;
	void **p = conform_own(n, sizeof(*p));
	size_t early = 0, late;

	for (int round = 1; round <= CONFORM_TIMES(60); round++) {
		one_round(p, n);
		if (round == 5)
			early = conform_resident();
	}
	late = conform_resident();
	host.note("resident_after_5_bytes", (double)early);
	host.note("resident_after_60_bytes", (double)late);
	free(p);
	if (conform_grew(early, late, 8 * MIB))
		conform_fail("%zu MiB resident after 5 rounds, %zu MiB after "
			     "60 of the same",
			     early / MIB, late / MIB);
}

/* Vectors that grow and shrink: what a resize leaves behind comes back too. */
void test_realloc_churn(void)
{
	enum {
		N = 500
	};
	struct al_random random = { host.seed };
	void **p = conform_own(N, sizeof(*p));
	size_t early = 0, late;

	if (!conform_can_realloc())
		conform_skip("it has neither realloc nor usable_size");
	for (int step = 1; step <= CONFORM_TIMES(300000); step++) {
		const size_t i = al_random_below(&random, N);
		const size_t size = 1 + conform_draw_size(&random, 1 << 14);

		p[i] = host.calls->realloc(p[i], size);
		if (!p[i])
			conform_fail("realloc to %zu gave NULL", size);
		memset(p[i], 1, size);
		if (step == 30000)
			early = conform_resident();
	}
	late = conform_resident();
	for (size_t i = 0; i < N; i++)
		host.calls->free(p[i]);
	free(p);
	if (conform_grew(early, late, 16 * MIB))
		conform_fail("%zu MiB resident after 30000 resizes, %zu MiB "
			     "after 300000",
			     early / MIB, late / MIB);
}

void test_trim(void)
{
	enum {
		N = 40000
	};
	struct al_random random = { host.seed };
	void **p = conform_own(N, sizeof(*p));
	size_t *size = conform_own(N, sizeof(*size));

	conform_need(trim);
	for (uint64_t i = 0; i < N; i++) {
		size[i] = 1 + conform_draw_size(&random, 1 << 14);
		p[i] = conform_malloc(size[i]);
		conform_stamp(p[i], size[i], i);
	}
	for (int round = 0; round < 4; round++) {
		for (uint64_t i = 0; i < N; i++) {
			if (!p[i] || al_random_below(&random, 4) == 0)
				continue;
			host.calls->free(p[i]);
			p[i] = NULL;
		}
		host.table->trim();
		for (uint64_t i = 0; i < N; i++) {
			if (p[i])
				conform_check(p[i], size[i], i, "after trim");
			else
				p[i] = conform_malloc(size[i]);
			conform_stamp(p[i], size[i], i);
		}
	}
	for (size_t i = 0; i < N; i++)
		host.calls->free(p[i]);
	free(p);
	free(size);
	host.table->trim();
	host.calls->free(conform_malloc(100));
}

static void take_stats(struct al_stats *stats)
{
	int err;

	memset(stats, 0xff, sizeof(*stats)); /* AL_STAT_UNKNOWN everywhere */
	stats->size = sizeof(*stats);
	err = host.table->stats(stats);
	if (err)
		conform_skip("stats answers %s", strerror(-err));
	if (stats->size != sizeof(*stats))
		conform_fail("stats changed the size field to %zu",
			     stats->size);
}

static uint64_t known(uint64_t value)
{
	return value == AL_STAT_UNKNOWN ? 0 : value;
}

static void check_sums(const struct al_stats *s)
{
	const uint64_t parts = known(s->inuse_bytes) + known(s->idle_bytes) +
			       known(s->returned_bytes);

	if (s->mapped_bytes != AL_STAT_UNKNOWN && parts > s->mapped_bytes)
		conform_fail("in use, idle and returned are %llu bytes, mapped "
			     "only %llu",
			     (unsigned long long)parts,
			     (unsigned long long)s->mapped_bytes);
}

#define CHECK_RISES(field)                                                     \
	do {                                                                   \
		if ((a->field == AL_STAT_UNKNOWN) !=                           \
		    (b->field == AL_STAT_UNKNOWN))                             \
			conform_fail("stats knows " #field " at one time and " \
				     "not at another");                        \
		if (b->field < a->field)                                       \
			conform_fail(#field " fell from %llu to %llu",         \
				     (unsigned long long)a->field,             \
				     (unsigned long long)b->field);            \
	} while (0)

static void check_counters(const struct al_stats *a, const struct al_stats *b)
{
	CHECK_RISES(refills);
	CHECK_RISES(central_locks);
	CHECK_RISES(central_contended);
	CHECK_RISES(heap_locks);
	CHECK_RISES(heap_contended);
	CHECK_RISES(grows);
	CHECK_RISES(remote_frees);
	CHECK_RISES(search_steps);
}

void test_stats(void)
{
	enum {
		N = 20000,
		BYTES = 1000
	};
	void **p = conform_own(N, sizeof(*p));
	struct al_stats before, full, after;

	conform_need(stats);
	take_stats(&before);
	for (size_t i = 0; i < N; i++)
		p[i] = conform_malloc(BYTES);
	take_stats(&full);
	for (size_t i = 0; i < N; i++)
		host.calls->free(p[i]);
	take_stats(&after);
	free(p);
	check_sums(&before);
	check_sums(&full);
	check_sums(&after);
	check_counters(&before, &full);
	check_counters(&full, &after);
	if (full.inuse_bytes == AL_STAT_UNKNOWN)
		return;
	if (full.inuse_bytes < before.inuse_bytes + (uint64_t)N * BYTES)
		conform_fail("inuse_bytes is %llu with %d live objects of %d",
			     (unsigned long long)full.inuse_bytes, N, BYTES);
	if (after.inuse_bytes > full.inuse_bytes - (uint64_t)N * BYTES)
		conform_fail("inuse_bytes fell from %llu to %llu only when %d "
			     "objects of %d were freed",
			     (unsigned long long)full.inuse_bytes,
			     (unsigned long long)after.inuse_bytes, N, BYTES);
}

/* Any value that no call sets. */
#define UNTOUCHED 12345

static void check_errno(const char *call, size_t size)
{
	if (errno != UNTOUCHED)
		conform_fail("%s of %zu bytes succeeded and set errno to %d",
			     call, size, errno);
}

void test_errno_kept(void)
{
	for (size_t size = 1; size < CONFORM_TIMES(64 * MIB);
	     size += 1 + size / 3) {
		void *p, *q;

		errno = UNTOUCHED;
		p = host.calls->malloc(size);
		check_errno("malloc", size);
		q = host.calls->calloc(1, size);
		check_errno("calloc", size);
		if (conform_can_realloc()) {
			p = host.calls->realloc(p, 2 * size);
			check_errno("realloc", size);
		}
		host.calls->free(p);
		host.calls->free(q);
		check_errno("free", size);
	}
}

static void note_resident(const char *size, const char *when)
{
	char name[64];

	strcpy(name, "resident_");
	strcat(name, size);
	strcat(name, when);
	host.note(name, (double)conform_resident());
}

/* 64 MiB of objects of one size; what is left when all are gone? */
static void fill_and_free(size_t size, const char *label)
{
	const size_t n = CONFORM_TIMES(64 * MIB) / size;
	void **p = conform_own(n, sizeof(*p));

	for (size_t i = 0; i < n; i++) {
		p[i] = conform_malloc(size);
		memset(p[i], 1, size);
	}
	note_resident(label, "_full_bytes");
	for (size_t i = 0; i < n; i++)
		host.calls->free(p[i]);
	note_resident(label, "_freed_bytes");
	if (host.table->trim) {
		host.table->trim();
		note_resident(label, "_trimmed_bytes");
	}
	free(p);
}

void test_give_back(void)
{
	note_resident("at", "_start_bytes");
	fill_and_free(256, "small");
	fill_and_free(MIB, "large");
}
