// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * each.c - every call of mmap fails once, in turn.
 *
 * Role:       a fixed scenario, in a fresh process each time: the n-th call
 *             fails; all from the n-th on; each n-th; for n = 1, 2, ... until
 *             the rule does not strike any more.
 * Invariants: what failed, failed as it should (take.c). Then memory is back:
 *             all that was had is freed, the account must be exact, and the
 *             scenario runs once more and must be served in full.
 * Locks:      none: the scenario's threads run one after the other.
 * Units:      bytes, calls.
 * Source:     the method is that of SQLite's out-of-memory tests.
 */
#include "config.h"

#include "life.h"
#include "osfail.h"
#include "work.h"
#include "../../../../harness/lib/error.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define KIB	   ((size_t)1 << 10)
#define MIB	   ((size_t)1 << 20)
#define LIVE_LIMIT (3 * MIB)
#define LG_MAX	   20
#define TWO_ARENAS (70 * MIB) /* of 64 MiB; never touched but at samples */
#define ATTEMPTS   20
#define EVERY_MOST 6
#define SEED	   UINT64_C(0x5eed)

/* Objects by the threads of the scenario: first and last record. */
enum {
	HELD = 0, /* of one class, many spans */
	HELD_END = 160,
	MIXED = HELD_END,
	MIXED_END = MIXED + 240,
	LARGE = MIXED_END
};

struct rule {
	enum osfail_rule rule;
	const char *text;
};

static const struct rule rules[] = {
	{ OSFAIL_NTH, "call %" PRIu64 " of mmap fails" },
	{ OSFAIL_FROM, "all calls of mmap from the %" PRIu64 ". on fail" },
	{ OSFAIL_EVERY, "each %" PRIu64 ". call of mmap fails" },
};

/* A thread that fills spans and leaves half of each behind. */
static void *hold(void *arg)
{
	struct al_random r = { SEED };

	soak_mine = arg;
	for (size_t i = HELD; i < HELD_END; i++)
		work_make(&work.record[i], &r, 3 * KIB);
	for (size_t i = HELD; i < HELD_END; i += 2)
		if (work.record[i].p)
			work_drop(&work.record[i]);
	soak_inside = true; /* its cache is given back by the key */
	return NULL;
}

/* Another one, which frees what that left, and has no cache of its own. */
static void *let_go(void *arg)
{
	soak_mine = arg;
	for (size_t i = HELD; i < HELD_END; i++)
		if (work.record[i].p)
			work_drop(&work.record[i]);
	soak_inside = true;
	return NULL;
}

static void in_thread(size_t slot, void *(*body)(void *))
{
	pthread_t thread;
	int err;

	atomic_store(&soak->slot[slot].serial, (uint32_t)slot);
	err = pthread_create(&thread, NULL, body, &soak->slot[slot]);
	if (err)
		soak_fault("pthread_create: %s", strerror(err));
	pthread_join(thread, NULL);
}

/* Again and again: what fails half-way must not leave more behind each time. */
static void try_hard(struct record *rec, struct al_random *r)
{
	uint64_t half = 0, end;

	for (int i = 0; i < ATTEMPTS && !rec->p; i++) {
		if (i == ATTEMPTS / 2)
			half = life_tables_bytes();
		work_make(rec, r, TWO_ARENAS);
	}
	end = life_tables_bytes();
	if (!rec->p && end != half)
		soak_fault("the tables grew by %" PRIu64
			   " bytes in %d vain attempts",
			   end - half, ATTEMPTS / 2);
}

/* The same calls each time, but for what failures change. */
static void scenario(void)
{
	struct al_random r = { SEED };
	struct record *large = &work.record[LARGE];

	in_thread(1, hold);
	for (size_t i = MIXED; i < MIXED_END; i++)
		work_make(&work.record[i], &r, WORK_ANY_SIZE);
	for (size_t i = MIXED; i < MIXED_END; i += 3)
		if (work.record[i].p)
			work_resize(&work.record[i], &r, 1 + take_size(&r));
	try_hard(large, &r);
	in_thread(2, let_go);
	for (size_t i = MIXED; i < MIXED_END; i += 2)
		if (work.record[i].p)
			work_drop(&work.record[i]);
	for (size_t i = MIXED; i < MIXED_END; i += 2)
		work_make(&work.record[i], &r, WORK_ANY_SIZE);
}

static void start(enum osfail_rule rule)
{
	int err = soak_init();

	for (int i = 0; err && i < ATTEMPTS; i++) {
		if (err != -ENOMEM)
			soak_fault("init failed: %s", strerror(-err));
		if (rule == OSFAIL_FROM)
			osfail_set(OSFAIL_NEVER, 0, 0);
		err = soak_init();
	}
	if (err && rule == OSFAIL_EVERY) {
		osfail_set(OSFAIL_NEVER, 0, 0);
		err = soak_init();
	}
	if (err)
		soak_fault("init failed: %s", strerror(-err));
}

/* In a process of its own; ends it. */
static _Noreturn void run(enum osfail_rule rule, uint64_t n)
{
	alarm((unsigned int)soak_opt.hang_s);
	work_init(SOAK_EACH_SLOTS);
	work.live_limit = LIVE_LIMIT;
	work.lg_max = LG_MAX;
	atomic_store(&work.may_fail, true);
	osfail_set(rule, n, 0);
	start(rule);
	scenario();
	osfail_set(OSFAIL_NEVER, 0, 0);
	atomic_store(&work.may_fail, false);
	life_check(true, false);
	scenario();
	life_check(true, false);
	_exit(AL_EXIT_OK);
}

/* False: a fault was found. */
static bool run_apart(enum osfail_rule rule, uint64_t n)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		run(rule, n);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		al_die(AL_EXIT_FAILED, "fork", "%s", strerror(errno));
	if (status == 0)
		return true;
	if (WIFSIGNALED(status))
		fprintf(stderr, "allotrope: soak: %s: killed by signal %d%s\n",
			soak_opt.name, WTERMSIG(status),
			WTERMSIG(status) == SIGALRM ? ": hang" : "");
	return false;
}

static uint64_t ninjected(void)
{
	uint64_t n = 0;

	for (size_t i = 0; i < soak->nslots; i++)
		n += atomic_load(&soak->slot[i].n[SOAK_INJECTED]);
	return n;
}

/* Return: runs made; 0: a fault was found. */
static uint64_t apply(const struct rule *rule)
{
	for (uint64_t n = 1;; n++) {
		uint64_t before = ninjected();

		if (!run_apart(rule->rule, n)) {
			fprintf(stderr, "allotrope: soak: %s: when ",
				soak_opt.name);
			fprintf(stderr, rule->text, n);
			fprintf(stderr, "\n");
			return 0;
		}
		if (ninjected() == before ||
		    (rule->rule == OSFAIL_EVERY && n == EVERY_MOST))
			return n;
	}
}

int soak_each(void)
{
	uint64_t n, all = 0;

	if (!run_apart(OSFAIL_NEVER, 0)) {
		fprintf(stderr, "allotrope: soak: %s: when nothing fails\n",
			soak_opt.name);
		return AL_EXIT_FAILED;
	}
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		n = apply(&rules[i]);
		if (!n)
			return AL_EXIT_FAILED;
		all += n;
	}
	printf("%s: %" PRIu64 " runs, %" PRIu64
	       " failures injected; 0 faults\n",
	       soak_opt.name, all, ninjected());
	return AL_EXIT_OK;
}
