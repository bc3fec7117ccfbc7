// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * facts.c - what plan.json and env.json tell the report.
 *
 * Role:       see facts.h.
 * Invariants: see facts.h.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "facts.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum al_exit read_object(const char *dir, const char *name, json_t **out)
{
	char path[PATH_MAX];
	json_error_t error;

	*out = NULL;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (access(path, F_OK) != 0)
		return AL_EXIT_OK;
	*out = json_load_file(path, 0, &error);
	if (!*out || !json_is_object(*out)) {
		snprintf(path, sizeof(path), "%s/%s:%d", dir, name,
			 *out ? 1 : error.line);
		al_error(path, "%s", *out ? "not an object" : error.text);
		return AL_EXIT_USAGE;
	}
	return AL_EXIT_OK;
}

static void copy_text(char *to, size_t size, const json_t *from)
{
	if (json_is_string(from))
		snprintf(to, size, "%s", json_string_value(from));
	else if (json_is_integer(from))
		snprintf(to, size, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(from));
}

/* Appends @word to @to as a shell would have to read it. */
static void quote_word(char *to, size_t size, const char *word)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789_-./=,:+@%";
	size_t used = strlen(to);

	if (*word && strspn(word, plain) == strlen(word)) {
		snprintf(to + used, size - used, "%s%s", used ? " " : "", word);
		return;
	}
	used += (size_t)snprintf(to + used, size - used, "%s'",
				 used ? " " : "");
	for (; *word && used + 6 < size; word++)
		used += (size_t)snprintf(to + used, size - used,
					 *word == '\'' ? "'\\''" : "%c", *word);
	if (used + 2 < size)
		snprintf(to + used, size - used, "'");
}

static void copy_command(char *to, size_t size, const json_t *words)
{
	const json_t *word;
	size_t i;

	copy_text(to, size, words);
	json_array_foreach(words, i, word) if (json_is_string(word))
		quote_word(to, size, json_string_value(word));
}

static void name_folder(const char *dir, struct al_facts *out)
{
	char real[PATH_MAX];
	const char *slash;

	if (!realpath(dir, real))
		snprintf(real, sizeof(real), "%s", dir);
	slash = strrchr(real, '/');
	snprintf(out->name, sizeof(out->name), "%.255s",
		 slash ? slash + 1 : real);
}

enum al_exit al_facts_read(const char *dir, struct al_facts *out)
{
	enum al_exit result;

	memset(out, 0, sizeof(*out));
	name_folder(dir, out);
	result = read_object(dir, "plan.json", &out->plan);
	if (result == AL_EXIT_OK)
		result = read_object(dir, "env.json", &out->env);
	if (result != AL_EXIT_OK)
		return result;
	copy_text(out->host, sizeof(out->host),
		  json_object_get(out->env, "host"));
	copy_text(out->host, sizeof(out->host),
		  json_object_get(out->plan, "host"));
	copy_text(out->started, sizeof(out->started),
		  json_object_get(out->plan, "started"));
	copy_text(out->baseline, sizeof(out->baseline),
		  json_object_get(out->plan, "baseline"));
	copy_text(out->pin, sizeof(out->pin),
		  json_object_get(out->plan, "pin"));
	copy_command(out->command, sizeof(out->command),
		     json_object_get(out->plan, "command"));
	out->unfinished = json_object_get(out->env, "load_before") &&
			  !json_object_get(out->env, "load_after");
	out->planned = (uint64_t)json_integer_value(
		json_object_get(out->plan, "measurements"));
	return AL_EXIT_OK;
}

void al_facts_fini(struct al_facts *facts)
{
	json_decref(facts->plan);
	json_decref(facts->env);
	memset(facts, 0, sizeof(*facts));
}
