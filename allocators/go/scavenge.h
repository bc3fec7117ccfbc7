// SPDX-License-Identifier: MIT
/*
 * scavenge.h - when and how fast free memory goes back to the system.
 *
 * Role:       the background scavengers of the releases, as steps: do some work
 *             now, say how long to sleep. Whoever calls brings the time, so
 *             that tests run them in virtual time.
 * Invariants: a step takes the heap lock for one piece of work at a time.
 * Locks:      takes heap->lock. One caller at a time.
 * Units:      nanoseconds, pages.
 * Source:     after Go mgcscavenge.go of each release; 1.4 to 1.12: proc.go
 *             sysmon; 1.0 to 1.3: mheap.c MHeap_Scavenger.
 * Differs:    without a collector there is no heap goal. In its place stands
 *             the most that was seen in use in this period of 10 s and the one
 *             before; 10% above that may stay, as in the original. In between
 *             a heap that grows beyond it has what is in use for a goal.
 */
#ifndef GO_SCAVENGE_H
#define GO_SCAVENGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct go_heap;

/* How long a peak counts, and how often it is looked at when all is well. */
#define SCAVENGE_PERIOD_NS	UINT64_C(10000000000)
#define SCAVENGE_POLL_NS	UINT64_C(100000000)
#define SCAVENGE_CPU_PERCENT	1
#define SCAVENGE_RETAIN_PERCENT 10

/* Go 1.0 to 1.12: what was idle for so long; how often they look */
#define SCAVENGE_IDLE_NS	(UINT64_C(300) * 1000000000)
#define SCAVENGE_EVERY_NS	(UINT64_C(150) * 1000000000)
#define SCAVENGE_TICK_NS	(UINT64_C(60) * 1000000000)

/* Go 1.0: a collection is forced so often */
#define SCAVENGE_FORCED_NS	(UINT64_C(120) * 1000000000)

/** struct scavenger - what the pace depends on. */
struct scavenger {
	struct go_heap *heap;
	const struct scavenge_ops *ops;
	unsigned int ncpus;	/* that the program uses: 1.19 counts them */
	uint64_t stamped_ns;	/* 1.0: the last collection; 0: none was */
	uint64_t period_end_ns; /* of the peaks */
	size_t peak_npages[2];	/* this period's, the last one's */
	uint64_t worked_ns;	/* in the last step */
	uint64_t slept_from_ns; /* when it ended; 0: nothing to judge */
	/* 0: no step yet. 1.14: share of time used; 1.19: as controlled */
	double ratio;
	double integral; /* 1.19 */
};

/** struct scavenge_ops - the scavenger of a release. Constant. */
struct scavenge_ops {
	const char *name;
	const char *source;

	/** step() - work; the caller sleeps for as long as it returns. */
	uint64_t (*step)(struct scavenger *sc);
};

extern const struct scavenge_ops scavenge_first;    /* Go 1.0 */
extern const struct scavenge_ops scavenge_minutely; /* 1.1 to 1.3 */
extern const struct scavenge_ops scavenge_periodic; /* 1.4 to 1.12 */
extern const struct scavenge_ops scavenge_fixed;    /* 1.13: assumed cost */
extern const struct scavenge_ops scavenge_measured; /* 1.14: measured cost */
extern const struct scavenge_ops scavenge_control;  /* 1.19: PI controller */

/** scavenger_init() - @h's page heap must have scavenge_locked. */
void scavenger_init(struct scavenger *sc, struct go_heap *h,
		    const struct scavenge_ops *ops, unsigned int ncpus);

/** scavenger_excess() - pages above the goal; sets it from the peaks. */
size_t scavenger_excess(struct scavenger *sc);

/**
 * scavenge_start() - run @ops in a thread of its own, with signals blocked.
 * Return: 0, or -errno.
 */
int scavenge_start(struct go_heap *h, const struct scavenge_ops *ops,
		   unsigned int ncpus);

/** scavenge_stop() - end the thread, if there is one, and wait for it. */
void scavenge_stop(void);

#endif /* GO_SCAVENGE_H */
