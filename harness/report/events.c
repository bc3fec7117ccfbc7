// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * events.c - the counter events that the report knows by meaning.
 *
 * Role:       see events.h.
 * Invariants: see events.h.
 * Locks:      none.
 * Units:      none.
 * Source:     see events.h.
 */
#include "config.h"

#include "events.h"

#include <stdio.h>
#include <string.h>

const struct al_event al_events[] = {
	{ "L1 data cache misses",
	  { "PAPI_L1_DCM", "PAPI_L1_LDM", "perf::L1-DCACHE-LOAD-MISSES" },
	  true },
	{ "L2 cache misses", { "PAPI_L2_DCM", "PAPI_L2_TCM" }, true },
	{ "last-level cache misses",
	  { "PAPI_L3_TCM", "PAPI_L3_DCM", "perf::LLC-LOAD-MISSES" },
	  true },
	{ "data TLB misses",
	  { "PAPI_TLB_DM", "perf::DTLB-LOAD-MISSES" },
	  true },
	{ "instructions", { "PAPI_TOT_INS", "perf::INSTRUCTIONS" }, false },
	{ "cycles", { "PAPI_TOT_CYC", "perf::CYCLES" }, false },
	{ "branch misses", { "PAPI_BR_MSP", "perf::BRANCH-MISSES" }, false },
	{ "page faults",
	  { "perf::PAGE-FAULTS", "perf::FAULTS", "perf::MINOR-FAULTS" },
	  false },
	{ "context switches", { "perf::CONTEXT-SWITCHES", "perf::CS" }, false },
	{ "CPU migrations",
	  { "perf::CPU-MIGRATIONS", "perf::MIGRATIONS" },
	  false },
};

const size_t al_nevents = sizeof(al_events) / sizeof(al_events[0]);

#define NNAMES (sizeof(al_events[0].names) / sizeof(al_events[0].names[0]))

static uint32_t metric_of(const struct al_result *r, const char *name)
{
	char metric[128];

	snprintf(metric, sizeof(metric), "%s_per_op", name);
	return al_names_find(&r->samples.names, metric);
}

const char *al_event_name(const struct al_result *r,
			  const struct al_event *event)
{
	for (size_t i = 0; i < NNAMES && event->names[i]; i++)
		if (metric_of(r, event->names[i]) != AL_NO_NAME)
			return event->names[i];
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
	for (size_t i = 0; i < NNAMES && event->names[i] && !why; i++) {
		uint32_t id = al_names_find(&s->names, event->names[i]);

		for (size_t k = 0; id != AL_NO_NAME && k < s->nmissing; k++)
			if (s->missing[k].metric == id)
				return al_text(s, s->missing[k].why);
		why = probed(r, event->names[i]);
	}
	return why;
}
