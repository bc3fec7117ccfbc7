// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * record.h - the one line that a runner says.
 *
 * Role:       builds the sample of doc/result-set.md and writes it, whatever
 *             happens: numbers, or a status and the reason.
 * Invariants: exactly one record leaves the process; the first thread to speak
 *             wins and the others wait for the end.
 * Locks:      metrics are added under a mutex; ending takes one atomic flag and
 *             allocates nothing.
 * Units:      as the metrics are named.
 * Source:     none.
 */
#ifndef AL_RECORD_H
#define AL_RECORD_H

#include <jansson.h>
#include <stdarg.h>
#include <stdint.h>

/** enum status - outcomes a runner can see itself (doc/result-set.md). */
enum status {
	STATUS_OK,
	STATUS_FAULT,
	STATUS_OOM,
	STATUS_UNSUPPORTED,
	STATUS_MOVED,
	STATUS_ERROR,
};

/** record_to() - where the record goes; before anything can fail. */
void record_to(int fd);

/**
 * record_identify() - say what the record is about: the fields of @identity
 * stand before the status in every record from now on.
 * @identity: an object; the reference is taken.
 */
void record_identify(json_t *identity);

/** record_metric() - add a figure; a second one of that name replaces it. */
void record_metric(const char *name, double value);

/** record_missing() - say why a figure is not there. */
void record_missing(const char *name, const char *why);

/** record_series() - give the memory pass's samples; takes the reference. */
void record_series(json_t *series);

/**
 * record_write() - write the whole record and return.
 * @why: for any status but STATUS_OK; "" otherwise.
 */
void record_write(enum status status, const char *why, uint64_t ops,
		  uint64_t ns);

/**
 * record_end() - write a record without numbers and end the process. Any
 * thread, at any time, also with the measured allocator in ruins.
 */
_Noreturn void record_end(enum status status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** record_vend() - record_end() for services that take a format themselves. */
_Noreturn void record_vend(enum status status, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/** record_exit_code() - what a process with @status ends with. */
int record_exit_code(enum status status);

#endif /* AL_RECORD_H */
