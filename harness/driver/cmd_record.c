// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cmd_record.c - `allotrope record`: run a command and keep what it allocates.
 *
 * Role:       starts the command with record.so before its malloc, waits for it
 *             and all its descendants, makes a trace of each process image.
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
#include "usage.h"
#include "../lib/error.h"
#include "../lib/paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <gnu/libc-version.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct options {
	const char *out;
	const char *raw_parent; /* or NULL: beside @out */
	bool main_only;
	bool keep_raw;
	int level;
};

/* One raw file and what became of it. */
struct image {
	unsigned int pid, number;
	bool is_main;
	bool has_calls;
};

static void print_help(FILE *out)
{
	fprintf(out,
		"Usage: allotrope record [OPTION...] -o FILE -- COMMAND [ARGUMENT...]\n"
		"Run COMMAND and record its calls of malloc and its kin.\n\n"
		"FILE gets the trace of COMMAND itself (after an exec, of the last program of\n"
		"its process that allocates);\n"
		"every other process gets FILE.PID, or FILE.PID.N where it ran several programs\n"
		"(an ending .altr stays at the end: FILE.PID.altr).\n\n"
		"  -o, --output FILE     the trace; .altr is the usual ending\n"
		"      --children WHICH  all (default), or main: only COMMAND itself\n"
		"      --raw-dir DIR     where to put the recording meanwhile, 24 bytes a call\n"
		"                        (default: beside FILE; /dev/shm is faster)\n"
		"      --keep-raw        do not remove it\n"
		"      --level N         of zstd, 1 to 19 (default 12)\n\n"
		"Waits for all descendants; an interrupt after COMMAND's end stops waiting.\n"
		"Statically linked and set-user-ID programs cannot be recorded.\n");
}

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

static int by_process(const void *a, const void *b)
{
	const struct image *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

/* The raw files of @folder in order; the last of @command's with any call in
 * it is the main one. */
static size_t list_images(const char *folder, pid_t command,
			  struct image **images)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t n = 0, main = SIZE_MAX;
	struct stat st;

	*images = NULL;
	while (dir && (entry = readdir(dir)) != NULL) {
		struct image i = { .pid = 0 };

		if (sscanf(entry->d_name, "%u.%u.raw", &i.pid, &i.number) != 2)
			continue;
		i.has_calls = fstatat(dirfd(dir), entry->d_name, &st, 0) == 0 &&
			      st.st_size > RAW_UNIT;
		if (n % 64 == 0)
			*images = reallocarray(*images, n + 64, sizeof(i));
		if (!*images)
			al_die(AL_EXIT_MACHINE, "record", "out of memory");
		(*images)[n++] = i;
	}
	if (dir)
		closedir(dir);
	if (n)
		qsort(*images, n, sizeof(**images), by_process);
	for (size_t i = 0; i < n; i++)
		if ((*images)[i].pid == (unsigned int)command &&
		    ((*images)[i].has_calls || main == SIZE_MAX))
			main = i;
	if (main != SIZE_MAX)
		(*images)[main].is_main = true;
	return n;
}

static void describe(const struct raw_file *raw, char *text, size_t room)
{
	char command[1024], date[32];
	struct utsname u;
	time_t now = time(NULL);

	raw_command(raw, command, sizeof(command));
	uname(&u);
	strftime(date, sizeof(date), "%Y-%m-%d", gmtime(&now));
	snprintf(text, room,
		 "command=%s\nrecorded=%s\nrecorder=%s\nsystem=%s %s %s\n"
		 "libc=glibc %s\ncpus=%ld\n",
		 command, date, PACKAGE_STRING, u.sysname, u.release, u.machine,
		 gnu_get_libc_version(), sysconf(_SC_NPROCESSORS_ONLN));
}

/* FILE, or FILE.PID[.N] with the ending kept. */
static void name_output(const struct options *o, const struct image *i,
			char *name, size_t room)
{
	size_t n = strlen(o->out);
	const char *ending = "";

	if (i->is_main) {
		snprintf(name, room, "%s", o->out);
		return;
	}
	if (n > 5 && !strcmp(o->out + n - 5, ".altr")) {
		ending = ".altr";
		n -= 5;
	}
	if (i->number)
		snprintf(name, room, "%.*s.%u.%u%s", (int)n, o->out, i->pid,
			 i->number, ending);
	else
		snprintf(name, room, "%.*s.%u%s", (int)n, o->out, i->pid,
			 ending);
}

/* Return: enum al_exit; *ops gets how many calls the trace holds. */
static int convert(const struct options *o, const char *folder,
		   const struct image *i, uint64_t *ops)
{
	char raw_name[2 * PATH_MAX], name[PATH_MAX + 32], text[4096],
		command[48];
	struct trace_head head;
	struct raw_file raw;
	struct trouble t;
	int result;

	snprintf(raw_name, sizeof(raw_name), "%s/%u.%u.raw", folder, i->pid,
		 i->number);
	name_output(o, i, name, sizeof(name));
	*ops = 0;
	if (raw_open(&raw, raw_name, &t)) {
		al_warn(raw_name, "%s", t.why);
		return AL_EXIT_OK;
	}
	describe(&raw, text, sizeof(text));
	raw_command(&raw, command, sizeof(command));
	result = raw_convert(&raw, name, text, o->level, &head, &t);
	*ops = head.ops;
	if (result) {
		trouble_print(&t, name);
	} else if (head.ops) {
		printf("%s: %" PRIu64 " calls, %u threads, %" PRIu64
		       " objects at the peak, %" PRIu64 " bytes; %s\n",
		       name, head.ops, head.threads, head.peak_objects,
		       head.file_bytes, command);
		if (head.flags & TRACE_CUT)
			al_warn(name,
				"recording stopped early: no space or no "
				"access to %s",
				folder);
	}
	raw_close(&raw);
	return result ? AL_EXIT_FAILED : AL_EXIT_OK;
}

static void remove_raw(const char *folder, const struct image *images, size_t n)
{
	char name[2 * PATH_MAX];

	for (size_t i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%s/%u.%u.raw", folder,
			 images[i].pid, images[i].number);
		unlink(name);
	}
	rmdir(folder);
}

static int convert_all(const struct options *o, const char *folder,
		       pid_t command)
{
	struct image *images;
	size_t n = list_images(folder, command, &images);
	int result = AL_EXIT_OK;
	uint64_t ops, main_ops = 0;

	for (size_t i = 0; i < n; i++) {
		if (o->main_only && !images[i].is_main)
			continue;
		if (convert(o, folder, &images[i], &ops))
			result = AL_EXIT_FAILED;
		if (images[i].is_main)
			main_ops = ops;
	}
	if (!result && !main_ops) {
		al_error(o->out,
			 "nothing was recorded: the command is "
			 "statically linked, set-user-ID, or never allocates");
		result = AL_EXIT_FAILED;
	}
	if (!o->keep_raw)
		remove_raw(folder, images, n);
	else
		printf("raw files: %s\n", folder);
	free(images);
	return result;
}

/* An absolute name: the recorded program may change its folder. */
static int make_folder(const struct options *o, char *folder, size_t room)
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

static void parse(int argc, char **argv, struct options *o)
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
			print_help(stdout);
			exit(AL_EXIT_OK);
		default:
			usage_die(argv);
		}
}

int cmd_record(int argc, char **argv)
{
	struct options o = { .level = 12 };
	char folder[PATH_MAX + 32];
	struct stat old;
	pid_t command;
	int status, result;

	parse(argc, argv, &o);
	if (!o.out || optind == argc) {
		print_help(stderr);
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
	result = convert_all(&o, folder, command);
	return result;
}
