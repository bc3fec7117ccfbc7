// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * names.c - each distinct string once, as a small number.
 *
 * Role:       see names.h.
 * Invariants: at most half of the slots are used.
 * Locks:      none.
 * Units:      none.
 * Source:     hash: FNV-1a (Fowler, Noll, Vo).
 */
#include "config.h"

#include "names.h"

#include "../lib/error.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void *al_calloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		al_die(AL_EXIT_MACHINE, "report", "out of memory");
	return p;
}

void *al_grow(void *p, size_t *room, size_t need, size_t size)
{
	size_t want = *room ? *room : 16;

	if (need <= *room)
		return p;
	while (want < need)
		want *= 2;
	p = reallocarray(p, want, size);
	if (!p)
		al_die(AL_EXIT_MACHINE, "report", "out of memory");
	*room = want;
	return p;
}

static uint64_t hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3u;
	return h ^ h >> 29;
}

/* The slot that holds @text, or the free one where it would go. */
static size_t slot_of(const struct al_names *names, const char *text)
{
	size_t i = hash(text) & (names->nslots - 1);

	while (names->slot[i] &&
	       strcmp(names->text[names->slot[i] - 1], text) != 0)
		i = (i + 1) & (names->nslots - 1);
	return i;
}

static void rehash(struct al_names *names)
{
	free(names->slot);
	names->nslots = names->nslots ? 2 * names->nslots : 64;
	names->slot = al_calloc(names->nslots, sizeof(*names->slot));
	for (uint32_t id = 0; id < names->n; id++)
		names->slot[slot_of(names, names->text[id])] = id + 1;
}

uint32_t al_names_find(const struct al_names *names, const char *text)
{
	return names->nslots ? names->slot[slot_of(names, text)] - 1
			     : AL_NO_NAME;
}

uint32_t al_names_id(struct al_names *names, const char *text)
{
	uint32_t id = al_names_find(names, text);
	size_t room = names->room;

	if (id != AL_NO_NAME)
		return id;
	if (2 * ((size_t)names->n + 1) > names->nslots)
		rehash(names);
	names->text = al_grow(names->text, &room, (size_t)names->n + 1,
			      sizeof(*names->text));
	names->room = (uint32_t)room;
	names->text[names->n] = strdup(text);
	if (!names->text[names->n])
		al_die(AL_EXIT_MACHINE, "report", "out of memory");
	names->slot[slot_of(names, text)] = names->n + 1;
	return names->n++;
}

void al_names_fini(struct al_names *names)
{
	for (uint32_t id = 0; id < names->n; id++)
		free(names->text[id]);
	free(names->text);
	free(names->slot);
	*names = (struct al_names){ 0 };
}

int al_natural_compare(const char *a, const char *b)
{
	const char *x = a, *y = b;

	while (*x && *y) {
		if (isdigit((unsigned char)*x) && isdigit((unsigned char)*y)) {
			size_t nx, ny;
			int order;

			x += strspn(x, "0");
			y += strspn(y, "0");
			nx = strspn(x, "0123456789");
			ny = strspn(y, "0123456789");
			if (nx != ny)
				return nx < ny ? -1 : 1;
			order = strncmp(x, y, nx);
			if (order)
				return order;
			x += nx;
			y += ny;
		} else if (*x != *y) {
			break;
		} else {
			x++;
			y++;
		}
	}
	if (*x != *y)
		return (unsigned char)*x < (unsigned char)*y ? -1 : 1;
	return strcmp(a, b); /* equal but for leading zeros */
}
