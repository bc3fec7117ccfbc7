// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * text.h - small helpers on strings and lists of strings.
 *
 * Role:       allocation that cannot fail, lists "A,B,C", numbers with units.
 * Invariants: out of memory ends the driver with a message: nothing is being
 *             measured inside it, and a finished sample is already on disk.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_TEXT_H
#define AL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** text_format() - asprintf() that cannot fail. Return: caller's to free. */
char *text_format(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/** text_copy() - strdup() that cannot fail. */
char *text_copy(const char *text);

/** text_alloc() - zeroed array of @n elements of @size bytes; cannot fail. */
void *text_alloc(size_t n, size_t size);

/**
 * text_grow() - make room for one more element in a doubling array.
 * @array: the array's address, or NULL inside at first.
 * @n:     elements in use; @size: bytes each.
 */
void text_grow(void *array, size_t n, size_t size);

/** struct text_list - a list of strings; zero-initialised it is empty. */
struct text_list {
	char **item;
	size_t n;
};

/** text_list_add() - append a copy of @text. */
void text_list_add(struct text_list *list, const char *text);

/**
 * text_list_split() - append the parts of "A,B,C"; blanks around them go.
 * Return: false if a part is empty.
 */
bool text_list_split(struct text_list *list, const char *text, char separator);

/** text_list_has() - is @text one of them? */
bool text_list_has(const struct text_list *list, const char *text);

/** text_list_join() - "A, B, C", the caller's to free. */
char *text_list_join(const struct text_list *list, const char *separator);

/** text_list_fini() - free it. */
void text_list_fini(struct text_list *list);

/**
 * text_number() - an integer with a suffix k, M, G (powers of 1024) or none.
 * Return: false if @text is anything else, or does not fit.
 */
bool text_number(const char *text, int64_t *value);

/** text_seconds() - "90", "90s", "15m", "2h". Return: false for anything else. */
bool text_seconds(const char *text, double *seconds);

/** text_hash() - 64 bits of FNV-1a: names into streams of random numbers. */
uint64_t text_hash(const char *text);

/**
 * text_read_file() - a whole small file, NUL-terminated.
 * @most: refuse beyond so many bytes (files from users may be anything).
 * Return: the caller's to free, or NULL with errno (EFBIG when too big).
 */
char *text_read_file(const char *path, size_t most, size_t *len);

/** text_nearest() - the name in @list most like @name, or NULL if none is. */
const char *text_nearest(const struct text_list *list, const char *name);

#endif /* AL_TEXT_H */
