// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * process.h - one child process, from start to outcome.
 *
 * Role:       starts a program, hands it its input, collects what it says and
 *             how it ended; knows nothing of cells.
 * Invariants: when process_run() returns, the child and its process group are
 *             gone. A child never outlives the driver: the kernel kills it when
 *             the driver dies, however the driver dies.
 * Locks:      none; one thread, one child at a time.
 * Units:      seconds (_s), bytes.
 * Source:     none.
 */
#ifndef AL_PROCESS_H
#define AL_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>

/** enum process_end - how a child ended. */
enum process_end {
	PROCESS_EXITED,	     /* code: its exit status */
	PROCESS_SIGNALED,    /* code: the signal */
	PROCESS_TIMEOUT,     /* killed at the time limit */
	PROCESS_INTERRUPTED, /* killed because the driver was told to stop */
	PROCESS_NOT_STARTED, /* code: errno */
};

/**
 * struct process_spec - what to run.
 * @argv, @envp: as for execve(); argv[0] is a path.
 * @input:       text that the child reads on descriptor 3, or NULL.
 * @answer_fd:   the descriptor its answer comes from: 1, or 4. What it writes
 *	to 1 and 2 otherwise is its log.
 * @limit_s:     time limit; 0 is none.
 * @tick:        called every @tick_s while the child runs, or NULL.
 */
struct process_spec {
	char *const *argv;
	char *const *envp;
	const char *input;
	int answer_fd;
	double limit_s;
	double tick_s;
	void (*tick)(void *arg);
	void *tick_arg;
};

/** struct process_text - bytes read from a child; always NUL-terminated. */
struct process_text {
	char *bytes;
	size_t len;
	bool cut; /* there was more than we keep */
};

/** struct process_result - what came of it. Free with process_result_fini(). */
struct process_result {
	enum process_end end;
	int code;
	struct process_text answer;
	struct process_text log;
	double wall_s;
	struct rusage usage; /* of the child */
};

/**
 * process_run() - run a child to its end.
 * @spec:   what to run.
 * @result: filled; its texts are never NULL.
 * Cost: one vfork; no allocation grows with anything but the child's output.
 */
void process_run(const struct process_spec *spec,
		 struct process_result *result);

/** process_result_fini() - free the texts. */
void process_result_fini(struct process_result *result);

/**
 * process_catch_signals() - from now on SIGINT, SIGTERM and SIGHUP end the
 * running child and are remembered instead of ending the driver at once.
 */
void process_catch_signals(void);

/** process_stop_signal() - the signal that asked us to stop, or 0. */
int process_stop_signal(void);

/** process_signal_name() - "SIGSEGV"; static, or "signal 40" in a static buffer. */
const char *process_signal_name(int signal);

#endif /* AL_PROCESS_H */
