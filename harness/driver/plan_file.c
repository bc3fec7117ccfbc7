// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plan_file.c - plan.json.
 *
 * Role:       writes a plan and reads it back; see doc/result-set.md.
 * Invariants: a file that this cannot read completely is refused as a whole.
 *             Points and cells stand one a line, for grep and diff.
 * Locks:      none.
 * Units:      seconds.
 * Source:     doc/result-set.md.
 */
#include "config.h"

#include "plan.h"
#include "../lib/error.h"
#include "../lib/replace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static void write_line(FILE *out, json_t *value, bool is_last)
{
	fputs("  ", out);
	json_dumpf(value, out, JSON_COMPACT);
	fputs(is_last ? "\n" : ",\n", out);
	json_decref(value);
}

static void write_member(FILE *out, const char *name, json_t *value)
{
	fprintf(out, " \"%s\": ", name);
	json_dumpf(value, out, JSON_COMPACT | JSON_ENCODE_ANY);
	fputs(",\n", out);
	json_decref(value);
}

static void write_head(FILE *out, const struct plan *plan)
{
	json_t *notes = json_array();

	for (size_t i = 0; i < plan->notes.n; i++)
		json_array_append_new(notes, json_string(plan->notes.item[i]));
	write_member(out, "v", json_integer(1));
	write_member(out, "name", json_string(plan->name));
	write_member(out, "suite", text_or_null(plan->suite));
	write_member(out, "started", json_string(plan->started));
	write_member(out, "command", json_incref(plan->command));
	write_member(out, "runner_sha256", json_string(plan->runner_sha256));
	write_member(out, "measurements",
		     json_integer((json_int_t)plan_total(plan)));
	write_member(out, "seed", json_integer((json_int_t)plan->seed));
	write_member(out, "baseline", json_string(plan->baseline));
	write_member(out, "pin", json_string(plan->pin));
	write_member(out, "time_limit_s", json_real(plan->time_limit_s));
	write_member(out, "notes", notes);
}

static void write_allocators(FILE *out, const struct plan *plan)
{
	fputs(" \"allocators\": [\n", out);
	for (size_t i = 0; i < plan->nallocators; i++) {
		const struct plan_allocator *a = &plan->allocator[i];

		write_line(out,
			   json_pack("{s:s, s:s, s:o, s:O?, s:o, s:s}", "name",
				     a->label, "kind",
				     allocator_kind_name(a->kind), "path",
				     text_or_null(a->path), "knobs", a->knobs,
				     "file", text_or_null(a->file), "sha256",
				     a->sha256),
			   i + 1 == plan->nallocators);
	}
	fputs(" ],\n", out);
}

static void write_passes(FILE *out, const struct plan *plan)
{
	fputs(" \"passes\": [\n", out);
	for (size_t i = 0; i < plan->npasses; i++) {
		const struct plan_pass *p = &plan->pass[i];

		write_line(out,
			   json_pack("{s:s, s:i, s:b, s:I, s:O?}", "pass",
				     p->name, "rounds", (int)p->rounds, "auto",
				     p->is_auto, "cells", (json_int_t)p->ncells,
				     "groups", p->groups),
			   i + 1 == plan->npasses);
	}
	fputs(" ],\n \"placements\": [\n", out);
	for (size_t i = 0; i < plan->nplacements; i++) {
		const struct plan_placement *p = &plan->placement[i];

		write_line(out,
			   json_pack("{s:i, s:b, s:O}", "threads",
				     (int)p->threads, "oversubscribed",
				     p->oversubscribed, "cpus", p->cpus),
			   i + 1 == plan->nplacements);
	}
	fputs(" ],\n", out);
}

static void write_points(FILE *out, const struct plan *plan)
{
	fputs(" \"points\": [\n", out);
	for (size_t i = 0; i < plan->npoints; i++) {
		const struct plan_point *p = &plan->point[i];

		write_line(out,
			   json_pack("{s:s, s:s, s:o, s:O, s:i, s:I}", "point",
				     p->key, "workload", p->workload, "path",
				     text_or_null(p->workload_path), "params",
				     p->params, "threads", (int)p->threads,
				     "seed", (json_int_t)p->seed),
			   i + 1 == plan->npoints);
	}
	fputs(" ],\n \"cells\": [\n", out);
	for (size_t i = 0; i < plan->ncells; i++) {
		const struct plan_cell *c = &plan->cell[i];
		json_t *passes = json_array();

		for (size_t k = 0; k < plan->npasses; k++)
			if (c->passes & 1u << k)
				json_array_append_new(
					passes,
					json_string(plan->pass[k].name));
		write_line(out,
			   json_pack("{s:i, s:i, s:o}", "point", (int)c->point,
				     "allocator", (int)c->allocator, "passes",
				     passes),
			   i + 1 == plan->ncells);
	}
	fputs(" ]\n", out);
}

int plan_write(const struct plan *plan, const char *path)
{
	struct al_replace file;
	int err = al_replace_begin(&file, path);

	if (err)
		return err;
	fputs("{\n", file.f);
	write_head(file.f, plan);
	write_allocators(file.f, plan);
	write_passes(file.f, plan);
	write_points(file.f, plan);
	fputs("}\n", file.f);
	return al_replace_end(&file);
}

/* A text, or NULL for JSON's null. */
static char *copy_or_null(json_t *text)
{
	return json_is_string(text) ? text_copy(json_string_value(text)) : NULL;
}

static bool read_allocators(struct plan *plan, json_t *list)
{
	json_t *item;
	size_t i;

	plan->allocator =
		text_alloc(json_array_size(list), sizeof(*plan->allocator));
	json_array_foreach(list, i, item)
	{
		struct plan_allocator *a = &plan->allocator[i];
		const char *label, *kind, *sha;
		json_t *knobs, *path, *file;

		if (json_unpack(item, "{s:s, s:s, s:o, s:o, s:o, s:s}", "name",
				&label, "kind", &kind, "path", &path, "knobs",
				&knobs, "file", &file, "sha256", &sha) ||
		    strlen(sha) >= SHA256_TEXT)
			return false;
		plan->nallocators = i + 1;
		a->label = text_copy(label);
		a->kind = !strcmp(kind, "plugin")    ? ALLOCATOR_PLUGIN
			  : !strcmp(kind, "library") ? ALLOCATOR_LIBRARY
						     : ALLOCATOR_LIBC;
		a->path = copy_or_null(path);
		a->file = copy_or_null(file);
		a->knobs = json_is_object(knobs) ? json_incref(knobs) : NULL;
		strcpy(a->sha256, sha);
	}
	return true;
}

static bool read_passes(struct plan *plan, json_t *list, json_t *placements)
{
	json_t *item;
	size_t i;

	plan->pass = text_alloc(json_array_size(list), sizeof(*plan->pass));
	json_array_foreach(list, i, item)
	{
		struct plan_pass *p = &plan->pass[i];
		const char *name;
		int rounds, is_auto;
		json_t *groups;

		if (i >= 32 ||
		    json_unpack(item, "{s:s, s:i, s:b, s:o}", "pass", &name,
				"rounds", &rounds, "auto", &is_auto, "groups",
				&groups) ||
		    rounds < 1)
			return false;
		plan->npasses = i + 1;
		p->name = text_copy(name);
		p->rounds = (unsigned int)rounds;
		p->is_auto = is_auto;
		p->groups = json_is_array(groups) ? json_incref(groups) : NULL;
	}
	plan->placement = text_alloc(json_array_size(placements),
				     sizeof(*plan->placement));
	json_array_foreach(placements, i, item)
	{
		struct plan_placement *p = &plan->placement[i];
		int threads, oversubscribed;
		json_t *cpus;

		if (json_unpack(item, "{s:i, s:b, s:o}", "threads", &threads,
				"oversubscribed", &oversubscribed, "cpus",
				&cpus) ||
		    threads < 1)
			return false;
		plan->nplacements = i + 1;
		p->threads = (unsigned int)threads;
		p->oversubscribed = oversubscribed;
		p->cpus = json_incref(cpus);
	}
	return true;
}

static bool read_points(struct plan *plan, json_t *list)
{
	json_t *item;
	size_t i;

	plan->point = text_alloc(json_array_size(list), sizeof(*plan->point));
	json_array_foreach(list, i, item)
	{
		struct plan_point *p = &plan->point[i];
		const char *key, *workload;
		json_int_t seed;
		json_t *params, *path;
		int threads;

		if (json_unpack(item, "{s:s, s:s, s:o, s:o, s:i, s:I}", "point",
				&key, "workload", &workload, "path", &path,
				"params", &params, "threads", &threads, "seed",
				&seed) ||
		    threads < 1 || !json_is_object(params) ||
		    !plan_cpus(plan, (unsigned int)threads))
			return false;
		plan->npoints = i + 1;
		*p = (struct plan_point){
			.key = text_copy(key),
			.workload = text_copy(workload),
			.workload_path = copy_or_null(path),
			.params = json_incref(params),
			.threads = (unsigned int)threads,
			.seed = (uint64_t)seed,
		};
	}
	return true;
}

static bool read_cells(struct plan *plan, json_t *list)
{
	json_t *item, *passes, *name;
	size_t i, k;

	plan->cell = text_alloc(json_array_size(list), sizeof(*plan->cell));
	json_array_foreach(list, i, item)
	{
		int point, allocator;
		uint32_t bits = 0;

		if (json_unpack(item, "{s:i, s:i, s:o}", "point", &point,
				"allocator", &allocator, "passes", &passes) ||
		    point < 0 || (size_t)point >= plan->npoints ||
		    allocator < 0 || (size_t)allocator >= plan->nallocators)
			return false;
		json_array_foreach(passes, k, name)
		{
			for (size_t p = 0; p < plan->npasses; p++) {
				struct plan_pass *pass = &plan->pass[p];

				if (!json_is_string(name) ||
				    strcmp(pass->name, json_string_value(name)))
					continue;
				bits |= 1u << p;
				text_grow(&pass->cell, pass->ncells,
					  sizeof(*pass->cell));
				pass->cell[pass->ncells++] = (uint32_t)i;
			}
		}
		plan->ncells = i + 1;
		plan->cell[i] = (struct plan_cell){ (uint32_t)point,
						    (uint32_t)allocator, bits };
	}
	return plan->ncells > 0;
}

/* Plans of older versions do not tell. */
static void read_runner(struct plan *plan, json_t *root)
{
	const char *sha256 =
		json_string_value(json_object_get(root, "runner_sha256"));

	if (sha256 && strlen(sha256) < SHA256_TEXT)
		strcpy(plan->runner_sha256, sha256);
}

int plan_read(struct plan *plan, const char *path)
{
	json_error_t error;
	json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	const char *name, *started, *baseline, *pin;
	json_t *suite, *command, *allocators, *passes, *placements, *points,
		*cells;
	json_int_t seed;
	int version;
	bool good;

	*plan = (struct plan){ .name = NULL };
	if (!root) {
		char *where = error.line > 0
				      ? text_format("%s:%d", path, error.line)
				      : text_copy(path);

		al_error(where, "%s", error.text);
		free(where);
		return AL_EXIT_USAGE;
	}
	good = !json_unpack(root,
			    "{s:i, s:s, s:o, s:s, s:o, s:I, s:s, s:s, s:F, "
			    "s:o, s:o, s:o, s:o, s:o}",
			    "v", &version, "name", &name, "suite", &suite,
			    "started", &started, "command", &command, "seed",
			    &seed, "baseline", &baseline, "pin", &pin,
			    "time_limit_s", &plan->time_limit_s, "allocators",
			    &allocators, "passes", &passes, "placements",
			    &placements, "points", &points, "cells", &cells) &&
	       version == 1;
	if (good) {
		plan->name = text_copy(name);
		plan->suite = copy_or_null(suite);
		plan->started = text_copy(started);
		plan->command = json_incref(command);
		plan->seed = (uint64_t)seed;
		plan->baseline = text_copy(baseline);
		plan->pin = text_copy(pin);
		read_runner(plan, root);
		good = read_allocators(plan, allocators) &&
		       read_passes(plan, passes, placements) &&
		       read_points(plan, points) && read_cells(plan, cells);
	}
	json_decref(root);
	if (good)
		return AL_EXIT_OK;
	al_error(path, "is no plan that this version wrote");
	plan_fini(plan);
	return AL_EXIT_USAGE;
}
