// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * workloads.h - the workloads that can be run, and what they may be told.
 *
 * Role:       holds the tables that the runner describes; turns a user's words
 *             into checked parameter values.
 * Invariants: a value that workload_value() accepted is accepted by the runner.
 * Locks:      none.
 * Units:      as each parameter says.
 * Source:     none.
 */
#ifndef AL_WORKLOADS_H
#define AL_WORKLOADS_H

#include <jansson.h>
#include <stddef.h>

#include "text.h"

/** struct workload - one of them. */
struct workload {
	const char *name; /* inside about */
	char *path;	  /* of a workload plugin; NULL: built in */
	json_t *about;	  /* as `allotrope-runner --describe` says it */
	unsigned int min_threads;
};

/** struct workloads - all of them. */
struct workloads {
	struct workload *item;
	size_t n;
};

/** workloads_find() - ask the runner. Ends the driver if it cannot answer. */
void workloads_find(struct workloads *all);

/**
 * workloads_add() - take in those of a workload plugin.
 * Return: 0, or -1 with @why, a sentence that is the caller's to free.
 */
int workloads_add(struct workloads *all, const char *path, char **why);

/** workloads_get() - by name, or NULL. */
const struct workload *workloads_get(const struct workloads *all,
				     const char *name);

/** workloads_names() - all names, for messages. */
void workloads_names(const struct workloads *all, struct text_list *names);

/** workload_param() - the table entry of a parameter, or NULL. */
json_t *workload_param(const struct workload *w, const char *name);

/** workload_param_names() - all of a workload's parameters, for messages. */
void workload_param_names(const struct workload *w, struct text_list *names);

/**
 * workload_value() - check one value of a parameter.
 * @param: from workload_param().
 * @value: a JSON number or string; "4k" is a number.
 * @why:   on failure a sentence, the caller's to free.
 * Return: a new value of the parameter's own kind, or NULL.
 */
json_t *workload_value(json_t *param, json_t *value, char **why);

/**
 * workload_sweep() - check one value, a list, or {"from","to","factor"|"step"}.
 * Return: a new array of one value or more, or NULL with @why.
 */
json_t *workload_sweep(json_t *param, json_t *sweep, char **why);

/**
 * workload_sweep_text() - the same from a command line: "64", "16:64:256",
 * "100..100000*10", "1..9+2".
 */
json_t *workload_sweep_text(json_t *param, const char *text, char **why);

/** workloads_fini() - free it. */
void workloads_fini(struct workloads *all);

#endif /* AL_WORKLOADS_H */
