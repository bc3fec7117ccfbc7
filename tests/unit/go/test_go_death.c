// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_death.c - misuse stops the program with one line that names it.
 *
 * Role:       each misuse of a plugin in a child; its signal and exact message.
 *             Run for every variant by death.sh.
 * Invariants: none.
 * Locks:      none.
 * Units:      none.
 * Source:     manner of hardened_malloc's tests.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <allotrope/allocator.h>

static const struct al_allocator *go; /* under test */

static void *culprit; /* what the message must name */

static void expect_death(void (*misuse)(void), const char *what)
{
	char said[512], want[256];
	int out[2], status, said_len = 0;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(out), 0);
	pid = fork();
	if (pid == 0) {
		const struct rlimit no_core = { 0, 0 };

		setrlimit(RLIMIT_CORE, &no_core);
		signal(SIGABRT, SIG_DFL);
		dup2(out[1], STDERR_FILENO);
		close(out[0]);
		misuse();
		_exit(0);
	}
	close(out[1]);
	while ((n = read(out[0], said + said_len,
			 sizeof(said) - 1 - (size_t)said_len)) > 0)
		said_len += (int)n;
	said[said_len] = 0;
	close(out[0]);
	waitpid(pid, &status, 0);
	snprintf(want, sizeof(want), "allotrope: %s: %s %p\n", go->name, what,
		 culprit);
	assert_string_equal(said, want);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void twice(void)
{
	go->free(culprit);
	go->free(culprit);
}

static void *free_it(void *p)
{
	go->free(p);
	return NULL;
}

static void free_elsewhere(void)
{
	pthread_t t;

	pthread_create(&t, NULL, free_it, culprit);
	pthread_join(t, NULL);
}

static void here_then_elsewhere(void)
{
	go->free(culprit);
	free_elsewhere();
}

static void elsewhere_twice(void)
{
	free_elsewhere();
	free_elsewhere();
}

/*
 * Noticed when the owner folds in what others freed, if it has not handed the
 * slot out again by then: the owner's free does not look at remote bits. Here
 * the span is full and waits until the current one is used up.
 */
static void elsewhere_then_here(void)
{
	for (int i = 0; i < 200; i++)
		go->malloc(100);
	free_elsewhere();
	go->free(culprit);
	for (int i = 0; i < 200; i++)
		go->malloc(100);
}

static void once(void)
{
	go->free(culprit);
}

static void ask_size(void)
{
	go->usable_size(culprit);
}

static void resize(void)
{
	go->free(culprit);
	go->realloc(culprit, 1000000);
}

static void test_small_object_twice(void **state)
{
	(void)state;
	for (size_t size = 1; size <= 32768; size = size * 2 + 1) {
		culprit = go->malloc(size);
		expect_death(twice, "double free of");
		expect_death(resize, "double free of");
		go->free(culprit);
	}
}

static void test_small_object_twice_across_threads(void **state)
{
	(void)state;
	culprit = go->malloc(100);
	expect_death(here_then_elsewhere, "double free of");
	expect_death(elsewhere_twice, "double free of");
	expect_death(elsewhere_then_here, "double free of");
	go->free(culprit);
}

static void test_large_object_twice(void **state)
{
	void *border[2];

	(void)state;
	border[0] = go->malloc(100000);
	culprit = go->malloc(100000);
	border[1] = go->malloc(100000);
	expect_death(twice, "double free of");
	expect_death(here_then_elsewhere, "double free of");
	go->free(border[0]);
	go->free(border[1]);
	go->free(culprit);
}

static void test_foreign_pointers(void **state)
{
	static char variable[64];
	char local[64];

	(void)state;
	go->free(go->malloc(1));
	culprit = variable;
	expect_death(once, "foreign pointer");
	expect_death(ask_size, "foreign pointer");
	culprit = local;
	expect_death(once, "foreign pointer");
	culprit = (void *)0x10;
	expect_death(once, "foreign pointer");
	culprit = (void *)UINT64_C(0xc0deadbeefc0de00); /* not canonical */
	expect_death(once, "foreign pointer");
	culprit = go->malloc(64);
	go->free(culprit);
	culprit = (char *)culprit + (UINT64_C(1) << 48); /* bit 48 flipped */
	expect_death(once, "foreign pointer");
}

static void test_pointers_into_objects(void **state)
{
	char *small = go->malloc(100), *large = go->malloc(100000);

	(void)state;
	culprit = small + 8;
	expect_death(once, "pointer into the middle of an object");
	expect_death(ask_size, "pointer into the middle of an object");
	culprit = large + 16;
	expect_death(once, "pointer into the middle of an object");
	go->free(small);
	go->free(large);
}

int main(int argc, char **argv)
{
	const struct al_allocator *(*table)(void);
	void *plugin = argc == 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_object_twice),
		cmocka_unit_test(test_small_object_twice_across_threads),
		cmocka_unit_test(test_large_object_twice),
		cmocka_unit_test(test_foreign_pointers),
		cmocka_unit_test(test_pointers_into_objects),
	};

	if (!plugin) {
		fprintf(stderr, "usage: test_go_death PLUGIN\n");
		return 2;
	}
	*(void **)&table = dlsym(plugin, AL_PLUGIN_SYMBOL);
	go = table();
	return cmocka_run_group_tests_name(go->name, tests, NULL, NULL);
}
