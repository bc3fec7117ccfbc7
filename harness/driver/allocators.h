// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * allocators.h - the allocators that can be measured on this machine.
 *
 * Role:       finds plugins, the C library's malloc and installed malloc
 *             libraries; takes in those that the user names by path.
 * Invariants: names are unique; a later find of the same name wins, so that
 *             --allocator overrides what is installed. An entry whose `absent`
 *             is not NULL is known but cannot be measured here.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_ALLOCATORS_H
#define AL_ALLOCATORS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "sha256.h"
#include "text.h"

/** enum allocator_kind - how a runner gets at it; as in the cell's JSON. */
enum allocator_kind {
	ALLOCATOR_PLUGIN,  /* dlopen()ed, exports allotrope_allocator */
	ALLOCATOR_LIBRARY, /* any malloc library, preloaded */
	ALLOCATOR_LIBC,	   /* the C library's own */
};

/** struct allocator - one of them. */
struct allocator {
	char *name;
	enum allocator_kind kind;
	char *path;   /* its file; of ALLOCATOR_LIBC for the fingerprint only */
	char *absent; /* why it cannot be measured and what would help; NULL */
	json_t *about; /* from allocator_describe(); NULL before */
};

/** struct allocators - all that were found. */
struct allocators {
	struct allocator *item;
	size_t n;
};

/** allocators_find() - look everywhere. Starts no process. */
void allocators_find(struct allocators *all);

/**
 * allocators_add() - take in "NAME=/path/lib.so" (option --allocator).
 * @why: on failure a sentence, the caller's to free.
 * Return: an enum al_exit.
 */
int allocators_add(struct allocators *all, const char *spec, char **why);

/** allocators_get() - by name, or NULL. */
struct allocator *allocators_get(const struct allocators *all,
				 const char *name);

/** allocators_names() - all names that could be given, for messages. */
void allocators_names(const struct allocators *all, struct text_list *names);

/**
 * allocator_describe() - summary, family, capabilities and knobs.
 * Return: an object as `allotrope-runner --describe-allocator` answers it;
 *	for a plugin that cannot be asked, one with the member "error".
 */
json_t *allocator_describe(struct allocator *a);

/** allocator_kind_name() - as in the cell's JSON. */
const char *allocator_kind_name(enum allocator_kind kind);

/** allocators_fini() - free it. */
void allocators_fini(struct allocators *all);

#endif /* AL_ALLOCATORS_H */
