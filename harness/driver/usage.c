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

#include "usage.h"
#include "../lib/error.h"

#include <stdbool.h>
#include <string.h>

/* Is @word an option that @argp knows, or the beginning of one? */
static bool is_known(const struct argp_option *option, const char *word)
{
	static const char *const always[] = { "--help", "--usage" };
	size_t len = strcspn(word, "=");

	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (!strncmp(always[i], word, len))
			return true;
	for (; option->name || option->key || option->doc; option++) {
		if (word[1] != '-') {
			if (option->key == word[1])
				return true;
		} else if (option->name &&
			   !strncmp(option->name, word + 2, len - 2)) {
			return true;
		}
	}
	return word[1] == '?';
}

void usage_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	if (!argp_parse(argp, argc, argv, ARGP_NO_ERRS, NULL, input))
		return;
	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '-' && argv[i][1] &&
		    !is_known(argp->options, argv[i]))
			al_die(AL_EXIT_USAGE, argv[i],
			       "no such option; try `%s --help`", argv[0]);
	al_die(AL_EXIT_USAGE, argv[argc - 1],
	       "wrong here, or lacks its value; try `%s --help`", argv[0]);
}
