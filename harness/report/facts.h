// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * facts.h - what plan.json and env.json tell the report.
 *
 * Role:       names the run, its baseline and the order of its allocators.
 * Invariants: a file that is not there leaves its part unknown; one that is
 *             there and no JSON object is an error.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_FACTS_H
#define AL_FACTS_H

#include "../lib/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** struct al_facts - texts are "" where nothing is known. */
struct al_facts {
	json_t *plan, *env; /* or NULL */
	char name[256];	    /* the result set's folder */
	char host[128];
	char started[64];
	char baseline[128];
	char pin[128];
	char command[2048]; /* how to repeat the run, quoted for a shell */
	bool unfinished;    /* interrupted, and not yet resumed to its end */
	uint64_t planned;   /* measurements, at most; 0: not known */
};

/** al_facts_read() - read @dir's plan.json and env.json. */
enum al_exit al_facts_read(const char *dir, struct al_facts *out);
void al_facts_fini(struct al_facts *facts);

#endif /* AL_FACTS_H */
