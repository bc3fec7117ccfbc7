// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cmd_report.c - `allotrope report DIR`.
 *
 * Role:       options of the command; the work is report.c's.
 * Invariants: none.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "report.h"

#include "../driver/commands.h"

#include <getopt.h>
#include <stdio.h>

static const char help[] =
	"Usage: allotrope report [OPTION...] DIR\n"
	"Makes summary.csv, figures/ and report.html from the stored samples of "
	"the result\nset DIR, and prints the headline table.\n\n"
	"  --out DIR        write there (DIR may then be read-only)\n"
	"  --baseline NAME  compare with this allocator instead of the plan's\n"
	"  --no-figures     leave the figures out\n"
	"  --quiet          do not print the table\n\n"
	"Exit codes: 0 done; 1 a figure could not be drawn, or a file not "
	"written; 2 usage,\nor unreadable samples; 3 gnuplot is missing (all "
	"but the figures is made).\n";

int cmd_report(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "out", required_argument, NULL, 'o' },
		{ "baseline", required_argument, NULL, 'b' },
		{ "no-figures", no_argument, NULL, 'n' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct al_report_options options = { .print_table = true };
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "o:b:qh", long_options, NULL)) !=
	       -1)
		switch (c) {
		case 'o':
			options.out = optarg;
			break;
		case 'b':
			options.baseline = optarg;
			break;
		case 'n':
			options.no_figures = true;
			break;
		case 'q':
			options.print_table = false;
			break;
		case 'h':
			fputs(help, stdout);
			return AL_EXIT_OK;
		default:
			al_error(argv[optind - 1],
				 "no such option, or it lacks its value; try "
				 "`allotrope report --help`");
			return AL_EXIT_USAGE;
		}
	if (optind + 1 != argc) {
		al_error("report", "give one result set; try `allotrope report "
				   "--help`");
		return AL_EXIT_USAGE;
	}
	return (int)al_report_make_with(argv[optind], &options);
}
