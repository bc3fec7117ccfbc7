// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * text.c - small helpers on strings and lists of strings.
 *
 * Role:       see text.h.
 * Invariants: see text.h.
 * Locks:      none.
 * Units:      none.
 * Source:     FNV-1a: Fowler, Noll, Vo. Edit distance: Wagner, Fischer 1974.
 */
#include "config.h"

#include "text.h"
#include "../lib/error.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *check(void *p)
{
	if (!p)
		al_die(AL_EXIT_MACHINE, "memory", "%s", strerror(ENOMEM));
	return p;
}

char *text_format(const char *format, ...)
{
	char *text;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	return check(text);
}

char *text_copy(const char *text)
{
	return check(strdup(text));
}

void *text_alloc(size_t n, size_t size)
{
	return check(calloc(n ? n : 1, size));
}

void text_grow(void *array, size_t n, size_t size)
{
	void *p;

	if (n & (n - 1) || (n && n < 8))
		return; /* room is left: arrays have 8, 16, 32 ... elements */
	memcpy(&p, array, sizeof(p));
	p = check(reallocarray(p, n ? 2 * n : 8, size));
	memcpy(array, &p, sizeof(p));
}

void text_list_add(struct text_list *list, const char *text)
{
	text_grow(&list->item, list->n, sizeof(*list->item));
	list->item[list->n++] = text_copy(text);
}

bool text_list_split(struct text_list *list, const char *text, char separator)
{
	char end[] = { separator, '\0' };

	for (;;) {
		size_t len = strcspn(text, end), skip = 0, keep;
		char *part;

		while (skip < len && isspace((unsigned char)text[skip]))
			skip++;
		keep = len - skip;
		while (keep && isspace((unsigned char)text[skip + keep - 1]))
			keep--;
		if (!keep)
			return false;
		part = check(strndup(text + skip, keep));
		text_list_add(list, part);
		free(part);
		if (!text[len])
			return true;
		text += len + 1;
	}
}

bool text_list_has(const struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->item[i], text))
			return true;
	return false;
}

char *text_list_join(const struct text_list *list, const char *separator)
{
	char *text = NULL;
	size_t len;
	FILE *out = check(open_memstream(&text, &len));

	for (size_t i = 0; i < list->n; i++)
		fprintf(out, "%s%s", i ? separator : "", list->item[i]);
	fclose(out);
	return check(text);
}

void text_list_fini(struct text_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->item[i]);
	free(list->item);
	*list = (struct text_list){ NULL, 0 };
}

bool text_number(const char *text, int64_t *value)
{
	static const struct {
		char suffix;
		unsigned int shift;
	} units[] = { { 'k', 10 }, { 'K', 10 }, { 'M', 20 }, { 'G', 30 } };
	char *end;
	long long n;

	if (isspace((unsigned char)*text))
		return false;
	errno = 0;
	n = strtoll(text, &end, 10);
	if (end == text || errno)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (*end == units[i].suffix) {
			if (__builtin_mul_overflow(n, 1LL << units[i].shift,
						   &n))
				return false;
			end++;
			break;
		}
	*value = n;
	return !*end;
}

bool text_seconds(const char *text, double *seconds)
{
	char *end;
	double unit = 1;

	if (!isdigit((unsigned char)*text))
		return false;
	*seconds = strtod(text, &end);
	if (*end == 'm')
		unit = 60;
	else if (*end == 'h')
		unit = 3600;
	if (*end == 's' || *end == 'm' || *end == 'h')
		end++;
	*seconds *= unit;
	return !*end && *seconds > 0 && *seconds < 1e9;
}

uint64_t text_hash(const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return hash;
}

char *text_read_file(const char *path, size_t most, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t room = 0, used = 0;
	char *text = NULL;
	ssize_t n;

	if (fd < 0)
		return NULL;
	do {
		if (room - used < 2) {
			room = room ? 2 * room : 4096;
			text = check(realloc(text, room));
		}
		n = read(fd, text + used, room - used - 1);
		if (n > 0)
			used += (size_t)n;
	} while ((n > 0 && used <= most) || (n < 0 && errno == EINTR));
	if (n < 0 || used > most) {
		int err = n < 0 ? errno : EFBIG;

		free(text);
		close(fd);
		errno = err;
		return NULL;
	}
	close(fd);
	text[used] = '\0';
	if (len)
		*len = used;
	return text;
}

static size_t edits(const char *a, const char *b)
{
	size_t row[64], n = strlen(b);

	if (n >= sizeof(row) / sizeof(row[0]))
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[n];
}

const char *text_nearest(const struct text_list *list, const char *name)
{
	size_t best = 1 + strlen(name) / 3;
	const char *nearest = NULL;

	for (size_t i = 0; i < list->n; i++) {
		size_t d = edits(name, list->item[i]);

		if (d <= best) {
			best = d;
			nearest = list->item[i];
		}
	}
	return nearest;
}
