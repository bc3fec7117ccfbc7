// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * run_loop.c - measures a plan through.
 *
 * Role:       see run_loop.h.
 * Invariants: see run_loop.h.
 * Locks:      the samples file's.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "run_loop.h"
#include "env.h"
#include "measure.h"
#include "process.h"
#include "progress.h"
#include "samples.h"
#include "schedule.h"
#include "../lib/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the loop adds up, over this run and those before it. */
struct tally {
	struct schedule *schedule;
	json_t *failed;	 /* "CELL PASS STATUS" to {"n", "why", "log"} */
	json_t *marks;	 /* mark to count of samples */
	size_t nmarked;	 /* samples with any mark */
	size_t nforeign; /* records that are not of this plan */
};

static bool is_failure(const char *status)
{
	return strcmp(status, "ok") != 0 && strcmp(status, "unsupported") != 0;
}

static const char *text_of(json_t *record, const char *member)
{
	const char *text = json_string_value(json_object_get(record, member));

	return text ? text : "";
}

/* Is the status new for this cell? Says so once. */
static bool note_failure(struct tally *t, json_t *record)
{
	char *key =
		text_format("%s %s %s", text_of(record, "cell"),
			    text_of(record, "pass"), text_of(record, "status"));
	json_t *entry = json_object_get(t->failed, key);

	if (entry) {
		json_t *n = json_object_get(entry, "n");

		json_integer_set(n, json_integer_value(n) + 1);
	} else {
		json_object_set_new(t->failed, key,
				    json_pack("{s:i, s:s, s:s}", "n", 1, "why",
					      text_of(record, "why"), "log",
					      text_of(record, "log")));
	}
	free(key);
	return !entry;
}

/* Return: is it a failure not seen before? */
static bool take(struct tally *t, json_t *record)
{
	json_t *marks = json_object_get(record, "marks"), *mark, *n;
	const char *status = text_of(record, "status");
	size_t i;

	if (!schedule_seen(t->schedule, record)) {
		t->nforeign++;
		return false;
	}
	json_array_foreach(marks, i, mark)
	{
		const char *name = json_string_value(mark);

		if (!name)
			continue;
		n = json_object_get(t->marks, name);
		if (n)
			json_integer_set(n, json_integer_value(n) + 1);
		else
			json_object_set_new(t->marks, name, json_integer(1));
	}
	t->nmarked += json_array_size(marks) > 0;
	return is_failure(status) && note_failure(t, record);
}

static void take_earlier(json_t *record, void *arg)
{
	take(arg, record);
}

/* How many cells one reason may fill the screen with. */
#define SAME_REASON_MAX 3

/* Return: how often @why was counted, this time included. */
static json_int_t count_reason(json_t *reasons, const char *why)
{
	json_int_t n = json_integer_value(json_object_get(reasons, why)) + 1;

	json_object_set_new(reasons, why, json_integer(n));
	return n;
}

static void tell_failures(const struct tally *t)
{
	json_t *reasons = json_object(), *entry, *count;
	const char *key, *why;

	json_object_foreach(t->failed, key, entry)
	{
		const char *log = text_of(entry, "log");
		json_int_t n = json_integer_value(json_object_get(entry, "n"));

		if (count_reason(reasons, text_of(entry, "why")) >
		    SAME_REASON_MAX)
			continue;
		fprintf(stderr, "failed: %s", key);
		if (n > 1)
			fprintf(stderr, " (%lld times)", (long long)n);
		if (*text_of(entry, "why"))
			fprintf(stderr, ": %s", text_of(entry, "why"));
		if (*log)
			fprintf(stderr, " [%s]", log);
		fputc('\n', stderr);
	}
	json_object_foreach(reasons, why, count)
	{
		json_int_t more = json_integer_value(count) - SAME_REASON_MAX;

		if (more > 0)
			fprintf(stderr, "failed: %lld more%s%s\n",
				(long long)more,
				*why ? ", for the same reason: " : "", why);
	}
	json_decref(reasons);
}

/* Return: false if the record could not be kept; the error was printed. */
static bool keep(struct samples *samples, json_t *record, const char *folder)
{
	int err = samples_append(samples, record);

	if (!err)
		return true;
	al_error(samples->path,
		 "%s; nothing is lost but this measurement: make room, then "
		 "`allotrope run --resume %s`",
		 strerror(-err), folder);
	return false;
}

static char *describe(const struct plan *plan, const struct measurement *m)
{
	char *key = plan_key(plan, &plan->cell[m->cell]);
	char *text = text_format("%s %u: %s", plan->pass[m->pass].name,
				 m->round + 1, key);

	free(key);
	return text;
}

/* Return: an enum al_exit; OK also when the user stopped it. */
static int measure_all(const struct plan *plan, const char *folder,
		       const struct run_loop_options *options,
		       struct samples *samples, struct tally *t)
{
	struct watch watch = { .best_mhz = 0 };
	struct progress progress;
	struct measurement m;
	int status = AL_EXIT_OK;

	progress_init(&progress, options->is_quiet, schedule_done(t->schedule),
		      plan_total(plan));
	while (!status && !process_stop_signal() &&
	       schedule_next(t->schedule, &m)) {
		double wall_s;
		json_t *record = measure_run(plan, &m, folder, &watch, &wall_s);
		char *what;

		if (!record)
			break;
		if (!keep(samples, record, folder)) {
			status = AL_EXIT_FAILED;
		} else {
			what = describe(plan, &m);
			if (take(t, record))
				progress_line(&progress, "%s: %s (%s)", what,
					      text_of(record, "status"),
					      text_of(record, "why"));
			progress_step(&progress, schedule_left(t->schedule),
				      what);
			free(what);
		}
		json_decref(record);
	}
	progress_end(&progress);
	return status;
}

static void tell_notes(const struct plan *plan)
{
	for (size_t i = 0; i < plan->notes.n; i++)
		fprintf(stderr, "note: %s\n", plan->notes.item[i]);
}

/* What is to be known of a finished run beside its numbers. */
static void tell_end(const struct plan *plan, const struct tally *t)
{
	if (t->nforeign)
		al_warn("samples.jsonl", "%zu records are not of this plan",
			t->nforeign);
	if (schedule_given_up(t->schedule))
		fprintf(stderr,
			"note: %zu cell%s hung %d times: not tried again\n",
			schedule_given_up(t->schedule),
			schedule_given_up(t->schedule) == 1 ? "" : "s",
			SCHEDULE_HANGS_MOST);
	if (schedule_uncertain(t->schedule))
		fprintf(stderr,
			"note: %zu of %zu points are less certain than "
			"%g%% after all rounds of --reps auto\n",
			schedule_uncertain(t->schedule), plan->npoints,
			100 * SCHEDULE_AUTO_WIDTH);
	if (t->nmarked)
		fprintf(stderr,
			"note: %zu of %llu samples were disturbed; "
			"`allotrope doctor` may help\n",
			t->nmarked,
			(unsigned long long)schedule_done(t->schedule));
}

/* Everything is measured: the report, then what went wrong, then where. */
static int finish(const struct plan *plan, const char *folder,
		  const struct run_loop_options *options, const struct tally *t)
{
	int status = AL_EXIT_OK;

	env_finish(folder, t->marks);
	if (options->report)
		status = options->report(folder, !options->is_quiet);
	if (status == AL_EXIT_MACHINE)
		status = AL_EXIT_OK; /* no figures; the samples are there */
	fflush(stdout);
	tell_end(plan, t);
	tell_failures(t);
	printf("results: %s\n", folder);
	if (status) /* the samples are whole all the same */
		fprintf(stderr,
			"note: the report is not complete; `allotrope report "
			"%s` makes it again\n",
			folder);
	if (options->report && !status)
		printf("report:  %s/report.html\n", folder);
	return json_object_size(t->failed) ? AL_EXIT_FAILED : status;
}

int run_loop(const struct plan *plan, const char *folder,
	     const struct run_loop_options *options)
{
	struct tally t = { .schedule = schedule_new(plan),
			   .failed = json_object(),
			   .marks = json_object() };
	char *path = text_format("%s/samples.jsonl", folder);
	struct samples samples;
	int status;

	process_catch_signals();
	if (!options->is_quiet)
		tell_notes(plan);
	status = samples_open(&samples, path, take_earlier, &t);
	if (!status)
		status = measure_all(plan, folder, options, &samples, &t);
	samples_close(&samples);
	free(path);
	if (process_stop_signal() && !status)
		fprintf(stderr,
			"stopped after %llu of %llu measurements; "
			"`allotrope run --resume %s` goes on\n",
			(unsigned long long)schedule_done(t.schedule),
			(unsigned long long)plan_total(plan), folder);
	else if (!status)
		status = finish(plan, folder, options, &t);
	schedule_delete(t.schedule);
	json_decref(t.failed);
	json_decref(t.marks);
	return status;
}
