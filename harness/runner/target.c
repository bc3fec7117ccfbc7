// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * target.c - the allocator under measurement.
 *
 * Role:       see target.h.
 * Invariants: a hook is believed only after dladdr named the file it lies in.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "target.h"
#include "record.h"

#include <dlfcn.h>
#include <errno.h>
#include <gnu/lib-names.h>
#include <limits.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

struct target target;

static const struct cell *the_cell; /* for the knob callback */

/* The real path of the file that holds @address; NULL if none does. */
static char *file_of(const void *address)
{
	Dl_info info;

	if (!address || !dladdr(address, &info) || !info.dli_fname)
		return NULL;
	return realpath(info.dli_fname, NULL);
}

/*
 * A function of @library by name, or NULL when it has none of its own: dlsym
 * also searches what the library was linked with, and there finds the C
 * library's, which would be another allocator's.
 */
static void *own_function(void *library, const char *name)
{
	void *p = dlsym(library, name);
	char *file = file_of(p);
	bool own = file && !strcmp(file, target.file);

	free(file);
	return own ? p : NULL;
}

static void take_function(void *library, const char *name, void *to)
{
	void *p = own_function(library, name);

	memcpy(to, &p, sizeof(p));
}

/*
 * In every other process libc's start-up calls malloc long before there are
 * threads, and allocators count on that: glibc's first call sets up the main
 * arena without a lock. Here the harness took those calls, so make one.
 */
static void call_once_alone(void)
{
	target.table.free(target.table.malloc(1));
}

/*
 * Only what every process has may be missing silently: malloc and free decide
 * whether this is an allocator at all.
 */
static void take_malloc_family(void *library)
{
	struct al_allocator *table = &target.table;

	take_function(library, "malloc", &table->malloc);
	take_function(library, "free", &table->free);
	take_function(library, "calloc", &table->calloc);
	take_function(library, "realloc", &table->realloc);
	take_function(library, "aligned_alloc", &table->aligned_alloc);
	take_function(library, "malloc_usable_size", &table->usable_size);
	if (!table->malloc || !table->free)
		record_end(
			STATUS_ERROR,
			"%s: has no %s of its own: calls would not land in it",
			target.file, table->malloc ? "free" : "malloc");
	call_once_alone();
}

static void refuse_knobs(const struct cell *cell)
{
	if (json_object_size(cell->knobs))
		record_end(STATUS_ERROR,
			   "%s: knob \"%.100s\": only plugins have knobs",
			   cell->allocator_name,
			   json_object_iter_key(json_object_iter(cell->knobs)));
}

static void libc_trim(void)
{
	malloc_trim(0);
}

/*
 * Under a sanitizer the process's malloc is the sanitizer's, and only that one
 * tells it which thread's memory became whose.
 */
static void load_libc(const struct cell *cell)
{
#ifdef AL_SANITIZED
	void *libc = dlopen(NULL, RTLD_LAZY);
	const char *any = "malloc";
#else
	void *libc = dlopen(LIBC_SO, RTLD_LAZY | RTLD_NOLOAD);
	const char *any = "gnu_get_libc_version";
#endif

	if (!libc)
		record_end(STATUS_ERROR, "%s: is not loaded: %s", LIBC_SO,
			   dlerror());
	target.file = file_of(dlsym(libc, any));
	if (!target.file)
		record_end(STATUS_ERROR, "%s: its file is not found", LIBC_SO);
	take_malloc_family(libc);
	target.table.trim = libc_trim;
	target.table.summary = "the C library's own malloc";
}

static void load_library(const struct cell *cell)
{
	const char *path = cell->allocator_path;
	void *library = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);

	target.file = realpath(path, NULL);
	if (!target.file)
		record_end(STATUS_ERROR, "%s: %s", path, strerror(errno));
	if (!library)
		record_end(STATUS_ERROR,
			   "%s: is not preloaded; start the runner with "
			   "LD_PRELOAD=%s",
			   path, target.file);
	take_malloc_family(library);
	target.table.summary = "malloc of a shared library";
}

static void check_name(const char *path, const char *name)
{
	const char *allowed = "abcdefghijklmnopqrstuvwxyz0123456789._-";

	if (!name || !*name || name[strspn(name, allowed)])
		record_end(
			STATUS_ERROR,
			"%s: its name \"%.100s\" has to be made of a-z, 0-9, "
			"'.', '_' and '-'",
			path, name ? name : "");
}

#ifndef AL_SANITIZED

static void *address_of_hook(void (*hook)(void))
{
	void *p;

	memcpy(&p, &hook, sizeof(p));
	return p;
}

#define ADDRESS(hook) address_of_hook((void (*)(void))(hook))

/* A plugin that says ".malloc = malloc" would measure the harness's memory. */
static void refuse_harness_malloc(const char *path,
				  const struct al_allocator *table)
{
	if (ADDRESS(table->malloc) == ADDRESS(malloc) ||
	    ADDRESS(table->free) == ADDRESS(free))
		record_end(STATUS_ERROR,
			   "%s: its table names the process's malloc, which "
			   "belongs to the harness; to measure the C library's "
			   "own, take the allocator glibc",
			   path);
}

#else

static void refuse_harness_malloc(const char *path,
				  const struct al_allocator *table)
{
}

#endif

static void check_hooks(const char *path, const struct al_allocator *table)
{
	if (!table->malloc || !table->free)
		record_end(STATUS_ERROR,
			   "%s: its table has no %s, which is "
			   "required",
			   path, table->malloc ? "free" : "malloc");
	refuse_harness_malloc(path, table);
	if (table->nknobs && !table->knobs)
		record_end(STATUS_ERROR, "%s: nknobs is %zu and knobs is NULL",
			   path, table->nknobs);
}

/* Copies what both sides know of the table: beyond its size it is absent. */
static void take_table(const char *path, const struct al_allocator *table)
{
	const size_t least =
		offsetof(struct al_allocator, free) + sizeof(table->free);
	size_t size;

	if (!table)
		record_end(STATUS_ERROR, "%s: %s() returned NULL", path,
			   AL_PLUGIN_SYMBOL);
	if (table->abi != AL_ALLOCATOR_ABI)
		record_end(STATUS_ERROR,
			   "%s: was built for version %u of the plugin "
			   "interface, this harness has version %u; rebuild it",
			   path, table->abi, AL_ALLOCATOR_ABI);
	size = table->size;
	if (size < least || size > 65536)
		record_end(
			STATUS_ERROR,
			"%s: its table says it has %zu bytes, at least %zu "
			"are needed; set .size = sizeof(struct al_allocator)",
			path, size, least);
	memcpy(&target.table, table,
	       size < sizeof(*table) ? size : sizeof(*table));
}

void target_load_plugin(const char *path)
{
	const struct al_allocator *(*get)(void);
	void *plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	void *symbol;

	if (!plugin)
		record_end(STATUS_ERROR, "%s: cannot be loaded: %s", path,
			   dlerror());
	symbol = dlsym(plugin, AL_PLUGIN_SYMBOL);
	if (!symbol)
		record_end(STATUS_ERROR,
			   "%s: exports no %s(): not an allocator plugin", path,
			   AL_PLUGIN_SYMBOL);
	target.file = file_of(symbol);
	memcpy(&get, &symbol, sizeof(get));
	take_table(path, get());
	check_name(path, target.table.name);
	if (!target.table.summary)
		record_end(STATUS_ERROR,
			   "%s: its table has no summary, which "
			   "is required",
			   path);
	check_hooks(path, &target.table);
}

void target_load(const struct cell *cell)
{
	the_cell = cell;
	switch (cell->kind) {
	case KIND_PLUGIN:
		target_load_plugin(cell->allocator_path);
		break;
	case KIND_LIBRARY:
		refuse_knobs(cell);
		load_library(cell);
		break;
	case KIND_LIBC:
		refuse_knobs(cell);
		load_libc(cell);
		break;
	}
	target_fallbacks();
}

/* The user's value, else the default, else NULL. */
static const char *knob_value(const char *name)
{
	const struct al_allocator *table = &target.table;
	json_t *asked;

	for (size_t i = 0; i < table->nknobs; i++) {
		if (strcmp(table->knobs[i].name, name))
			continue;
		asked = json_object_get(the_cell->knobs, name);
		return asked ? json_string_value(asked) : table->knobs[i].def;
	}
	return NULL;
}

void target_init(const struct cell *cell)
{
	const struct al_config config = {
		.size = sizeof(config),
		.nthreads = cell->nthreads,
		.knob = knob_value,
	};
	const char *name;
	json_t *value;
	int err;

	json_object_foreach(cell->knobs, name, value) if (!knob_value(name))
		record_end(STATUS_ERROR, "%s: has no knob \"%.100s\"",
			   cell->allocator_name, name);
	err = target.table.init ? target.table.init(&config) : 0;
	if (err)
		record_end(STATUS_ERROR, "%s: init failed: %s",
			   cell->allocator_name, strerror(-err));
}

/* A plugin NAME.so in one folder, its drop-in in the one beside it. */
static char *dropin_of_plugin(void)
{
	char *path = NULL, *dash, *name, *found;
	int n;

	if (!target.file)
		return NULL;
	name = strdup(target.file);
	dash = name ? strrchr(name, '/') : NULL;
	if (!dash) {
		free(name);
		return NULL;
	}
	*dash = '\0';
	n = asprintf(&path, "%s/../dropin/liballotrope-%s", name, dash + 1);
	found = n < 0 ? NULL : realpath(path, NULL);
	free(name);
	free(path);
	return found;
}

const char *target_preload(void)
{
	static char *library;

	switch (the_cell->kind) {
	case KIND_LIBC:
		return "";
	case KIND_LIBRARY:
		return target.file;
	case KIND_PLUGIN:
		if (!library)
			library = dropin_of_plugin();
		return library;
	}
	return NULL;
}

void target_require(const struct al_workload *workload, const struct cell *cell)
{
	const struct al_allocator *table = &target.table;
	const uint32_t caps = table->caps, needs = workload->needs;
	const char *why = NULL;

	if ((caps & AL_CAP_SINGLE_THREAD) && cell->nthreads > 1)
		why = "it may be called from one thread only";
	else if ((caps & AL_CAP_NO_REMOTE_FREE) &&
		 (needs & AL_NEEDS_REMOTE_FREE))
		why = "it cannot free an object of another thread";
	else if ((caps & AL_CAP_NO_REUSE) && (needs & AL_NEEDS_REUSE))
		why = "it never reuses memory";
	else if ((needs & AL_NEEDS_REALLOC) && !table->realloc &&
		 !table->usable_size)
		why = "it has neither realloc nor usable_size";
	else if ((needs & AL_NEEDS_ALIGNED) && !table->aligned_alloc)
		why = "it has no aligned_alloc";
	else if ((needs & AL_NEEDS_PRELOAD) && !target_preload())
		why = "it has no library to preload into other programs";
	else if ((needs & AL_NEEDS_PRELOAD) && cell->pass != PASS_TIME &&
		 cell->pass != PASS_CHECK)
		why = "the pass cannot look into other processes";
	else if ((caps & AL_CAP_OVERLAPPING) && cell->pass == PASS_CHECK)
		why = "its live objects share memory: nothing to check";
	else if ((caps & AL_CAP_OVERLAPPING) && cell->pass == PASS_MEMORY)
		why = "its live objects share memory: nothing to account";
	if (why)
		record_end(STATUS_UNSUPPORTED, "%s: %s", cell->allocator_name,
			   why);
}
