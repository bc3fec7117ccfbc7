// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * events.h - the counter events that the report knows by meaning.
 *
 * Role:       joins an event's names (PAPI's, perf's) to what it means.
 * Invariants: caches come first; every quantity of counters.def is here.
 * Locks:      none.
 * Units:      none.
 * Source:     harness/lib/counters.def, which has the names.
 */
#ifndef AL_EVENTS_H
#define AL_EVENTS_H

#include "result.h"

/** struct al_event - one quantity, which several events may count. */
struct al_event {
	const char *quantity; /* as in counters.def */
	const char *meaning;
	bool cache; /* one of the misses that the figure is about */
	bool rare;  /* far less than once an operation */
};

extern const struct al_event al_events[];
extern const size_t al_nevents;

/** al_event_row() - the row of @cell for @event, or NULL. */
const struct al_row *al_event_row(const struct al_result *r,
				  const struct al_cell *cell,
				  const struct al_event *event);

/** al_event_first() - the best of its names. */
const char *al_event_first(const struct al_event *event);

/** al_event_name() - which of its names was counted, or NULL. */
const char *al_event_name(const struct al_result *r,
			  const struct al_event *event);

/**
 * al_event_missing() - why @event was not counted: PAPI's reason, or NULL when
 * it was counted or never asked for.
 */
const char *al_event_missing(const struct al_result *r,
			     const struct al_event *event);

#endif /* AL_EVENTS_H */
