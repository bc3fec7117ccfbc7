// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * allocators.c - the allocators that can be measured on this machine.
 *
 * Role:       see allocators.h.
 * Invariants: see allocators.h.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "allocators.h"
#include "elf.h"
#include "ldcache.h"
#include "runner.h"
#include "../lib/error.h"
#include "../lib/paths.h"

#include <allotrope/allocator.h>

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

/* Malloc libraries worth comparing with, and what brings them. */
static const struct known_library {
	const char *name;
	const char *sonames[3]; /* the newest first */
	const char *package;	/* of Debian and Ubuntu, or NULL */
	const char *summary;
} known[] = {
	{ "jemalloc",
	  { "libjemalloc.so.2" },
	  "libjemalloc2",
	  "arenas, extents and decay; FreeBSD's malloc" },
	{ "mimalloc",
	  { "libmimalloc.so.3", "libmimalloc.so.2" },
	  "libmimalloc2.0",
	  "sharded free lists a page; Microsoft Research" },
	{ "tcmalloc",
	  { "libtcmalloc_minimal.so.4" },
	  "libtcmalloc-minimal4",
	  "gperftools: thread caches over central lists and spans" },
	{ "tbbmalloc",
	  { "libtbbmalloc_proxy.so.2" },
	  "libtbbmalloc2",
	  "oneTBB's scalable allocator" },
	{ "snmalloc",
	  { "libsnmallocshim.so" },
	  NULL,
	  "message passing for remote frees; Microsoft Research" },
	{ "rpmalloc",
	  { "librpmallocwrap.so" },
	  NULL,
	  "lock-free thread caches of spans" },
	{ "hoard",
	  { "libhoard.so" },
	  NULL,
	  "per-processor heaps of superblocks" },
	{ "hardened",
	  { "libhardened_malloc.so" },
	  NULL,
	  "GrapheneOS: out-of-line metadata, quarantine" },
};

#define NKNOWN (sizeof(known) / sizeof(known[0]))

const char *allocator_kind_name(enum allocator_kind kind)
{
	static const char *const names[] = {
		[ALLOCATOR_PLUGIN] = "plugin",
		[ALLOCATOR_LIBRARY] = "library",
		[ALLOCATOR_LIBC] = "libc",
	};

	return names[kind];
}

struct allocator *allocators_get(const struct allocators *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->item[i].name, name))
			return &all->item[i];
	return NULL;
}

/* Return: the entry of that name, emptied, or a new one. */
static struct allocator *place(struct allocators *all, const char *name)
{
	struct allocator *a = allocators_get(all, name);

	if (a) {
		free(a->path);
		free(a->absent);
		json_decref(a->about);
		a->path = a->absent = NULL;
		a->about = NULL;
		return a;
	}
	text_grow(&all->item, all->n, sizeof(*all->item));
	a = &all->item[all->n++];
	*a = (struct allocator){ .name = text_copy(name) };
	return a;
}

static int find_libc(struct dl_phdr_info *info, size_t size, void *path)
{
	char **found = path;

	(void)size;
	if (!strstr(info->dlpi_name, "/libc.so."))
		return 0;
	*found = text_copy(info->dlpi_name);
	return 1;
}

static void find_plugins(struct allocators *all, const char *folder)
{
	struct dirent **entry;
	int n = scandir(folder, &entry, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char *name = entry[i]->d_name;
		size_t len = strlen(name);

		if (len > 3 && !strcmp(name + len - 3, ".so")) {
			struct allocator *a;
			char *path = text_format("%s/%s", folder, name);

			name[len - 3] = '\0';
			a = place(all, name);
			a->kind = ALLOCATOR_PLUGIN;
			a->path = path;
		}
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
}

static void find_library(struct allocators *all, const struct known_library *k)
{
	struct allocator *a = place(all, k->name);

	a->kind = ALLOCATOR_LIBRARY;
	for (size_t i = 0; !a->path && i < 3 && k->sonames[i]; i++)
		a->path = ldcache_find(k->sonames[i]);
	if (a->path)
		return;
	if (k->package)
		a->absent = text_format(
			"not installed; try `apt-get install %s`", k->package);
	else
		a->absent = text_format("not installed; build it and give "
					"--allocator %s=/path/%s",
					k->name, k->sonames[0]);
}

void allocators_find(struct allocators *all)
{
	const char *more = getenv("ALLOTROPE_PLUGIN_PATH");
	struct text_list folders = { NULL, 0 };
	struct allocator *a = place(all, "glibc");

	a->kind = ALLOCATOR_LIBC;
	dl_iterate_phdr(find_libc, &a->path);
	for (size_t i = 0; i < NKNOWN; i++)
		find_library(all, &known[i]);
	find_plugins(all, al_path(AL_PLACE_PLUGINS));
	if (more && *more && text_list_split(&folders, more, ':'))
		for (size_t i = 0; i < folders.n; i++)
			find_plugins(all, folders.item[i]);
	text_list_fini(&folders);
}

static bool is_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";

	return *name && !name[strspn(name, allowed)];
}

int allocators_add(struct allocators *all, const char *spec, char **why)
{
	static const char *const symbols[] = { AL_PLUGIN_SYMBOL, "malloc",
					       "free" };
	const char *equals = strchr(spec, '=');
	char *name, *path;
	bool found[3];
	struct allocator *a;
	int err;

	if (!equals || !equals[1]) {
		*why = text_copy("expected NAME=/path/lib.so");
		return AL_EXIT_USAGE;
	}
	name = text_copy(spec);
	name[equals - spec] = '\0';
	if (!is_name(name)) {
		*why = text_format("bad name '%s'; letters, digits, '.', '_' "
				   "and '-' may stand in it",
				   name);
		free(name);
		return AL_EXIT_USAGE;
	}
	path = realpath(equals + 1, NULL);
	err = path ? elf_exports(path, symbols, 3, found) : -errno;
	if (err || !(found[0] || (found[1] && found[2]))) {
		*why = err == -ENOEXEC
			       ? text_format("%s: no shared object of this "
					     "machine",
					     equals + 1)
		       : err ? text_format("%s: %s", equals + 1, strerror(-err))
			     : text_format("%s: exports neither %s() nor "
					   "malloc() and free()",
					   equals + 1, AL_PLUGIN_SYMBOL);
		free(name);
		free(path);
		return AL_EXIT_USAGE;
	}
	a = place(all, name);
	a->kind = found[0] ? ALLOCATOR_PLUGIN : ALLOCATOR_LIBRARY;
	a->path = path;
	free(name);
	return AL_EXIT_OK;
}

void allocators_names(const struct allocators *all, struct text_list *names)
{
	for (size_t i = 0; i < all->n; i++)
		text_list_add(names, all->item[i].name);
}

static const char *library_summary(const struct allocator *a)
{
	for (size_t i = 0; i < NKNOWN; i++)
		if (!strcmp(known[i].name, a->name))
			return known[i].summary;
	return "a malloc library, preloaded";
}

json_t *allocator_describe(struct allocator *a)
{
	char *why = NULL, *summary;

	if (a->about)
		return a->about;
	if (a->kind == ALLOCATOR_PLUGIN) {
		a->about = runner_ask("--describe-allocator", a->path, &why);
		if (!a->about)
			a->about = json_pack("{s:s}", "error", why);
		free(why);
		return a->about;
	}
	summary = a->kind == ALLOCATOR_LIBC
			  ? text_format("the C library's malloc, glibc %s",
					gnu_get_libc_version())
			  : text_copy(library_summary(a));
	a->about = json_pack("{s:i, s:s, s:s, s:s, s:s, s:[], s:[]}", "v", 1,
			     "name", a->name, "summary", summary, "family",
			     "system", "source", "none", "caps", "knobs");
	free(summary);
	return a->about;
}

void allocators_fini(struct allocators *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->item[i].name);
		free(all->item[i].path);
		free(all->item[i].absent);
		json_decref(all->item[i].about);
	}
	free(all->item);
	*all = (struct allocators){ NULL, 0 };
}
