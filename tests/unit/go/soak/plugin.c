// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plugin.c - the allocator that is soaked.
 *
 * Role:       loads the plugin, answers for its knobs, says faults.
 * Invariants: the table is believed: `allotrope check` is there to doubt it.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "soak.h"
#include "../../../../harness/lib/error.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct soak_options soak_opt;
struct soak_shared *soak;
const struct al_allocator *soak_al;
__thread struct soak_slot *soak_mine;
__thread bool soak_inside;

const char *soak_kind_name(unsigned int kind)
{
	static const char *const names[] = {
#define X(name, text) text,
		SOAK_KINDS(X)
#undef X
	};

	if (kind < SOAK_NKINDS)
		return names[kind];
	return kind == SOAK_IDLE    ? "not there"
	       : kind == SOAK_WAITS ? "waits for the others"
				    : "between two calls";
}

const char *soak_phase_name(unsigned int phase)
{
	static const char *const names[PHASE_NPHASES] = {
		[PHASE_START] = "start",   [PHASE_PLAIN] = "plain",
		[PHASE_INJECT] = "inject", [PHASE_STARVE] = "starve",
		[PHASE_LIMIT] = "limit",   [PHASE_END] = "end",
	};

	return phase < PHASE_NPHASES ? names[phase] : "?";
}

/* The first fault is kept; what follows from it is not worth a word. */
void soak_fault(const char *format, ...)
{
	char text[sizeof(soak->fault)], line[512];
	va_list args;
	int n;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (atomic_fetch_add(&soak->faults, 1) == 0)
		memcpy(soak->fault, text, sizeof(text));
	n = snprintf(line, sizeof(line),
		     "allotrope: soak: %s: %s (phase %s, thread %u)\n",
		     soak_opt.name, text,
		     soak_phase_name(atomic_load(&soak->phase)),
		     atomic_load(&soak_mine->serial));
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		_exit(AL_EXIT_FAILED);
	if (getenv("SOAK_ABORT"))
		abort();
	_exit(AL_EXIT_FAILED);
}

bool soak_is_go(void)
{
	return soak_al->family && !strcmp(soak_al->family, "go");
}

void soak_load(void)
{
	const struct al_allocator *(*table)(void);
	void *library = dlopen(soak_opt.path, RTLD_NOW | RTLD_LOCAL);
	void *symbol;

	if (!library)
		al_die(AL_EXIT_USAGE, soak_opt.path, "%s", dlerror());
	symbol = dlsym(library, AL_PLUGIN_SYMBOL);
	if (!symbol)
		al_die(AL_EXIT_USAGE, soak_opt.path, "has no %s",
		       AL_PLUGIN_SYMBOL);
	memcpy(&table, &symbol, sizeof(table));
	soak_al = table();
	if (soak_al->abi != AL_ALLOCATOR_ABI ||
	    soak_al->size != sizeof(*soak_al) || !soak_al->malloc ||
	    !soak_al->free)
		al_die(AL_EXIT_USAGE, soak_opt.path,
		       "is of another interface; try `allotrope check`");
	if (soak_al->caps & (AL_CAP_OVERLAPPING | AL_CAP_NO_REUSE |
			     AL_CAP_NO_REMOTE_FREE | AL_CAP_SINGLE_THREAD))
		al_die(AL_EXIT_USAGE, soak_opt.path,
		       "cannot be soaked: it does not reuse memory, or not "
		       "from any thread");
}

/* The user's, else the soak's own wish, else the plugin's default. */
static const char *knob(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < soak_opt.nknobs; i++)
		if (!strncmp(soak_opt.knobs[i], name, len) &&
		    soak_opt.knobs[i][len] == '=')
			return soak_opt.knobs[i] + len + 1;
	for (size_t i = 0; i < soak_al->nknobs; i++)
		if (!strcmp(soak_al->knobs[i].name, name))
			return strcmp(name, "verify") ? soak_al->knobs[i].def
						      : "on";
	return NULL;
}

int soak_init(void)
{
	const struct al_config config = {
		.size = sizeof(config),
		.nthreads = soak_opt.nthreads,
		.knob = knob,
	};
	int err;

	if (!soak_al->init)
		return 0;
	soak_enter(SOAK_INIT, 0);
	err = soak_al->init(&config);
	soak_leave();
	return err;
}

const char *soak_variant_name(const char *path)
{
	static char name[128];
	const char *base = strrchr(path, '/');
	size_t n;

	snprintf(name, sizeof(name), "%s", base ? base + 1 : path);
	n = strlen(name);
	if (n > 3 && !strcmp(name + n - 3, ".so"))
		name[n - 3] = 0;
	return name;
}
