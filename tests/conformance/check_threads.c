// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * check_threads.c - conformance: many threads.
 *
 * Role:       threads at once, objects that travel, threads that come and go.
 * Invariants: none.
 * Locks:      each mailbox has its own; a barrier orders the rounds.
 * Units:      bytes.
 * Source:     none; the contract is allotrope/allocator.h.
 */
#include "config.h"

#include "conform.h"

#include <pthread.h>
#include <stdlib.h>

void test_threads(void);
void test_remote_free(void);
void test_remote_reuse(void);
void test_thread_churn(void);

#define MIB ((size_t)1 << 20)

static void stress_alone(unsigned int i, void *arg)
{
	conform_stress(al_random_derive(host.seed, i), CONFORM_TIMES(100000),
		       1000);
}

void test_threads(void)
{
	conform_threads(conform_nthreads(), stress_alone, NULL);
}

struct parcel {
	void *p;
	size_t size;
	uint64_t id;
};

/* Objects on their way to one thread. */
struct mailbox {
	_Alignas(64) pthread_mutex_t lock;
	struct batch *first; /* guarded by lock */
};

enum {
	BATCH = 64,
	MAX_THREADS = 64
};

struct batch {
	struct batch *next;
	struct parcel parcel[BATCH];
};

static struct mailbox mailboxes[MAX_THREADS];

static void post(struct mailbox *to, struct batch *b)
{
	pthread_mutex_lock(&to->lock);
	b->next = to->first;
	to->first = b;
	pthread_mutex_unlock(&to->lock);
}

static struct batch *collect(struct mailbox *from)
{
	struct batch *b;

	pthread_mutex_lock(&from->lock);
	b = from->first;
	from->first = NULL;
	pthread_mutex_unlock(&from->lock);
	return b;
}

static void pack(struct batch *b, struct al_random *random)
{
	for (int i = 0; i < BATCH; i++) {
		struct parcel *o = &b->parcel[i];

		o->size = 1 + conform_draw_size(random, 1 << 13);
		o->id = al_random_next(random);
		o->p = conform_malloc(o->size);
		conform_stamp(o->p, o->size, o->id);
	}
}

/* One in eight is resized on the way out, by a thread that did not make it. */
static void unpack(struct batch *b, struct al_random *random)
{
	for (int i = 0; i < BATCH; i++) {
		struct parcel *o = &b->parcel[i];
		size_t size;

		conform_check(o->p, o->size, o->id, "in another thread");
		if (conform_can_realloc() && al_random_below(random, 8) == 0) {
			size = 1 + conform_draw_size(random, 1 << 13);
			o->p = host.calls->realloc(o->p, size);
			if (!o->p)
				conform_fail("realloc to %zu gave NULL", size);
			conform_check(o->p, size < o->size ? size : o->size,
				      o->id, "after realloc in another thread");
		}
		host.calls->free(o->p);
	}
}

static void unpack_all(struct mailbox *from, struct al_random *random)
{
	for (struct batch *b = collect(from), *next; b; b = next) {
		next = b->next;
		unpack(b, random);
		free(b);
	}
}

static void pass_on(unsigned int i, void *arg)
{
	const unsigned int n = *(unsigned int *)arg;
	struct al_random random = { al_random_derive(host.seed, i) };

	for (int round = 0; round < CONFORM_TIMES(1000); round++) {
		struct batch *b = conform_own(1, sizeof(*b));

		pack(b, &random);
		post(&mailboxes[(i + 1 + al_random_below(&random, n - 1)) % n],
		     b);
		unpack_all(&mailboxes[i], &random);
	}
}

/* Every thread sends to every other one, and frees what it gets. */
void test_remote_free(void)
{
	struct al_random random = { host.seed };
	unsigned int n = conform_nthreads();

	for (unsigned int i = 0; i < n; i++)
		pthread_mutex_init(&mailboxes[i].lock, NULL);
	conform_threads(n, pass_on, &n);
	for (unsigned int i = 0; i < n; i++)
		unpack_all(&mailboxes[i], &random);
}

/* One thread only allocates, the other only frees, 16 MiB at a time. */
struct belt {
	pthread_barrier_t barrier;
	size_t n;
	void **p;
	size_t early, late;
};

enum {
	BELT_ROUNDS = CONFORM_TIMES(60),
	BELT_BYTES = 256
};

static void run_belt(unsigned int i, void *arg)
{
	struct belt *belt = arg;

	for (int round = 1; round <= BELT_ROUNDS; round++) {
		for (size_t k = 0; i == 0 && k < belt->n; k++) {
			belt->p[k] = conform_malloc(BELT_BYTES);
			conform_stamp(belt->p[k], BELT_BYTES, k);
		}
		pthread_barrier_wait(&belt->barrier);
		for (size_t k = 0; i == 1 && k < belt->n; k++) {
			conform_check(belt->p[k], BELT_BYTES, k,
				      "in another thread");
			host.calls->free(belt->p[k]);
		}
		if (i == 1 && round == 5)
			belt->early = conform_resident();
		pthread_barrier_wait(&belt->barrier);
	}
}

void test_remote_reuse(void)
{
	struct belt belt = { .n = 16 * MIB / BELT_BYTES };

	belt.p = conform_own(belt.n, sizeof(*belt.p));
	pthread_barrier_init(&belt.barrier, NULL, 2);
	conform_threads(2, run_belt, &belt);
	belt.late = conform_resident();
	host.note("resident_after_5_bytes", (double)belt.early);
	host.note("resident_after_60_bytes", (double)belt.late);
	free(belt.p);
	pthread_barrier_destroy(&belt.barrier);
	if (conform_grew(belt.early, belt.late, 16 * MIB))
		conform_fail("%zu MiB resident after 5 rounds, %zu MiB after "
			     "%d: what another thread freed is not used again",
			     belt.early / MIB, belt.late / MIB, BELT_ROUNDS);
}

/* What a thread leaves to the next one in its place. */
struct legacy {
	uint64_t lives;
	struct parcel left[100];
};

enum {
	CHURN_WIDTH = 4,
	CHURN_ROUNDS = CONFORM_TIMES(1500),
	CHURN_EARLY = 200
};

static void inherit(struct legacy *legacy, struct al_random *random)
{
	for (size_t i = 0; i < 100; i++) {
		struct parcel *o = &legacy->left[i];

		if (o->p)
			conform_check(o->p, o->size, o->id,
				      "after its thread ended");
		host.calls->free(o->p);
		o->size = 1 + conform_draw_size(random, 2000);
		o->id = al_random_next(random);
		o->p = conform_malloc(o->size);
		conform_stamp(o->p, o->size, o->id);
		host.calls->free(conform_malloc(o->size));
	}
}

static void short_life(unsigned int i, void *arg)
{
	struct legacy *legacy = &((struct legacy *)arg)[i];
	struct al_random random = { al_random_derive(host.seed + i,
						     legacy->lives++) };

	inherit(legacy, &random);
}

void test_thread_churn(void)
{
	static struct legacy legacies[CHURN_WIDTH];
	size_t early = 0, late;

	for (int round = 1; round <= CHURN_ROUNDS; round++) {
		conform_threads(CHURN_WIDTH, short_life, legacies);
		if (round == CHURN_EARLY)
			early = conform_resident();
	}
	late = conform_resident();
	host.note("resident_early_bytes", (double)early);
	host.note("resident_late_bytes", (double)late);
	if (conform_grew(early, late, 16 * MIB))
		conform_fail("%zu MiB resident after %d threads, %zu MiB after "
			     "%d: something of each stays",
			     early / MIB, CHURN_WIDTH * CHURN_EARLY, late / MIB,
			     CHURN_WIDTH * CHURN_ROUNDS);
}
