// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * describe.c - what the runner says about itself and about plugins.
 *
 * Role:       see describe.h.
 * Invariants: prints one JSON object and nothing else.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "counters.h"
#include "describe.h"
#include "registry.h"
#include "record.h"
#include "target.h"
#include "../lib/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct flag {
	uint32_t bit;
	const char *name;
};

static json_t *flags_json(uint32_t flags, const struct flag *names, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		if (flags & names[i].bit)
			json_array_append_new(array,
					      json_string(names[i].name));
	return array;
}

static json_t *text_json(const char *text)
{
	json_t *value = text ? json_string(text) : NULL;

	return value ? value : json_string("");
}

static int print(json_t *object)
{
	int failed = !object || json_dumpf(object, stdout, JSON_INDENT(1)) ||
		     putchar('\n') == EOF || fflush(stdout);

	json_decref(object);
	return failed ? AL_EXIT_FAILED : AL_EXIT_OK;
}

static json_t *param_json(const struct al_param *p)
{
	if (p->kind == AL_PARAM_TEXT)
		return json_pack(
			"{s:s, s:s, s:o, s:o, s:o}", "name", p->name, "kind",
			"text", "default", text_json(p->def.text), "unit",
			text_json(p->unit), "meaning", text_json(p->meaning));
	return json_pack("{s:s, s:s, s:I, s:I, s:I, s:o, s:o}", "name", p->name,
			 "kind", "number", "default", (json_int_t)p->def.num,
			 "min", (json_int_t)p->min, "max", (json_int_t)p->max,
			 "unit", text_json(p->unit), "meaning",
			 text_json(p->meaning));
}

static json_t *workload_json(const struct al_workload *w)
{
	static const struct flag needs[] = {
		{ AL_NEEDS_REMOTE_FREE, "remote_free" },
		{ AL_NEEDS_REUSE, "reuse" },
		{ AL_NEEDS_REALLOC, "realloc" },
		{ AL_NEEDS_ALIGNED, "aligned" },
		{ AL_NEEDS_PRELOAD, "preload" },
	};
	json_t *params = json_array();

	for (size_t i = 0; i < w->nparams; i++)
		json_array_append_new(params, param_json(&w->params[i]));
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:o, s:o}", "name", w->name,
			 "summary", w->summary, "op", w->op, "source",
			 w->source, "min_threads", (int)w->min_threads, "needs",
			 flags_json(w->needs, needs, 5), "params", params);
}

int describe_workloads(const char *path)
{
	json_t *list = json_array();

	if (path)
		json_array_append_new(list,
				      workload_json(registry_find(NULL, path)));
	for (size_t i = 0; !path && i < registry_count(); i++)
		json_array_append_new(list, workload_json(registry_at(i)));
	return print(json_pack("{s:i, s:o}", "v", 1, "workloads", list));
}

int describe_allocator(const char *path)
{
	static const struct flag caps[] = {
		{ AL_CAP_SINGLE_THREAD, "single_thread" },
		{ AL_CAP_NO_REMOTE_FREE, "no_remote_free" },
		{ AL_CAP_OVERLAPPING, "overlapping" },
		{ AL_CAP_NO_REUSE, "no_reuse" },
	};
	const struct al_allocator *a = &target.table;
	json_t *knobs = json_array();

	target_load_plugin(path);
	for (size_t i = 0; i < a->nknobs; i++)
		json_array_append_new(
			knobs, json_pack("{s:o, s:o, s:o}", "name",
					 text_json(a->knobs[i].name), "default",
					 text_json(a->knobs[i].def), "meaning",
					 text_json(a->knobs[i].meaning)));
	return print(json_pack("{s:i, s:s, s:s, s:o, s:o, s:s, s:o, s:o}", "v",
			       1, "name", a->name, "summary", a->summary,
			       "family", text_json(a->family), "source",
			       text_json(a->source), "file",
			       target.file ? target.file : path, "caps",
			       flags_json(a->caps, caps, 4), "knobs", knobs));
}

/* Events that count together, as many as there are known ones at most. */
struct group {
	struct group *next;
	size_t n;
	const char *event[];
};

static struct group *new_group(void)
{
	size_t n = 0;

	while (counter_at(n))
		n++;
	return calloc(1, sizeof(struct group) + n * sizeof(const char *));
}

/* Into the first group it fits into, else a group of its own. */
static void place(struct group **groups, const char *event)
{
	struct group **at = groups;
	size_t failed;

	for (; *at; at = &(*at)->next) {
		struct group *g = *at;

		g->event[g->n] = event;
		if (!counters_probe(g->event, g->n + 1, &failed)) {
			g->n++;
			return;
		}
	}
	*at = new_group();
	if (*at)
		(*at)->event[(*at)->n++] = event;
}

static json_t *groups_json(struct group *g)
{
	json_t *groups = json_array();

	while (g) {
		struct group *next = g->next;
		json_t *group = json_array();

		for (size_t i = 0; i < g->n; i++)
			json_array_append_new(group, json_string(g->event[i]));
		json_array_append_new(groups, group);
		free(g);
		g = next;
	}
	return groups;
}

int describe_counters(void)
{
	const char *nothing = counters_open(), *version = counters_version();
	const char *placed = NULL; /* the quantity that has its event */
	json_t *events = json_array();
	struct group *groups = NULL;
	const struct counter *c;

	for (size_t i = 0; (c = counter_at(i)); i++) {
		const char *why = nothing;
		size_t failed;

		if (!why)
			why = counters_probe(&c->event, 1, &failed);
		json_array_append_new(events,
				      json_pack("{s:s, s:s, s:b, s:s, s:s}",
						"name", c->event, "quantity",
						c->quantity, "available", !why,
						"why", why ? why : "",
						"meaning", c->meaning));
		if (why || (placed && !strcmp(placed, c->quantity)))
			continue;
		placed = c->quantity;
		place(&groups, c->event);
	}
	return print(json_pack("{s:i, s:o, s:o, s:o}", "v", 1, "papi",
			       version ? json_string(version) : json_null(),
			       "groups", groups_json(groups), "events",
			       events));
}
