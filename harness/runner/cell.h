// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cell.h - what one runner is asked to do.
 *
 * Role:       reads the cell of doc/result-set.md; every doubt about it is
 *             settled here, so that the rest can trust it.
 * Invariants: a parsed cell has all its fields in range; its strings live as
 *             long as the process.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_CELL_H
#define AL_CELL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/** enum allocator_kind - how the allocator comes into the process. */
enum allocator_kind {
	KIND_PLUGIN,  /* dlopen, allocator.h */
	KIND_LIBRARY, /* preloaded by whoever started the runner */
	KIND_LIBC,    /* the C library's own */
};

/** enum pass_id - the instrument. */
enum pass_id {
	PASS_TIME,
	PASS_COUNTERS,
	PASS_MEMORY,
	PASS_CHECK,
};

struct cell {
	json_t *root;	 /* owns all below */
	const char *key; /* or NULL: made from the parts */
	const char *pass_name;
	enum pass_id pass;
	int64_t round;
	uint64_t seed;

	const char *allocator_name;
	enum allocator_kind kind;
	const char *allocator_path; /* NULL for KIND_LIBC */
	json_t *knobs;		    /* object of strings, or NULL */

	const char *workload_name;
	const char *workload_path; /* or NULL: built in */
	json_t *params; /* object, checked by the registry; or NULL */

	unsigned int nthreads;
	const char **cpus;   /* nthreads bitmap strings, or NULL */
	const char **events; /* pass counters */
	size_t nevents;
	int64_t group;		    /* of the events, told back in the record */
	unsigned int sample_points; /* pass memory */
	uint64_t address_space_bytes; /* more than at start; 0: no limit */
};

/**
 * cell_read() - read a cell from @fd.
 * Ends the process with status "error" when it is not one.
 */
void cell_read(struct cell *cell, int fd);

#endif /* AL_CELL_H */
