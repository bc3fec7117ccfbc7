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

#include <errno.h>
#include <string.h>

void usage_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	int next = argc, err;

	err = argp_parse(argp, argc, argv, ARGP_NO_ERRS, &next, input);
	if (!err)
		return;
	if (next > argc)
		next = argc;
	al_die(AL_EXIT_USAGE, next > 1 ? argv[next - 1] : argv[0],
	       "unknown option, or no value for it; try `%s --help`", argv[0]);
}
