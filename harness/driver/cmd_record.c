// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cmd_record.c - `allotrope record`: run a command and keep what it allocates.
 *
 * Role:       starts the command with record.so before its malloc, waits for it
 *             and all its descendants; record_images.c makes the traces.
 * Invariants: the command's own streams, signals and working folder are left
 *             alone. Raw files live in one folder beside the output and are
 *             removed at the end, unless --keep-raw.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "commands.h"

#include "../../workloads/trace/recorder/raw_read.h"
#include "record.h"
#include "usage.h"
#include "../lib/error.h"
#include "../lib/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char help[] =
	"Usage: allotrope record [OPTION...] -o FILE -- COMMAND [ARGUMENT...]\n"
	"Run COMMAND and record its calls of malloc and its kin.\n\n"
	"FILE gets the trace of COMMAND itself (after an exec, of the last "
	"program of its\nprocess that allocates); every other process gets "
	"FILE.PID, or FILE.PID.N where it\nran several programs (an ending "
	".altr stays at the end: FILE.PID.altr).\n\n"
	"  -o, --output FILE     the trace; .altr is the usual ending\n"
	"      --children WHICH  all (default), or main: only COMMAND itself\n"
	"      --raw-dir DIR     where to put the recording meanwhile, 24 bytes "
	"a call\n"
	"                        (default: beside FILE; /dev/shm is faster)\n"
	"      --keep-raw        do not remove it\n"
	"      --level N         of zstd, 1 to 19 (default 12)\n\n"
	"Waits for all descendants; an interrupt after COMMAND's end stops "
	"waiting.\nStatically linked and set-user-ID programs cannot be "
	"recorded. A trace holds sizes\nand order, no contents; it also tells "
	"COMMAND's words, the kernel and the date\n(`allotrope trace info`): "
	"look before you publish one.\n\n"
	"Examples:\n"
	"  allotrope record -o sort.altr -- sort /etc/passwd\n"
	"  allotrope record -o make.altr --children all -- make -j2\n"
	"  allotrope trace info sort.altr\n"
	"  allotrope replay sort.altr --allocator glibc,go1.19\n\n"
	"Exit codes: 0 recorded, whatever COMMAND's own (a warning tells it); 1 "
	"nothing\nrecorded, or not written; 2 usage; 3 the recorder is "
	"missing.\n";

/* Its only use is that wait() returns. */
static void on_signal(int number)
{
}

/* LD_PRELOAD=record.so, before what the user preloads already. */
static void set_environment(const char *folder)
{
	char preload[2 * PATH_MAX];
	const char *before = getenv("LD_PRELOAD");

	snprintf(preload, sizeof(preload), "%s%s%s", al_path(AL_PLACE_RECORDER),
		 before && *before ? ":" : "", before ? before : "");
	setenv("LD_PRELOAD", preload, 1);
	setenv(RAW_ENVIRONMENT, folder, 1);
}

/* Return: the command's pid, or -1 if it could not be started. */
static pid_t start_command(char **command, const char *folder)
{
	int pipe_fd[2], why = 0;
	pid_t pid;

	if (pipe2(pipe_fd, O_CLOEXEC)) {
		al_error("pipe", "%s", strerror(errno));
		return -1;
	}
	pid = fork();
	if (!pid) {
		set_environment(folder);
		execvp(command[0], command);
		why = errno;
		_exit(write(pipe_fd[1], &why, sizeof(why)) < 0 ? 126 : 127);
	}
	close(pipe_fd[1]);
	if (pid > 0 && read(pipe_fd[0], &why, sizeof(why)) == sizeof(why)) {
		al_error(command[0], "%s", strerror(why));
		waitpid(pid, NULL, 0);
		pid = -1;
	}
	close(pipe_fd[0]);
	return pid;
}

/* Wait for every descendant. Return: the command's own wait status. */
static int wait_for_all(pid_t command)
{
	struct sigaction act = { .sa_handler = on_signal };
	int status = 0, s;
	bool ended = false;

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	for (;;) {
		pid_t pid = wait(&s);

		if (pid == command) {
			status = s;
			ended = true;
		} else if (pid < 0 && errno == EINTR) {
			if (ended)
				break;
		} else if (pid < 0) {
			break;
		}
	}
	return status;
}

/* An absolute name: the recorded program may change its folder. */
static int make_folder(const struct record_options *o, char *folder,
		       size_t room)
{
	char parent[PATH_MAX], absolute[PATH_MAX];
	const char *slash = strrchr(o->out, '/');

	if (o->raw_parent)
		snprintf(parent, sizeof(parent), "%s", o->raw_parent);
	else if (slash)
		snprintf(parent, sizeof(parent), "%.*s/", (int)(slash - o->out),
			 o->out);
	else
		snprintf(parent, sizeof(parent), ".");
	if (!realpath(parent, absolute)) {
		al_error(parent, "%s", strerror(errno));
		return -1;
	}
	snprintf(folder, room, "%s/record-%ld", absolute, (long)getpid());
	if (mkdir(folder, 0700)) {
		al_error(folder, "%s", strerror(errno));
		return -1;
	}
	return 0;
}

static void parse(int argc, char **argv, struct record_options *o)
{
	static const struct option longs[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "children", required_argument, NULL, 'c' },
		{ "raw-dir", required_argument, NULL, 'r' },
		{ "keep-raw", no_argument, NULL, 'k' },
		{ "level", required_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "+o:h", longs, NULL)) != -1)
		switch (c) {
		case 'o':
			o->out = optarg;
			break;
		case 'c':
			o->main_only = !strcmp(optarg, "main");
			if (!o->main_only && strcmp(optarg, "all"))
				al_die(AL_EXIT_USAGE, "--children",
				       "'%s' is neither all nor main", optarg);
			break;
		case 'r':
			o->raw_parent = optarg;
			break;
		case 'k':
			o->keep_raw = true;
			break;
		case 'l':
			o->level = usage_level(optarg);
			break;
		case 'h':
			fputs(help, stdout);
			exit(AL_EXIT_OK);
		default:
			usage_die(argv);
		}
}

int cmd_record(int argc, char **argv)
{
	struct record_options o = { .level = 12 };
	char folder[PATH_MAX + 32];
	struct stat old;
	pid_t command;
	int status, result;

	parse(argc, argv, &o);
	if (!o.out || optind == argc) {
		al_error("record", "%s; try `allotrope record --help`",
			 o.out ? "which command?" : "-o FILE is missing");
		return AL_EXIT_USAGE;
	}
	if (!stat(o.out, &old) && !S_ISREG(old.st_mode)) {
		al_error(o.out, "not a regular file");
		return AL_EXIT_USAGE;
	}
	if (access(al_path(AL_PLACE_RECORDER), R_OK)) {
		al_error(al_path(AL_PLACE_RECORDER), "%s", strerror(errno));
		return AL_EXIT_MACHINE;
	}
	if (make_folder(&o, folder, sizeof(folder)))
		return AL_EXIT_USAGE;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	command = start_command(argv + optind, folder);
	if (command < 0) {
		rmdir(folder);
		return AL_EXIT_USAGE;
	}
	status = wait_for_all(command);
	if (WIFSIGNALED(status))
		al_warn(argv[optind],
			"ended by signal %d (%s); the trace goes "
			"that far",
			WTERMSIG(status), strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status))
		al_warn(argv[optind], "ended with exit code %d",
			WEXITSTATUS(status));
	result = record_convert(&o, folder, command);
	return result;
}
