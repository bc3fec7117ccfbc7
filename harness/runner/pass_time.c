// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pass_time.c - the pass `time`: nothing but the clock and rusage.
 *
 * Role:       reports what the kernel charged for the region.
 * Invariants: no hook runs while the clock runs; the workload calls the
 *             allocator's own functions.
 * Locks:      none.
 * Units:      seconds for processor time, counts for events.
 * Source:     getrusage(2).
 */
#include "config.h"

#include "run.h"

static double seconds(struct timeval from, struct timeval to)
{
	return (double)(to.tv_sec - from.tv_sec) +
	       1e-6 * (double)(to.tv_usec - from.tv_usec);
}

static void time_stopped(struct run *r)
{
	const struct rusage *a = &r->usage_start, *b = &r->usage_end;

	record_metric("cpu_user_s", seconds(a->ru_utime, b->ru_utime));
	record_metric("cpu_system_s", seconds(a->ru_stime, b->ru_stime));
	record_metric("minor_faults", (double)(b->ru_minflt - a->ru_minflt));
	record_metric("major_faults", (double)(b->ru_majflt - a->ru_majflt));
	record_metric("voluntary_switches",
		      (double)(b->ru_nvcsw - a->ru_nvcsw));
	record_metric("involuntary_switches",
		      (double)(b->ru_nivcsw - a->ru_nivcsw));
}

const struct pass pass_time = {
	.stopped = time_stopped,
};
