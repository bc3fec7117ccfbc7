// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * program.c - a real program, with the allocator preloaded.
 *
 * Role:       the workload `program`: a script of this folder says what runs.
 * Invariants: the program first runs without the allocator (which also brings
 *             its files into memory), then `runs` times with it; whatever it
 *             prints must be the same, byte for byte. One operation is one run,
 *             from its start to its end, on the worker's processors.
 * Locks:      none; workers share the folder, which the program only reads.
 * Units:      seconds, bytes.
 * Source:     none.
 *
 * A script is called twice in a folder of its own, without the allocator:
 * `sh SCRIPT prepare` leaves there what the program reads (exit code 77: it is
 * not installed), `sh SCRIPT run` prints. Then `run` once more with it; that
 * call ends in exec, so that nothing but the program is measured.
 */
#include "config.h"

#include <allotrope/workload.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../harness/lib/paths.h"

#define NOT_INSTALLED 77

enum {
	P_PROGRAM,
	P_RUNS
};

static const struct al_param params[] = {
	[P_PROGRAM] = { "program",
			AL_PARAM_TEXT,
			{ .text = "python3" },
			0,
			0,
			"",
			"a shipped script's name, or a file with a '/' in its "
			"name" },
	[P_RUNS] = { "runs",
		     AL_PARAM_NUM,
		     { .num = 1 },
		     1,
		     1 << 20,
		     "runs",
		     "one after another, a worker" },
};

struct shared {
	char script[PATH_MAX];
	char folder[PATH_MAX];
	char **plain;	/* environment without the allocator */
	char **preload; /* with it */
	int want;	/* what the program prints without it */
};

struct local {
	int got;
	double user_s, system_s;
	long peak_kib;
};

/* The process's environment, LD_PRELOAD replaced by @library; "" for none. */
static char **environment(struct al_run *run, const char *library)
{
	static const char name[] = "LD_PRELOAD=";
	size_t n = 0, bytes = sizeof(name) + strlen(library);
	char **env, *text;

	while (environ[n])
		n++;
	env = run->services->scratch(run, (n + 2) * sizeof(*env));
	n = 0;
	for (char **var = environ; *var; var++)
		if (strncmp(*var, name, strlen(name)) != 0)
			env[n++] = *var;
	if (*library) {
		text = run->services->scratch(run, bytes);
		snprintf(text, bytes, "%s%s", name, library);
		env[n] = text;
	}
	return env;
}

static int new_output(struct al_run *run)
{
	int fd = memfd_create("output", MFD_CLOEXEC);

	if (fd < 0)
		run->services->fail(run, "memfd_create: %s", strerror(errno));
	return fd;
}

/* `sh SCRIPT @verb` in the folder; its status as of wait(2). */
static int call_script(struct al_run *run, const char *verb, char **env,
		       int output, struct rusage *usage)
{
	struct shared *shared = run->shared;
	char sh[] = "/bin/sh", word[16];
	char *argv[] = { sh, shared->script, word, NULL };
	posix_spawn_file_actions_t actions;
	int err, status;
	pid_t pid;

	snprintf(word, sizeof(word), "%s", verb);
	if (ftruncate(output, 0) || lseek(output, 0, SEEK_SET))
		run->services->fail(run, "output: %s", strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output, 1);
	posix_spawn_file_actions_addchdir_np(&actions, shared->folder);
	err = posix_spawn(&pid, sh, &actions, NULL, argv, env);
	posix_spawn_file_actions_destroy(&actions);
	if (err)
		run->services->fail(run, "%s: %s", sh, strerror(err));
	while (wait4(pid, &status, 0, usage) < 0)
		if (errno != EINTR)
			run->services->fail(run, "wait4: %s", strerror(errno));
	return status;
}

static const char *status_text(int status, char *text, size_t room)
{
	if (WIFSIGNALED(status))
		snprintf(text, room, "killed by signal %d", WTERMSIG(status));
	else
		snprintf(text, room, "exit code %d", WEXITSTATUS(status));
	return text;
}

static int remove_one(const char *path, const struct stat *stat, int kind,
		      struct FTW *at)
{
	(void)stat;
	(void)kind;
	(void)at;
	return remove(path);
}

static void remove_folder(const struct shared *shared)
{
	nftw(shared->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void find_script(struct al_run *run, struct shared *shared)
{
	const char *name = run->param[P_PROGRAM].text;
	char path[PATH_MAX];

	if (strchr(name, '/'))
		snprintf(path, sizeof(path), "%s", name);
	else
		snprintf(path, sizeof(path), "%s/%s.sh",
			 al_path(AL_PLACE_PROGRAMS), name);
	if (!realpath(path, shared->script))
		run->services->fail(run, "%s: %s", path, strerror(errno));
}

static void make_folder(struct al_run *run, struct shared *shared)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(shared->folder, sizeof(shared->folder), "%s/allotrope.XXXXXX",
		 tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(shared->folder))
		run->services->fail(run, "%s: %s", shared->folder,
				    strerror(errno));
}

static void program_prepare(struct al_run *run)
{
	const char *library = run->services->preload(run);
	struct shared *shared = run->services->scratch(run, sizeof(*shared));
	char text[64];
	struct rusage usage;
	int status;

	run->shared = shared;
	shared->plain = environment(run, "");
	shared->preload = environment(run, library);
	shared->want = new_output(run);
	find_script(run, shared);
	make_folder(run, shared);
	status = call_script(run, "prepare", shared->plain, shared->want,
			     &usage);
	if (status == 0)
		status = call_script(run, "run", shared->plain, shared->want,
				     &usage);
	if (status == 0)
		return;
	remove_folder(shared);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_INSTALLED)
		run->services->unsupported(run, "%s: it is not installed",
					   shared->script);
	run->services->fail(run, "%s: without the allocator: %s",
			    shared->script,
			    status_text(status, text, sizeof(text)));
}

static void program_thread_prepare(struct al_thread *t)
{
	struct local *local = t->run->services->scratch(t->run, sizeof(*local));

	local->got = new_output(t->run);
	t->local = local;
}

/* Do two outputs differ, and at which byte first? */
static bool differ(int one, int other, off_t *at)
{
	char a[4096], b[4096];
	ssize_t n, m;

	for (*at = 0;; *at += n) {
		n = pread(one, a, sizeof(a), *at);
		m = pread(other, b, sizeof(b), *at);
		if (n != m || n < 0)
			return true;
		if (n == 0)
			return false;
		if (memcmp(a, b, (size_t)n) != 0)
			return true;
	}
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

static void judge(struct al_thread *t, int status)
{
	struct shared *shared = t->run->shared;
	struct local *local = t->local;
	char text[64];
	off_t at;

	if (status) {
		remove_folder(shared);
		t->services->fault(t, "%s: %s", shared->script,
				   status_text(status, text, sizeof(text)));
	}
	if (differ(shared->want, local->got, &at)) {
		remove_folder(shared);
		t->services->fault(t,
				   "%s: prints other than without the "
				   "allocator, from byte %lld on or soon after",
				   shared->script, (long long)at);
	}
}

static int program_thread_run(struct al_thread *t)
{
	struct shared *shared = t->run->shared;
	struct local *local = t->local;

	for (int64_t i = 0; i < t->run->param[P_RUNS].num; i++) {
		struct rusage usage;

		judge(t, call_script(t->run, "run", shared->preload, local->got,
				     &usage));
		local->user_s += seconds(usage.ru_utime);
		local->system_s += seconds(usage.ru_stime);
		if (usage.ru_maxrss > local->peak_kib)
			local->peak_kib = usage.ru_maxrss;
		al_step(t, 1);
	}
	return 0;
}

static void program_finish(struct al_run *run)
{
	double user_s = 0, system_s = 0, peak_kib = 0;

	remove_folder(run->shared);
	for (unsigned int i = 0; i < run->nthreads; i++) {
		const struct local *local = run->thread[i]->local;

		user_s += local->user_s;
		system_s += local->system_s;
		peak_kib += (double)local->peak_kib;
	}
	run->services->metric(run, "program_user_s", user_s);
	run->services->metric(run, "program_system_s", system_s);
	run->services->metric(run, "program_rss_bytes", peak_kib * 1024);
}

const struct al_workload al_workload_program = {
	.abi = AL_WORKLOAD_ABI,
	.needs = AL_NEEDS_PRELOAD,
	.size = sizeof(al_workload_program),
	.name = "program",
	.summary = "a real program with the allocator preloaded",
	.op = "run of the program",
	.source = "the programs themselves; the scripts are our own",
	.params = params,
	.nparams = sizeof(params) / sizeof(params[0]),
	.min_threads = 1,
	.touch_prefix = 0,
	.prepare = program_prepare,
	.thread_prepare = program_thread_prepare,
	.thread_run = program_thread_run,
	.finish = program_finish,
};
