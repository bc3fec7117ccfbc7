// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_lockrank.c - locks out of order end the program with one line.
 *
 * Role:       built with GO_LOCK_RANKS in every configuration.
 * Invariants: each case runs in a child; what it says is compared whole.
 * Locks:      made here; nothing is behind them.
 * Units:      none.
 * Source:     none.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../../allocators/go/go_lock.h"

static struct go_lock start = GO_LOCK_INIT(GO_RANK_START);
static struct go_lock quiet = GO_LOCK_INIT(GO_RANK_QUIET);
static struct go_lock central[2] = { GO_LOCK_INIT(GO_RANK_CENTRAL + 4),
				     GO_LOCK_INIT(GO_RANK_CENTRAL + 135) };
static struct go_lock set = GO_LOCK_INIT(GO_RANK_SPAN_SET);
static struct go_lock heap = GO_LOCK_INIT(GO_RANK_HEAP);
static struct go_lock nameless;

static void in_order(void)
{
	go_lock_take(&start);
	go_lock_take(&quiet);
	go_lock_take(&central[0]);
	go_lock_take(&central[1]);
	go_lock_take(&set);
	go_lock_take(&heap);
	go_lock_drop(&quiet); /* in any order */
	go_lock_drop(&heap);
	go_lock_take(&heap);
	go_lock_drop(&heap);
	go_lock_reset(&set);
	go_lock_drop(&central[1]);
	go_lock_drop(&central[0]);
	go_lock_drop(&start);
	go_lock_take(&start);
	go_lock_drop(&start);
}

static void central_under_heap(void)
{
	go_lock_take(&heap);
	go_lock_take(&central[0]);
}

static void classes_that_fall(void)
{
	go_lock_take(&central[1]);
	go_lock_take(&central[0]);
}

static void twice(void)
{
	go_lock_take(&quiet);
	go_lock_take(&quiet);
}

static void not_held(void)
{
	go_lock_take(&heap);
	go_lock_drop(&set);
}

static void without_rank(void)
{
	go_lock_take(&nameless);
}

/* What does @f say, and does it end the program? */
static bool dies_saying(void (*f)(void), char *said, size_t room)
{
	int pipe_fd[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(pipe_fd), 0);
	pid = fork();
	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		alarm(20);
		dup2(pipe_fd[1], STDERR_FILENO);
		f();
		_exit(0);
	}
	close(pipe_fd[1]);
	n = read(pipe_fd[0], said, room - 1);
	said[n > 0 ? n : 0] = '\0';
	close(pipe_fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void test_lockrank_says_what_is_wrong(void **state)
{
	static const struct {
		void (*f)(void);
		const char *says; /* NULL: nothing is wrong */
	} cases[] = {
		{ in_order, NULL },
		{ central_under_heap,
		  "takes central[4].lock and holds heap->lock" },
		{ classes_that_fall,
		  "takes central[4].lock and holds central[135].lock" },
		{ twice, "takes heap->quiet_lock and holds heap->quiet_lock" },
		{ not_held, "drops span_set.spine_lock and does not hold it" },
		{ without_rank, "takes a lock without rank" },
	};
	char said[200], want[200] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool died = dies_saying(cases[i].f, said, sizeof(said));

		if (cases[i].says)
			snprintf(want, sizeof(want),
				 "allotrope: lock order: %s\n", cases[i].says);
		assert_int_equal(died, cases[i].says != NULL);
		assert_string_equal(said, want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lockrank_says_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
