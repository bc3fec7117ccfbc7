// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * trace_victim.c - a program to be recorded: does what makes recorders fall.
 *
 * Role:       trace_victim MODE; see the functions. Prints how many calls of
 *             each kind its own code makes, for the test to compare.
 * Invariants: none.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 8
#define ROUNDS	5000

static void *volatile passed[THREADS][64]; /* between threads */
static void *volatile sink;

/* Every kind of call; objects are left to be freed by the next thread. */
static void *worker(void *arg)
{
	unsigned int me = (unsigned int)(size_t)arg;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		void *volatile *slot =
			&passed[(me + i % 2) % THREADS][i / 2 % 64];
		char *p = malloc(10 + i % 100), *q = calloc(3, 7), *r = NULL;

		p = realloc(p, 10 + i % 1000);
		p = reallocarray(p, 2, 9);
		if (posix_memalign((void **)&r, 64, 100))
			abort();
		r[malloc_usable_size(r) - 1] = 1;
		free(q);
		free(aligned_alloc(128, 256));
		free(r);
		free(NULL);
		free(__atomic_exchange_n(slot, p, __ATOMIC_ACQ_REL));
	}
	return NULL;
}

static void run_threads(void)
{
	pthread_t t[THREADS];

	for (int i = 0; i < THREADS * 64; i++)
		passed[i / 64][i % 64] = malloc(55);

	for (size_t i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, worker, (void *)i);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	for (int i = 0; i < THREADS * 64; i++)
		free(passed[i / 64][i % 64]);
}

/* Children that fork, exec, close what they do not know, and use _exit. */
static void run_children(char *self)
{
	for (int i = 0; i < 3; i++) {
		if (fork())
			continue;
		for (int fd = 3; fd < 256; fd++)
			close(fd);
		if (chdir("/"))
			_exit(9);
		for (int k = 0; k < 1000; k++) {
			sink = malloc(77);
			if (k % 2)
				free(sink);
		}
		if (i == 0)
			execl(self, self, "plain", (char *)NULL);
		if (i == 1)
			raise(SIGKILL);
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "plain";

	if (!strcmp(mode, "threads"))
		run_threads();
	if (!strcmp(mode, "children"))
		run_children(argv[0]);
	for (int i = 0; i < 1234; i++) {
		sink = malloc(4321);
		free(sink);
	}
	if (!strcmp(mode, "killed"))
		raise(SIGKILL);
	if (!strcmp(mode, "exits"))
		_exit(3);
	return 0;
}
