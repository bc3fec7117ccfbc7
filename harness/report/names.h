// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * names.h - each distinct string once, as a small number.
 *
 * Role:       a million samples name the same few cells, passes and metrics;
 *             they are compared and stored as numbers.
 * Invariants: ids count from 0 in the order of first appearance; a text stays
 *             where it is until al_names_fini().
 * Locks:      none; one thread.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_NAMES_H
#define AL_NAMES_H

#include <stddef.h>
#include <stdint.h>

/** AL_NO_NAME - the id of nothing. */
#define AL_NO_NAME UINT32_MAX

/** struct al_names - initialise with {0}. */
struct al_names {
	char **text;
	uint32_t n, room;
	uint32_t *slot; /* open addressing; id + 1, 0 is free */
	size_t nslots;
};

/** al_names_id() - the id of @text, new when it was not seen before. */
uint32_t al_names_id(struct al_names *names, const char *text);

/** al_names_find() - the id of @text, or AL_NO_NAME. */
uint32_t al_names_find(const struct al_names *names, const char *text);

void al_names_fini(struct al_names *names);

/**
 * al_natural_compare() - order texts with numbers by value: t2 before t16.
 * Return: as strcmp(); 0 only for equal texts.
 */
int al_natural_compare(const char *a, const char *b);

/** al_grow() - @p with room for @need > *@room items; never NULL. */
void *al_grow(void *p, size_t *room, size_t need, size_t size);

/** al_calloc() - zeroed memory, at least one byte; never NULL. */
void *al_calloc(size_t n, size_t size);

#endif /* AL_NAMES_H */
