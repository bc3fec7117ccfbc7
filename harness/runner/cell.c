// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cell.c - what one runner is asked to do.
 *
 * Role:       see cell.h.
 * Invariants: the text is hostile until parsed: its size, its types, its field
 *             names and its ranges are checked, in this order.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "cell.h"
#include "record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CELL_BYTES_MAX	  ((size_t)1 << 20)
#define THREADS_MAX	  65536
#define SAMPLE_POINTS_MAX 100000

/* One expected member of an object: its name and where its value goes. */
struct field {
	const char *name;
	json_type type;
	bool required;
	json_t **to;
};

static const char *type_name(json_type type)
{
	switch (type) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
		return "an integer";
	default:
		return "of another type";
	}
}

/* Sorts the members of @object into @fields; null counts as absent. */
static void take_fields(const char *where, json_t *object,
			const struct field *fields, size_t nfields)
{
	const char *name;
	json_t *value;
	size_t i;

	json_object_foreach(object, name, value)
	{
		for (i = 0; i < nfields; i++)
			if (!strcmp(fields[i].name, name))
				break;
		if (i == nfields)
			record_end(STATUS_ERROR, "%s: unknown field \"%.100s\"",
				   where, name);
		if (json_is_null(value))
			continue;
		if (json_typeof(value) != fields[i].type)
			record_end(STATUS_ERROR, "%s: \"%s\" has to be %s",
				   where, name, type_name(fields[i].type));
		*fields[i].to = value;
	}
	for (i = 0; i < nfields; i++)
		if (fields[i].required && !*fields[i].to)
			record_end(STATUS_ERROR, "%s: \"%s\" is missing", where,
				   fields[i].name);
}

static int64_t in_range(const char *name, json_t *value, int64_t low,
			int64_t high, int64_t absent)
{
	int64_t n;

	if (!value)
		return absent;
	n = json_integer_value(value);
	if (n < low || n > high)
		record_end(STATUS_ERROR,
			   "cell: \"%s\" is %lld, has to be %lld to %lld", name,
			   (long long)n, (long long)low, (long long)high);
	return n;
}

static const char **strings_of(const char *name, json_t *array, size_t *count)
{
	size_t n = json_array_size(array), i;
	const char **strings = calloc(n + 1, sizeof(*strings));
	json_t *value;

	if (!strings)
		record_end(STATUS_ERROR, "cell: harness memory is full");
	json_array_foreach(array, i, value)
	{
		if (!json_is_string(value))
			record_end(STATUS_ERROR,
				   "cell: \"%s\" has to hold strings only",
				   name);
		strings[i] = json_string_value(value);
	}
	*count = n;
	return strings;
}

static enum pass_id pass_of(const char *name)
{
	static const char *const names[] = {
		[PASS_TIME] = "time",
		[PASS_COUNTERS] = "counters",
		[PASS_MEMORY] = "memory",
		[PASS_CHECK] = "check",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], name))
			return (enum pass_id)i;
	record_end(STATUS_ERROR,
		   "cell: no pass \"%.100s\"; there are time, counters, "
		   "memory and check",
		   name);
}

static void parse_allocator(struct cell *cell, json_t *object)
{
	json_t *name = NULL, *kind = NULL, *path = NULL, *knobs = NULL, *value;
	const struct field fields[] = {
		{ "name", JSON_STRING, true, &name },
		{ "kind", JSON_STRING, true, &kind },
		{ "path", JSON_STRING, false, &path },
		{ "knobs", JSON_OBJECT, false, &knobs },
	};
	const char *knob, *kind_name;

	take_fields("cell: allocator", object, fields,
		    sizeof(fields) / sizeof(fields[0]));
	cell->allocator_name = json_string_value(name);
	cell->allocator_path = json_string_value(path);
	cell->knobs = knobs;
	kind_name = json_string_value(kind);
	if (!strcmp(kind_name, "plugin"))
		cell->kind = KIND_PLUGIN;
	else if (!strcmp(kind_name, "library"))
		cell->kind = KIND_LIBRARY;
	else if (!strcmp(kind_name, "libc"))
		cell->kind = KIND_LIBC;
	else
		record_end(STATUS_ERROR,
			   "cell: no kind of allocator \"%.100s\"; there are "
			   "plugin, library and libc",
			   kind_name);
	if (cell->kind != KIND_LIBC && !cell->allocator_path)
		record_end(STATUS_ERROR,
			   "cell: allocator: \"path\" is missing");
	json_object_foreach(knobs, knob, value) if (!json_is_string(value))
		record_end(STATUS_ERROR,
			   "cell: knob \"%.100s\" has to be a string", knob);
}

static void parse_workload(struct cell *cell, json_t *object)
{
	json_t *name = NULL, *path = NULL;
	const struct field fields[] = {
		{ "name", JSON_STRING, true, &name },
		{ "path", JSON_STRING, false, &path },
		{ "params", JSON_OBJECT, false, &cell->params },
	};

	take_fields("cell: workload", object, fields,
		    sizeof(fields) / sizeof(fields[0]));
	cell->workload_name = json_string_value(name);
	cell->workload_path = json_string_value(path);
}

static void parse(struct cell *cell, json_t *root)
{
	json_t *v = NULL, *key = NULL, *pass = NULL, *round = NULL;
	json_t *seed = NULL, *allocator = NULL, *workload = NULL;
	json_t *threads = NULL, *cpus = NULL, *events = NULL, *points = NULL;
	json_t *limits = NULL, *space = NULL, *group = NULL;
	const struct field fields[] = {
		{ "v", JSON_INTEGER, true, &v },
		{ "cell", JSON_STRING, false, &key },
		{ "pass", JSON_STRING, true, &pass },
		{ "round", JSON_INTEGER, false, &round },
		{ "seed", JSON_INTEGER, false, &seed },
		{ "allocator", JSON_OBJECT, true, &allocator },
		{ "workload", JSON_OBJECT, true, &workload },
		{ "threads", JSON_INTEGER, false, &threads },
		{ "cpus", JSON_ARRAY, false, &cpus },
		{ "events", JSON_ARRAY, false, &events },
		{ "group", JSON_INTEGER, false, &group },
		{ "sample_points", JSON_INTEGER, false, &points },
		{ "limits", JSON_OBJECT, false, &limits },
	};
	const struct field limit_fields[] = {
		{ "address_space_bytes", JSON_INTEGER, false, &space },
	};
	size_t ncpus = 0;

	take_fields("cell", root, fields, sizeof(fields) / sizeof(fields[0]));
	in_range("v", v, 1, 1, 1);
	cell->key = json_string_value(key);
	cell->pass_name = json_string_value(pass);
	cell->pass = pass_of(cell->pass_name);
	cell->round = in_range("round", round, 0, INT64_MAX, 0);
	cell->seed = (uint64_t)in_range("seed", seed, INT64_MIN, INT64_MAX, 1);
	cell->nthreads =
		(unsigned int)in_range("threads", threads, 1, THREADS_MAX, 1);
	cell->group = in_range("group", group, 0, INT32_MAX, 0);
	cell->sample_points = (unsigned int)in_range("sample_points", points, 2,
						     SAMPLE_POINTS_MAX, 40);
	parse_allocator(cell, allocator);
	parse_workload(cell, workload);
	if (limits)
		take_fields("cell: limits", limits, limit_fields, 1);
	cell->address_space_bytes = (uint64_t)in_range("address_space_bytes",
						       space, 1, INT64_MAX, 0);
	if (events)
		cell->events = strings_of("events", events, &cell->nevents);
	if (!cpus)
		return;
	cell->cpus = strings_of("cpus", cpus, &ncpus);
	if (ncpus != cell->nthreads)
		record_end(STATUS_ERROR,
			   "cell: %zu cpus for %u threads: one a thread", ncpus,
			   cell->nthreads);
}

/* The identity stands in the record even when the rest of the cell is bad. */
static void identify_early(json_t *root)
{
	static const char *const names[] = { "cell", "pass", "round", "seed" };
	json_t *identity = json_pack("{s:i}", "v", 1);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		json_t *value = json_object_get(root, names[i]);

		if (json_is_string(value) || json_is_integer(value))
			json_object_set(identity, names[i], value);
	}
	record_identify(identity);
}

static size_t read_all(int fd, char *text, size_t room)
{
	size_t used = 0;

	for (;;) {
		ssize_t n = read(fd, text + used, room - used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			record_end(STATUS_ERROR, "cell: cannot be read: %s",
				   strerror(errno));
		if (n == 0)
			return used;
		used += (size_t)n;
		if (used == room)
			record_end(STATUS_ERROR, "cell: longer than %zu bytes",
				   CELL_BYTES_MAX);
	}
}

void cell_read(struct cell *cell, int fd)
{
	char *text = malloc(CELL_BYTES_MAX + 1);
	json_error_t error;
	json_t *root;
	size_t n;

	if (!text)
		record_end(STATUS_ERROR, "cell: harness memory is full");
	memset(cell, 0, sizeof(*cell));
	n = read_all(fd, text, CELL_BYTES_MAX + 1);
	root = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);
	free(text);
	if (!root)
		record_end(STATUS_ERROR, "cell: line %d, byte %d: %s",
			   error.line, error.position, error.text);
	if (!json_is_object(root))
		record_end(STATUS_ERROR, "cell: has to be an object");
	cell->root = root;
	identify_early(root);
	parse(cell, root);
}
