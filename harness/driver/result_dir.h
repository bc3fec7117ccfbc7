// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * result_dir.h - a result set on disk, before its first and between its runs.
 *
 * Role:       makes the folder with plan, machine and topology; opens one to be
 *             resumed; prints a plan.
 * Invariants: an existing result set is never written over.
 * Locks:      none.
 * Units:      none.
 * Source:     doc/result-set.md.
 */
#ifndef AL_RESULT_DIR_H
#define AL_RESULT_DIR_H

#include "placement.h"
#include "plan.h"

/**
 * result_dir_make() - make a new result set.
 * @folder: filled with its path, the caller's to free.
 * @asked:  where the user wants it, or NULL for the default place and name.
 * @plan:   gets the counters' groups of events as this machine has them.
 * Return: an enum al_exit; the error was printed.
 */
int result_dir_make(char **folder, const char *asked, struct plan *plan,
		    const struct placement *placement);

/**
 * result_dir_open() - read the plan of one that is to be resumed.
 * Refuses if an allocator's file is not the one that was measured.
 * Return: an enum al_exit; the error was printed.
 */
int result_dir_open(const char *folder, struct plan *plan);

/** result_dir_print() - the plan, for people. Return: AL_EXIT_OK. */
int result_dir_print(const struct plan *plan);

#endif /* AL_RESULT_DIR_H */
