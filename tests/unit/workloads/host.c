// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * host.c - runs one workload inside a test, on threads of the test.
 *
 * Role:       see host.h.
 * Invariants: a worker is one chain of threads; each of them but the last ends
 *             by starting its successor, and the first waits for the last.
 * Locks:      lock guards the scratch list, the metrics and hand-over counts.
 * Units:      none.
 * Source:     none.
 */
#include "host.h"

#include <allotrope/random.h>

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct scratch {
	_Alignas(64) struct scratch *next;
};

struct worker {
	struct al_thread thread; /* first: services get this address */
	const struct al_workload *workload;
	pthread_barrier_t *barrier;
	int (*next)(struct al_thread *t);
	int status;
	uint64_t ops_before; /* steps of the set-up are not of the region */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct scratch *scratch_list;	   /* guarded by lock */
static struct host_result *current_result; /* guarded by lock */
static __thread struct al_thread *current_thread;

static void *host_scratch(struct al_run *run, size_t bytes)
{
	size_t whole = (sizeof(struct scratch) + bytes + 63) & ~(size_t)63;
	struct scratch *s = aligned_alloc(64, whole);

	if (!s)
		abort();
	memset(s, 0, whole);
	pthread_mutex_lock(&lock);
	s->next = scratch_list;
	scratch_list = s;
	pthread_mutex_unlock(&lock);
	return s + 1;
}

static void say(const char *format, va_list args)
{
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

static __attribute__((noreturn, format(printf, 2, 3))) void host_fail(
	struct al_run *run, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	_exit(HOST_FAIL);
}

static __attribute__((noreturn, format(printf, 2, 3))) void host_fault(
	struct al_thread *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	_exit(HOST_FAULT);
}

static __attribute__((noreturn)) void host_oom(struct al_thread *t, size_t size)
{
	fprintf(stderr, "no memory for %zu bytes\n", size);
	_exit(HOST_OOM);
}

static void host_put_metric(struct al_run *run, const char *name, double value)
{
	size_t i;

	pthread_mutex_lock(&lock);
	for (i = 0; i < current_result->nmetrics; i++)
		if (!strcmp(current_result->metric[i].name, name))
			break;
	if (i ==
	    sizeof(current_result->metric) / sizeof(current_result->metric[0]))
		abort();
	if (i == current_result->nmetrics)
		current_result->nmetrics++;
	snprintf(current_result->metric[i].name,
		 sizeof(current_result->metric[i].name), "%s", name);
	current_result->metric[i].value = value;
	pthread_mutex_unlock(&lock);
}

static void host_point(struct al_thread *t)
{
}

static void *life(void *arg)
{
	struct worker *w = arg;

	current_thread = &w->thread;
	w->status = w->next(&w->thread);
	return NULL;
}

/* The predecessor waits here, idle, until the chain has ended: nothing to
 * collect, and its stack costs nothing. */
static int host_hand_over(struct al_thread *t, int (*next)(struct al_thread *t))
{
	struct worker *w = (struct worker *)t;
	pthread_t successor;

	pthread_mutex_lock(&lock);
	current_result->handed++;
	pthread_mutex_unlock(&lock);
	w->next = next;
	if (pthread_create(&successor, NULL, life, w))
		abort();
	pthread_join(successor, NULL);
	return w->status;
}

static const struct al_run_services run_services = {
	.scratch = host_scratch,
	.fail = host_fail,
	.metric = host_put_metric,
};

static const struct al_thread_services thread_services = {
	.point = host_point,
	.idle = host_point,
	.busy = host_point,
	.hand_over = host_hand_over,
	.fault = host_fault,
	.oom = host_oom,
};

static void *work(void *arg)
{
	struct worker *w = arg;
	const struct al_workload *workload = w->workload;

	current_thread = &w->thread;
	if (workload->thread_prepare)
		workload->thread_prepare(&w->thread);
	w->ops_before = w->thread.ops;
	pthread_barrier_wait(w->barrier);
	w->status = workload->thread_run(&w->thread);
	pthread_barrier_wait(w->barrier);
	if (workload->thread_finish)
		workload->thread_finish(&w->thread);
	return NULL;
}

static void set_params(const struct host_job *job, union al_value *value)
{
	const struct al_workload *w = job->workload;
	const struct host_setting *s = job->settings;
	size_t i;

	for (i = 0; i < w->nparams; i++)
		value[i] = w->params[i].def;
	for (; s && s->name; s++) {
		for (i = 0; i < w->nparams; i++)
			if (!strcmp(w->params[i].name, s->name))
				break;
		if (i == w->nparams) {
			fprintf(stderr, "%s has no parameter %s\n", w->name,
				s->name);
			abort();
		}
		if (w->params[i].kind == AL_PARAM_TEXT)
			value[i].text = s->text;
		else
			value[i].num = s->num;
	}
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void free_scratch(void)
{
	while (scratch_list) {
		struct scratch *s = scratch_list;

		scratch_list = s->next;
		free(s);
	}
}

static void check_status(const struct worker *w)
{
	if (!w->status)
		return;
	fprintf(stderr, "thread_run returned %d\n", w->status);
	abort();
}

void host_run(const struct host_job *job, struct host_result *result)
{
	const struct al_workload *workload = job->workload;
	const unsigned int n = job->nthreads;
	union al_value *param = calloc(workload->nparams + 1, sizeof(*param));
	struct worker *worker = calloc(n, sizeof(*worker));
	struct al_thread **thread = calloc(n, sizeof(*thread));
	pthread_t *id = calloc(n, sizeof(*id));
	pthread_barrier_t barrier;
	struct al_run run = { .param = param,
			      .seed = job->seed,
			      .nthreads = n,
			      .thread = thread,
			      .services = &run_services };

	if (!param || !worker || !thread || !id)
		abort();
	memset(result, 0, sizeof(*result));
	current_result = result;
	set_params(job, param);
	for (unsigned int i = 0; i < n; i++) {
		struct al_thread *t = thread[i] = &worker[i].thread;

		t->call = *job->call;
		t->next_point = UINT64_MAX;
		t->run = &run;
		t->index = i;
		t->seed = al_random_derive(job->seed, i);
		t->services = &thread_services;
		worker[i].workload = workload;
		worker[i].barrier = &barrier;
	}
	if (workload->prepare)
		workload->prepare(&run);
	pthread_barrier_init(&barrier, NULL, n + 1);
	for (unsigned int i = 0; i < n; i++)
		if (pthread_create(&id[i], NULL, work, &worker[i]))
			abort();
	pthread_barrier_wait(&barrier);
	result->seconds = -seconds();
	pthread_barrier_wait(&barrier);
	result->seconds += seconds();
	for (unsigned int i = 0; i < n; i++) {
		pthread_join(id[i], NULL);
		check_status(&worker[i]);
		result->ops += worker[i].thread.ops - worker[i].ops_before;
	}
	pthread_barrier_destroy(&barrier);
	if (workload->finish)
		workload->finish(&run);
	free_scratch();
	free(id);
	free(thread);
	free(worker);
	free(param);
}

double host_metric(const struct host_result *result, const char *name)
{
	for (size_t i = 0; i < result->nmetrics; i++)
		if (!strcmp(result->metric[i].name, name))
			return result->metric[i].value;
	return NAN;
}

struct al_thread *host_thread(void)
{
	return current_thread;
}
