// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * host.h - runs one workload inside a test, on threads of the test.
 *
 * Role:       the services of workload.h at their plainest, so that a workload
 *             is tested alone: no runner, no plugin loading, no clock.
 * Invariants: hand_over really ends a thread and begins another.
 * Locks:      none of the caller's.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_TEST_HOST_H
#define AL_TEST_HOST_H

#include <allotrope/workload.h>

/** struct host_setting - one parameter that differs from its default. */
struct host_setting {
	const char *name;
	int64_t num;
	const char *text; /* for AL_PARAM_TEXT */
};

/**
 * struct host_job - what to run.
 * @call:     the allocator; calloc and others may be NULL if never called.
 * @settings: ended by an entry without a name, or NULL.
 * @seed:     of the run; threads derive theirs.
 */
struct host_job {
	const struct al_workload *workload;
	const struct al_calls *call;
	const struct host_setting *settings;
	unsigned int nthreads;
	uint64_t seed;
};

/**
 * struct host_result - what came of it.
 * @ops:      of all workers, in thread_run.
 * @seconds:  between the two barriers.
 * @handed:   hand-overs.
 * @metric:   the last value of each name.
 */
struct host_result {
	uint64_t ops;
	double seconds;
	unsigned int handed;
	size_t nmetrics;
	struct {
		char name[64];
		double value;
	} metric[32];
};

/** enum host_exit - how the process ends when a workload cannot go on. */
enum host_exit {
	HOST_FAIL = 90,
	HOST_FAULT = 91,
	HOST_OOM = 92
};

/** host_run() - perform @job; fail(), fault() and oom() end the process. */
void host_run(const struct host_job *job, struct host_result *result);

/** host_metric() - the value of @name; NaN if the workload gave none. */
double host_metric(const struct host_result *result, const char *name);

/** host_thread() - the context of the calling worker, for hooks in tests. */
struct al_thread *host_thread(void);

#endif /* AL_TEST_HOST_H */
