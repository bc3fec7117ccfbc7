// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * registry.h - the workloads that a runner knows, and their parameters.
 *
 * Role:       finds a workload by name or file; gives each parameter a value.
 * Invariants: what leaves here has a sound table and values in range.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_REGISTRY_H
#define AL_REGISTRY_H

#include <allotrope/workload.h>
#include <jansson.h>

/** registry_count() - number of built-in workloads. */
size_t registry_count(void);

/** registry_at() - the built-in workload @i. */
const struct al_workload *registry_at(size_t i);

/**
 * registry_find() - the workload @name, built in or, with @path, of a plugin.
 * Ends the process with status "error" if there is none or its table is bad.
 * @name: NULL takes what the plugin has.
 */
const struct al_workload *registry_find(const char *name, const char *path);

/**
 * registry_values() - the value of every parameter: @params' or the default.
 * @params: object of integers and strings, or NULL. An unknown name, another
 *	type or a value out of range ends the process with status "error".
 * Return: w->nparams values that live as long as the process.
 */
const union al_value *registry_values(const struct al_workload *w,
				      json_t *params);

/**
 * registry_point() - the key of the point: doc/result-set.md.
 * Return: a string for free().
 */
char *registry_point(const struct al_workload *w, const union al_value *values,
		     unsigned int nthreads);

#endif /* AL_REGISTRY_H */
