// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * recorder.h - an allocator that remembers what a workload asked of it.
 *
 * Role:       runs a workload on the recorder and says what it saw.
 * Invariants: only calls inside thread_run are counted and hashed.
 * Locks:      counters are atomic; a worker's hash belongs to the worker.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_TEST_RECORDER_H
#define AL_TEST_RECORDER_H

#include "host.h"

#include <stdatomic.h>

enum {
	MAX_WORKERS = 8,
};

/** struct seen - what record() saw. @padding is kept: set it before. */
struct seen {
	_Atomic(uint64_t) mallocs, frees, live;
	_Atomic(uint64_t) frees_by_other_worker, frees_by_other_thread;
	_Atomic(uint64_t) double_frees, invalid, min_size, max_size;
	_Atomic(uint64_t) flagged[8]; /* by al_malloc_flags */
	uint64_t births[MAX_WORKERS]; /* owner worker */
	uint64_t hash[MAX_WORKERS];   /* owner worker */
	size_t padding;		      /* makes addresses differ; set before */
};

extern struct seen seen;

/**
 * record() - run @workload on the recorder. Every object has to be freed once,
 * and to be valid, as its object_valid() judges, when it is.
 */
struct host_result record(const struct al_workload *workload,
			  unsigned int nthreads, uint64_t seed,
			  const struct host_setting *settings);

#endif /* AL_TEST_RECORDER_H */
