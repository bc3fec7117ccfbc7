// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cmd_trace.c - `allotrope trace`: look into traces and turn them into others.
 *
 * Role:       the words of the command line; the work is in workloads/trace/.
 * Invariants: an unreadable trace is one line on standard error, with the byte
 *             offset, and exit code 2.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "commands.h"

#include "../../workloads/trace/info.h"
#include "../lib/error.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct options {
	bool json;
	const char *out;
};

static int do_info(int argc, char **argv, const struct options *o)
{
	struct trouble t;

	for (int i = 0; i < argc; i++) {
		if (i && !o->json)
			putchar('\n');
		if (trace_info(argv[i], o->json, stdout, &t))
			return trouble_print(&t, argv[i]);
	}
	return AL_EXIT_OK;
}

static int do_export(int argc, char **argv, const struct options *o)
{
	struct trouble t;

	if (trace_export(argv[0], stdout, &t))
		return trouble_print(&t, argv[0]);
	return AL_EXIT_OK;
}

static const struct {
	const char *name;
	int nfiles; /* 0: one or more */
	int (*run)(int argc, char **argv, const struct options *o);
} verbs[] = {
	{ "info", 0, do_info },
	{ "export", 1, do_export },
};

#define NVERBS (sizeof(verbs) / sizeof(verbs[0]))

static int print_help(FILE *out)
{
	fprintf(out,
		"Usage: allotrope trace info [--json] FILE...\n"
		"       allotrope trace export FILE\n\n"
		"info    verifies FILE and tells what is in it: operations by kind, threads,\n"
		"        sizes, lifetimes, the most that was alive\n"
		"export  prints every operation as a line of text, in recorded order\n");
	return out == stderr ? AL_EXIT_USAGE : AL_EXIT_OK;
}

int cmd_trace(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "output", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct options o = { .json = false };
	int c, result;

	while ((c = getopt_long(argc, argv, "o:h", longs, NULL)) != -1)
		switch (c) {
		case 'j':
			o.json = true;
			break;
		case 'o':
			o.out = optarg;
			break;
		case 'h':
			return print_help(stdout);
		default:
			return AL_EXIT_USAGE;
		}
	argc -= optind;
	argv += optind;
	if (argc < 2)
		return print_help(stderr);
	for (size_t i = 0; i < NVERBS; i++) {
		if (strcmp(argv[0], verbs[i].name))
			continue;
		if (verbs[i].nfiles && argc - 1 != verbs[i].nfiles)
			return print_help(stderr);
		result = verbs[i].run(argc - 1, argv + 1, &o);
		if (fflush(stdout) || ferror(stdout)) {
			al_error("standard output", "cannot be written");
			return AL_EXIT_USAGE;
		}
		return result;
	}
	al_error(argv[0], "neither info nor export");
	return AL_EXIT_USAGE;
}
