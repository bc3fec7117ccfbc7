// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * main.c - the program `allotrope`: picks the subcommand.
 *
 * Role:       turns the first word into a call; explains itself.
 * Invariants: knows nothing of any command but its name and summary.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "commands.h"
#include "../lib/error.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
} commands[] = {
#define COMMAND(name, summary) { #name, summary, cmd_##name },
#include "commands.def"
#undef COMMAND
};

#define NCOMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *out)
{
	fprintf(out, "Usage: allotrope COMMAND [OPTION...]\n"
		     "Compares memory allocator designs.\n\n");
	for (size_t i = 0; i < NCOMMANDS; i++)
		fprintf(out, "  %-9s %s\n", commands[i].name,
			commands[i].summary);
	fprintf(out,
		"\n`allotrope COMMAND --help` explains a command. To begin:\n"
		"  allotrope run --suite quick       the whole thing, small\n"
		"  allotrope list allocators         what can be compared here\n"
		"Exit codes: 0 done; 1 a cell failed or a check found a fault;\n"
		"2 usage or unreadable input; 3 the machine lacks what was "
		"asked for.\n");
}

/* What is opened later must not get the number of a stream that was closed. */
static void open_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* A table that could not be written is no success. */
static int end(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	al_error("standard output", "cannot be written");
	return status ? status : AL_EXIT_FAILED;
}

int main(int argc, char **argv)
{
	char name[64];

	open_streams();
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is a full disk to us */

	if (argc < 2) {
		print_help(stderr);
		return AL_EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	    !strcmp(argv[1], "help")) {
		print_help(stdout);
		return end(AL_EXIT_OK);
	}
	if (!strcmp(argv[1], "--version")) {
		printf("%s\n", PACKAGE_STRING);
		return end(AL_EXIT_OK);
	}
	for (size_t i = 0; i < NCOMMANDS; i++)
		if (!strcmp(argv[1], commands[i].name)) {
			snprintf(name, sizeof(name), "allotrope %s", argv[1]);
			argv[1] = name;
			return end(commands[i].run(argc - 1, argv + 1));
		}
	al_error(argv[1], "no such command; try `allotrope --help`");
	return AL_EXIT_USAGE;
}
