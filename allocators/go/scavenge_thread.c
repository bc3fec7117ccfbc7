// SPDX-License-Identifier: MIT
/*
 * scavenge_thread.c - the background thread of a plugin that scavenges.
 *
 * Role:       calls a scavenger's step, sleeps as it says, ends when told.
 * Invariants: at most one thread; it allocates nothing from the heap and has
 *             no cache.
 * Locks:      stop_lock, held while asleep only by the condition's rules.
 * Units:      nanoseconds.
 * Source:     after Go mgcscavenge.go bgscavenge.
 * Differs:    a thread of the system's, not a goroutine that shares a P.
 */
#include "scavenge.h"
#include "go_internal.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static struct scavenger scavenger;
static pthread_t thread;
static pid_t runs_in; /* process that has the thread, 0: none; main thread */
static pthread_mutex_t stop_lock;
static pthread_cond_t stop_cond;
static bool stop; /* stop_lock */

/* A forked child has no such thread; its locks are as the copy found them. */
static bool is_running(void)
{
	return runs_in == getpid();
}

/* False: told to stop. */
static bool sleep_ns(uint64_t ns)
{
	const uint64_t second = 1000000000;
	struct timespec until;
	bool go_on;

	clock_gettime(CLOCK_MONOTONIC, &until);
	ns += (uint64_t)until.tv_nsec;
	until.tv_sec += (time_t)(ns / second);
	until.tv_nsec = (long)(ns % second);
	pthread_mutex_lock(&stop_lock);
	while (!stop && pthread_cond_timedwait(&stop_cond, &stop_lock,
					       &until) != ETIMEDOUT)
		;
	go_on = !stop;
	pthread_mutex_unlock(&stop_lock);
	return go_on;
}

static void *run(void *arg)
{
	(void)arg;
	while (sleep_ns(scavenger.ops->step(&scavenger)))
		;
	return NULL;
}

int scavenge_start(struct go_heap *h, const struct scavenge_ops *ops,
		   unsigned int ncpus)
{
	pthread_condattr_t attr;
	sigset_t all, before;
	int err;

	if (is_running())
		return -EBUSY;
	pthread_mutex_init(&stop_lock, NULL);
	stop = false;
	scavenger_init(&scavenger, h, ops, ncpus);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	err = pthread_cond_init(&stop_cond, &attr);
	pthread_condattr_destroy(&attr);
	if (err)
		return -err;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&thread, NULL, run, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	runs_in = err ? 0 : getpid();
	return -err;
}

void scavenge_stop(void)
{
	if (!is_running())
		return;
	pthread_mutex_lock(&stop_lock);
	stop = true;
	pthread_cond_signal(&stop_cond);
	pthread_mutex_unlock(&stop_lock);
	pthread_join(thread, NULL);
	go_lock_take(&scavenger.heap->lock);
	scavenger.heap->goal_npages = 0;
	go_lock_drop(&scavenger.heap->lock);
	pthread_cond_destroy(&stop_cond);
	runs_in = 0;
}
