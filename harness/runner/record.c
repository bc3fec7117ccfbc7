// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * record.c - the one line that a runner says.
 *
 * Role:       see record.h.
 * Invariants: `prefix` is the identity's JSON without its closing brace, made
 *             before threads start: a dying process needs only write(2).
 * Locks:      `lock` guards the metrics; `spoken` lets one thread write.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "record.h"
#include "../lib/error.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WHY_BYTES 1024

static struct {
	pthread_mutex_t lock;
	atomic_flag spoken;
	int fd;
	char *prefix; /* NULL before record_identify() */
	size_t prefix_bytes;
	json_t *metrics, *missing, *series;
} record = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.spoken = ATOMIC_FLAG_INIT,
	.fd = STDOUT_FILENO,
};

static const char *const status_names[] = {
	[STATUS_OK] = "ok",	  [STATUS_FAULT] = "fault",
	[STATUS_OOM] = "oom",	  [STATUS_UNSUPPORTED] = "unsupported",
	[STATUS_MOVED] = "moved", [STATUS_ERROR] = "error",
};

static void write_all(const char *bytes, size_t n)
{
	while (n) {
		ssize_t done = write(record.fd, bytes, n);

		if (done <= 0)
			return; /* the reader is gone; the exit code remains */
		bytes += done;
		n -= (size_t)done;
	}
}

/* The first caller goes on; a later one sleeps until the process ends. */
static void claim_voice(void)
{
	if (!atomic_flag_test_and_set(&record.spoken))
		return;
	for (;;)
		pause();
}

void record_to(int fd)
{
	record.fd = fd;
}

void record_identify(json_t *identity)
{
	char *text = json_dumps(identity, JSON_COMPACT);

	json_decref(identity);
	free(record.prefix);
	record.prefix = text;
	record.prefix_bytes = text ? strlen(text) - 1 : 0;
}

void record_metric(const char *name, double value)
{
	pthread_mutex_lock(&record.lock);
	if (!record.metrics)
		record.metrics = json_object();
	if (!isfinite(value) || !json_is_object(record.metrics)) {
		/* JSON knows no infinity: what cannot be said is missing */
	} else if (value == floor(value) && fabs(value) < 0x1p53) {
		json_object_set_new(record.metrics, name,
				    json_integer((json_int_t)value));
	} else {
		json_object_set_new(record.metrics, name, json_real(value));
	}
	pthread_mutex_unlock(&record.lock);
	if (!isfinite(value))
		record_missing(name, "not a finite number");
}

void record_missing(const char *name, const char *why)
{
	pthread_mutex_lock(&record.lock);
	if (!record.missing)
		record.missing = json_object();
	json_object_set_new(record.missing, name, json_string(why));
	pthread_mutex_unlock(&record.lock);
}

void record_series(json_t *series)
{
	record.series = series;
}

static void set_if(json_t *object, const char *name, json_t *value)
{
	if (value)
		json_object_set(object, name, value);
}

void record_write(enum status status, const char *why, uint64_t ops,
		  uint64_t ns)
{
	json_t *rest = json_pack("{s:s, s:s, s:I, s:I}", "status",
				 status_names[status], "why", why, "ops",
				 (json_int_t)ops, "ns", (json_int_t)ns);
	char *text;

	set_if(rest, "metrics", record.metrics);
	set_if(rest, "missing", record.missing);
	set_if(rest, "series", record.series);
	text = json_dumps(rest, JSON_COMPACT | JSON_REAL_PRECISION(12));
	json_decref(rest);
	if (!text || !record.prefix)
		record_end(STATUS_ERROR, "the record cannot be written: "
					 "harness memory is full");
	claim_voice();
	write_all(record.prefix, record.prefix_bytes);
	write_all(",", 1);
	write_all(text + 1, strlen(text) - 1);
	write_all("\n", 1);
	free(text);
}

/* Copies @text as the inside of a JSON string; what does not fit is cut. */
static size_t escape(char *out, size_t room, const char *text)
{
	size_t n = 0;

	for (; *text && n + 7 < room; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\') {
			out[n++] = '\\';
			out[n++] = (char)c;
		} else if (c < 0x20 || c >= 0x7f) { /* plain ASCII only */
			n += (size_t)snprintf(out + n, room - n, "\\u%04x", c);
		} else {
			out[n++] = (char)c;
		}
	}
	return n;
}

void record_vend(enum status status, const char *format, va_list args)
{
	static char why[WHY_BYTES], escaped[6 * WHY_BYTES];
	static char head[64];
	int n;

	claim_voice();
	vsnprintf(why, sizeof(why), format, args);
	if (record.prefix)
		write_all(record.prefix, record.prefix_bytes);
	else
		write_all("{\"v\":1", 6);
	n = snprintf(head, sizeof(head), ",\"status\":\"%s\",\"why\":\"",
		     status_names[status]);
	write_all(head, (size_t)n);
	write_all(escaped, escape(escaped, sizeof(escaped), why));
	write_all("\"}\n", 3);
	_exit(record_exit_code(status));
}

void record_end(enum status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	record_vend(status, format, args);
}

int record_exit_code(enum status status)
{
	return status == STATUS_OK || status == STATUS_UNSUPPORTED
		       ? AL_EXIT_OK
		       : AL_EXIT_FAILED;
}
