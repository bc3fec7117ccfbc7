// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * residency.c - how much of this process is in memory, by the kernel's account.
 *
 * Role:       see residency.h.
 * Invariants: reads by pread(2) into a buffer on the stack: looking does not
 *             change what is seen.
 * Locks:      none.
 * Units:      bytes; proc files count in kB of 1024.
 * Source:     proc(5); clear_refs 5 since Linux 4.0.
 */
#include "config.h"

#include "record.h"
#include "residency.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

static int rollup_fd = -1, status_fd = -1;

static int open_proc(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		record_end(STATUS_ERROR, "%s: %s", path, strerror(errno));
	return fd;
}

void residency_open(void)
{
	rollup_fd = open_proc("/proc/self/smaps_rollup");
	status_fd = open_proc("/proc/self/status");
}

static void read_text(int fd, char *text, size_t room)
{
	size_t used = 0;
	ssize_t n;

	while (used < room - 1 &&
	       (n = pread(fd, text + used, room - 1 - used, (off_t)used)) > 0)
		used += (size_t)n;
	text[used] = '\0';
}

/* The number after "\nName:", in bytes; @absent when there is no such line. */
static int64_t field_or(const char *text, const char *name, int64_t absent)
{
	const char *at = strstr(text, name);

	return at ? strtoll(at + strlen(name), NULL, 10) * 1024 : absent;
}

static int64_t field(const char *text, const char *name)
{
	int64_t bytes = field_or(text, name, -1);

	if (bytes < 0)
		record_end(STATUS_ERROR, "/proc/self: no line \"%s\"",
			   name + 1);
	return bytes;
}

void residency_read(struct residency *r)
{
	char text[4096];

	read_text(rollup_fd, text, sizeof(text));
	r->rss_bytes = field(text, "\nRss:");
	/* the share in a library's pages moves with what others run */
	r->pss_bytes = field(text, "\nPss:") - field_or(text, "\nPss_File:", 0);
	r->huge_bytes = field(text, "\nAnonHugePages:");
}

int64_t residency_peak(void)
{
	char text[8192];

	read_text(status_fd, text, sizeof(text));
	return field(text, "\nVmHWM:");
}

bool residency_reset_peak(void)
{
	int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, "5", 1) == 1;
	close(fd);
	return done;
}

void residency_settle(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[8192], perms[8];
	uintptr_t from, to;

	if (!maps)
		return;
	while (fgets(line, sizeof(line), maps)) {
		unsigned long inode = 0;

		if (sscanf(line, "%jx-%jx %7s %*x %*s %lu", &from, &to, perms,
			   &inode) == 4 &&
		    inode && perms[0] == 'r' && perms[1] == '-')
			madvise((void *)from, to - from, MADV_POPULATE_READ);
	}
	fclose(maps);
}
