// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * usage.c - one way to read a command line.
 *
 * Role:       see usage.h.
 * Invariants: see usage.h.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "text.h"
#include "usage.h"
#include "../lib/error.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Is @word an option that @argp knows, or the beginning of one? */
static bool is_known(const struct argp_option *option, const char *word)
{
	size_t len = strcspn(word, "=");

	for (; option->name || option->key || option->doc; option++) {
		if (word[1] != '-') {
			if (option->key == word[1])
				return true;
		} else if (option->name &&
			   !strncmp(option->name, word + 2, len - 2)) {
			return true;
		}
	}
	return false;
}

/*
 * Ours, since argp answers --help with silence where ARGP_NO_ERRS is set, and
 * goes on as if it had not been said.
 */
static void give_help(const struct argp *argp, int argc, char **argv)
{
	static const char *const help[] = { "--help", "-h", "-?" };

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		for (size_t n = 0; n < sizeof(help) / sizeof(help[0]); n++)
			if (!strcmp(argv[i], help[n])) {
				argp_help(argp, stdout, ARGP_HELP_STD_HELP,
					  argv[0]);
				exit(AL_EXIT_OK);
			}
}

void usage_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	const unsigned int flags = ARGP_NO_ERRS | ARGP_NO_HELP;

	give_help(argp, argc, argv);
	if (!argp_parse(argp, argc, argv, flags, NULL, input))
		return;
	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '-' && argv[i][1] &&
		    !is_known(argp->options, argv[i]))
			al_die(AL_EXIT_USAGE, argv[i],
			       "no such option; try `%s --help`", argv[0]);
	al_die(AL_EXIT_USAGE, argv[argc - 1],
	       "wrong here, or lacks its value; try `%s --help`", argv[0]);
}

_Noreturn void usage_die(char **argv)
{
	al_die(AL_EXIT_USAGE, argv[optind - 1],
	       "no such option, or it lacks its value; try `%s --help`",
	       argv[0]);
}

int usage_level(const char *text)
{
	int64_t level;

	if (!text_number(text, &level) || level < 1 || level > 19)
		al_die(AL_EXIT_USAGE, "--level", "'%s' is not in 1 to 19",
		       text);
	return (int)level;
}
