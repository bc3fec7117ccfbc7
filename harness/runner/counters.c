// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * counters.c - event counters of one thread, through PAPI's low-level API.
 *
 * Role:       see counters.h.
 * Invariants: all events of a set count in the same mode: PAPI fixes the mode
 *             of a set with its first event.
 * Locks:      none of its own; PAPI locks inside.
 * Units:      events.
 * Source:     see counters.h.
 */
#include "config.h"

#include "counters.h"

#include <allotrope/random.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

static const struct counter known[] = {
#define COUNTER(quantity, event, mode, may_be_zero, meaning) \
	{ #quantity, event, mode, may_be_zero, meaning },
#include "../lib/counters.def"
#undef COUNTER
};

const struct counter *counter_at(size_t i)
{
	return i < sizeof(known) / sizeof(known[0]) ? &known[i] : NULL;
}

#ifdef HAVE_PAPI

#include <papi.h>

static const struct counter *find(const char *event)
{
	const struct counter *c;

	for (size_t i = 0; (c = counter_at(i)); i++)
		if (!strcmp(c->event, event))
			return c;
	return NULL;
}

static enum counter_mode mode_of(const char *event)
{
	const struct counter *c = find(event);

	return c ? c->mode : MODE_USER;
}

/* An unknown event may be of any kind, so zero proves nothing. */
static bool may_be_zero(const char *event)
{
	const struct counter *c = find(event);

	return !c || c->may_be_zero;
}

#define PROBE_BYTES ((size_t)16 << 20)
#define PROBE_STEPS 200000u

/* Misses every cache but perhaps the last, the TLB and half its branches. */
static void work_that_counts(void)
{
	struct al_random random = { 1 };
	volatile unsigned char *p =
		mmap(NULL, PROBE_BYTES, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	volatile unsigned int odd = 0;

	if (p == MAP_FAILED)
		return;
	for (unsigned int i = 0; i < PROBE_STEPS; i++) {
		uint64_t draw = al_random_next(&random);

		p[draw % PROBE_BYTES]++;
		if (draw >> 63)
			odd++;
	}
	munmap((void *)(uintptr_t)p, PROBE_BYTES);
}

static unsigned long this_thread(void)
{
	return (unsigned long)pthread_self();
}

/* Every event of every thread is an open file. */
static void raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

const char *counters_open(void)
{
	static char why[128];
	int rc = PAPI_library_init(PAPI_VER_CURRENT);

	if (rc != PAPI_VER_CURRENT) {
		snprintf(why, sizeof(why), "PAPI does not start: %s",
			 rc < 0 ? PAPI_strerror(rc) : "another version");
		return why;
	}
	raise_file_limit();
	rc = PAPI_thread_init(this_thread);
	return rc ? PAPI_strerror(rc) : NULL;
}

const char *counters_version(void)
{
	static char version[32];

	snprintf(version, sizeof(version), "%d.%d.%d",
		 PAPI_VERSION_MAJOR(PAPI_VERSION),
		 PAPI_VERSION_MINOR(PAPI_VERSION),
		 PAPI_VERSION_REVISION(PAPI_VERSION));
	return version;
}

const char *counter_set_open(struct counter_set *set, const char *const *events,
			     size_t n, size_t *failed)
{
	enum counter_mode mode = mode_of(events[0]);
	int rc;

	*failed = 0;
	set->handle = PAPI_NULL;
	set->n = n;
	/* read by PAPI when the set gets its first event */
	PAPI_set_cmp_domain(mode == MODE_ALL ? PAPI_DOM_ALL : PAPI_DOM_USER,
			    PAPI_get_component_index("perf_event"));
	rc = PAPI_create_eventset(&set->handle);
	if (rc)
		return PAPI_strerror(rc);
	for (size_t i = 0; i < n; i++) {
		*failed = i;
		if (mode_of(events[i]) != mode) {
			counter_set_close(set);
			return "counts in another mode (user or kernel) than "
			       "the first of its group";
		}
		rc = PAPI_add_named_event(set->handle, events[i]);
		if (rc) {
			counter_set_close(set);
			return PAPI_strerror(rc);
		}
	}
	*failed = n;
	return NULL;
}

void counter_set_close(struct counter_set *set)
{
	PAPI_cleanup_eventset(set->handle);
	PAPI_destroy_eventset(&set->handle);
}

const char *counter_set_start(struct counter_set *set)
{
	int rc = PAPI_start(set->handle);

	return rc ? PAPI_strerror(rc) : NULL;
}

const char *counter_set_stop(struct counter_set *set, long long *values)
{
	int rc = PAPI_stop(set->handle, values);

	return rc ? PAPI_strerror(rc) : NULL;
}

void counters_leave_thread(void)
{
	PAPI_unregister_thread();
}

static const char *count_once(struct counter_set *set,
			      const char *const *events, size_t *failed)
{
	long long read[set->n], values[set->n];
	const char *why = counter_set_start(set);
	int rc;

	if (why)
		return why;
	work_that_counts();
	rc = PAPI_read(set->handle, read);
	why = counter_set_stop(set, values);
	if (rc)
		return PAPI_strerror(rc);
	if (why)
		return why;
	for (size_t i = 0; i < set->n; i++) {
		*failed = i;
		if (values[i] < read[i])
			return "falls while it counts";
		if (values[i] == 0 && !may_be_zero(events[i]))
			return "reads zero after work that must raise it";
	}
	*failed = set->n;
	return NULL;
}

const char *counters_probe(const char *const *events, size_t n, size_t *failed)
{
	struct counter_set set;
	const char *why = counter_set_open(&set, events, n, failed);

	if (why)
		return why;
	why = count_once(&set, events, failed);
	counter_set_close(&set);
	return why;
}

#else /* !HAVE_PAPI */

const char *counters_open(void)
{
	return "this build has no PAPI; configure with PAPI";
}

const char *counters_version(void)
{
	return NULL;
}

const char *counter_set_open(struct counter_set *set, const char *const *events,
			     size_t n, size_t *failed)
{
	*failed = 0;
	return counters_open();
}

void counter_set_close(struct counter_set *set)
{
}

const char *counter_set_start(struct counter_set *set)
{
	return counters_open();
}

const char *counter_set_stop(struct counter_set *set, long long *values)
{
	return counters_open();
}

void counters_leave_thread(void)
{
}

const char *counters_probe(const char *const *events, size_t n, size_t *failed)
{
	*failed = 0;
	return counters_open();
}

#endif /* HAVE_PAPI */
