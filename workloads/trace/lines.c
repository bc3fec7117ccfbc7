// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * lines.c - the lines of a text that may be packed.
 *
 * Role:       plain text, gzip, or the first file in a zip archive.
 * Invariants: packed or not, memory is two buffers.
 * Locks:      none.
 * Units:      bytes.
 * Source:     APPNOTE.TXT (PKWARE): local file header.
 */
#include "config.h"

#include "import.h"

#include "zeroed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif

#define ZIP_LOCAL 0x04034b50u
#define ZIP_HEAD  30

struct lines {
	struct trouble *trouble;
	FILE *file;
	uint64_t number;
	size_t at, end; /* of what is in buffer */
	bool is_packed, is_over;
#ifdef HAVE_ZLIB
	z_stream z;
	uint8_t packed[16384];
#endif
	char buffer[4 * IMPORT_LINE_MAX];
};

#ifdef HAVE_ZLIB
/* Is it a zip? Then stand at its first file's data. */
static int skip_zip_head(struct lines *in, int *window)
{
	uint8_t head[ZIP_HEAD];
	size_t n = fread(head, 1, sizeof(head), in->file);
	unsigned int method;

	if (n < sizeof(head) || trace_get32(head) != ZIP_LOCAL) {
		*window = n >= 2 && head[0] == 0x1f && head[1] == 0x8b
				  ? 15 + 16 /* gzip */
				  : 0;
		rewind(in->file);
		return 0;
	}
	method = head[8] | (unsigned int)head[9] << 8;
	if (method != 8)
		return trouble_set(in->trouble, 8,
				   "zip method %u; unzip it first", method);
	*window = -15;
	n = (size_t)(head[26] | head[27] << 8) +
	    (size_t)(head[28] | head[29] << 8);
	if (fseek(in->file, (long)(ZIP_HEAD + n), SEEK_SET))
		return trouble_set(in->trouble, ZIP_HEAD, "%s",
				   strerror(errno));
	return 0;
}

static int begin(struct lines *in)
{
	int window = 0;

	if (skip_zip_head(in, &window))
		return -1;
	if (window && inflateInit2(&in->z, window) != Z_OK)
		return trouble_set(in->trouble, TROUBLE_NOWHERE,
				   "out of memory");
	in->is_packed = window != 0;
	return 0;
}

static int inflate_some(struct lines *in, size_t *got)
{
	int result;

	in->z.next_out = (uint8_t *)in->buffer + in->end;
	in->z.avail_out = (unsigned int)(sizeof(in->buffer) - 1 - in->end);
	do {
		if (!in->z.avail_in) {
			in->z.next_in = in->packed;
			in->z.avail_in = (unsigned int)fread(
				in->packed, 1, sizeof(in->packed), in->file);
		}
		result = inflate(&in->z, Z_NO_FLUSH);
	} while (result == Z_OK && in->z.avail_out && in->z.avail_in);
	*got = (size_t)(in->z.next_out - (uint8_t *)in->buffer) - in->end;
	if (result == Z_STREAM_END) {
		in->is_over = true;
		return 0;
	}
	if (result != Z_OK || (!*got && in->z.avail_out))
		return trouble_set(in->trouble, (uint64_t)ftell(in->file),
				   "packed data damaged or cut short");
	return 0;
}
#else
static int begin(struct lines *in)
{
	int first = getc(in->file), second = getc(in->file);

	rewind(in->file);
	if ((first == 'P' && second == 'K') ||
	    (first == 0x1f && second == 0x8b))
		return trouble_set(in->trouble, 0,
				   "built without zlib; unpack it first");
	return 0;
}

static int inflate_some(struct lines *in, size_t *got)
{
	*got = 0;
	return 0;
}
#endif

static int fill(struct lines *in)
{
	size_t got = 0;

	memmove(in->buffer, in->buffer + in->at, in->end - in->at);
	in->end -= in->at;
	in->at = 0;
	if (in->is_packed) {
		if (inflate_some(in, &got))
			return -1;
	} else {
		got = fread(in->buffer + in->end, 1,
			    sizeof(in->buffer) - 1 - in->end, in->file);
		if (ferror(in->file))
			return trouble_set(in->trouble, TROUBLE_NOWHERE, "%s",
					   strerror(errno));
		in->is_over = !got;
	}
	in->end += got;
	return 0;
}

struct lines *lines_open(const char *path, struct trouble *t)
{
	struct lines *in = zeroed_alloc(sizeof(*in));

	if (!in) {
		trouble_set(t, TROUBLE_NOWHERE, "out of memory");
		return NULL;
	}
	in->trouble = t;
	in->file = fopen(path, "re");
	if (!in->file)
		trouble_set(t, TROUBLE_NOWHERE, "%s", strerror(errno));
	if (!in->file || begin(in)) {
		lines_close(in);
		return NULL;
	}
	return in;
}

int lines_next(struct lines *in, char **line)
{
	for (;;) {
		char *begins = in->buffer + in->at;
		size_t n = in->end - in->at;
		char *ends = memchr(begins, '\n', n);

		if (!ends && in->is_over && n)
			ends = begins + n;
		if (ends) {
			in->number++;
			in->at = (size_t)(ends - in->buffer);
			in->at += in->at < in->end;
			if (ends > begins && ends[-1] == '\r')
				ends--;
			*ends = '\0';
			*line = begins;
			return 1;
		}
		if (in->is_over)
			return 0;
		if (n >= IMPORT_LINE_MAX)
			return trouble_set_line(in->trouble, in->number + 1,
						"longer than %d bytes",
						IMPORT_LINE_MAX);
		if (fill(in))
			return -1;
	}
}

uint64_t lines_number(const struct lines *in)
{
	return in->number;
}

void lines_close(struct lines *in)
{
#ifdef HAVE_ZLIB
	if (in->is_packed)
		inflateEnd(&in->z);
#endif
	if (in->file)
		fclose(in->file);
	zeroed_free(in);
}
