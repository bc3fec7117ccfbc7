// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cmd_list.c - `allotrope list`: what there is to measure, and with what.
 *
 * Role:       prints allocators, workloads, counters, suites, figures, traces.
 * Invariants: --json and the table are made from the same array.
 * Locks:      none.
 * Units:      as each entry says.
 * Source:     none.
 */
#include "config.h"

#include "allocators.h"
#include "commands.h"
#include "runner.h"
#include "suite.h"
#include "traces.h"
#include "workloads.h"
#include "usage.h"
#include "../lib/error.h"
#include "../lib/paths.h"
#include "../report/figures.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static const char doc[] =
	"Show what can be measured on this machine, and with what."
	"\vallocators  plugins (also those in $ALLOTROPE_PLUGIN_PATH), the C "
	"library's, and installed malloc libraries; what is missing, and what "
	"to install\n"
	"workloads   each with its parameters\n"
	"counters    events, and why some cannot be counted here\n"
	"suites      what `allotrope run --suite` knows by name\n"
	"figures     what a report can show\n"
	"traces      recorded programs, for the workload `replay`\n"
	"\n"
	"Examples:\n"
	"  allotrope list allocators\n"
	"  allotrope list workloads --json | jq '.[].name'\n"
	"  allotrope list allocators --allocator mine=./mine.so";

struct words {
	const char *what;
	bool json;
	struct text_list allocator_specs;
	struct text_list workload_files;
};

enum {
	OPT_JSON = 0x100,
	OPT_ALLOCATOR,
	OPT_WORKLOAD
};

static const struct argp_option options[] = {
	{ "json", OPT_JSON, NULL, 0, "As a JSON array", 0 },
	{ "allocator", OPT_ALLOCATOR, "NAME=LIB.so", 0,
	  "Take in an allocator, as `allotrope run` does", 0 },
	{ "workload", OPT_WORKLOAD, "LIB.so", 0, "Take in a workload plugin",
	  0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static const char *text(json_t *object, const char *member)
{
	const char *t = json_string_value(json_object_get(object, member));

	return t ? t : "";
}

static json_t *list_allocators(const struct words *w)
{
	struct allocators all = { NULL, 0 };
	json_t *list = json_array();
	char *why;

	allocators_find(&all);
	for (size_t i = 0; i < w->allocator_specs.n; i++) {
		int status =
			allocators_add(&all, w->allocator_specs.item[i], &why);

		if (status)
			al_die(status, "--allocator", "%s", why);
	}
	for (size_t i = 0; i < all.n; i++) {
		struct allocator *a = &all.item[i];
		json_t *about = json_copy(allocator_describe(a));

		if (a->absent && !json_object_get(about, "error"))
			json_object_set_new(about, "absent",
					    json_string(a->absent));
		json_object_set_new(about, "name", json_string(a->name));
		json_object_set_new(about, "kind",
				    json_string(allocator_kind_name(a->kind)));
		json_object_set_new(about, "file",
				    a->path ? json_string(a->path)
					    : json_null());
		json_object_del(about, "v");
		json_array_append_new(list, about);
	}
	allocators_fini(&all);
	return list;
}

static void print_knobs(json_t *about)
{
	json_t *knob;
	size_t i;

	json_array_foreach(json_object_get(about, "knobs"), i, knob)
	{
		printf("%15s  :%s=%s  %s\n", "", text(knob, "name"),
		       text(knob, "default"), text(knob, "meaning"));
	}
}

static void print_allocators(json_t *list)
{
	json_t *a;
	size_t i;

	json_array_foreach(list, i, a)
	{
		if (json_object_get(a, "absent") || json_object_get(a, "error"))
			continue;
		printf("%-15s  %-8s  %s\n", text(a, "name"), text(a, "family"),
		       text(a, "summary"));
		print_knobs(a);
	}
	json_array_foreach(list, i, a)
	{
		if (json_object_get(a, "error"))
			printf("%-15s  %-8s  broken: %s\n", text(a, "name"),
			       text(a, "kind"), text(a, "error"));
		else if (json_object_get(a, "absent"))
			printf("%-15s  %-8s  %s\n", text(a, "name"), "-",
			       text(a, "absent"));
	}
}

static json_t *list_workloads(const struct words *w)
{
	struct workloads all = { NULL, 0 };
	json_t *list = json_array();
	char *why;

	workloads_find(&all);
	for (size_t i = 0; i < w->workload_files.n; i++)
		if (workloads_add(&all, w->workload_files.item[i], &why))
			al_die(AL_EXIT_USAGE, "--workload", "%s", why);
	for (size_t i = 0; i < all.n; i++)
		json_array_append(list, all.item[i].about);
	workloads_fini(&all);
	return list;
}

static void print_workloads(json_t *list)
{
	json_t *w, *param;
	size_t i, k;

	json_array_foreach(list, i, w)
	{
		json_int_t min =
			json_integer_value(json_object_get(w, "min_threads"));

		printf("%s%s: %s\n", i ? "\n" : "", text(w, "name"),
		       text(w, "summary"));
		printf("    counts    %s\n    after     %s\n", text(w, "op"),
		       text(w, "source"));
		if (min > 1)
			printf("    threads   %lld or more\n", (long long)min);
		json_array_foreach(json_object_get(w, "params"), k, param)
		{
			json_t *def = json_object_get(param, "default");

			if (json_is_integer(def))
				printf("    %-13s %lld %s, %lld to %lld: %s\n",
				       text(param, "name"),
				       (long long)json_integer_value(def),
				       text(param, "unit"),
				       (long long)json_integer_value(
					       json_object_get(param, "min")),
				       (long long)json_integer_value(
					       json_object_get(param, "max")),
				       text(param, "meaning"));
			else
				printf("    %-13s \"%s\": %s\n",
				       text(param, "name"),
				       json_string_value(def),
				       text(param, "meaning"));
		}
	}
}

static json_t *list_counters(const struct words *w)
{
	char *why = NULL;
	json_t *answer = runner_ask("--probe-counters", NULL, &why), *list;

	(void)w;
	if (!answer)
		al_die(AL_EXIT_MACHINE, "counters", "%s", why);
	list = json_incref(json_object_get(answer, "events"));
	json_decref(answer);
	return list ? list : json_array();
}

static void print_counters(json_t *list)
{
	json_t *e;
	size_t i;

	json_array_foreach(list, i, e)
	{
		if (json_is_true(json_object_get(e, "available")))
			printf("%-28s %s\n", text(e, "name"),
			       text(e, "meaning"));
	}
	json_array_foreach(list, i, e)
	{
		if (!json_is_true(json_object_get(e, "available")))
			printf("%-28s missing: %s\n", text(e, "name"),
			       text(e, "why"));
	}
}

static json_t *list_suites(const struct words *w)
{
	const char *folder = al_path(AL_PLACE_SUITES);
	struct dirent **entry;
	int n = scandir(folder, &entry, NULL, alphasort);
	json_t *list = json_array();

	(void)w;
	for (int i = 0; i < n; i++) {
		char *name = entry[i]->d_name, *path;
		size_t len = strlen(name);
		json_t *root;

		if (len > 5 && !strcmp(name + len - 5, ".json")) {
			path = text_format("%s/%s", folder, name);
			root = json_load_file(path, 0, NULL);
			name[len - 5] = '\0';
			json_array_append_new(
				list, json_pack("{s:s, s:s, s:s}", "name", name,
						"description",
						text(root, "description"),
						"file", path));
			json_decref(root);
			free(path);
		}
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	return list;
}

static void print_suites(json_t *list)
{
	json_t *s;
	size_t i;

	json_array_foreach(list, i, s)
	{
		printf("%-10s %s\n", text(s, "name"), text(s, "description"));
	}
}

static json_t *list_figures(const struct words *w)
{
	json_t *list = json_array();

	(void)w;
	for (size_t i = 0; i < AL_NFIGURES; i++) {
		const char *name, *title;

		al_figures_name(i, &name, &title);
		json_array_append_new(list,
				      json_pack("{s:s, s:s}", "name", name,
						"description", title));
	}
	return list;
}

static json_t *list_traces(const struct words *w)
{
	struct text_list names = { NULL, 0 };
	json_t *list = json_array();

	(void)w;
	traces_find(&names);
	for (size_t i = 0; i < names.n; i++)
		json_array_append_new(list, traces_describe(names.item[i]));
	text_list_fini(&names);
	return list;
}

static long long number(json_t *object, const char *member)
{
	return json_integer_value(json_object_get(object, member));
}

static void print_traces(json_t *list)
{
	json_t *t;
	size_t i;

	json_array_foreach(list, i, t)
	{
		if (json_object_get(t, "error"))
			printf("%-12s broken: %s\n", text(t, "name"),
			       text(t, "error"));
		else
			printf("%-12s %lld operations, %lld thread%s, peak "
			       "%.1f MiB live: %s\n",
			       text(t, "name"), number(t, "ops"),
			       number(t, "threads"),
			       number(t, "threads") == 1 ? "" : "s",
			       (double)number(t, "peak_live_bytes") / 0x1p20,
			       text(t, "command"));
	}
}

static const struct kind {
	const char *name;
	json_t *(*list)(const struct words *w);
	void (*print)(json_t *list);
} kinds[] = {
	{ "allocators", list_allocators, print_allocators },
	{ "workloads", list_workloads, print_workloads },
	{ "counters", list_counters, print_counters },
	{ "suites", list_suites, print_suites },
	{ "figures", list_figures, print_suites },
	{ "traces", list_traces, print_traces },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct words *w = state->input;

	switch (key) {
	case OPT_JSON:
		w->json = true;
		return 0;
	case OPT_ALLOCATOR:
		text_list_add(&w->allocator_specs, arg);
		return 0;
	case OPT_WORKLOAD:
		text_list_add(&w->workload_files, arg);
		return 0;
	case ARGP_KEY_ARG:
		if (w->what)
			al_die(AL_EXIT_USAGE, arg, "one thing at a time");
		w->what = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int cmd_list(int argc, char **argv)
{
	static const struct argp argp = {
		options,
		parse,
		"allocators|workloads|counters|suites|figures|traces",
		doc,
		NULL,
		NULL,
		NULL
	};
	const struct kind *kind = NULL;
	struct words w = { .what = NULL };
	json_t *list;

	usage_parse(&argp, argc, argv, &w);
	for (size_t i = 0; w.what && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, w.what))
			kind = &kinds[i];
	if (!kind)
		al_die(AL_EXIT_USAGE, w.what ? w.what : "list",
		       "expected allocators, workloads, counters, suites, "
		       "figures or traces; try `allotrope list "
		       "--help`");
	list = kind->list(&w);
	if (w.json) {
		json_dumpf(list, stdout, JSON_INDENT(1));
		putchar('\n');
	} else {
		kind->print(list);
	}
	json_decref(list);
	text_list_fini(&w.allocator_specs);
	text_list_fini(&w.workload_files);
	if (fflush(stdout))
		return AL_EXIT_FAILED;
	return AL_EXIT_OK;
}
