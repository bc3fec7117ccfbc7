// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * measure.c - one measurement: a cell goes in, a record comes out.
 *
 * Role:       see measure.h.
 * Invariants: what names the measurement in the record (cell, pass, round,
 *             seed ...) is written by the driver, whatever the runner says.
 * Locks:      none.
 * Units:      seconds, bytes.
 * Source:     doc/result-set.md.
 */
#include "config.h"

#include "measure.h"
#include "process.h"
#include "runner.h"

#include <allotrope/random.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SAMPLE_POINTS 40   /* of the memory pass */
#define PADDING_MOST  4096 /* bytes: one page moves the stack by all offsets */
#define LOOK_EVERY_S  0.25
#define WHY_MOST      300

json_t *measure_cell(const struct plan *plan, const struct measurement *m)
{
	const struct plan_cell *cell = &plan->cell[m->cell];
	const struct plan_point *point = &plan->point[cell->point];
	const struct plan_allocator *a = &plan->allocator[cell->allocator];
	const struct plan_pass *pass = &plan->pass[m->pass];
	const struct plan_placement *cpus = plan_cpus(plan, point->threads);
	char *key = plan_key(plan, cell);
	json_t *json, *allocator, *workload;

	allocator = json_pack("{s:s, s:s, s:s?}", "name", a->label, "kind",
			      allocator_kind_name(a->kind), "path", a->path);
	/* Knobs of a library are variables of its environment. */
	json_object_set_new(allocator, "knobs",
			    a->knobs && a->kind == ALLOCATOR_PLUGIN
				    ? json_incref(a->knobs)
				    : json_object());
	workload =
		json_pack("{s:s, s:s?, s:O}", "name", point->workload, "path",
			  point->workload_path, "params", point->params);
	json = json_pack("{s:i, s:s, s:s, s:i, s:I, s:o, s:o, s:i, s:O}", "v",
			 1, "cell", key, "pass", pass->name, "round",
			 (int)m->round, "seed", (json_int_t)point->seed,
			 "allocator", allocator, "workload", workload,
			 "threads", (int)point->threads, "cpus", cpus->cpus);
	if (pass->groups)
		json_object_set(json, "events",
				json_array_get(pass->groups, m->group));
	if (!strcmp(pass->name, "memory"))
		json_object_set_new(json, "sample_points",
				    json_integer(SAMPLE_POINTS));
	free(key);
	return json;
}

/* Kills by the kernel for want of memory, since it started; 0 if unknown. */
static uint64_t oom_kills(void)
{
	char *text = text_read_file("/proc/vmstat", 1 << 20, NULL), *line;
	uint64_t n = 0;

	line = text ? strstr(text, "\noom_kill ") : NULL;
	if (line)
		sscanf(line, " oom_kill %" SCNu64, &n);
	free(text);
	return n;
}

static void set_outcome(json_t *record, const char *status, const char *why)
{
	json_object_set_new(record, "status", json_string(status));
	json_object_set_new(record, "why", json_string(why));
}

/* The last thing that it said, for a reason; "" if nothing. */
static void last_line(const struct process_text *log, char *line, size_t room)
{
	size_t end = log->len, begin;

	while (end && strchr("\n\r \t", log->bytes[end - 1]))
		end--;
	for (begin = end; begin && log->bytes[begin - 1] != '\n';)
		begin--;
	snprintf(line, room, "%.*s",
		 (int)(end - begin < WHY_MOST ? end - begin : WHY_MOST),
		 log->bytes + begin);
	for (char *c = line; *c; c++) /* a record is UTF-8; a log is anything */
		if ((unsigned char)*c >= 0x80 || (unsigned char)*c < ' ')
			*c = '?';
}

/* What the driver sees of an end that left no good record. */
static void judge(json_t *record, const struct process_result *result,
		  const struct plan *plan, bool has_record, uint64_t oom_before)
{
	char why[WHY_MOST + 200], said[WHY_MOST + 1];

	last_line(&result->log, said, sizeof(said));
	switch (result->end) {
	case PROCESS_TIMEOUT:
		snprintf(why, sizeof(why), "still running after %g s",
			 plan->time_limit_s);
		set_outcome(record, "hang", why);
		return;
	case PROCESS_NOT_STARTED:
		set_outcome(record, "error", strerror(result->code));
		return;
	case PROCESS_SIGNALED:
		if (result->code == SIGKILL && oom_kills() > oom_before) {
			set_outcome(record, "oom",
				    "killed by the kernel: the machine or its "
				    "cgroup was out of memory");
			return;
		}
		snprintf(why, sizeof(why), "killed by %s%s%s%s",
			 process_signal_name(result->code),
			 has_record ? " after its record" : "",
			 *said ? ": " : "", said);
		set_outcome(record, "crash", why);
		return;
	default:
		if (has_record)
			return;
		snprintf(why, sizeof(why), "exit code %d without a record%s%s",
			 result->code, *said ? ": " : "", said);
		set_outcome(record, "crash", why);
	}
}

/* Keeps what a runner said. Return: the log's name in the set, or NULL. */
static char *keep_log(const struct process_text *log, const char *folder,
		      const char *pass, const struct measurement *m)
{
	char *name = text_format("logs/%s-r%u-c%u%s%u.log", pass, m->round,
				 m->cell, m->group ? "-g" : "-", m->group);
	char *path = text_format("%s/logs", folder);
	FILE *out;

	mkdir(path, 0777);
	free(path);
	path = text_format("%s/%s", folder, name);
	out = fopen(path, "we");
	free(path);
	if (!out) {
		free(name);
		return NULL;
	}
	fwrite(log->bytes, 1, log->len, out);
	if (log->cut)
		fputs("\n[more was said; cut here]\n", out);
	fclose(out);
	return name;
}

static void look(void *watch)
{
	watch_look(watch);
}

static int first_cpu(json_t *cpus)
{
	const char *mask = json_string_value(json_array_get(cpus, 0));
	unsigned long word;
	int cpu = 0;

	/* An hwloc bitmap: 32 bits a word, the highest word first. */
	if (!mask)
		return 0;
	for (const char *p = mask; (p = strchr(p, ',')); p++)
		cpu += 32;
	word = strtoul(mask, NULL, 16);
	return word ? cpu + __builtin_ctzl(word) : 0;
}

static void stamp(json_t *record, const struct plan *plan,
		  const struct measurement *m, json_t *cell)
{
	const struct plan_cell *c = &plan->cell[m->cell];
	const struct plan_point *point = &plan->point[c->point];

	json_object_set_new(record, "v", json_integer(1));
	json_object_set(record, "cell", json_object_get(cell, "cell"));
	json_object_set_new(record, "point", json_string(point->key));
	json_object_set(record, "pass", json_object_get(cell, "pass"));
	json_object_set(record, "round", json_object_get(cell, "round"));
	json_object_set(record, "seed", json_object_get(cell, "seed"));
	json_object_set_new(record, "allocator",
			    json_string(plan->allocator[c->allocator].label));
	json_object_set_new(record, "workload", json_string(point->workload));
	if (!json_object_get(record, "params"))
		json_object_set(record, "params", point->params);
	json_object_set(record, "threads", json_object_get(cell, "threads"));
	if (plan->pass[m->pass].groups)
		json_object_set_new(record, "group", json_integer(m->group));
	if (plan_cpus(plan, point->threads)->oversubscribed)
		json_object_set_new(record, "oversubscribed", json_true());
}

static char *utc_now(void)
{
	char text[40];
	struct timespec now;
	struct tm tm;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &now);
	n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S",
		     gmtime_r(&now.tv_sec, &tm));
	snprintf(text + n, sizeof(text) - n, ".%03ldZ", now.tv_nsec / 1000000);
	return text_copy(text);
}

/* Runs the runner on the cell's JSON. */
static void run(const struct plan *plan, const struct plan_allocator *a,
		json_t *cell, size_t padding, struct watch *watch,
		struct process_result *result)
{
	char *path = text_copy(runner_path());
	char *argv[] = { path, NULL };
	char *input = json_dumps(cell, JSON_COMPACT);
	struct text_list env = { NULL, 0 };
	struct process_spec spec = {
		.argv = argv,
		.input = input,
		.answer_fd = 4,
		.limit_s = plan->time_limit_s,
		.tick_s = LOOK_EVERY_S,
		.tick = look,
		.tick_arg = watch,
	};

	runner_environment(&env, a->kind == ALLOCATOR_LIBRARY ? a->path : NULL,
			   a->kind == ALLOCATOR_PLUGIN ? NULL : a->knobs,
			   padding);
	text_grow(&env.item, env.n, sizeof(*env.item));
	env.item[env.n] = NULL;
	spec.envp = env.item;
	process_run(&spec, result);
	text_list_fini(&env);
	free(input);
	free(path);
}

json_t *measure_run(const struct plan *plan, const struct measurement *m,
		    const char *folder, struct watch *watch, double *wall_s)
{
	const struct plan_cell *c = &plan->cell[m->cell];
	const struct plan_point *point = &plan->point[c->point];
	json_t *cell = measure_cell(plan, m), *record, *marks;
	struct process_result result;
	uint64_t oom_before = oom_kills();
	char *started = utc_now(), *log;
	bool has_record;
	size_t padding;

	padding = al_random_derive(point->seed ^ text_hash("padding"),
				   ((uint64_t)m->round << 32) + m->cell) %
			  PADDING_MOST +
		  1;
	watch_begin(watch, point->threads,
		    first_cpu(json_object_get(cell, "cpus")));
	run(plan, &plan->allocator[c->allocator], cell, padding, watch,
	    &result);
	*wall_s = result.wall_s;
	if (result.end == PROCESS_INTERRUPTED) {
		record = NULL;
		goto out;
	}
	record = json_loadb(result.answer.bytes, result.answer.len, 0, NULL);
	has_record = json_is_object(record) &&
		     json_is_string(json_object_get(record, "status"));
	if (!has_record) {
		json_decref(record);
		record = json_object();
	}
	judge(record, &result, plan, has_record, oom_before);
	stamp(record, plan, m, cell);
	marks = json_object_get(record, "marks");
	if (!json_is_array(marks)) {
		marks = json_array();
		json_object_set_new(record, "marks", marks);
	}
	json_object_set_new(
		record, "watch",
		watch_end(watch, result.wall_s, &result.usage, marks));
	json_object_set_new(record, "started", json_string(started));
	json_object_set_new(record, "wall_s", json_real(result.wall_s));
	json_object_set_new(record, "padding_bytes",
			    json_integer((json_int_t)padding));
	if (result.log.len) {
		log = keep_log(&result.log, folder, plan->pass[m->pass].name,
			       m);
		if (log)
			json_object_set_new(record, "log", json_string(log));
		free(log);
	}
out:
	process_result_fini(&result);
	json_decref(cell);
	free(started);
	return record;
}
