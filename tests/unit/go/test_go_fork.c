// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_fork.c - what a child inherits from threads that it does not have.
 *
 * Role:       stops the parent's other threads where a fork may find them and
 *             lets the child, and the child's child, go on.
 * Invariants: fork_at() is registered before the variant's handlers: its
 *             prepare runs after theirs, when all is quiet, its parent before.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../../allocators/go/scavenge.h"
#include "go_under_test.h"

static bool announcing; /* other threads are about to enter central */
static struct go_heap *heap;

static void announce(uint32_t moving)
{
	if (announcing)
		for (struct go_cache *c = heap->caches; c; c = c->all_next)
			atomic_store(&c->moving, moving);
}

static void after_prepare(void)
{
	announce(1);
}

static void before_parent(void)
{
	announce(0);
}

static void *allocate(void *arg)
{
	void *volatile p[200];

	for (size_t size = 8; size < 20000; size += size) {
		for (size_t i = 0; i < 200; i++)
			p[i] = GO(malloc)(size);
		for (size_t i = 0; i < 200; i++)
			GO(free)(p[i]);
	}
	return arg;
}

/* Allocates and forks, down to three generations; SIGALRM ends a hang. */
static void be_child(void)
{
	int status = 0;

	for (int generation = 1; generation <= 3; generation++) {
		pid_t pid;

		alarm(20);
		allocate(NULL);
		pid = fork();
		if (pid != 0) {
			waitpid(pid, &status, 0);
			break;
		}
	}
	_exit(status != 0);
}

static void test_announced_by_nobody(void **state)
{
	pthread_t t;
	int status;
	pid_t pid;

	(void)state;
	allocate(NULL);
	assert_int_equal(pthread_create(&t, NULL, allocate, NULL), 0);
	assert_int_equal(pthread_join(t, NULL), 0);
	heap = GO(heap)();
	announcing = true;
	pid = fork();
	announcing = false;
	if (pid == 0)
		be_child();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* The scavenger's thread stays behind: a child neither waits for it nor has it
 * running. */
static void test_scavenger_is_the_parents(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(scavenge_start(GO(heap)(), &scavenge_control, 1), 0);
	assert_int_equal(scavenge_start(GO(heap)(), &scavenge_control, 1),
			 -EBUSY);
	pid = fork();
	if (pid == 0) {
		alarm(20);
		scavenge_stop();
#ifndef __SANITIZE_THREAD__ /* which allows no thread in such a child */
		if (scavenge_start(GO(heap)(), &scavenge_control, 1))
			_exit(1);
		scavenge_stop();
#endif
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	scavenge_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_announced_by_nobody),
		cmocka_unit_test(test_scavenger_is_the_parents),
	};

	if (pthread_atfork(after_prepare, before_parent, NULL))
		return 99;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
