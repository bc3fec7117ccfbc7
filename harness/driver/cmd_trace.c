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

#include "../../workloads/trace/convert.h"
#include "../../workloads/trace/import.h"
#include "../../workloads/trace/info.h"
#include "usage.h"
#include "../lib/error.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct options {
	bool json;
	const char *out;
	const char *format;
	struct convert_options convert;
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

static void say(const char *path, const struct trace_head *h)
{
	printf("%s: %" PRIu64
	       " calls, %u threads (at most %u at once), %" PRIu64
	       " objects at the peak, %" PRIu64 " bytes\n",
	       path, h->ops, h->threads, h->lanes, h->peak_objects,
	       h->file_bytes);
	if (h->dropped)
		printf("left out: %" PRIu64 " frees of unknown objects\n",
		       h->dropped);
	if (h->implied)
		printf("added: %" PRIu64 " frees of objects whose address was "
		       "handed out again\n",
		       h->implied);
}

static int do_convert(int argc, char **argv, const struct options *o)
{
	struct trace_head head;
	struct trouble t;
	bool is_output;

	if (trace_convert(argv[0], o->out, &o->convert, &head, &is_output, &t))
		return trouble_print(&t, is_output ? o->out : argv[0]);
	say(o->out, &head);
	return AL_EXIT_OK;
}

static int do_import(int argc, char **argv, const struct options *o)
{
	const struct import_format *const *f = import_formats;
	struct trace_head head;
	struct trouble t;

	while (*f && (!o->format || strcmp((*f)->name, o->format)))
		f++;
	if (!*f) {
		al_error("--from", "%s; there are android and mtrace",
			 o->format ? "no such format" : "which format is it");
		return AL_EXIT_USAGE;
	}
	if (trace_import(*f, argv[0], o->out, o->convert.level, &head, &t))
		return trouble_print(&t, argv[0]);
	say(o->out, &head);
	return AL_EXIT_OK;
}

static const struct {
	const char *name;
	bool has_many;
	bool has_output;
	int (*run)(int argc, char **argv, const struct options *o);
} verbs[] = {
	{ "info", true, false, do_info },
	{ "export", false, false, do_export },
	{ "import", false, true, do_import },
	{ "convert", false, true, do_convert },
};

#define NVERBS (sizeof(verbs) / sizeof(verbs[0]))

static int print_help(void)
{
	fputs("Usage: allotrope trace info [--json] FILE...\n"
	      "       allotrope trace export FILE\n"
	      "       allotrope trace import --from FORMAT -o OUT FILE\n"
	      "       allotrope trace convert [OPTION...] -o OUT FILE\n\n"
	      "info     verify FILE and tell what is in it: calls by kind, "
	      "threads, sizes,\n"
	      "         lifetimes, the most that was alive\n"
	      "export   print every call as a line of text, in recorded order\n"
	      "import   make a trace of another tool's: android (malloc_debug "
	      "text; plain,\n"
	      "         .gz or .zip), mtrace (glibc's mtrace text)\n"
	      "convert  make a trace of a trace:\n"
	      "  --one-thread  all calls on one thread\n"
	      "  --free-left   free at the end what was never freed\n"
	      "  --level N     of zstd, 1 to 19 (default 12; for import, "
	      "too)\n\n"
	      "Examples:\n"
	      "  allotrope trace info --json mine.altr | jq .\n"
	      "  allotrope trace export mine.altr | head\n"
	      "  allotrope trace convert --free-left -o clean.altr mine.altr\n\n"
	      "Exit codes: 0 done; 1 could not be written; 2 usage, or a trace "
	      "that is cut or\ndamaged: FILE@OFFSET tells the first bad byte.\n",
	      stdout);
	return AL_EXIT_OK;
}

static int misused(const char *what, const char *why)
{
	al_error(what, "%s; try `allotrope trace --help`", why);
	return AL_EXIT_USAGE;
}

static int run_verb(int argc, char **argv, const struct options *o)
{
	for (size_t i = 0; i < NVERBS; i++) {
		if (strcmp(argv[0], verbs[i].name))
			continue;
		if (argc < 2)
			return misused(argv[0], "which file?");
		if (!verbs[i].has_many && argc != 2)
			return misused(argv[0], "expected one file");
		if (verbs[i].has_output && !o->out) {
			al_error(argv[0], "-o OUT is missing");
			return AL_EXIT_USAGE;
		}
		return verbs[i].run(argc - 1, argv + 1, o);
	}
	return misused(argv[0], "none of info, export, import, convert");
}

int cmd_trace(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "output", required_argument, NULL, 'o' },
		{ "from", required_argument, NULL, 'f' },
		{ "one-thread", no_argument, NULL, '1' },
		{ "free-left", no_argument, NULL, 'F' },
		{ "level", required_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct options o = { .convert = { .level = 12 } };
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "o:h", longs, NULL)) != -1)
		switch (c) {
		case 'j':
			o.json = true;
			break;
		case 'o':
			o.out = optarg;
			break;
		case 'f':
			o.format = optarg;
			break;
		case '1':
			o.convert.one_thread = true;
			break;
		case 'F':
			o.convert.free_left = true;
			break;
		case 'l':
			o.convert.level = usage_level(optarg);
			break;
		case 'h':
			return print_help();
		default:
			usage_die(argv);
		}
	if (optind == argc)
		return misused("trace", "info, export, import or convert?");
	return run_verb(argc - optind, argv + optind, &o);
}
