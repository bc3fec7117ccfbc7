// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cmd_compare.c - `allotrope compare`.
 *
 * Role:       options of the command and its two tables, text and JSON; the
 *             comparison is compare.c's.
 * Invariants: none.
 * Locks:      none.
 * Units:      ratios of the second to the first.
 * Source:     none.
 */
#include "config.h"

#include "compare.h"

#include "../driver/commands.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
	"Usage: allotrope compare [OPTION...] A B       two result sets\n"
	"       allotrope compare [OPTION...] DIR A B   two allocators of one "
	"result set\n"
	"Ratios of B to A with 95% intervals, tests and verdicts, cell by cell "
	"and over all.\nInside one result set rounds are paired (Wilcoxon "
	"signed-rank); two result sets are\nindependent (Mann-Whitney). p is "
	"corrected after Holm over the cells shown.\n\n"
	"  --metric NAME  what to compare: ns_per_op (default), peak_rss_bytes, "
	"or any other\n"
	"                 metric of summary.csv\n"
	"  --json         print JSON\n\n"
	"Exit codes: 0 compared; 1 no cell has numbers on both sides; 2 usage, "
	"unreadable\nsamples, or nothing in common.\n";

static void print_json(const struct al_comparison *c)
{
	json_t *root = al_comparison_json(c);

	json_dumpf(root, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(10));
	putchar('\n');
	json_decref(root);
}

/* Names may hold anything: what a terminal would obey is shown as '?'. */
static int print_name(const char *name, int width)
{
	int n = 0;

	for (; *name; name++) {
		n += ((unsigned char)*name & 0xc0) != 0x80;
		putchar((unsigned char)*name < ' ' || *name == 0x7f ? '?'
								    : *name);
	}
	for (; n < width; n++)
		putchar(' ');
	return n;
}

static int width_of(const char *name)
{
	int n = 0;

	for (; *name; name++)
		n += ((unsigned char)*name & 0xc0) != 0x80;
	return n;
}

static void print_interval(struct al_interval ci)
{
	char text[64] = "(one round)";

	if (!isnan(ci.low))
		snprintf(text, sizeof(text), "%.4g to %.4g", ci.low, ci.high);
	printf("%-18s", text);
}

static void print_p(double p)
{
	if (isnan(p))
		printf("%8s", "");
	else if (p < 0.001)
		printf("%8s", "<0.001");
	else
		printf("%8.3f", p);
}

static void print_text(const struct al_comparison *c)
{
	int width = 12;

	for (size_t i = 0; i < c->n; i++)
		if (width_of(c->of[i].name) > width)
			width = width_of(c->of[i].name);
	printf("%s, ratio of ", c->metric);
	print_name(c->b, 0);
	printf(" to ");
	print_name(c->a, 0);
	printf(" (below 1: less)\n\n%-*s%9s  %-18s%8s%8s  %s\n", width + 2,
	       c->across ? "cell" : "point", "ratio", "95% interval", "p",
	       "p Holm", "verdict");
	for (size_t i = 0; i < c->n; i++) {
		const struct al_compared *x = &c->of[i];

		print_name(x->name, width + 2);
		if (!x->nb || !x->na) {
			printf("%9s  %s: %s\n", "-", x->na ? "B" : "A",
			       x->trouble);
			continue;
		}
		printf("%9.4g  ", x->ratio);
		print_interval(x->ci);
		print_p(x->p);
		print_p(x->p_holm);
		printf("  %s\n", x->verdict);
	}
	if (!c->ngood)
		return;
	printf("%-*s%9.4g  ", width + 2, "geomean", c->geomean);
	print_interval(c->geomean_ci);
	printf("%16s  %s (%zu of %zu)\n", "", c->verdict, c->ngood, c->n);
	if (!isnan(c->detectable))
		printf("\nSmallest difference the median cell could have "
		       "shown: %.1f%%.\n",
		       100 * (c->detectable - 1));
}

static int compare(int argc, char **argv, const char *metric, bool json)
{
	struct al_comparison c;
	enum al_exit result;

	if (argc == 2)
		result = al_compare_sets(argv[0], argv[1], metric, &c);
	else
		result = al_compare_allocators(argv[0], argv[1], argv[2],
					       metric, &c);
	if (result != AL_EXIT_USAGE && json)
		print_json(&c);
	else if (result != AL_EXIT_USAGE)
		print_text(&c);
	al_comparison_fini(&c);
	return (int)result;
}

int cmd_compare(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "metric", required_argument, NULL, 'm' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *metric = "ns_per_op";
	bool json = false;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "m:jh", long_options, NULL)) != -1)
		switch (c) {
		case 'm':
			metric = optarg;
			break;
		case 'j':
			json = true;
			break;
		case 'h':
			fputs(help, stdout);
			return AL_EXIT_OK;
		default:
			al_error(argv[optind - 1],
				 "no such option, or it lacks its value; try "
				 "`allotrope compare --help`");
			return AL_EXIT_USAGE;
		}
	argc -= optind;
	if (argc != 2 && argc != 3) {
		al_error("compare",
			 "give two result sets, or one and two "
			 "allocators; try `allotrope compare --help`");
		return AL_EXIT_USAGE;
	}
	return compare(argc, argv + optind, metric, json);
}
