// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * samples.c - samples.jsonl as it is being written.
 *
 * Role:       see samples.h.
 * Invariants: see samples.h.
 * Locks:      flock() on the file.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "samples.h"
#include "text.h"
#include "../lib/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static int read_lines(struct samples *s, FILE *in,
		      void (*seen)(json_t *record, void *arg), void *arg)
{
	char *line = NULL;
	size_t room = 0, number = 0;
	ssize_t len;
	int status = AL_EXIT_OK;

	while ((len = getline(&line, &room, in)) > 0) {
		json_t *record;

		number++;
		if (line[len - 1] != '\n')
			break; /* torn: measured again */
		record = json_loadb(line, (size_t)len, 0, NULL);
		if (!json_is_object(record)) {
			char *where = text_format("%s:%zu", s->path, number);

			al_error(where, "is not a record; the file was "
					"changed by something else");
			free(where);
			json_decref(record);
			status = AL_EXIT_USAGE;
			break;
		}
		s->len += len;
		if (seen)
			seen(record, arg);
		json_decref(record);
	}
	free(line);
	return status;
}

static int read_file(struct samples *s, void (*seen)(json_t *record, void *arg),
		     void *arg)
{
	FILE *in = fopen(s->path, "re");
	int status;

	if (!in) {
		al_error(s->path, "%s", strerror(errno));
		return AL_EXIT_USAGE;
	}
	status = read_lines(s, in, seen, arg);
	fclose(in);
	return status;
}

int samples_read(const char *path, void (*seen)(json_t *record, void *arg),
		 void *arg)
{
	struct samples s = { .fd = -1, .path = text_copy(path) };
	int status = read_file(&s, seen, arg);

	samples_close(&s);
	return status;
}

int samples_open(struct samples *s, const char *path,
		 void (*seen)(json_t *record, void *arg), void *arg)
{
	int status;

	*s = (struct samples){ .path = text_copy(path) };
	s->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (s->fd < 0) {
		al_error(path, "%s", strerror(errno));
		return AL_EXIT_USAGE;
	}
	if (flock(s->fd, LOCK_EX | LOCK_NB)) {
		al_error(path, "another run is writing it");
		return AL_EXIT_USAGE;
	}
	status = read_file(s, seen, arg);
	if (!status && ftruncate(s->fd, s->len)) {
		al_error(path, "%s", strerror(errno));
		status = AL_EXIT_USAGE;
	}
	return status;
}

int samples_append(struct samples *s, json_t *record)
{
	char *text = json_dumps(record, JSON_COMPACT), *line;
	size_t len;
	ssize_t n;
	int err = 0;

	if (!text)
		return -EINVAL;
	line = text_format("%s\n", text);
	free(text);
	len = strlen(line);
	do
		n = write(s->fd, line, len);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)len)
		err = n < 0 ? -errno : -ENOSPC;
	else if (fdatasync(s->fd) && errno != EINVAL && errno != EROFS)
		err = -errno;
	free(line);
	if (!err)
		s->len += n;
	else if (ftruncate(s->fd, s->len))
		return err; /* the next opening cuts the torn line */
	return err;
}

void samples_close(struct samples *s)
{
	if (s->fd >= 0)
		close(s->fd);
	free(s->path);
	*s = (struct samples){ .fd = -1 };
}
