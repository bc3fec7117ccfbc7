// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * run.c - one measurement from cell to record.
 *
 * Role:       orders the steps: load, bind, prepare, time, free, report.
 * Invariants: between start_ns and the last worker's end stamp nothing of the
 *             harness runs but what the pass declares.
 * Locks:      none; workers meet the main thread at run.gate.
 * Units:      bytes, nanoseconds.
 * Source:     none.
 */
#include "config.h"

#include "affinity.h"
#include "hmem.h"
#include "registry.h"
#include "run.h"
#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Long enough to start together, short beside a hung neighbour. */
#define START_SPIN_NS UINT64_C(20000000)

static const struct pass *const passes[] = {
	[PASS_TIME] = &pass_time,
	[PASS_COUNTERS] = &pass_counters,
	[PASS_MEMORY] = &pass_memory,
	[PASS_CHECK] = &pass_check,
};

static void *scratch(struct al_run *run, size_t bytes)
{
	void *p = hmem_alloc(bytes, CACHE_LINE, true);

	if (!p)
		record_end(STATUS_ERROR,
			   "the workload asks for %zu bytes of scratch, more "
			   "than the harness has",
			   bytes);
	return p;
}

static _Noreturn void fail(struct al_run *run, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	record_vend(STATUS_ERROR, format, args);
}

static void metric(struct al_run *run, const char *name, double value)
{
	record_metric(name, value);
}

static _Noreturn void unsupported(struct al_run *run, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	record_vend(STATUS_UNSUPPORTED, format, args);
}

static const char *preload(struct al_run *run)
{
	return target_preload();
}

static const struct al_run_services run_services = {
	.scratch = scratch,
	.fail = fail,
	.metric = metric,
	.unsupported = unsupported,
	.preload = preload,
};

static json_t *params_json(const struct al_workload *w,
			   const union al_value *values)
{
	json_t *params = json_object();

	for (size_t i = 0; i < w->nparams; i++) {
		const char *text = values[i].text;
		json_t *value;

		if (w->params[i].kind == AL_PARAM_NUM)
			value = json_integer(values[i].num);
		else
			value = text ? json_string(text) : json_null();
		json_object_set_new(params, w->params[i].name, value);
	}
	return params;
}

static void identify(const struct run *r, const char *point)
{
	static const char *const kinds[] = {
		[KIND_PLUGIN] = "plugin",
		[KIND_LIBRARY] = "library",
		[KIND_LIBC] = "libc",
	};
	const struct cell *c = r->cell;
	char key[1024];

	snprintf(key, sizeof(key), "%s/%s", point, c->allocator_name);
	record_identify(json_pack(
		"{s:i, s:s, s:s, s:s, s:I, s:I, s:s, s:s, s:s, s:s, s:o, s:i, "
		"s:I}",
		"v", 1, "cell", c->key ? c->key : key, "point", point, "pass",
		c->pass_name, "round", (json_int_t)c->round, "seed",
		(json_int_t)c->seed, "allocator", c->allocator_name, "kind",
		kinds[c->kind], "file", target.file ? target.file : "",
		"workload", r->workload->name, "params",
		params_json(r->workload, r->shared.param), "threads",
		(int)c->nthreads, "group", (json_int_t)c->group));
}

/* "N bytes more than now": a limit that does not depend on the harness. */
static void limit_address_space(uint64_t more)
{
	struct rlimit limit;
	unsigned long pages = 0;
	FILE *f;

	if (!more)
		return;
	f = fopen("/proc/self/statm", "r");
	if (!f || fscanf(f, "%lu", &pages) != 1)
		record_end(STATUS_ERROR, "/proc/self/statm cannot be read");
	fclose(f);
	limit.rlim_cur = limit.rlim_max =
		(rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + more;
	if (setrlimit(RLIMIT_AS, &limit))
		record_end(STATUS_ERROR, "the address space cannot be limited");
}

static void open_run(struct run *r, const struct cell *cell)
{
	const struct al_workload *w =
		registry_find(cell->workload_name, cell->workload_path);
	unsigned int n = cell->nthreads;
	char *point;

	r->cell = cell;
	r->workload = w;
	r->pass = passes[cell->pass];
	r->shared.param = registry_values(w, cell->params);
	r->shared.seed = cell->seed;
	r->shared.nthreads = n;
	r->shared.services = &run_services;
	point = registry_point(w, r->shared.param, n);
	identify(r, point); /* once without, once with the file */
	target_load(cell);
	identify(r, point);
	free(point);
	if (n < w->min_threads)
		record_end(STATUS_UNSUPPORTED,
			   "%s needs %u threads at least, not %u", w->name,
			   w->min_threads, n);
	target_require(w, cell);
	if (cell->cpus)
		affinity_open(cell->cpus, n);
	if (r->pass->open)
		r->pass->open(r);
}

static void create_workers(struct run *r)
{
	unsigned int n = r->shared.nthreads;

	r->worker = calloc(n, sizeof(struct worker *));
	r->shared.thread = calloc(n, sizeof(struct al_thread *));
	if (!r->worker || !r->shared.thread)
		record_end(STATUS_ERROR, "harness memory is full");
	barrier_init(&r->gate, n + 1, 0);
	barrier_init(&r->start, n, n <= affinity_ncpus() ? START_SPIN_NS : 0);
	atomic_init(&r->running, n);
	for (unsigned int i = 0; i < n; i++) {
		r->worker[i] = hmem_pages(sizeof(struct worker));
		if (!r->worker[i])
			record_end(STATUS_ERROR, "harness memory is full");
		r->shared.thread[i] = &r->worker[i]->t;
		worker_start(r, i);
	}
	barrier_wait(&r->gate, NULL, NULL); /* all are bound */
}

static void measure(struct run *r)
{
	const struct al_workload *w = r->workload;

	if (r->pass->base)
		r->pass->base(r);
	limit_address_space(r->cell->address_space_bytes);
	target_init(r->cell);
	worker_self = r->worker[0]; /* should a workload allocate here */
	if (w->prepare)
		w->prepare(&r->shared);
	barrier_wait(&r->gate, NULL, NULL); /* allocator and workload ready */
	barrier_wait(&r->gate, NULL, NULL); /* all are prepared */
	barrier_wait(&r->gate, NULL, NULL); /* the region is over */
	if (r->pass->stopped)
		r->pass->stopped(r);
	barrier_wait(&r->gate, NULL, NULL); /* the pass has looked */
	for (unsigned int i = 0; i < r->shared.nthreads; i++)
		pthread_join(r->worker[i]->thread, NULL);
	if (w->finish)
		w->finish(&r->shared);
	if (r->pass->freed)
		r->pass->freed(r);
	if (target.table.fini)
		target.table.fini();
}

/* How far apart the workers began and ended: the region's soft edges. */
static void report_edges(const struct run *r, uint64_t end)
{
	uint64_t last_begin = r->start_ns, first_end = end;

	for (unsigned int i = 0; i < r->shared.nthreads; i++) {
		const struct worker *w = r->worker[i];

		if (w->begin_ns > last_begin)
			last_begin = w->begin_ns;
		if (w->end_ns < first_end)
			first_end = w->end_ns;
	}
	record_metric("start_skew_ns", (double)(last_begin - r->start_ns));
	record_metric("finish_skew_ns", (double)(end - first_end));
}

uint64_t run_ops(const struct run *r)
{
	uint64_t ops = 0;

	for (unsigned int i = 0; i < r->shared.nthreads; i++)
		ops += r->worker[i]->t.ops - r->worker[i]->ops_before;
	return ops;
}

static enum status report(const struct run *r)
{
	unsigned int n = r->shared.nthreads;
	uint64_t end = r->start_ns, ops = run_ops(r), ns;
	enum status status = STATUS_OK;
	char why[128] = "";

	for (unsigned int i = 0; i < n; i++) {
		const struct worker *w = r->worker[i];

		if (w->end_ns > end)
			end = w->end_ns;
		if (w->result) {
			status = STATUS_ERROR;
			snprintf(why, sizeof(why),
				 "worker %u: thread_run returned %d", i,
				 w->result);
		} else if (!w->is_inside && status == STATUS_OK) {
			status = STATUS_MOVED;
			snprintf(why, sizeof(why),
				 "worker %u ended outside of its processors",
				 i);
		}
	}
	ns = end - r->start_ns;
	if (ops && ns) {
		record_metric("ns_per_op", (double)ns * n / (double)ops);
		record_metric("mops", (double)ops * 1e3 / (double)ns);
	} else {
		record_missing("ns_per_op",
			       "the workload counted no operation");
	}
	report_edges(r, end);
	record_write(status, why, ops, ns);
	return status;
}

enum status run_measure(const struct cell *cell)
{
	static struct run r;

	open_run(&r, cell);
	create_workers(&r);
	measure(&r);
	return report(&r);
}
