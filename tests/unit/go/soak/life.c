// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * life.c - one process's worth of soaking: phases, births, quiet points.
 *
 * Role:       lets threads be born and die, makes memory scarce, and compares
 *             the heap with what the program holds when no thread is left.
 * Invariants: at a quiet point this is the only thread; every object is in the
 *             table.
 * Locks:      dead_lock guards the list of slots whose thread has ended.
 * Units:      bytes, seconds.
 * Source:     none.
 */
#include "config.h"

#include "life.h"
#include "osfail.h"
#include "work.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define MIB	       ((size_t)1 << 20)
#define STACK_BYTES    ((size_t)512 << 10)
#define PHASES_IN_LIFE 10

struct worker {
	pthread_t thread;
	size_t slot;
	uint64_t seed;
	uint64_t nops;
	struct worker *next_dead;
	bool alive;
};

static struct worker *workers;
static pthread_mutex_t dead_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t dead_cond = PTHREAD_COND_INITIALIZER;
static struct worker *dead; /* ended, to be joined */
static uint32_t next_serial;
static double until;

/* Some threads say that they come and go, some leave it to the allocator. */
static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct al_random r = { w->seed };
	bool polite = !soak_is_go() || al_random_below(&r, 2);

	soak_mine = &soak->slot[w->slot];
	soak_count(SOAK_BORN, 1);
	if (polite && soak_al->thread_enter) {
		soak_enter(SOAK_ENTER, 0);
		soak_al->thread_enter();
		soak_leave();
	}
	work_run(w->slot, &r, w->nops);
	if (polite && soak_al->thread_exit) {
		soak_enter(SOAK_EXIT, 0);
		soak_al->thread_exit();
		soak_leave();
	}
	soak_doing(SOAK_IDLE, 0);
	pthread_mutex_lock(&dead_lock);
	w->next_dead = dead;
	dead = w;
	pthread_cond_signal(&dead_cond);
	pthread_mutex_unlock(&dead_lock);
	soak_inside = true; /* what ends now are keys: the allocator's */
	return NULL;
}

/* False: the system would not have it. */
static bool give_birth(struct worker *w, struct al_random *r)
{
	pthread_attr_t attr;
	int err;

	w->seed = al_random_next(r);
	w->nops = (uint64_t)8 << al_random_below(r, 12);
	atomic_store(&soak->slot[w->slot].serial, ++next_serial);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	err = pthread_create(&w->thread, &attr, worker_main, w);
	pthread_attr_destroy(&attr);
	w->alive = !err;
	return !err;
}

static struct worker *await_death(void)
{
	struct worker *w;

	soak_doing(SOAK_WAITS, 0);
	pthread_mutex_lock(&dead_lock);
	while (!dead)
		pthread_cond_wait(&dead_cond, &dead_lock);
	w = dead;
	dead = w->next_dead;
	pthread_mutex_unlock(&dead_lock);
	soak_doing(SOAK_BETWEEN, 0);
	pthread_join(w->thread, NULL);
	w->alive = false;
	return w;
}

/* The lowest serial of a thread that lives. */
static uint32_t oldest(void)
{
	uint32_t least = next_serial + 1;

	for (size_t i = 0; i < soak_opt.nthreads; i++) {
		uint32_t s = atomic_load(&soak->slot[workers[i].slot].serial);

		if (workers[i].alive && s < least)
			least = s;
	}
	return least;
}

/* @births threads in all, nthreads at a time. */
static void populate(struct al_random *r, unsigned int births)
{
	size_t alive = 0;

	atomic_store(&work.stop, false);
	for (size_t i = 0; i < soak_opt.nthreads; i++)
		alive += give_birth(&workers[i], r);
	while (alive) {
		struct worker *w = await_death();

		alive--;
		atomic_store(&work.dead_below, oldest());
		if (soak_now_s() > until)
			atomic_store(&work.stop, true);
		else if (births > 0 && births--)
			alive += give_birth(w, r);
	}
}

/* How much address space this process has taken. */
static size_t address_space(void)
{
	char text[64] = "";
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	return n > 0 ? strtoul(text, NULL, 10) * (size_t)getpagesize() : 0;
}

static void limit_space(size_t bytes)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_AS, &limit) != 0)
		soak_fault("no getrlimit: %s", strerror(errno));
	limit.rlim_cur = bytes ? bytes : limit.rlim_max;
	if (setrlimit(RLIMIT_AS, &limit) != 0)
		soak_fault("no setrlimit: %s", strerror(errno));
}

struct sum {
	uint64_t live;	/* objects */
	uint64_t least; /* bytes they must take */
	uint64_t most;	/* ... and may take */
	uint64_t asked;
};

static struct sum add_up(void)
{
	struct sum sum = { 0 };

	for (size_t i = 0; i < work.nrecords; i++) {
		const struct record *rec = &work.record[i];

		if (!rec->p)
			continue;
		work_verify(rec);
		sum.live++;
		sum.asked += rec->asked;
		sum.least += rec->tiny ? 0 : rec->usable;
		sum.most += rec->tiny ? 16 : rec->usable;
	}
	return sum;
}

static struct al_stats take_stats(void)
{
	struct al_stats st;
	int err;

	memset(&st, 0xff, sizeof(st)); /* AL_STAT_UNKNOWN */
	st.size = sizeof(st);
	soak_enter(SOAK_STATS, 0);
	err = soak_al->stats(&st);
	soak_leave();
	if (err)
		soak_fault("stats: %s", strerror(-err));
	return st;
}

/* The account of a variant of ours is exact, to the byte. */
static void check_account(const struct sum *sum)
{
	const struct al_stats st = take_stats();
	size_t mapped = osfail_mapped_bytes();

	if (st.inuse_bytes < sum->least || st.inuse_bytes > sum->most)
		soak_fault("%llu bytes are in use, of objects there are %llu "
			   "to %llu",
			   (unsigned long long)st.inuse_bytes,
			   (unsigned long long)sum->least,
			   (unsigned long long)sum->most);
	if (st.inuse_bytes + st.idle_bytes + st.returned_bytes +
		    st.metadata_bytes !=
	    st.mapped_bytes)
		soak_fault("in use %llu, idle %llu, returned %llu, tables %llu "
			   "bytes are not the %llu mapped",
			   (unsigned long long)st.inuse_bytes,
			   (unsigned long long)st.idle_bytes,
			   (unsigned long long)st.returned_bytes,
			   (unsigned long long)st.metadata_bytes,
			   (unsigned long long)st.mapped_bytes);
	if (st.mapped_bytes != mapped)
		soak_fault("%llu bytes are mapped, the account says %llu",
			   (unsigned long long)mapped,
			   (unsigned long long)st.mapped_bytes);
	if (sum->live == 0 && st.spans_inuse)
		soak_fault("nothing is in use, but %llu spans are",
			   (unsigned long long)st.spans_inuse);
}

/* Everything is free and returned: as few pieces as there are regions. */
static void check_whole(void)
{
	const struct al_stats st = take_stats();
	size_t nregions = osfail_nregions();

	if (st.spans_free > nregions)
		soak_fault("all is free, in %llu pieces, but there are only "
			   "%zu regions",
			   (unsigned long long)st.spans_free, nregions);
}

uint64_t life_tables_bytes(void)
{
	uint64_t n = soak_al->stats ? take_stats().metadata_bytes : 0;

	return n == AL_STAT_UNKNOWN ? 0 : n;
}

static void leave_heap(void)
{
	if (!soak_al->thread_exit)
		return;
	soak_enter(SOAK_EXIT, 0);
	soak_al->thread_exit();
	soak_leave();
}

static void trim(void)
{
	if (!soak_al->trim)
		return;
	soak_enter(SOAK_TRIM, 0);
	soak_al->trim();
	soak_leave();
}

void life_check(bool empty, bool trimmed)
{
	struct sum sum;

	if (trimmed)
		trim();

	if (empty)
		for (size_t i = 0; i < work.nrecords; i++)
			if (work.record[i].p)
				work_drop(&work.record[i]);
	leave_heap();
	sum = add_up();
	soak_count(SOAK_QUIET, 1);
	soak_count(SOAK_EMPTIED, empty);
	if (!soak_is_go() || !soak_al->stats)
		return;
	check_account(&sum);
	if (!empty)
		return;
	trim();
	check_account(&sum);
	check_whole();
}

static void begin(enum soak_phase phase, struct al_random *r)
{
	atomic_store(&soak->phase, phase);
	atomic_store(&work.may_fail, phase != PHASE_PLAIN);
	if (phase == PHASE_INJECT)
		osfail_set(OSFAIL_ONE_IN, 2u << al_random_below(r, 3),
			   al_random_next(r));
	else if (phase == PHASE_STARVE)
		osfail_set(OSFAIL_FROM, 1 + al_random_below(r, 32), 0);
	else if (phase == PHASE_LIMIT)
		limit_space(address_space() +
			    (4 * MIB << al_random_below(r, 5)));
}

static void end(enum soak_phase phase)
{
	osfail_set(OSFAIL_NEVER, 0, 0);
	if (phase == PHASE_LIMIT)
		limit_space(0);
	atomic_store(&work.may_fail, false);
}

static enum soak_phase draw_phase(struct al_random *r)
{
	uint64_t draw = al_random_below(r, 8);

	if (draw < 3)
		return PHASE_PLAIN;
	if (draw < 5)
		return PHASE_INJECT;
#ifndef AL_SANITIZED /* whose own memory would be denied as well */
	if (draw < 7)
		return PHASE_LIMIT;
#endif
	return PHASE_STARVE;
}

/* The first call of a heap may find no memory; the next one is served. */
static void start(struct al_random *r)
{
	int err;

	atomic_store(&soak->phase, PHASE_START);
	if (al_random_below(r, 4) == 0)
		osfail_set(OSFAIL_NTH, 1 + al_random_below(r, 16), 0);
	err = soak_init();
	if (err && osfail_hits())
		err = soak_init();
	osfail_set(OSFAIL_NEVER, 0, 0);
	if (err)
		soak_fault("init failed: %s", strerror(-err));
}

void soak_live(uint64_t seed, double until_s)
{
	struct al_random r = { seed };
	bool brief = soak_opt.seconds < 10;

	until = until_s;
	work_init(soak_opt.nthreads + 1);
	work.live_limit = 4 * MIB << al_random_below(&r, brief ? 5 : 7);
	work.lg_max = 17 + (unsigned int)al_random_below(&r, 6);
	workers = calloc(soak_opt.nthreads, sizeof(*workers));
	for (size_t i = 0; i < soak_opt.nthreads; i++)
		workers[i].slot = i + 1;
	soak_count(SOAK_LIVES, 1);
	start(&r);
	for (unsigned int i = 0; i < PHASES_IN_LIFE && soak_now_s() < until;
	     i++) {
		/* mostly a heap that has something to fail with */
		bool fed = i > 0 || al_random_below(&r, 4) == 0;
		enum soak_phase phase = fed ? draw_phase(&r) : PHASE_PLAIN;

		begin(phase, &r);
		populate(&r, (unsigned int)al_random_range(&r, brief ? 8 : 60,
							   brief ? 60 : 400));
		end(phase);
		life_check(al_random_below(&r, 3) == 0, al_random_below(&r, 2));
	}
	atomic_store(&soak->phase, PHASE_END);
	life_check(true, false);
	if (soak_al->fini)
		soak_al->fini();
}
