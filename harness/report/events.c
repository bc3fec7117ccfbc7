// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * events.c - the counter events that the report knows by meaning.
 *
 * Role:       see events.h.
 * Invariants: see events.h; a quantity without a name would never end
 *             al_event_first(), which the unit test calls for each.
 * Locks:      none.
 * Units:      none.
 * Source:     see events.h.
 */
#include "config.h"

#include "events.h"

#include <stdio.h>
#include <string.h>

const struct al_event al_events[] = {
	{ "l1d", "L1 data cache misses", true, false },
	{ "l2", "L2 cache misses", true, false },
	{ "llc", "last-level cache misses", true, false },
	{ "dtlb", "data TLB misses", true, false },
	{ "instructions", "instructions", false, false },
	{ "cycles", "cycles", false, false },
	{ "branches", "branch misses", false, false },
	{ "faults", "page faults", false, true },
	{ "switches", "context switches", false, true },
	{ "migrations", "CPU migrations", false, true },
};

const size_t al_nevents = sizeof(al_events) / sizeof(al_events[0]);

/* Names of the same quantity, the best first. */
static const struct {
	const char *quantity, *name;
} known[] = {
#define COUNTER(quantity, event, mode, may_be_zero, meaning) \
	{ #quantity, event },
#include "../lib/counters.def"
#undef COUNTER
};

#define NKNOWN (sizeof(known) / sizeof(known[0]))

static bool counts(size_t i, const struct al_event *event)
{
	return !strcmp(known[i].quantity, event->quantity);
}

static uint32_t metric_of(const struct al_result *r, const char *name)
{
	char metric[128];

	snprintf(metric, sizeof(metric), "%s_per_op", name);
	return al_names_find(&r->samples.names, metric);
}

const char *al_event_first(const struct al_event *event)
{
	size_t i = 0;

	while (!counts(i, event))
		i++;
	return known[i].name;
}

const char *al_event_name(const struct al_result *r,
			  const struct al_event *event)
{
	for (size_t i = 0; i < NKNOWN; i++)
		if (counts(i, event) &&
		    metric_of(r, known[i].name) != AL_NO_NAME)
			return known[i].name;
	return NULL;
}

const struct al_row *al_event_row(const struct al_result *r,
				  const struct al_cell *cell,
				  const struct al_event *event)
{
	const char *name = al_event_name(r, event);
	char metric[128];

	if (!name)
		return NULL;
	snprintf(metric, sizeof(metric), "%s_per_op", name);
	return al_row_of(r, cell, "counters", metric);
}

/* What the probe of counters said of @name before the run (env.json). */
static const char *probed(const struct al_result *r, const char *name)
{
	const json_t *event,
		*events = json_object_get(
			json_object_get(r->facts.env, "counters"), "events");
	size_t i;

	json_array_foreach(events, i, event)
	{
		const char *is =
			json_string_value(json_object_get(event, "name"));

		if (is && !strcmp(is, name) &&
		    json_is_false(json_object_get(event, "available")))
			return json_string_value(json_object_get(event, "why"));
	}
	return NULL;
}

const char *al_event_missing(const struct al_result *r,
			     const struct al_event *event)
{
	const struct al_samples *s = &r->samples;
	const char *why = NULL;

	if (al_event_name(r, event))
		return NULL;
	for (size_t i = 0; i < NKNOWN && !why; i++) {
		uint32_t id = AL_NO_NAME;

		if (!counts(i, event))
			continue;
		id = al_names_find(&s->names, known[i].name);
		for (size_t k = 0; id != AL_NO_NAME && k < s->nmissing; k++)
			if (s->missing[k].metric == id)
				return al_text(s, s->missing[k].why);
		why = probed(r, known[i].name);
	}
	return why;
}
