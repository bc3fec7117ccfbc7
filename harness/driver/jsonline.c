// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * jsonline.c - on which line of a JSON text a value stands.
 *
 * Role:       see jsonline.h.
 * Invariants: never reads beyond the NUL, whatever the text is.
 * Locks:      none.
 * Units:      lines, from 1.
 * Source:     RFC 8259.
 */
#include "config.h"

#include "jsonline.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_blank(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* @p at the opening quote. Return: behind the closing one. */
static const char *skip_string(const char *p)
{
	for (p++; *p && *p != '"'; p++)
		if (*p == '\\' && p[1])
			p++;
	return *p ? p + 1 : p;
}

static const char *skip_value(const char *p)
{
	int depth = 0;

	do {
		if (*p == '"') {
			p = skip_string(p);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if (*p == '}' || *p == ']')
			depth--;
		else if (!depth)
			return p + strcspn(p, ",]} \t\r\n");
		p++;
	} while (*p && depth > 0);
	return p;
}

/* @p behind '[' or '{' or a value. Return: the next element or member's key. */
static const char *next_element(const char *p)
{
	p = skip_blank(p);
	if (*p == ',')
		p = skip_blank(p + 1);
	return *p && *p != ']' && *p != '}' ? p : NULL;
}

/* Return: the value of member or index @name in the value at @p, or NULL. */
static const char *step(const char *p, const char *name, size_t len)
{
	unsigned long left = strtoul(name, NULL, 10);
	bool is_object = *p == '{';

	if (*p != '{' && *p != '[')
		return NULL;
	for (p = next_element(p + 1); p; p = next_element(skip_value(p))) {
		if (is_object) {
			const char *key = p + 1, *end = skip_string(p);
			bool same = (size_t)(end - key) == len + 1 &&
				    !strncmp(key, name, len);

			p = skip_blank(end);
			if (*p == ':')
				p = skip_blank(p + 1);
			if (same)
				return p;
		} else if (!left--) {
			return p;
		}
	}
	return NULL;
}

int jsonline_of(const char *text, const char *path)
{
	const char *p = skip_blank(text), *next;
	int line = 1;

	while (*path) {
		size_t len = strcspn(path, "/");

		next = step(p, path, len);
		if (!next)
			break;
		p = next;
		path += len + (path[len] == '/');
	}
	for (; text < p; text++)
		line += *text == '\n';
	return line;
}
