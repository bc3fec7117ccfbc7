// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * replace.h - a file that appears whole or not at all.
 *
 * Role:       writes beside the old file, syncs, and takes its place.
 * Invariants: a reader, and a crash, see the old file or the whole new one.
 * Locks:      none; one writer a path.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_REPLACE_H
#define AL_REPLACE_H

#include <stdio.h>

/** struct al_replace - a file being written: write to @f. */
struct al_replace {
	FILE *f;
	char *path, *temporary;
};

/** al_replace_begin() - write what will be @path. Return: 0, or -errno. */
int al_replace_begin(struct al_replace *r, const char *path);

/**
 * al_replace_end() - put it in the old one's place; after an error the old one
 * stays. @r is done with either way.
 * Return: 0, or -errno of whatever failed, earlier writes to @f included.
 */
int al_replace_end(struct al_replace *r);

#endif /* AL_REPLACE_H */
