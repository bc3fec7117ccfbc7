// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * record_images.c - traces of what was recorded, one a process image.
 *
 * Role:       finds the raw files of a recording, names, describes and converts
 *             them.
 * Invariants: raw files are removed at the end, unless --keep-raw.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "record.h"

#include "../../workloads/trace/recorder/raw_read.h"
#include "../lib/error.h"

#include <dirent.h>
#include <gnu/libc-version.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* One raw file and what became of it. */
struct image {
	unsigned int pid, number;
	bool is_main;
	bool has_calls;
};

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
static void name_output(const struct record_options *o, const struct image *i,
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
static int convert(const struct record_options *o, const char *folder,
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

int record_convert(const struct record_options *o, const char *folder,
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
