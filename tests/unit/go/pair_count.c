// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pair_count.c - pairs of malloc and free through a plugin, for Callgrind.
 *
 * Role:       run by fastpath.sh, which counts what happens inside the two.
 * Invariants: nothing but the plugin's malloc and free is called in the loop.
 * Locks:      none.
 * Units:      bytes, pairs.
 * Source:     none.
 *
 * Usage: pair_count PLUGIN now|batch SIZE PAIRS
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <allotrope/allocator.h>

#define BATCH 1000

static void *object[BATCH];

int main(int argc, char **argv)
{
	const struct al_allocator *(*table)(void);
	const struct al_allocator *a;
	void *plugin;
	size_t size;
	long pairs;

	if (argc != 5)
		return 2;
	plugin = dlopen(argv[1], RTLD_NOW);
	if (!plugin) {
		fprintf(stderr, "allotrope: pair_count: %s\n", dlerror());
		return 2;
	}
	*(void **)&table = dlsym(plugin, AL_PLUGIN_SYMBOL);
	a = table();
	size = strtoul(argv[3], NULL, 10);
	pairs = strtol(argv[4], NULL, 10);
	if (a->init && a->init(NULL) != 0)
		return 2;
	if (strcmp(argv[2], "now") == 0) {
		for (long i = 0; i < pairs; i++)
			a->free(a->malloc(size));
		return 0;
	}
	for (long i = 0; i < pairs; i += BATCH) {
		for (int k = 0; k < BATCH; k++)
			object[k] = a->malloc(size);
		for (int k = 0; k < BATCH; k++)
			a->free(object[k]);
	}
	return 0;
}
