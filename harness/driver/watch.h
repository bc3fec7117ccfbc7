// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * watch.h - what else the machine does while a runner measures.
 *
 * Role:       notes steal time, other processes' CPU share, the run queue, CPU
 *             frequency and throttling around one measurement; marks the sample
 *             that was disturbed.
 * Invariants: a mark needs more than the resolution of its instrument: one
 *             clock tick (10 ms) is never enough. What the machine does not
 *             show is left out, never zero.
 * Locks:      none.
 * Units:      shares of all CPUs' time (0 to 1), MHz.
 * Source:     proc(5), Documentation/admin-guide/cputopology in Linux.
 */
#ifndef AL_WATCH_H
#define AL_WATCH_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

/** struct watch_ticks - sums of /proc/stat, in clock ticks. */
struct watch_ticks {
	uint64_t busy, steal;
};

/** struct watch - state around one measurement. */
struct watch {
	struct watch_ticks begin;
	uint64_t throttles;    /* events so far, all packages */
	unsigned int nthreads; /* that the runner may have running */
	unsigned int looks;    /* at the run queue */
	unsigned int crowded;  /* ... that found more runnable than that */
	double best_mhz;       /* seen since the driver started */
	int cpu;	       /* whose frequency is read */
};

/** watch_begin() - before the runner starts. @w->best_mhz is kept. */
void watch_begin(struct watch *w, unsigned int nthreads, int cpu);

/** watch_look() - now and then while it runs. */
void watch_look(struct watch *w);

/**
 * watch_end() - after the runner ended.
 * @wall_s: how long it ran; @usage: what it used itself.
 * @marks:  array; "steal", "busy", "runqueue", "slow_clock", "throttled" are
 *	added as they apply.
 * Return: a new object with the readings.
 */
json_t *watch_end(struct watch *w, double wall_s, const struct rusage *usage,
		  json_t *marks);

/**
 * watch_is_much() - do @ticks of somebody else's work spoil a measurement?
 * @wall_ticks: how long it ran, on @ncpus CPUs.
 * @share: of all CPUs' time that is tolerated, but no more than @cpus CPUs.
 */
bool watch_is_much(double ticks, double wall_ticks, long ncpus, double share,
		   double cpus);

#endif /* AL_WATCH_H */
