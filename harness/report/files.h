// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * files.h - folders and files of a report.
 *
 * Role:       makes folders; replaces a file in one step.
 * Invariants: a reader sees the old file or the whole new one.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_FILES_H
#define AL_FILES_H

#include "../lib/replace.h"

#include <stdbool.h>
#include <stdio.h>

/** al_make_folder() - make @path and its parents. Says why it could not. */
bool al_make_folder(const char *path);

/** struct al_file - a file being written. */
struct al_file {
	FILE *f;
	char path[4096];
	struct al_replace replace;
};

/** al_file_begin() - write "@dir/@name", beside the old one. */
bool al_file_begin(struct al_file *file, const char *dir, const char *name);

/** al_file_end() - put it in the old one's place. */
bool al_file_end(struct al_file *file);

#endif /* AL_FILES_H */
