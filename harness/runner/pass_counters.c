// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pass_counters.c - the pass `counters`: one event set a thread.
 *
 * Role:       counts the cell's events from the start of the region to its end,
 *             in every life of every worker, and reports sums.
 * Invariants: an event that cannot be counted is missing with the reason; it is
 *             never zero. Between two lives of a worker nothing is counted.
 * Locks:      none; each worker adds to its own totals.
 * Units:      events, events an operation.
 * Source:     none.
 */
#include "config.h"

#include "counters.h"
#include "hmem.h"
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tally {
	struct counter_set set;
	long long *now;	  /* what the present life counted */
	long long *total; /* of all lives */
};

static const char **events; /* that count on this machine */
static size_t nevents;

/*
 * Leaves in `events` what counts, alone and with those before it. PAPI's
 * reason for the others goes into the record.
 */
static void sift(const struct cell *cell, const char *nothing)
{
	char why[256];

	for (size_t i = 0; i < cell->nevents; i++) {
		const char *event = cell->events[i], *reason = nothing;
		size_t failed;

		if (!reason)
			reason = counters_probe(&event, 1, &failed);
		if (reason) {
			record_missing(event, reason);
			continue;
		}
		events[nevents++] = event;
		reason = nevents > 1 ? counters_probe(events, nevents, &failed)
				     : NULL;
		if (!reason)
			continue;
		nevents--;
		snprintf(why, sizeof(why),
			 "does not fit into one group with those before it: %s",
			 reason);
		record_missing(event, why);
	}
}

static void counters_pass_open(struct run *r)
{
	const struct cell *cell = r->cell;

	if (!cell->nevents)
		record_end(STATUS_ERROR, "cell: the pass counters needs "
					 "\"events\"");
	events = calloc(cell->nevents, sizeof(*events));
	if (!events)
		record_end(STATUS_ERROR, "harness memory is full");
	sift(cell, counters_open());
}

static struct tally *new_tally(void)
{
	struct tally *tally = hmem_alloc(sizeof(*tally), CACHE_LINE, true);

	if (tally) {
		tally->now = hmem_alloc(nevents * sizeof(*tally->now),
					CACHE_LINE, true);
		tally->total = hmem_alloc(nevents * sizeof(*tally->total),
					  CACHE_LINE, true);
	}
	if (!tally || !tally->now || !tally->total)
		record_end(STATUS_ERROR, "harness memory is full");
	return tally;
}

static void give_up(const struct worker *w, const char *why)
{
	if (why)
		record_end(STATUS_ERROR, "worker %u cannot count: %s",
			   w->t.index, why);
}

static void counters_attach(struct worker *w)
{
	struct tally *tally = w->pass_local;
	size_t failed;

	if (!nevents)
		return;
	if (!tally)
		w->pass_local = tally = new_tally();
	give_up(w, counter_set_open(&tally->set, events, nevents, &failed));
}

static void counters_detach(struct worker *w)
{
	struct tally *tally = w->pass_local;

	if (!tally)
		return;
	counter_set_close(&tally->set);
	counters_leave_thread();
}

static void counters_begin(struct worker *w)
{
	struct tally *tally = w->pass_local;

	if (tally)
		give_up(w, counter_set_start(&tally->set));
}

static void counters_end(struct worker *w)
{
	struct tally *tally = w->pass_local;

	if (!tally)
		return;
	give_up(w, counter_set_stop(&tally->set, tally->now));
	for (size_t i = 0; i < nevents; i++)
		tally->total[i] += tally->now[i];
}

static void counters_stopped(struct run *r)
{
	uint64_t ops = run_ops(r);
	char name[256];

	for (size_t i = 0; i < nevents; i++) {
		long long sum = 0;

		for (unsigned int k = 0; k < r->shared.nthreads; k++) {
			const struct tally *tally = r->worker[k]->pass_local;

			sum += tally->total[i];
		}
		snprintf(name, sizeof(name), "%s_sum", events[i]);
		record_metric(name, (double)sum);
		if (!ops)
			continue;
		snprintf(name, sizeof(name), "%s_per_op", events[i]);
		record_metric(name, (double)sum / (double)ops);
	}
}

const struct pass pass_counters = {
	.open = counters_pass_open,
	.attach = counters_attach,
	.detach = counters_detach,
	.begin = counters_begin,
	.end = counters_end,
	.stopped = counters_stopped,
};
