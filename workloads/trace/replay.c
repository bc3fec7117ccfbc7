// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * replay.c - the workload `replay`: a recorded program's calls on real threads.
 *
 * Role:       gives each lane of the trace to a worker, which makes the calls.
 * Invariants: a worker makes its lanes' calls in recorded order. A call waits
 *             only where the trace says so: until the last event on its object
 *             by another lane is over. That event lies before it in the
 *             recorded order, so of all calls not yet made the first one in
 *             that order can always go on: no dead-lock, with any number of
 *             workers.
 * Locks:      none. An object's table entry belongs to whoever may use the
 *             object; it changes hands by a release store of the event's
 *             position in `stamp` and an acquire load of it.
 * Units:      sizes in bytes.
 * Source:     the waits after glibc's trace_run, an object at a time.
 * Differs:    calloc(n, size) is replayed as calloc(1, n x size); time between
 *             calls is left out; a thread starts when its lane is free, not
 *             when the recorded program created it.
 *
 * In the timed region: the calls, the touching, and the reading of the trace,
 * which is decompressed a block at a time (64 KiB, 15,000 calls or so). What
 * that costs is what the null allocator shows.
 */
#include "config.h"

#include "replay.h"

#include "../../harness/lib/paths.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum {
	P_TRACE,
	P_REPEAT,
	P_TOUCH,
	P_COPIES,
	P_THREADS_DIE
};

static const struct al_param params[] = {
	[P_TRACE] = { "trace",
		      AL_PARAM_TEXT,
		      { .text = "redis" },
		      0,
		      0,
		      "",
		      "a shipped trace's name, or a file with a '/' in its "
		      "name" },
	[P_REPEAT] = { "repeat",
		       AL_PARAM_NUM,
		       { .num = 1 },
		       1,
		       1000000,
		       "",
		       "how often, one after another" },
	[P_TOUCH] = { "touch",
		      AL_PARAM_NUM,
		      { .num = 1 },
		      0,
		      2,
		      "",
		      "0: nothing is written; 1: the first 8 bytes of each "
		      "object; 2: also a byte of each page" },
	[P_COPIES] = { "copies",
		       AL_PARAM_NUM,
		       { .num = 0 },
		       0,
		       65536,
		       "",
		       "how often at once; 0: as many as give each worker a "
		       "thread of the trace" },
	[P_THREADS_DIE] = { "threads_die",
			    AL_PARAM_NUM,
			    { .num = 1 },
			    0,
			    1,
			    "",
			    "1: where a recorded thread ends, a worker that "
			    "plays no other one goes on in a new thread" },
};

/* Where the shipped traces lie, or the file itself. */
static void find_trace(const char *name, char *path, size_t room)
{
	if (strchr(name, '/'))
		snprintf(path, room, "%s", name);
	else
		snprintf(path, room, "%s/%s.altr", al_path(AL_PLACE_TRACES),
			 name);
}

static void fail(struct al_run *run, const char *path, const struct trouble *t)
{
	if (t->offset == TROUBLE_NOWHERE)
		run->services->fail(run, "%s: %s", path, t->why);
	run->services->fail(run, "%s@%" PRIu64 ": %s", path, t->offset, t->why);
}

static void replay_prepare(struct al_run *run)
{
	struct replay *r = run->services->scratch(run, sizeof(*r));
	const struct trace_head *h = &r->trace.head;
	struct trouble t;

	run->shared = r;
	find_trace(run->param[P_TRACE].text, r->path, sizeof(r->path));
	if (trace_open(&r->trace, r->path, &t) ||
	    trace_verify(&r->trace, NULL, NULL, &t))
		fail(run, r->path, &t);
	r->repeat = (uint64_t)run->param[P_REPEAT].num;
	r->touch = (unsigned int)run->param[P_TOUCH].num;
	r->copies = (uint32_t)run->param[P_COPIES].num;
	if (!r->copies)
		r->copies = (run->nthreads + h->lanes - 1) / h->lanes;
	r->table = run->services->scratch(run, (size_t)h->slots * r->copies *
						       sizeof(*r->table));
	memset(r->table, 0,
	       (size_t)h->slots * r->copies *
		       sizeof(*r->table)); /* in memory */
}

/* The largest block of @lane, decoded. */
static size_t raw_bytes(const struct trace *trace, uint32_t lane)
{
	struct trace_block b;
	size_t most = 0;

	for (uint32_t i = trace->first[lane]; i < trace->first[lane + 1]; i++) {
		trace_block_head(trace, trace->order[i], &b);
		if (b.raw_bytes > most)
			most = b.raw_bytes;
	}
	return most + TRACE_OP_MAX;
}

/* Lane l of copy c is played by worker (c x lanes + l) mod workers. */
static void replay_thread_prepare(struct al_thread *t)
{
	struct al_run *run = t->run;
	struct replay *r = run->shared;
	uint32_t lanes = r->trace.head.lanes, n = 0;
	struct player *w = run->services->scratch(run, sizeof(*w));

	t->local = w;
	w->threads_die = run->param[P_THREADS_DIE].num;
	w->unpacker = trace_unpacker_new();
	if (!w->unpacker)
		run->services->fail(run, "no memory to decompress");
	w->nlanes = (uint32_t)(((uint64_t)r->copies * lanes + run->nthreads -
				1 - t->index) /
			       run->nthreads);
	w->lanes = run->services->scratch(run, w->nlanes * sizeof(*w->lanes));
	w->heap = run->services->scratch(run, w->nlanes * sizeof(*w->heap));
	for (uint64_t i = t->index; n < w->nlanes; i += run->nthreads) {
		struct lane *l = &w->lanes[n++];
		size_t bytes;

		l->number = (uint32_t)(i % lanes);
		l->table = r->table + i / lanes * r->trace.head.slots;
		bytes = raw_bytes(&r->trace, l->number);
		l->raw = run->services->scratch(run, bytes);
		memset(l->raw, 0, bytes); /* in memory before the clock */
	}
	replay_rewind(t, w);
}

static int replay_thread_run(struct al_thread *t)
{
	struct replay *r = t->run->shared;
	struct player *w = t->local;

	for (;;) {
		int result = replay_pass(t, w, replay_thread_run);

		if (result != REPLAY_DONE)
			return result;
		if (++w->pass == r->repeat)
			return 0;
		replay_meet(t, w); /* all objects' last events are over */
		replay_free_left(t, r, true);
		replay_meet(t, w);
		replay_rewind(t, w);
	}
}

static void replay_thread_finish(struct al_thread *t)
{
	struct replay *r = t->run->shared;
	struct player *w = t->local;

	replay_free_left(t, r, false);
	trace_unpacker_delete(w->unpacker);
	atomic_fetch_add(&r->blocked, w->blocked);
}

static void replay_finish(struct al_run *run)
{
	struct replay *r = run->shared;

	run->services->metric(run, "lanes", r->trace.head.lanes);
	run->services->metric(run, "copies", r->copies);
	run->services->metric(run, "blocked_waits",
			      (double)atomic_load(&r->blocked));
	trace_close(&r->trace);
}

static bool replay_object_valid(const struct al_run *run, const void *p,
				size_t size)
{
	return !run->param[P_TOUCH].num || replay_mark_valid(p, size);
}

const struct al_workload al_workload_replay = {
	.abi = AL_WORKLOAD_ABI,
	.needs = AL_NEEDS_REMOTE_FREE | AL_NEEDS_REUSE | AL_NEEDS_REALLOC |
		 AL_NEEDS_ALIGNED,
	.size = sizeof(al_workload_replay),
	.name = "replay",
	.summary = "a recorded program's calls, its threads on real threads",
	.op = "recorded call",
	.source = "recorded with `allotrope record`; waits after trace_run",
	.params = params,
	.nparams = sizeof(params) / sizeof(params[0]),
	.min_threads = 1,
	.touch_prefix = 8,
	.object_valid = replay_object_valid,
	.prepare = replay_prepare,
	.thread_prepare = replay_thread_prepare,
	.thread_run = replay_thread_run,
	.thread_finish = replay_thread_finish,
	.finish = replay_finish,
};
