// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * samples.h - the stored samples of a result set, in memory.
 *
 * Role:       reads samples.jsonl (doc/result-set.md); trusts none of it.
 * Invariants: after reading, at most one sample a (cell, pass, round, group),
 *             the last of the file; samples stand in the order of the file.
 * Locks:      none; one thread.
 * Units:      as in doc/result-set.md.
 * Source:     none.
 */
#ifndef AL_SAMPLES_H
#define AL_SAMPLES_H

#include "names.h"
#include "../lib/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** struct al_value_of - one metric of one sample. */
struct al_value_of {
	uint32_t metric;
	double value;
};

/** struct al_missing - an event that could not be counted, and why. */
struct al_missing {
	uint32_t metric, why;
};

/** struct al_series - figures over the course of one sample. */
struct al_series {
	uint32_t ncolumns;
	uint32_t nrows;
	uint32_t *column; /* names */
	double *at;	  /* nrows x ncolumns, NaN where the record has null */
};

/** struct al_sample - one record. Ids are of al_samples.names. */
struct al_sample {
	uint32_t cell, point, allocator, workload, pass;
	uint32_t params; /* "a=1 b=2", all of them */
	uint32_t status, why;
	uint32_t threads, round, group;
	bool ok;
	bool failed;		  /* neither ok nor unsupported */
	uint32_t marks;		  /* "steal, load", or AL_NO_NAME */
	size_t value, nvalues;	  /* al_samples.values */
	size_t missing, nmissing; /* al_samples.missing */
	struct al_series *series; /* or NULL */
};

/** struct al_samples - all of them. */
struct al_samples {
	struct al_names names;
	struct al_sample *all;
	size_t n, room;
	struct al_value_of *values;
	size_t nvalues, values_room;
	struct al_missing *missing;
	size_t nmissing, missing_room;
	bool torn; /* the last line was not finished, and ignored */
};

/**
 * al_samples_read() - read @path. Says on standard error what is wrong.
 * @out: filled in any case; al_samples_fini() it.
 * Return: AL_EXIT_OK or AL_EXIT_USAGE.
 * Cost: O(n log n) in records.
 */
enum al_exit al_samples_read(const char *path, struct al_samples *out);
void al_samples_fini(struct al_samples *s);

/** al_text() - the text of @id; "" for AL_NO_NAME. */
const char *al_text(const struct al_samples *s, uint32_t id);

#endif /* AL_SAMPLES_H */
