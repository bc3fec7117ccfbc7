// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * usage.h - one way to read a command line.
 *
 * Role:       argp's parsing and help, our form of complaint.
 * Invariants: a wrong word is one line on standard error and exit code 2.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_USAGE_H
#define AL_USAGE_H

#include <argp.h>

/**
 * usage_parse() - read the words of a subcommand; ends the program if one is
 * unknown, or lacks its value.
 * @input: handed to the parser of @argp.
 */
void usage_parse(const struct argp *argp, int argc, char **argv, void *input);

/**
 * usage_die() - getopt_long() answered '?', with opterr 0: name the word that
 * it stopped at and end the program.
 */
_Noreturn void usage_die(char **argv);

/** usage_level() - the value of --level; ends the program if it is none. */
int usage_level(const char *text);

#endif /* AL_USAGE_H */
