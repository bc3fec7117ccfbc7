// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * dropin_hostile.c - moments at which a malloc library can lock itself up.
 *
 * Role:       run by hostile.sh under LD_PRELOAD, one case a process.
 * Invariants: each case ends by itself within a second or two; SIGALRM ends it
 *             where it hangs.
 * Locks:      none.
 * Units:      none.
 * Source:     fork(2), pthread_atfork(3), pthread_key_create(3).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_S 30 /* a case; a child has half of it */

static atomic_bool stop;

/*
 * Objects of all threads, freed by another than allocated them. A child uses a
 * table of its own: what it sees of the parent's, without a lock and while
 * other threads work, is not the state of any one moment.
 */
struct table {
	void *_Atomic object[256];
};

static struct table parents, childs;
static struct table *table = &parents;

/* Objects of all sizes. */
static void churn_some(unsigned int *x, int n)
{
	while (n-- > 0) {
		size_t size;

		*x = *x * 1664525 + 1013904223;
		size = *x % 64 ? (*x >> 8) % 3000 : 100000;
		free(atomic_exchange(&table->object[*x >> 24], malloc(size)));
	}
}

static void *churn(void *seed)
{
	unsigned int x = (unsigned int)(uintptr_t)seed;

	while (!atomic_load(&stop))
		churn_some(&x, 100);
	return NULL;
}

static void *churn_once(void *seed)
{
	unsigned int x = (unsigned int)(uintptr_t)seed;

	churn_some(&x, 500);
	return NULL;
}

static void check(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s failed\n", what);
	_exit(1);
}

static pthread_t start(void *(*f)(void *), uintptr_t arg)
{
	pthread_t t;

	check(pthread_create(&t, NULL, f, (void *)arg) == 0, "pthread_create");
	return t;
}

static void wait_for(pid_t pid)
{
	int status;

	check(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0,
	      "a child");
}

/* A child that allocates; @depth: its own children, one below the other. */
static void fork_child(int depth)
{
	pid_t pid = fork();
	unsigned int x = 5;

	if (pid) {
		wait_for(pid);
		return;
	}
	alarm(LIMIT_S / 2);
	table = &childs;
	churn_some(&x, 300);
	if (depth > 0)
		fork_child(depth - 1);
	if (depth == 1)
		pthread_join(start(churn_once, 7), NULL);
	_exit(0);
}

static void fork_from(void *(*f)(void *), int nthreads, int nforks, int depth)
{
	pthread_t t[4];

	for (int i = 0; i < nthreads; i++)
		t[i] = start(f, (uintptr_t)i + 1);
	for (int i = 0; i < nforks; i++)
		fork_child(depth);
	atomic_store(&stop, true);
	for (int i = 0; i < nthreads; i++)
		pthread_join(t[i], NULL);
}

static volatile sig_atomic_t handled;

static void fork_in_handler(int signal)
{
	pid_t pid = fork();

	(void)signal;
	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	handled = handled + 1;
}

/* In a process of one thread fork() may come from within malloc. */
static void case_signal(void)
{
	const struct itimerval every = { { 0, 500 }, { 0, 500 } };
	struct sigaction action = { .sa_handler = fork_in_handler,
				    .sa_flags = SA_RESTART };
	unsigned int x = 3;

	sigaction(SIGPROF, &action, NULL);
	setitimer(ITIMER_PROF, &every, NULL);
	while (handled < 20)
		churn_some(&x, 100);
	setitimer(ITIMER_PROF, &(struct itimerval){ 0 }, NULL);
}

/* With atfork_early.so: handlers that were there first, and that allocate. */
static void case_handlers(void)
{
	fork_child(1);
	fork_from(churn, 2, 10, 1);
}

/* Children that fork, under load. */
static void case_nested(void)
{
	fork_from(churn, 3, 15, 2);
}

static void *give_birth(void *arg)
{
	while (!atomic_load(&stop))
		pthread_join(start(churn_once, (uintptr_t)arg), NULL);
	return NULL;
}

/* Threads begin and end while the process is copied. */
static void case_ending(void)
{
	fork_from(give_birth, 3, 60, 0);
}

static void *use_library(void *arg)
{
	while (!atomic_load(&stop)) {
		FILE *f = fopen("/proc/self/stat", "r");
		char *line = NULL;
		size_t room = 0;
		void *library = dlopen("libm.so.6", RTLD_NOW | RTLD_LOCAL);

		check(f && getline(&line, &room, f) > 0, "reading");
		free(line);
		fclose(f);
		getpwuid(0);
		if (library)
			dlclose(library);
	}
	return arg;
}

/* Locks of the C library's own, held around malloc. */
static void case_library(void)
{
	fork_from(use_library, 3, 40, 1);
}

static pthread_key_t stubborn;

static void come_back(void *value)
{
	free(malloc(3000));
	pthread_setspecific(stubborn, value);
}

static void *set_stubborn(void *arg)
{
	pthread_setspecific(stubborn, &stubborn);
	return churn_once(arg);
}

/* A destructor that allocates in every round the C library makes. */
static void case_rounds(void)
{
	check(pthread_key_create(&stubborn, come_back) == 0, "a key");
	for (uintptr_t i = 0; i < 100; i++)
		pthread_join(start(set_stubborn, i), NULL);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} cases[] = {
		{ "signal", case_signal },     { "nested", case_nested },
		{ "handlers", case_handlers }, { "ending", case_ending },
		{ "library", case_library },   { "rounds", case_rounds },
	};

	alarm(LIMIT_S);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (argc > 1 && !strcmp(argv[1], cases[i].name)) {
			cases[i].run();
			return 0;
		}
	fprintf(stderr, "no such case\n");
	return 2;
}
