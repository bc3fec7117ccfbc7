// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plan.h - what is to be measured, in full, before anything is.
 *
 * Role:       expands a suite into points, cells and passes; writes and reads
 *             plan.json.
 * Invariants: keys of points and labels of allocators are unique. Every random
 *             choice of a run follows from the plan's seed alone, so that a
 *             plan read back gives the same run.
 * Locks:      none.
 * Units:      seconds.
 * Source:     doc/result-set.md.
 */
#ifndef AL_PLAN_H
#define AL_PLAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "allocators.h"
#include "placement.h"
#include "suite.h"
#include "workloads.h"

/** struct plan_allocator - one contender. */
struct plan_allocator {
	char *label; /* "go1.11:knob=2": as in keys and figures */
	enum allocator_kind kind;
	char *path;    /* NULL for the C library's own */
	json_t *knobs; /* object of texts; NULL: none */
	char *file;    /* what was fingerprinted; NULL: nothing could be */
	char sha256[SHA256_TEXT];
};

/** struct plan_point - what allocators are compared at. */
struct plan_point {
	char *key;
	char *workload;
	char *workload_path; /* of a plugin; NULL: built in */
	json_t *params;	     /* those that are not the default */
	unsigned int threads;
	uint64_t seed; /* below 2^53, so that any JSON reader keeps it */
};

/** struct plan_cell - one allocator at one point. */
struct plan_cell {
	uint32_t point;
	uint32_t allocator;
	uint32_t passes; /* bit i: is in plan->pass[i] */
};

/** struct plan_pass - one instrument, over its cells. */
struct plan_pass {
	char *name;
	unsigned int rounds; /* at most, when is_auto */
	bool is_auto;
	uint32_t *cell; /* indices of its ncells cells */
	size_t ncells;
	json_t *groups; /* pass counters: lists of events; NULL elsewhere */
};

/** struct plan_placement - the CPUs of so many workers. */
struct plan_placement {
	unsigned int threads;
	bool oversubscribed;
	json_t *cpus; /* list of hwloc bitmap strings, or null */
};

/** struct plan - all of it. Read-only once made. */
struct plan {
	char *name;			 /* of the suite, or the label */
	char *suite;			 /* its file; NULL: options alone */
	char *started;			 /* UTC, ISO 8601 */
	char runner_sha256[SHA256_TEXT]; /* what measures; "": not known */
	json_t *command;
	uint64_t seed;
	char *baseline;
	char *pin;
	double time_limit_s;
	struct plan_allocator *allocator;
	size_t nallocators;
	struct plan_point *point;
	size_t npoints;
	struct plan_cell *cell;
	size_t ncells;
	struct plan_pass *pass;
	size_t npasses;
	struct plan_placement *placement;
	size_t nplacements;
	struct text_list notes; /* what was left out, and why */
};

/** enum plan_strict - what the user asked for by name, and must get. */
enum plan_strict {
	PLAN_STRICT_THREADS = 1u << 0,	/* even more threads than CPUs */
	PLAN_STRICT_BASELINE = 1u << 1, /* this baseline or none */
};

/**
 * plan_make() - expand a checked suite.
 * @strict: enum plan_strict; what is not strict is left out where it cannot be
 *	had, with a note.
 * Return: an enum al_exit; the error was printed.
 */
int plan_make(struct plan *plan, const struct suite *suite,
	      const struct allocators *allocators,
	      const struct workloads *workloads,
	      const struct placement *placement, unsigned int strict);

/**
 * plan_make_passes() - name the passes of the suite @root, with their rounds.
 * plan_fill_passes() - once the cells are known: which of them each visits.
 */
void plan_make_passes(struct plan *plan, json_t *root);
void plan_fill_passes(struct plan *plan);

/** plan_key() - key of a cell, "POINT/ALLOCATOR"; the caller's to free. */
char *plan_key(const struct plan *plan, const struct plan_cell *cell);

/** plan_pass_groups() - runs that one cell needs in one round of a pass. */
size_t plan_pass_groups(const struct plan_pass *pass);

/** plan_total() - measurements of the whole plan, at most. */
uint64_t plan_total(const struct plan *plan);

/** plan_cpus() - the placement of a point's workers. */
const struct plan_placement *plan_cpus(const struct plan *plan,
				       unsigned int threads);

/** plan_write() - write plan.json. Return: 0, or -errno. */
int plan_write(const struct plan *plan, const char *path);

/**
 * plan_read() - read plan.json back.
 * Return: an enum al_exit; the error was printed.
 */
int plan_read(struct plan *plan, const char *path);

/** plan_fini() - free it. */
void plan_fini(struct plan *plan);

#endif /* AL_PLAN_H */
