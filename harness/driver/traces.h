// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * traces.h - the recorded traces that are shipped.
 *
 * Role:       names them; tells what is in one.
 * Invariants: a name has no '/', a file's path has one.
 * Locks:      none.
 * Units:      bytes, operations.
 * Source:     none.
 */
#ifndef AL_TRACES_H
#define AL_TRACES_H

#include <jansson.h>

#include "text.h"

/** traces_find() - append the names of all, in order of the alphabet. */
void traces_find(struct text_list *names);

/**
 * traces_resolve() - the file of a trace's name or path.
 * Return: the caller's to free, or NULL if there is none.
 */
char *traces_resolve(const char *name);

/**
 * traces_describe() - head of one; a new object, with "error" if it is unsound.
 */
json_t *traces_describe(const char *name);

#endif /* AL_TRACES_H */
