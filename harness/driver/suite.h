// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * suite.h - what a user wants measured: a suite file, options, or both.
 *
 * Role:       reads and checks a suite; lays the command line over it.
 * Invariants: after suite_check() and suite_override() the JSON in @root obeys
 *             suites/README.md, every name in it is known, every value is in
 *             range: the plan can be made without further questions.
 * Locks:      none.
 * Units:      seconds.
 * Source:     none.
 */
#ifndef AL_SUITE_H
#define AL_SUITE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "allocators.h"
#include "text.h"
#include "workloads.h"

/** SUITE_PASSES - the passes there are, in the order they run by default. */
extern const char *const suite_passes[];
extern const size_t suite_npasses;

/** struct suite - one, in JSON. */
struct suite {
	char *file; /* as in messages; NULL: made from options alone */
	char *text; /* its bytes, for line numbers */
	json_t *root;
};

/**
 * struct run_options - the words of `allotrope run` that shape the plan.
 * Lists are empty, texts NULL and numbers 0 where the user said nothing.
 */
struct run_options {
	const char *suite;
	struct text_list allocators;
	struct text_list workloads;
	struct text_list threads;
	struct text_list sets; /* "workload.param=values" */
	struct text_list passes;
	const char *reps; /* "5", "auto", "time=10,memory=3" */
	const char *pin;
	const char *baseline;
	const char *label;
	bool has_seed;
	uint64_t seed;
	double time_limit_s;
	struct text_list allocator_specs; /* "NAME=/path/lib.so" */
	struct text_list workload_files;
};

/** suite_find() - the file of a suite's name or path; the caller's to free. */
char *suite_find(const char *name);

/**
 * suite_load() - read and parse.
 * Return: an enum al_exit; the error was printed.
 */
int suite_load(struct suite *suite, const char *name);

/** suite_empty() - one without experiments, to be filled by options. */
void suite_empty(struct suite *suite);

/**
 * suite_check() - does a loaded suite obey the format, and name known things?
 * Return: an enum al_exit; the error, with file and line, was printed.
 */
int suite_check(const struct suite *suite, const struct allocators *allocators,
		const struct workloads *workloads);

/**
 * suite_override() - lay the command line over the suite.
 * Return: an enum al_exit; the error was printed.
 */
int suite_override(struct suite *suite, const struct run_options *options,
		   const struct allocators *allocators,
		   const struct workloads *workloads);

/**
 * suite_allocator() - split "NAME:knob=value+knob=value?".
 * @knobs:    a new object, or NULL if there are none.
 * @optional: was there a '?'?
 * Return: the name, the caller's to free, or NULL if the form is wrong.
 */
char *suite_allocator(const char *spec, json_t **knobs, bool *optional);

/** suite_is_threads() - is it a count, "half", "all" or "cores"? */
bool suite_is_threads(json_t *item);

/** suite_is_pass() - is @name one of suite_passes? NULL is none. */
bool suite_is_pass(const char *name);

/** suite_is_reps() - rounds: a count, "auto", or an object of them by pass. */
bool suite_is_reps(json_t *reps);

/** suite_reps() - JSON of "5", "auto" or "time=10,memory=3"; NULL if neither. */
json_t *suite_reps(const char *text);

/** suite_fini() - free it. */
void suite_fini(struct suite *suite);

#endif /* AL_SUITE_H */
