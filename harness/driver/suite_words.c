// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * suite_words.c - words that suite files and the command line share.
 *
 * Role:       allocators with knobs, counts of threads, passes, rounds.
 * Invariants: none.
 * Locks:      none.
 * Units:      none.
 * Source:     suites/README.md.
 */
#include "config.h"

#include "suite.h"

#include <stdlib.h>
#include <string.h>

const char *const suite_passes[] = { "check", "time", "counters", "memory" };
const size_t suite_npasses = sizeof(suite_passes) / sizeof(suite_passes[0]);

char *suite_allocator(const char *spec, json_t **knobs, bool *optional)
{
	struct text_list parts = { NULL, 0 };
	char *name = text_copy(spec), *colon;
	size_t len = strlen(name);

	*knobs = NULL;
	*optional = len && name[len - 1] == '?';
	if (*optional)
		name[len - 1] = '\0';
	colon = strchr(name, ':');
	if (!colon)
		return name;
	*colon = '\0';
	if (!text_list_split(&parts, colon + 1, '+'))
		goto wrong;
	*knobs = json_object();
	for (size_t i = 0; i < parts.n; i++) {
		char *equals = strchr(parts.item[i], '=');

		if (!equals || equals == parts.item[i])
			goto wrong;
		*equals = '\0';
		json_object_set_new(*knobs, parts.item[i],
				    json_string(equals + 1));
	}
	text_list_fini(&parts);
	return name;
wrong:
	text_list_fini(&parts);
	json_decref(*knobs);
	*knobs = NULL;
	free(name);
	return NULL;
}

bool suite_is_threads(json_t *item)
{
	const char *word = json_string_value(item);

	if (json_is_integer(item))
		return json_integer_value(item) >= 1 &&
		       json_integer_value(item) <= 65536;
	return word && (!strcmp(word, "half") || !strcmp(word, "all") ||
			!strcmp(word, "cores"));
}

bool suite_is_pass(const char *name)
{
	for (size_t i = 0; i < suite_npasses; i++)
		if (name && !strcmp(suite_passes[i], name))
			return true;
	return false;
}

static bool is_count(json_t *value)
{
	return json_is_integer(value) && json_integer_value(value) >= 1 &&
	       json_integer_value(value) <= 100000;
}

bool suite_is_reps(json_t *reps)
{
	const char *word = json_string_value(reps), *key;
	json_t *value;

	if (!json_is_object(reps))
		return is_count(reps) || (word && !strcmp(word, "auto"));
	json_object_foreach(reps, key, value)
	{
		if (!suite_is_pass(key) || json_is_object(value) ||
		    !suite_is_reps(value))
			return false;
	}
	return json_object_size(reps) > 0;
}

json_t *suite_reps(const char *text)
{
	struct text_list parts = { NULL, 0 };
	json_t *reps = NULL;
	int64_t n;

	if (!strcmp(text, "auto"))
		return json_string(text);
	if (text_number(text, &n)) {
		reps = json_integer(n);
	} else if (text_list_split(&parts, text, ',')) {
		reps = json_object();
		for (size_t i = 0; i < parts.n; i++) {
			char *equals = strchr(parts.item[i], '=');
			json_t *value = NULL;

			if (equals) {
				*equals = '\0';
				value = suite_reps(equals + 1);
			}
			json_object_set_new(reps, parts.item[i],
					    value ? value : json_null());
		}
	}
	text_list_fini(&parts);
	if (reps && !suite_is_reps(reps)) {
		json_decref(reps);
		reps = NULL;
	}
	return reps;
}
