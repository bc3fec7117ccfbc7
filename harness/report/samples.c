// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * samples.c - the stored samples of a result set, in memory.
 *
 * Role:       see samples.h.
 * Invariants: a record is parsed as a whole before any of it is kept.
 * Locks:      none.
 * Units:      see samples.h.
 * Source:     none.
 */
#include "config.h"

#include "samples.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Larger numbers of threads, rounds or groups are damage, not data. */
#define LARGEST_COUNT 100000000

struct reader {
	struct al_samples *out;
	char what[4200]; /* "file:line" */
};

static bool refuse(struct reader *r, const char *why)
{
	al_error(r->what, "%s", why);
	return false;
}

static bool get_text(struct reader *r, const json_t *o, const char *key,
		     bool required, uint32_t *id)
{
	const json_t *v = json_object_get(o, key);
	char why[128];

	if (!v && !required) {
		*id = al_names_id(&r->out->names, "");
		return true;
	}
	if (!json_is_string(v) || (required && !json_string_length(v))) {
		snprintf(why, sizeof(why), "\"%s\" is not a text", key);
		return refuse(r, why);
	}
	*id = al_names_id(&r->out->names, json_string_value(v));
	return true;
}

static bool get_count(struct reader *r, const json_t *o, const char *key,
		      uint32_t *count)
{
	const json_t *v = json_object_get(o, key);
	json_int_t n = json_integer_value(v);
	char why[128];

	*count = 0;
	if (!v)
		return true;
	if (!json_is_integer(v) || n < 0 || n > LARGEST_COUNT) {
		snprintf(why, sizeof(why),
			 "\"%s\" is not a number from 0 to %d", key,
			 LARGEST_COUNT);
		return refuse(r, why);
	}
	*count = (uint32_t)n;
	return true;
}

static bool get_object(struct reader *r, const json_t *o, const char *key,
		       json_t **object)
{
	char why[128];

	*object = json_object_get(o, key);
	if (json_is_null(*object))
		*object = NULL;
	if (!*object || json_is_object(*object))
		return true;
	snprintf(why, sizeof(why), "\"%s\" is not an object", key);
	return refuse(r, why);
}

static bool get_metrics(struct reader *r, json_t *o, struct al_sample *s)
{
	struct al_samples *out = r->out;
	json_t *metrics, *v;
	const char *name;

	if (!get_object(r, o, "metrics", &metrics))
		return false;
	s->value = out->nvalues;
	s->nvalues = 0;
	json_object_foreach(metrics, name, v)
	{
		struct al_value_of *to;

		if (json_is_null(v))
			continue;
		if (!json_is_number(v))
			return refuse(r, "a metric is not a number");
		out->values = al_grow(out->values, &out->values_room,
				      s->value + s->nvalues + 1,
				      sizeof(*out->values));
		to = &out->values[s->value + s->nvalues++];
		to->metric = al_names_id(&out->names, name);
		to->value = json_number_value(v);
	}
	return true;
}

static bool get_missing(struct reader *r, json_t *o, struct al_sample *s)
{
	struct al_samples *out = r->out;
	json_t *missing, *v;
	const char *name;

	if (!get_object(r, o, "missing", &missing))
		return false;
	s->missing = out->nmissing;
	s->nmissing = 0;
	json_object_foreach(missing, name, v)
	{
		struct al_missing *to;

		if (!json_is_string(v))
			return refuse(r, "a reason in \"missing\" is no text");
		out->missing = al_grow(out->missing, &out->missing_room,
				       s->missing + s->nmissing + 1,
				       sizeof(*out->missing));
		to = &out->missing[s->missing + s->nmissing++];
		to->metric = al_names_id(&out->names, name);
		to->why = al_names_id(&out->names, json_string_value(v));
	}
	return true;
}

static bool get_params(struct reader *r, json_t *o, struct al_sample *s)
{
	char text[1024] = "", number[64];
	json_t *params, *v;
	const char *name;
	size_t used = 0;

	if (!get_object(r, o, "params", &params))
		return false;
	json_object_foreach(params, name, v)
	{
		const char *value = json_string_value(v);

		if (json_is_integer(v))
			snprintf(number, sizeof(number),
				 "%" JSON_INTEGER_FORMAT,
				 json_integer_value(v));
		else if (json_is_number(v))
			snprintf(number, sizeof(number), "%.10g",
				 json_number_value(v));
		else if (!value)
			return refuse(r, "a parameter is no number or text");
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%s=%s", used ? " " : "", name,
					 value ? value : number);
		if (used >= sizeof(text))
			return refuse(r, "parameters are too long");
	}
	s->params = al_names_id(&r->out->names, text);
	return true;
}

static void free_series(struct al_series *s)
{
	if (s) {
		free(s->column);
		free(s->at);
	}
	free(s);
}

static bool get_rows(struct reader *r, const json_t *rows, struct al_series *to)
{
	for (size_t i = 0; i < to->nrows; i++) {
		const json_t *row = json_array_get(rows, i);

		if (json_array_size(row) != to->ncolumns)
			return refuse(r, "a row of \"series\" has not as many "
					 "values as there are columns");
		for (size_t j = 0; j < to->ncolumns; j++) {
			const json_t *v = json_array_get(row, j);

			if (!json_is_number(v) && !json_is_null(v))
				return refuse(r, "a value of \"series\" is "
						 "not a number");
			to->at[i * to->ncolumns + j] =
				json_is_null(v) ? NAN : json_number_value(v);
		}
	}
	return true;
}

static bool get_series(struct reader *r, json_t *o, struct al_sample *s)
{
	json_t *series, *columns, *rows;
	struct al_series *to;

	s->series = NULL;
	if (!get_object(r, o, "series", &series) || !series)
		return series == NULL;
	columns = json_object_get(series, "columns");
	rows = json_object_get(series, "rows");
	if (!json_is_array(columns) || !json_is_array(rows))
		return refuse(r, "\"series\" has no columns or no rows");
	to = al_calloc(1, sizeof(*to));
	to->ncolumns = (uint32_t)json_array_size(columns);
	to->nrows = (uint32_t)json_array_size(rows);
	to->column = al_calloc(to->ncolumns, sizeof(*to->column));
	to->at = al_calloc((size_t)to->nrows * to->ncolumns, sizeof(*to->at));
	s->series = to;
	for (size_t i = 0; i < to->ncolumns; i++) {
		const char *name =
			json_string_value(json_array_get(columns, i));

		if (!name)
			return refuse(r, "a column of \"series\" has no name");
		to->column[i] = al_names_id(&r->out->names, name);
	}
	return get_rows(r, rows, to);
}

static bool get_marks(struct reader *r, json_t *o, struct al_sample *s)
{
	json_t *marks = json_object_get(o, "marks"), *v;
	char text[256] = "";
	size_t i, used = 0;

	s->marks = AL_NO_NAME;
	if (!marks || json_is_null(marks))
		return true;
	if (!json_is_array(marks))
		return refuse(r, "\"marks\" is not a list");
	json_array_foreach(marks, i, v)
	{
		if (!json_is_string(v))
			return refuse(r, "a mark is not a text");
		if (used < sizeof(text))
			used += (size_t)snprintf(
				text + used, sizeof(text) - used, "%s%s",
				used ? ", " : "", json_string_value(v));
	}
	if (used)
		s->marks = al_names_id(&r->out->names, text);
	return true;
}

static bool get_sample(struct reader *r, json_t *o, struct al_sample *s)
{
	const char *status;

	if (!json_is_object(o))
		return refuse(r, "not a JSON object");
	if (json_integer_value(json_object_get(o, "v")) != 1)
		return refuse(r, "\"v\" is not 1: written by another version "
				 "of allotrope, or no sample");
	if (!get_text(r, o, "cell", true, &s->cell) ||
	    !get_text(r, o, "point", true, &s->point) ||
	    !get_text(r, o, "pass", true, &s->pass) ||
	    !get_text(r, o, "allocator", true, &s->allocator) ||
	    !get_text(r, o, "workload", true, &s->workload) ||
	    !get_text(r, o, "status", true, &s->status) ||
	    !get_text(r, o, "why", false, &s->why) ||
	    !get_count(r, o, "threads", &s->threads) ||
	    !get_count(r, o, "round", &s->round) ||
	    !get_count(r, o, "group", &s->group) || !get_params(r, o, s) ||
	    !get_metrics(r, o, s) || !get_missing(r, o, s) ||
	    !get_marks(r, o, s) || !get_series(r, o, s))
		return false;
	status = al_text(r->out, s->status);
	s->ok = !strcmp(status, "ok");
	s->failed = !s->ok && strcmp(status, "unsupported") != 0;
	return true;
}

static bool take_line(struct reader *r, const char *line, size_t length)
{
	struct al_samples *out = r->out;
	struct al_sample s = { 0 };
	json_error_t error;
	json_t *o = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
	bool good;

	if (!o)
		return refuse(r, error.text);
	good = get_sample(r, o, &s);
	json_decref(o);
	if (!good) {
		free_series(s.series);
		return false;
	}
	out->all = al_grow(out->all, &out->room, out->n + 1, sizeof(s));
	out->all[out->n++] = s;
	out->nvalues = s.value + s.nvalues;
	out->nmissing = s.missing + s.nmissing;
	return true;
}

static const struct al_sample *ordering; /* of compare_keys(), one thread */

static int compare_keys(const void *a, const void *b)
{
	size_t i = *(const size_t *)a, j = *(const size_t *)b;
	const struct al_sample *x = &ordering[i], *y = &ordering[j];

	if (x->cell != y->cell)
		return x->cell < y->cell ? -1 : 1;
	if (x->pass != y->pass)
		return x->pass < y->pass ? -1 : 1;
	if (x->round != y->round)
		return x->round < y->round ? -1 : 1;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return i < j ? -1 : i > j;
}

static bool same_key(const struct al_sample *x, const struct al_sample *y)
{
	return x->cell == y->cell && x->pass == y->pass &&
	       x->round == y->round && x->group == y->group;
}

static void keep_last(struct al_samples *s)
{
	size_t *order = al_calloc(s->n, sizeof(*order)), kept = 0;
	bool *old = al_calloc(s->n, sizeof(*old));

	for (size_t i = 0; i < s->n; i++)
		order[i] = i;
	ordering = s->all;
	qsort(order, s->n, sizeof(*order), compare_keys);
	for (size_t i = 0; i + 1 < s->n; i++)
		old[order[i]] =
			same_key(&s->all[order[i]], &s->all[order[i + 1]]);
	for (size_t i = 0; i < s->n; i++)
		if (old[i])
			free_series(s->all[i].series);
		else
			s->all[kept++] = s->all[i];
	s->n = kept;
	free(order);
	free(old);
}

enum al_exit al_samples_read(const char *path, struct al_samples *out)
{
	struct reader r = { .out = out };
	char *line = NULL;
	size_t room = 0, number = 0;
	bool good = true;
	struct stat info;
	ssize_t length;
	FILE *f;

	*out = (struct al_samples){ 0 };
	if (!stat(path, &info) && !S_ISREG(info.st_mode)) {
		al_error(path, "not a regular file"); /* it might never end */
		return AL_EXIT_USAGE;
	}
	f = fopen(path, "re");
	if (!f) {
		al_error(path, "%s", strerror(errno));
		return AL_EXIT_USAGE;
	}
	while (good && (length = getline(&line, &room, f)) > 0) {
		snprintf(r.what, sizeof(r.what), "%s:%zu", path, ++number);
		out->torn = line[length - 1] != '\n';
		if (!out->torn && length > 1)
			good = take_line(&r, line, (size_t)length);
	}
	if (good && ferror(f)) {
		al_error(path, "%s", strerror(errno));
		good = false;
	}
	free(line);
	fclose(f);
	if (good)
		keep_last(out);
	return good ? AL_EXIT_OK : AL_EXIT_USAGE;
}

void al_samples_fini(struct al_samples *s)
{
	for (size_t i = 0; i < s->n; i++)
		free_series(s->all[i].series);
	free(s->all);
	free(s->values);
	free(s->missing);
	al_names_fini(&s->names);
	*s = (struct al_samples){ 0 };
}

const char *al_text(const struct al_samples *s, uint32_t id)
{
	return id < s->names.n ? s->names.text[id] : "";
}
