// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cmd_merge.c - `allotrope merge`: several result sets of one plan into one.
 *
 * Role:       joins the samples of runs that measured the same plan, on one
 *             machine, as more rounds of it.
 * Invariants: ratios are formed inside rounds: a round of the result comes from
 *             one set alone. Sets that differ in an allocator's file, the
 *             machine or the placement do not mix.
 * Locks:      the new samples file's.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "commands.h"
#include "env.h"
#include "plan.h"
#include "samples.h"
#include "usage.h"
#include "../lib/error.h"
#include "../report/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char doc[] =
	"Join result sets of one machine and one suite into a new set, as more "
	"rounds of it."
	"\vRuns of the same suite on several evenings become one set with more "
	"rounds. Refused when an allocator's file, the CPU or the placement "
	"differ: use `allotrope compare A B` for those.\n"
	"\n"
	"Example:\n"
	"  allotrope merge results/monday results/tuesday --out results/both\n"
	"\n"
	"Exit codes: 0 done; 1 could not be written; 2 the sets do not fit.";

static const struct argp_option options[] = {
	{ "out", 'o', "DIR", 0, "The new result set", 0 },
	{ "no-report", 'n', NULL, 0, "Samples only", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

struct words {
	struct text_list sets;
	const char *out;
	bool no_report;
};

/* Where the records of one set go. */
struct target {
	struct samples *samples;
	const struct plan *plan;
	uint32_t *base;	  /* [pass]: first free round */
	uint32_t *rounds; /* [pass]: rounds this set used */
	int err;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct words *w = state->input;

	switch (key) {
	case 'o':
		w->out = arg;
		return 0;
	case 'n':
		w->no_report = true;
		return 0;
	case ARGP_KEY_ARG:
		text_list_add(&w->sets, arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static char *cpu_model(const char *folder)
{
	char *path = text_format("%s/env.json", folder), *model;
	json_t *env = json_load_file(path, 0, NULL);
	const char *text = json_string_value(
		json_object_get(json_object_get(env, "cpu"), "model"));

	model = text_copy(text ? text : "unknown");
	json_decref(env);
	free(path);
	return model;
}

/* Why two plans cannot be one; the caller's to free, or NULL. */
static char *difference(const struct plan *a, const struct plan *b)
{
	if (strcmp(a->pin, b->pin))
		return text_format("pin is %s there and %s here", a->pin,
				   b->pin);
	if (a->nallocators != b->nallocators || a->npoints != b->npoints ||
	    a->ncells != b->ncells || a->npasses != b->npasses)
		return text_copy("it measured other cells");
	if (strcmp(a->runner_sha256, b->runner_sha256))
		return text_copy("another build measured it");
	for (size_t i = 0; i < a->nallocators; i++)
		if (strcmp(a->allocator[i].label, b->allocator[i].label) ||
		    strcmp(a->allocator[i].sha256, b->allocator[i].sha256))
			return text_format("%s is another file",
					   b->allocator[i].label);
	for (size_t i = 0; i < a->npoints; i++)
		if (strcmp(a->point[i].key, b->point[i].key))
			return text_format("%s is not in both",
					   b->point[i].key);
	for (size_t i = 0; i < a->npasses; i++)
		if (strcmp(a->pass[i].name, b->pass[i].name) ||
		    plan_pass_groups(&a->pass[i]) !=
			    plan_pass_groups(&b->pass[i]))
			return text_format("pass %s differs", b->pass[i].name);
	return NULL;
}

/* Shifts a record's round behind those of the sets before. */
static void take(json_t *record, void *arg)
{
	struct target *t = arg;
	const char *name = json_string_value(json_object_get(record, "pass"));
	json_int_t round = json_integer_value(json_object_get(record, "round"));

	for (size_t p = 0; name && p < t->plan->npasses; p++) {
		if (strcmp(t->plan->pass[p].name, name) || round < 0)
			continue;
		if ((uint32_t)round + 1 > t->rounds[p])
			t->rounds[p] = (uint32_t)round + 1;
		json_object_set_new(record, "round",
				    json_integer(round + t->base[p]));
		if (!t->err)
			t->err = samples_append(t->samples, record);
	}
}

static int join(struct target *t, const char *folder)
{
	char *path = text_format("%s/samples.jsonl", folder);
	int status;

	memset(t->rounds, 0, t->plan->npasses * sizeof(*t->rounds));
	status = samples_read(path, take, t);
	for (size_t p = 0; p < t->plan->npasses; p++)
		t->base[p] += t->rounds[p];
	free(path);
	if (!status && t->err) {
		al_error(t->samples->path, "%s", strerror(-t->err));
		status = AL_EXIT_FAILED;
	}
	return status;
}

/* The plan of all: that of the first, with as many rounds as there are. */
static int write_plan(struct plan *plan, const struct words *w,
		      const struct target *t, json_t *command)
{
	char *path = text_format("%s/plan.json", w->out);
	int err;

	for (size_t p = 0; p < plan->npasses; p++) {
		plan->pass[p].rounds = t->base[p] ? t->base[p] : 1;
		plan->pass[p].is_auto = false;
	}
	json_decref(plan->command);
	plan->command = json_incref(command);
	err = plan_write(plan, path);
	if (err)
		al_error(path, "%s", strerror(-err));
	free(path);
	return err ? AL_EXIT_FAILED : AL_EXIT_OK;
}

static int copy_env(const struct words *w)
{
	static const char *const names[] = { "env.json", "topology.xml" };
	int status = AL_EXIT_OK;

	for (size_t i = 0; !status && i < 2; i++) {
		char *from = text_format("%s/%s", w->sets.item[0], names[i]);
		char *to = text_format("%s/%s", w->out, names[i]);
		size_t len;
		char *bytes = text_read_file(from, (size_t)64 << 20, &len);
		FILE *out = bytes ? fopen(to, "we") : NULL;

		if (out && (fwrite(bytes, 1, len, out) != len || fclose(out))) {
			al_error(to, "%s", strerror(errno));
			status = AL_EXIT_FAILED;
		}
		free(bytes);
		free(from);
		free(to);
	}
	return status;
}

/* A copy of a run is no second run: its samples would count twice. */
struct seen {
	json_t *keys;
	bool is_repeated;
};

static void note_sample(json_t *record, void *arg)
{
	struct seen *seen = arg;
	const char *started =
		json_string_value(json_object_get(record, "started"));
	const char *cell = json_string_value(json_object_get(record, "cell"));
	const char *pass = json_string_value(json_object_get(record, "pass"));
	char *key;

	if (!started || !cell || !pass)
		return;
	key = text_format("%s %s %s", started, pass, cell);
	if (json_object_get(seen->keys, key))
		seen->is_repeated = true;
	json_object_set_new(seen->keys, key, json_true());
	free(key);
}

/* Return: an enum al_exit. */
static int check_samples(const struct words *w)
{
	struct seen seen = { .keys = json_object() };
	int status = AL_EXIT_OK;

	for (size_t i = 0; !status && i < w->sets.n; i++) {
		char *path = text_format("%s/samples.jsonl", w->sets.item[i]);

		status = samples_read(path, note_sample, &seen);
		free(path);
		if (status || !seen.is_repeated)
			continue;
		al_error(w->sets.item[i],
			 "holds samples of a set before it: a copy is no "
			 "second run");
		status = AL_EXIT_USAGE;
	}
	json_decref(seen.keys);
	return status;
}

/* Do all sets fit the first? Fills @plan with its plan. */
static int check_sets(struct plan *plan, const struct words *w)
{
	char *model = cpu_model(w->sets.item[0]);
	int status = AL_EXIT_OK;

	for (size_t i = 0; !status && i < w->sets.n; i++) {
		const char *folder = w->sets.item[i];
		char *path = text_format("%s/plan.json", folder);
		char *own = cpu_model(folder), *why = NULL;
		struct plan other;

		status = plan_read(i ? &other : plan, path);
		if (!status && i) {
			why = strcmp(own, model)
				      ? text_format("another machine: %s, not "
						    "%s",
						    own, model)
				      : difference(plan, &other);
			plan_fini(&other);
			if (why) {
				al_error(folder,
					 "does not fit %s: %s; `allotrope "
					 "compare` sets them side by side",
					 w->sets.item[0], why);
				plan_fini(plan);
				status = AL_EXIT_USAGE;
			}
		}
		free(why);
		free(own);
		free(path);
	}
	free(model);
	return status;
}

static int merge(const struct words *w, json_t *command)
{
	struct samples samples = { .fd = -1 };
	struct target t = { .samples = &samples };
	struct plan plan;
	char *path;
	int status = check_sets(&plan, w);

	if (status)
		return status;
	if (mkdir(w->out, 0777)) {
		al_error(w->out, "%s", strerror(errno));
		plan_fini(&plan);
		return AL_EXIT_USAGE;
	}
	t.plan = &plan;
	t.base = text_alloc(plan.npasses, sizeof(*t.base));
	t.rounds = text_alloc(plan.npasses, sizeof(*t.rounds));
	path = text_format("%s/samples.jsonl", w->out);
	status = samples_open(&samples, path, NULL, NULL);
	for (size_t i = 0; !status && i < w->sets.n; i++)
		status = join(&t, w->sets.item[i]);
	samples_close(&samples);
	free(path);
	if (!status)
		status = write_plan(&plan, w, &t, command);
	if (!status)
		status = copy_env(w);
	plan_fini(&plan);
	free(t.base);
	free(t.rounds);
	if (!status && !w->no_report)
		status = (int)al_report_make(w->out, true);
	if (!status)
		printf("results: %s\n", w->out);
	return status;
}

int cmd_merge(int argc, char **argv)
{
	static const struct argp argp = { options, parse, "DIR DIR...", doc,
					  NULL,	   NULL,  NULL };
	struct words w = { .out = NULL };
	json_t *command = json_pack("[s,s]", "allotrope", "merge");
	int status;

	for (int i = 1; i < argc; i++) {
		json_t *word = json_string(argv[i]);

		json_array_append_new(command, word ? word : json_string("?"));
	}
	usage_parse(&argp, argc, argv, &w);
	if (w.sets.n < 2)
		al_die(AL_EXIT_USAGE, "merge",
		       "expected two result sets or more; try "
		       "`allotrope merge --help`");
	if (!w.out)
		al_die(AL_EXIT_USAGE, "merge", "expected --out DIR");
	status = check_samples(&w);
	if (!status)
		status = merge(&w, command);
	text_list_fini(&w.sets);
	json_decref(command);
	return status;
}
