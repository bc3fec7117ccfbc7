// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * main.c - the program `allotrope-conform`: one conformance test, one process.
 *
 * Role:       brings in the allocator as the runner does, runs the test that
 *             the cell names as its workload, and says the record.
 * Invariants: whatever happens to the allocator, one record leaves the process
 *             or the process dies; both are an answer.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "conform.h"
#include "../../harness/lib/error.h"
#include "../../harness/runner/cell.h"
#include "../../harness/runner/record.h"
#include "../../harness/runner/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CELL_FD	  3
#define RECORD_FD 4

static const char help[] =
	"Usage: allotrope-conform               cell on fd 3, record on fd 4\n"
	"       allotrope-conform --cell FILE|- record on standard output\n"
	"       allotrope-conform --list        the tests, as JSON\n"
	"Puts one allocator through one test, the one that the cell names as its\n"
	"workload. `allotrope check` starts it once a test; cell and record are those\n"
	"of allotrope-runner (doc/result-set.md). Status fault: the promise is broken;\n"
	"unsupported: the test cannot judge this allocator.\n"
	"Exit codes: 0 ok or unsupported; 1 the record holds a failure; 2 usage.\n";

static _Noreturn void end(enum conform_outcome outcome, const char *format,
			  va_list args)
{
	record_vend(outcome == CONFORM_FAULT ? STATUS_FAULT
					     : STATUS_UNSUPPORTED,
		    format, args);
}

static void identify(const struct cell *cell)
{
	record_identify(json_pack("{s:i, s:s, s:s, s:s, s:s}", "v", 1,
				  "allocator", cell->allocator_name, "file",
				  target.file ? target.file : "", "pass",
				  "check", "workload", cell->workload_name));
}

static int run(int cell_fd, int record_fd)
{
	static struct cell cell;
	const struct conform_test *test;
	struct conform_host by = { .table = &target.table,
				   .calls = &target.calls,
				   .end = end,
				   .note = record_metric };

	record_to(record_fd);
	cell_read(&cell, cell_fd);
	close(cell_fd);
	test = conform_find(cell.workload_name);
	if (!test)
		record_end(STATUS_ERROR, "there is no test \"%.100s\"",
			   cell.workload_name);
	identify(&cell);
	target_load(&cell);
	identify(&cell);
	target_init(&cell);
	by.seed = cell.seed;
	conform_run(test, &by);
	if (target.table.fini)
		target.table.fini();
	record_write(STATUS_OK, "", 0, 0);
	return record_exit_code(STATUS_OK);
}

static int list(void)
{
	static const char *const kinds[] = {
		[CONFORM_CONTRACT] = "contract",
		[CONFORM_PLUGIN] = "plugin",
		[CONFORM_ADVISORY] = "advisory",
	};
	json_t *all = json_array();

	for (size_t i = 0; i < conform_ntests; i++) {
		const struct conform_test *t = &conform_tests[i];

		json_array_append_new(
			all, json_pack("{s:s, s:s, s:i, s:s}", "name", t->name,
				       "kind", kinds[t->kind], "limit_s",
				       (int)t->limit_s, "promise", t->promise));
	}
	if (json_dumpf(all, stdout, JSON_INDENT(1)) || puts("") == EOF)
		return AL_EXIT_FAILED;
	json_decref(all);
	return AL_EXIT_OK;
}

static int run_file(const char *path)
{
	const int fd = !strcmp(path, "-") ? dup(STDIN_FILENO)
					  : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		al_die(AL_EXIT_USAGE, path, "%s", strerror(errno));
	return run(fd, STDOUT_FILENO);
}

int main(int argc, char **argv)
{
	if (argc == 1 && fcntl(CELL_FD, F_GETFD) >= 0 &&
	    fcntl(RECORD_FD, F_GETFD) >= 0)
		return run(CELL_FD, RECORD_FD);
	if (argc == 2 && !strcmp(argv[1], "--list"))
		return list();
	if (argc == 3 && !strcmp(argv[1], "--cell"))
		return run_file(argv[2]);
	if (argc == 2 &&
	    (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		fputs(help, stdout);
		return AL_EXIT_OK;
	}
	fputs(help, stderr);
	return AL_EXIT_USAGE;
}
