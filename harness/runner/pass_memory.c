// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pass_memory.c - the pass `memory`: what the heap takes, over operations.
 *
 * Role:       stops all workers at fixed operation counts and looks: resident
 *             set, live bytes, the allocator's own account.
 * Invariants: a figure is the process's less what it had before the allocator
 *             was initialised, less the harness's own mapping now. Live bytes
 *             are what the program asked for, to the byte.
 * Locks:      the rendezvous; otherwise each worker counts for itself.
 * Units:      bytes, objects, operations of all workers.
 * Source:     none.
 *
 * Where to stop is not known beforehand, since a workload may do any number of
 * operations: all begin with a short step, and whenever there are twice the
 * samples asked for, every second one is dropped and the step doubles.
 */
#include "config.h"

#include "account.h"
#include "hmem.h"
#include "rendezvous.h"
#include "residency.h"
#include "run.h"
#include "target.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_STEP UINT64_C(64) /* operations of one worker */

/* What the allocator says of itself that changes along the way. */
#define NSTATS	   5

struct sample {
	uint64_t ops;
	int64_t rss_bytes, pss_bytes, huge_bytes, harness_bytes;
	struct account account;
	uint64_t stat[NSTATS];
};

static struct {
	struct run *r;
	struct rendezvous rendezvous;
	int64_t base_rss_bytes, base_pss_bytes;
	bool peak_was_reset;
	uint64_t step;
	uint64_t search_steps_before; /* the region's start, or UNKNOWN */
	struct sample *sample;	      /* 2 * points + 2 places */
	size_t nsamples, points;
} memory;

static void read_stats(struct al_stats *stats)
{
	memset(stats, 0xff, sizeof(*stats)); /* AL_STAT_UNKNOWN everywhere */
	stats->size = sizeof(*stats);
	if (target.table.stats)
		target.table.stats(stats);
}

static void look(struct sample *s)
{
	struct residency now;
	struct al_stats stats;

	memset(s, 0, sizeof(*s));
	s->ops = run_ops(memory.r);
	residency_read(&now);
	s->harness_bytes = (int64_t)hmem_resident();
	s->rss_bytes = now.rss_bytes - s->harness_bytes - memory.base_rss_bytes;
	s->pss_bytes = now.pss_bytes - s->harness_bytes - memory.base_pss_bytes;
	s->huge_bytes = now.huge_bytes;
	account_sum(memory.r, &s->account);
	read_stats(&stats);
	s->stat[0] = stats.mapped_bytes;
	s->stat[1] = stats.inuse_bytes;
	s->stat[2] = stats.idle_bytes;
	s->stat[3] = stats.returned_bytes;
	s->stat[4] = stats.metadata_bytes;
}

/* Keeps the first, the third, ... : those at multiples of the new step. */
static void thin(void)
{
	size_t kept = 0;

	for (size_t i = 0; i < memory.nsamples; i += 2)
		memory.sample[kept++] = memory.sample[i];
	memory.nsamples = kept;
	memory.step *= 2;
}

static void meet(void *arg)
{
	look(&memory.sample[memory.nsamples++]);
	if (memory.nsamples > 2 * memory.points)
		thin();
}

static void set_next_point(struct worker *w)
{
	uint64_t done = w->t.ops - w->ops_before;

	w->t.next_point =
		w->ops_before + (done / memory.step + 1) * memory.step;
}

static void memory_point(struct al_thread *t)
{
	struct worker *w = worker_of(t);

	rendezvous_arrive(&memory.rendezvous);
	set_next_point(w);
}

static void memory_idle(struct al_thread *t)
{
	rendezvous_idle(&memory.rendezvous);
}

static void memory_busy(struct al_thread *t)
{
	rendezvous_busy(&memory.rendezvous);
}

static void memory_open(struct run *r)
{
	memory.r = r;
	memory.points = r->cell->sample_points;
	memory.step = FIRST_STEP;
	memory.sample = calloc(2 * memory.points + 2, sizeof(*memory.sample));
	if (!memory.sample)
		record_end(STATUS_ERROR, "harness memory is full");
	rendezvous_init(&memory.rendezvous, r->shared.nthreads, meet, NULL);
	residency_open();
	account_open();
}

/* Before the allocator's init(): what is there now is not its doing. */
static void memory_base(struct run *r)
{
	struct residency base;

	residency_settle();
	memory.peak_was_reset = residency_reset_peak();
	residency_read(&base);
	memory.base_rss_bytes = base.rss_bytes - (int64_t)hmem_resident();
	memory.base_pss_bytes = base.pss_bytes - (int64_t)hmem_resident();
}

/* All workers stand at the start: the sample at 0 operations. */
static void memory_starting(struct run *r)
{
	struct al_stats stats;

	meet(NULL);
	read_stats(&stats);
	memory.search_steps_before = stats.search_steps;
}

static void memory_begin(struct worker *w)
{
	set_next_point(w);
}

static void memory_done(struct worker *w)
{
	rendezvous_leave(&memory.rendezvous);
}

static json_t *number(uint64_t n)
{
	return n == AL_STAT_UNKNOWN ? json_null() : json_integer((json_int_t)n);
}

static json_t *row(const struct sample *s)
{
	json_t *row = json_pack(
		"[I, I, I, I, I, I, I, o]", (json_int_t)s->ops,
		(json_int_t)s->rss_bytes, (json_int_t)s->pss_bytes,
		(json_int_t)s->huge_bytes, (json_int_t)s->harness_bytes,
		(json_int_t)s->account.live_bytes,
		(json_int_t)s->account.live_objects,
		target.table.usable_size
			? json_integer((json_int_t)s->account.usable_bytes)
			: json_null());

	for (size_t i = 0; i < NSTATS; i++)
		json_array_append_new(row, number(s->stat[i]));
	return row;
}

static json_t *series(void)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < memory.nsamples; i++)
		json_array_append_new(rows, row(&memory.sample[i]));
	return json_pack(
		"{s:[s,s,s,s,s,s,s,s,s,s,s,s,s], s:o}", "columns", "ops",
		"rss_bytes", "pss_bytes", "huge_bytes", "harness_bytes",
		"live_bytes", "live_objects", "usable_bytes",
		"stat_mapped_bytes", "stat_inuse_bytes", "stat_idle_bytes",
		"stat_returned_bytes", "stat_metadata_bytes", "rows", rows);
}

/*
 * The kernel's high-water mark knows of moments between samples, the samples
 * know how much of a moment was the harness's: each is a lower bound.
 */
static double peak_rss(const struct sample *last)
{
	int64_t peak = 0;

	for (size_t i = 0; i < memory.nsamples; i++)
		if (memory.sample[i].rss_bytes > peak)
			peak = memory.sample[i].rss_bytes;
	if (memory.peak_was_reset) {
		int64_t mark = residency_peak() - last->harness_bytes -
			       memory.base_rss_bytes;

		if (mark > peak)
			peak = mark;
	} else {
		record_missing("VmHWM", "/proc/self/clear_refs cannot be "
					"written: the peak is that of the "
					"samples");
	}
	return (double)peak;
}

/* @ops: done in the region. */
static void report_stats(uint64_t ops)
{
	static const struct {
		const char *name;
		size_t offset;
	} fields[] = {
#define FIELD(name) { "stat_" #name, offsetof(struct al_stats, name) }
		FIELD(mapped_bytes),   FIELD(inuse_bytes),
		FIELD(idle_bytes),     FIELD(returned_bytes),
		FIELD(metadata_bytes), FIELD(refills),
		FIELD(central_locks),  FIELD(central_contended),
		FIELD(heap_locks),     FIELD(heap_contended),
		FIELD(grows),	       FIELD(remote_frees),
		FIELD(search_steps),   FIELD(spans_inuse),
		FIELD(spans_free),     FIELD(spans_large),
		FIELD(spans_cached),
#undef FIELD
	};
	struct al_stats stats;

	if (!target.table.stats) {
		record_missing("stat_*", "the allocator keeps no statistics");
		return;
	}
	read_stats(&stats);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		uint64_t value;

		memcpy(&value, (const char *)&stats + fields[i].offset,
		       sizeof(value));
		if (value == AL_STAT_UNKNOWN)
			record_missing(fields[i].name,
				       "the allocator does not keep it");
		else
			record_metric(fields[i].name, (double)value);
	}
	if (stats.search_steps != AL_STAT_UNKNOWN && ops)
		record_metric("search_steps_per_op",
			      (double)(stats.search_steps -
				       memory.search_steps_before) /
				      (double)ops);
}

static void memory_stopped(struct run *r)
{
	struct sample *last = &memory.sample[memory.nsamples++];
	double peak, live = (double)account_peak();

	look(last);
	if (memory.nsamples > 1 && last[-1].ops == last->ops)
		memory.nsamples--; /* the end fell on a point */
	peak = peak_rss(last);
	record_series(series());
	record_metric("peak_rss_bytes", peak);
	record_metric("peak_live_bytes", live);
	if (live > 0)
		record_metric("rss_per_live", peak / live);
	record_metric("harness_rss_bytes", (double)last->harness_bytes);
	record_metric("base_rss_bytes", (double)memory.base_rss_bytes);
	report_stats(last->ops);
}

static double rss_now(void)
{
	struct sample now;

	look(&now);
	return (double)now.rss_bytes;
}

static void memory_freed(struct run *r)
{
	record_metric("end_rss_bytes", rss_now());
	if (!target.table.trim) {
		record_missing("trimmed_rss_bytes",
			       "the allocator has no trim");
		return;
	}
	target.table.trim();
	record_metric("trimmed_rss_bytes", rss_now());
}

const struct pass pass_memory = {
	.open = memory_open,
	.base = memory_base,
	.starting = memory_starting,
	.begin = memory_begin,
	.done = memory_done,
	.stopped = memory_stopped,
	.freed = memory_freed,
	.calls = &account_calls,
	.point = memory_point,
	.idle = memory_idle,
	.busy = memory_busy,
};
