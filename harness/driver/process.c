// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * process.c - one child process, from start to outcome.
 *
 * Role:       see process.h.
 * Invariants: the child leads a process group of its own, so that a terminal's
 *             Ctrl-C reaches the driver alone and a kill reaches all of it.
 *             Between vfork and exec the child makes system calls only.
 * Locks:      none.
 * Units:      seconds, bytes.
 * Source:     none.
 */
#include "config.h"

#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define INPUT_FD      3
#define ANSWER_FD     4
#define ANSWER_BYTES  ((size_t)256 << 20) /* a record with a long series */
#define LOG_BYTES     ((size_t)64 << 10)
#define FIRST_FREE_FD 5

static volatile sig_atomic_t stop_signal;

static void on_stop(int signal)
{
	stop_signal = signal;
}

static void on_child(int signal)
{
	(void)signal; /* its arrival ends ppoll(), nothing else */
}

void process_catch_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_stop };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

int process_stop_signal(void)
{
	return stop_signal;
}

const char *process_signal_name(int signal)
{
	static const struct {
		int number;
		const char *name;
	} names[] = {
		{ SIGSEGV, "SIGSEGV" }, { SIGABRT, "SIGABRT" },
		{ SIGBUS, "SIGBUS" },	{ SIGILL, "SIGILL" },
		{ SIGFPE, "SIGFPE" },	{ SIGTRAP, "SIGTRAP" },
		{ SIGKILL, "SIGKILL" }, { SIGTERM, "SIGTERM" },
		{ SIGINT, "SIGINT" },	{ SIGHUP, "SIGHUP" },
		{ SIGPIPE, "SIGPIPE" }, { SIGSYS, "SIGSYS" },
		{ SIGXCPU, "SIGXCPU" }, { SIGXFSZ, "SIGXFSZ" },
	};
	static char other[32];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == signal)
			return names[i].name;
	snprintf(other, sizeof(other), "signal %d", signal);
	return other;
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The descriptors that the child gets as 0 to 4; -1 is /dev/null or nothing. */
struct child_fds {
	int in, out, err, input, answer;
};

/*
 * Moves above the range that is about to be filled, so that no dup2() closes a
 * descriptor that is still needed.
 */
static int lift(int fd)
{
	return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
}

static void child_exec(const struct process_spec *spec, struct child_fds fds,
		       pid_t driver, const sigset_t *mask)
{
	static const int reset[] = { SIGINT,  SIGTERM, SIGHUP,
				     SIGCHLD, SIGPIPE, SIGXFSZ };
	const struct rlimit no_core = { 0, 0 };
	const int given[] = { fds.in, fds.out, fds.err, fds.input, fds.answer };
	int from[ANSWER_FD + 1];

	for (int fd = 0; fd <= ANSWER_FD; fd++) {
		from[fd] = lift(given[fd]);
		if (from[fd] < 0 && given[fd] >= 0)
			return; /* the limit of open files */
	}
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != driver) /* it died before the line above */
		_exit(127);
	for (int fd = 0; fd <= ANSWER_FD; fd++)
		if (from[fd] >= 0)
			dup2(from[fd], fd);
		else
			close(fd);
	setrlimit(RLIMIT_CORE, &no_core);
	for (size_t i = 0; i < sizeof(reset) / sizeof(reset[0]); i++)
		signal(reset[i], SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execve(spec->argv[0], spec->argv, spec->envp);
}

/* Return: its process id, or -errno. */
static pid_t start(const struct process_spec *spec, struct child_fds fds,
		   const sigset_t *mask)
{
	static volatile int exec_errno;
	pid_t driver = getpid(), child;

	exec_errno = 0;
	child = vfork();
	if (!child) {
		child_exec(spec, fds, driver, mask);
		exec_errno = errno; /* the memory is the parent's */
		_exit(127);
	}
	if (child > 0 && exec_errno) {
		waitpid(child, NULL, 0);
		return -exec_errno;
	}
	return child < 0 ? -errno : child;
}

/*
 * Reads what is there. Return: false once the other side is closed.
 * What exceeds @most is read and dropped, so that the child never blocks.
 */
static bool drain(int fd, struct process_text *text, size_t most)
{
	char bytes[16384];

	for (;;) {
		ssize_t n = read(fd, bytes, sizeof(bytes));
		size_t keep;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN;
		if (n == 0)
			return false;
		keep = (size_t)n;
		if (keep > most - text->len) {
			keep = most - text->len;
			text->cut = true;
		}
		if (keep) {
			char *grown =
				realloc(text->bytes, text->len + keep + 1);

			if (!grown) {
				text->cut = true;
				continue;
			}
			text->bytes = grown;
			memcpy(text->bytes + text->len, bytes, keep);
			text->len += keep;
			text->bytes[text->len] = '\0';
		}
	}
}

static int input_fd(const char *input)
{
	size_t len = strlen(input);
	int fd = memfd_create("cell", MFD_CLOEXEC);

	if (fd < 0)
		return -1;
	if (write(fd, input, len) != (ssize_t)len ||
	    lseek(fd, 0, SEEK_SET) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Waits for the child's end, the limit or a stop, reading on the way. */
static void collect(const struct process_spec *spec, pid_t child, int answer,
		    int log, const sigset_t *wait_mask,
		    struct process_result *result)
{
	double begin = now_s(), next_tick = begin + spec->tick_s;
	struct pollfd fds[2] = { { .fd = answer, .events = POLLIN },
				 { .fd = log, .events = POLLIN } };
	bool killed = false;
	int status;
	pid_t done;

	for (;;) {
		double now = now_s(), wake = now + 3600;
		struct timespec timeout;

		done = wait4(child, &status, WNOHANG, &result->usage);
		if (done == child || (done < 0 && errno != EINTR))
			break;
		if (!killed &&
		    (stop_signal ||
		     (spec->limit_s > 0 && now >= begin + spec->limit_s))) {
			result->end = stop_signal ? PROCESS_INTERRUPTED
						  : PROCESS_TIMEOUT;
			kill(-child, SIGKILL);
			killed = true;
		}
		if (!killed && spec->limit_s > 0)
			wake = begin + spec->limit_s;
		if (spec->tick && now >= next_tick) {
			spec->tick(spec->tick_arg);
			next_tick = now + spec->tick_s;
		}
		if (spec->tick && next_tick < wake)
			wake = next_tick;
		timeout.tv_sec = (time_t)(wake - now);
		timeout.tv_nsec =
			(long)((wake - now - (double)timeout.tv_sec) * 1e9);
		if (ppoll(fds, 2, &timeout, wait_mask) <= 0)
			continue;
		if (fds[0].revents &&
		    !drain(answer, &result->answer, ANSWER_BYTES))
			fds[0].fd = -1;
		if (fds[1].revents && !drain(log, &result->log, LOG_BYTES))
			fds[1].fd = -1;
	}
	result->wall_s = now_s() - begin;
	kill(-child, SIGKILL); /* what it may have started */
	if (fds[0].fd >= 0)
		drain(answer, &result->answer, ANSWER_BYTES);
	if (fds[1].fd >= 0)
		drain(log, &result->log, LOG_BYTES);
	if (killed)
		return;
	result->end = WIFSIGNALED(status) ? PROCESS_SIGNALED : PROCESS_EXITED;
	result->code =
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

void process_run(const struct process_spec *spec, struct process_result *result)
{
	int answer[2] = { -1, -1 }, log[2] = { -1, -1 }, input = -1, null;
	struct sigaction action = { .sa_handler = on_child };
	struct child_fds fds;
	sigset_t block, old;
	pid_t child;

	*result = (struct process_result){ .end = PROCESS_NOT_STARTED };
	result->answer.bytes = calloc(1, 1);
	result->log.bytes = calloc(1, 1);

	/* Signals arrive inside ppoll() only, so none is missed before it. */
	sigemptyset(&block);
	sigaddset(&block, SIGCHLD);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigaddset(&block, SIGHUP);
	sigprocmask(SIG_BLOCK, &block, &old);
	sigaction(SIGCHLD, &action, NULL);

	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (spec->input)
		input = input_fd(spec->input);
	if (null < 0 || (spec->input && input < 0) ||
	    pipe2(answer, O_CLOEXEC) || pipe2(log, O_CLOEXEC)) {
		result->code = errno;
		goto out;
	}
	fcntl(answer[0], F_SETFL, O_NONBLOCK);
	fcntl(log[0], F_SETFL, O_NONBLOCK);
	fds = (struct child_fds){ .in = null,
				  .out = log[1],
				  .err = log[1],
				  .input = input,
				  .answer = answer[1] };
	if (spec->answer_fd == 1) {
		fds.out = answer[1];
		fds.answer = -1;
	}
	child = start(spec, fds, &old);
	if (child < 0) {
		result->code = -child;
		goto out;
	}
	close(answer[1]);
	close(log[1]);
	answer[1] = log[1] = -1;
	collect(spec, child, answer[0], log[0], &old, result);
out:
	sigprocmask(SIG_SETMASK, &old, NULL);
	for (int i = 0; i < 2; i++) {
		if (answer[i] >= 0)
			close(answer[i]);
		if (log[i] >= 0)
			close(log[i]);
	}
	if (input >= 0)
		close(input);
	if (null >= 0)
		close(null);
}

void process_result_fini(struct process_result *result)
{
	free(result->answer.bytes);
	free(result->log.bytes);
}
