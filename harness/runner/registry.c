// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * registry.c - the workloads that a runner knows, and their parameters.
 *
 * Role:       see registry.h.
 * Invariants: the set of built-in workloads is workloads.def, nothing else.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "record.h"
#include "registry.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORKLOAD(name) extern const struct al_workload al_workload_##name;
#include "workloads.def"
#undef WORKLOAD

static const struct al_workload *const builtin[] = {
#define WORKLOAD(name) &al_workload_##name,
#include "workloads.def"
#undef WORKLOAD
};

size_t registry_count(void)
{
	return sizeof(builtin) / sizeof(builtin[0]);
}

const struct al_workload *registry_at(size_t i)
{
	return builtin[i];
}

/* What a plugin's author can get wrong, each with its sentence. */
static void check_table(const char *path, const struct al_workload *w)
{
	const char *wrong = NULL;

	if (!w)
		wrong = AL_WORKLOAD_SYMBOL "() returned NULL";
	else if (w->abi != AL_WORKLOAD_ABI)
		wrong = "was built for another version of the workload "
			"interface; rebuild it";
	else if (w->size < sizeof(*w))
		wrong = "its table is too short; set .size = sizeof(struct "
			"al_workload)";
	else if (!w->name || !w->summary || !w->op || !w->source)
		wrong = "its table needs name, summary, op and source";
	else if (!w->thread_run)
		wrong = "its table has no thread_run, which is required";
	else if (w->nparams && !w->params)
		wrong = "nparams is set and params is NULL";
	else if (w->touch_prefix == SIZE_MAX && !w->object_valid)
		wrong = "touch_prefix SIZE_MAX asks for object_valid";
	if (wrong)
		record_end(STATUS_ERROR, "%s: %s", path, wrong);
}

static const struct al_workload *load_plugin(const char *path)
{
	const struct al_workload *(*get)(void);
	void *plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const struct al_workload *w;
	void *symbol;

	if (!plugin)
		record_end(STATUS_ERROR, "%s: cannot be loaded: %s", path,
			   dlerror());
	symbol = dlsym(plugin, AL_WORKLOAD_SYMBOL);
	if (!symbol)
		record_end(STATUS_ERROR,
			   "%s: exports no %s(): not a workload plugin", path,
			   AL_WORKLOAD_SYMBOL);
	memcpy(&get, &symbol, sizeof(get));
	w = get();
	check_table(path, w);
	return w;
}

const struct al_workload *registry_find(const char *name, const char *path)
{
	const struct al_workload *w;

	if (path) {
		w = load_plugin(path);
		if (name && strcmp(w->name, name))
			record_end(STATUS_ERROR,
				   "%s: holds the workload \"%s\", not \"%s\"",
				   path, w->name, name);
		return w;
	}
	for (size_t i = 0; i < registry_count(); i++)
		if (!strcmp(builtin[i]->name, name)) {
			check_table(name, builtin[i]);
			return builtin[i];
		}
	record_end(STATUS_ERROR,
		   "no workload \"%.100s\"; try `allotrope list workloads`",
		   name);
}

static union al_value take_value(const struct al_workload *w,
				 const struct al_param *p, json_t *value)
{
	int64_t n;

	if (p->kind == AL_PARAM_TEXT) {
		if (!json_is_string(value))
			record_end(STATUS_ERROR, "%s.%s has to be a string",
				   w->name, p->name);
		return (union al_value){ .text = json_string_value(value) };
	}
	if (!json_is_integer(value))
		record_end(STATUS_ERROR, "%s.%s has to be an integer", w->name,
			   p->name);
	n = json_integer_value(value);
	if (n < p->min || n > p->max)
		record_end(STATUS_ERROR,
			   "%s.%s is %" PRId64 ", has to be %" PRId64
			   " to %" PRId64 " %s",
			   w->name, p->name, n, p->min, p->max, p->unit);
	return (union al_value){ .num = n };
}

const union al_value *registry_values(const struct al_workload *w,
				      json_t *params)
{
	union al_value *values = calloc(w->nparams + 1, sizeof(*values));
	const char *name;
	json_t *value;
	size_t i;

	if (!values)
		record_end(STATUS_ERROR, "harness memory is full");
	for (i = 0; i < w->nparams; i++)
		values[i] = w->params[i].def;
	json_object_foreach(params, name, value)
	{
		for (i = 0; i < w->nparams; i++)
			if (!strcmp(w->params[i].name, name))
				break;
		if (i == w->nparams)
			record_end(STATUS_ERROR,
				   "%s has no parameter \"%.100s\"", w->name,
				   name);
		values[i] = take_value(w, &w->params[i], value);
	}
	return values;
}

static bool is_default(const struct al_param *p, union al_value value)
{
	if (p->kind == AL_PARAM_NUM)
		return value.num == p->def.num;
	if (!value.text || !p->def.text)
		return value.text == p->def.text;
	return !strcmp(value.text, p->def.text);
}

char *registry_point(const struct al_workload *w, const union al_value *values,
		     unsigned int nthreads)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	if (!out)
		record_end(STATUS_ERROR, "harness memory is full");
	fputs(w->name, out);
	for (size_t i = 0; i < w->nparams; i++) {
		const struct al_param *p = &w->params[i];

		if (is_default(p, values[i]))
			continue;
		if (p->kind == AL_PARAM_NUM)
			fprintf(out, ",%s=%" PRId64, p->name, values[i].num);
		else
			fprintf(out, ",%s=%s", p->name,
				values[i].text ? values[i].text : "");
	}
	fprintf(out, "/t%u", nthreads);
	fclose(out);
	return text;
}
