// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * trial.h - one conformance test of one allocator.
 *
 * Role:       lists the tests; runs one in a process of its own and turns
 *             whatever happens to it into a verdict.
 * Invariants: there is a verdict for every end but an interruption.
 * Locks:      none.
 * Units:      seconds.
 * Source:     none.
 */
#ifndef AL_TRIAL_H
#define AL_TRIAL_H

#include "allocators.h"

#include <jansson.h>
#include <stdint.h>

/** enum verdict - what a test says of an allocator. */
enum verdict {
	VERDICT_PASS,
	VERDICT_SKIP,	 /* the test cannot judge this allocator */
	VERDICT_DIFFERS, /* breaks what it never promised: for the reader */
	VERDICT_FAIL,
	VERDICT_UNUSABLE, /* it could not be brought in at all */
	VERDICT_STOPPED,  /* the user interrupted it */
};

/** struct trial - a verdict and its reason. Free with trial_fini(). */
struct trial {
	enum verdict verdict;
	char *why;
	char *log;     /* what the process said besides, "" if nothing */
	json_t *notes; /* figures that are not judged, or NULL */
	double wall_s;
};

/**
 * trial_tests() - the tests, as `allotrope-conform --list` says: an array
 * of name, kind (contract, plugin, advisory), limit_s, promise. Ends the driver
 * when the program is not there.
 */
json_t *trial_tests(void);

/**
 * trial_run() - put @a through @test.
 * @knobs: object of strings, or NULL.
 * @patience: factor on the test's time limit.
 */
void trial_run(const struct allocator *a, json_t *knobs, json_t *test,
	       uint64_t seed, double patience, struct trial *trial);

/** trial_fini() - free what it holds. */
void trial_fini(struct trial *trial);

/** verdict_name() - pass, skip, differs, FAIL. */
const char *verdict_name(enum verdict verdict);

#endif /* AL_TRIAL_H */
