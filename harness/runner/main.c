// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * main.c - the program `allotrope-runner`: one measurement, one process.
 *
 * Role:       takes the cell and says the record; or says what it knows.
 * Invariants: whatever the cell holds, one record leaves the process.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "cell.h"
#include "describe.h"
#include "record.h"
#include "run.h"
#include "../lib/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CELL_FD	  3
#define RECORD_FD 4

static const char help[] =
	"Usage: allotrope-runner                      cell on fd 3, record on fd 4\n"
	"       allotrope-runner --cell FILE|-        record on standard output\n"
	"       allotrope-runner --describe [PLUGIN]  workloads, built in or of a plugin\n"
	"       allotrope-runner --describe-allocator PLUGIN\n"
	"       allotrope-runner --probe-counters     what can be counted here\n"
	"Measures one allocator with one workload in one pass. `allotrope run` starts\n"
	"it once a measurement; cell and record are JSON (doc/result-set.md).\n"
	"A malloc library is measured when it is preloaded (LD_PRELOAD).\n"
	"Exit codes: 0 ok or unsupported; 1 the record holds a failure; 2 usage.\n";

static int measure(int cell_fd, int record_fd)
{
	static struct cell cell;

	record_to(record_fd);
	cell_read(&cell, cell_fd);
	close(cell_fd);
	return record_exit_code(run_measure(&cell));
}

static int measure_file(const char *path)
{
	int fd = !strcmp(path, "-") ? dup(STDIN_FILENO)
				    : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		al_die(AL_EXIT_USAGE, path, "%s", strerror(errno));
	return measure(fd, STDOUT_FILENO);
}

static int usage(void)
{
	fputs(help, stderr);
	return AL_EXIT_USAGE;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;

	if (!word) {
		if (fcntl(CELL_FD, F_GETFD) < 0 ||
		    fcntl(RECORD_FD, F_GETFD) < 0)
			return usage();
		return measure(CELL_FD, RECORD_FD);
	}
	if (!strcmp(word, "--help") || !strcmp(word, "-h")) {
		fputs(help, stdout);
		return AL_EXIT_OK;
	}
	if (!strcmp(word, "--version")) {
		puts(PACKAGE_STRING);
		return AL_EXIT_OK;
	}
	if (!strcmp(word, "--cell") && argc == 3)
		return measure_file(argv[2]);
	if (!strcmp(word, "--describe") && argc <= 3)
		return describe_workloads(argc == 3 ? argv[2] : NULL);
	if (!strcmp(word, "--describe-allocator") && argc == 3)
		return describe_allocator(argv[2]);
	if (!strcmp(word, "--probe-counters") && argc == 2)
		return describe_counters();
	return usage();
}
