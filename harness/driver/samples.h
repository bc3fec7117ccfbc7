// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * samples.h - samples.jsonl as it is being written.
 *
 * Role:       appends records so that none is lost or half there; finds what
 *             an interrupted run already has.
 * Invariants: the file holds whole lines only, but for a torn last one after a
 *             crash of the machine, which the next opening cuts off. One driver
 *             at a time: the file is locked.
 * Locks:      flock() on the file while it is open.
 * Units:      bytes.
 * Source:     doc/result-set.md.
 */
#ifndef AL_SAMPLES_H
#define AL_SAMPLES_H

#include <jansson.h>
#include <sys/types.h>

/** struct samples - the open file. */
struct samples {
	int fd;
	off_t len; /* bytes of whole lines */
	char *path;
};

/**
 * samples_open() - open or make it, cut a torn last line, read what is there.
 * @seen: called with each record, in file order; may be NULL for a new file.
 * Return: an enum al_exit; the error was printed.
 */
int samples_open(struct samples *s, const char *path,
		 void (*seen)(json_t *record, void *arg), void *arg);

/**
 * samples_read() - the whole records of a file that is left as it is.
 * Return: an enum al_exit; the error was printed.
 */
int samples_read(const char *path, void (*seen)(json_t *record, void *arg),
		 void *arg);

/**
 * samples_append() - one write, then fdatasync. A record that did not fit (full
 * disk, file size limit) is taken back as a whole.
 * Return: 0, or -errno.
 * Cost: one line, whatever the file's length.
 */
int samples_append(struct samples *s, json_t *record);

/** samples_close() - close it. */
void samples_close(struct samples *s);

#endif /* AL_SAMPLES_H */
