// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * commands.h - the subcommands of `allotrope`.
 *
 * Role:       one prototype a command, generated from commands.def.
 * Invariants: a command lives in cmd_NAME.c; argv[0] is "allotrope NAME"; it
 *             returns an enum al_exit.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_COMMANDS_H
#define AL_COMMANDS_H

#define COMMAND(name, summary) int cmd_##name(int argc, char **argv);
#include "commands.def"
#undef COMMAND

#endif /* AL_COMMANDS_H */
