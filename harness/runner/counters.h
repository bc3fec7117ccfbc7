// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * counters.h - event counters of one thread, through PAPI's low-level API.
 *
 * Role:       opens, starts, stops and reads sets of events; says in PAPI's own
 *             words why one cannot be counted.
 * Invariants: an event is believed only after it was added, started, read and
 *             stopped once on this machine, around work that must raise it.
 *             Nothing is multiplexed.
 * Locks:      none; a set belongs to the thread that opened it.
 * Units:      events.
 * Source:     PAPI 5 to 7.
 */
#ifndef AL_COUNTERS_H
#define AL_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>

/** enum counter_mode - when an event counts. */
enum counter_mode {
	MODE_USER, /* while the thread runs its own code */
	MODE_ALL,  /* in the kernel too */
};

/** struct counter - one event that the project knows (counters.def). */
struct counter {
	const char *quantity; /* events of one quantity replace each other */
	const char *event;
	enum counter_mode mode;
	bool may_be_zero;
	const char *meaning;
};

/** struct counter_set - events that count together in one thread. */
struct counter_set {
	int handle;
	size_t n;
};

/** counter_at() - the known event @i; NULL behind the last. */
const struct counter *counter_at(size_t i);

/**
 * counters_open() - make the library ready for threads.
 * Return: NULL, or why nothing can be counted in this process.
 */
const char *counters_open(void);

/** counters_version() - PAPI's version, for example "7.0.0"; NULL without. */
const char *counters_version(void);

/**
 * counter_set_open() - a set of the @n @events, for the calling thread.
 * Return: NULL, or why not; then *failed is the event that did not go in, or @n
 *	if all went in and would not count together.
 */
const char *counter_set_open(struct counter_set *set, const char *const *events,
			     size_t n, size_t *failed);

/** counter_set_close() - the thread will count no more with @set. */
void counter_set_close(struct counter_set *set);

/** counter_set_start() - from zero. Return: NULL, or why not. */
const char *counter_set_start(struct counter_set *set);

/** counter_set_stop() - @values: set->n. Return: NULL, or why not. */
const char *counter_set_stop(struct counter_set *set, long long *values);

/**
 * counters_probe() - do @events really count, together, on this machine?
 * Return: NULL, or why not; *failed as in counter_set_open().
 * Cost: some milliseconds of work that misses caches and branches.
 */
const char *counters_probe(const char *const *events, size_t n, size_t *failed);

/** counters_leave_thread() - the calling thread ends. */
void counters_leave_thread(void);

#endif /* AL_COUNTERS_H */
