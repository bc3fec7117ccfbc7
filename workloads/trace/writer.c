// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * writer.c - writes a trace file.
 *
 * Role:       see writer.h.
 * Invariants: the header is written last, over zeroes: a file that lost its
 *             writer half-way has no magic.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "writer.h"

#include "opcode.h"
#include "zeroed.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#define LANE_FIRST 4096u /* most lanes of a many-threaded trace stay small */

/* The ops of a lane since its last block. */
struct lane {
	uint8_t *raw;
	uint32_t used;
	uint32_t room;
	uint32_t nops;
	uint64_t first_seq;
	struct trace_code code;
};

struct trace_writer {
	struct trouble *trouble;
	int fd;
	int level;
	uint64_t offset;
	struct lane *lanes;
	uint32_t nlanes, lanes_room;
	uint8_t *index;
	uint32_t nblocks, blocks_room;
	uint8_t *packed;
	size_t packed_room;
	ZSTD_CCtx *zstd;
	char text[TRACE_TEXT_MAX + 1];
	char path[PATH_MAX];
	char temporary[PATH_MAX];
};

static int no_memory(struct trace_writer *w)
{
	return trouble_set(w->trouble, TROUBLE_NOWHERE, "out of memory");
}

static int put(struct trace_writer *w, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n) {
		ssize_t done = write(w->fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return trouble_set(w->trouble, w->offset, "%s",
					   strerror(errno));
		p += done;
		n -= (size_t)done;
		w->offset += (size_t)done;
	}
	return 0;
}

static void release(struct trace_writer *w)
{
	if (w->fd >= 0)
		close(w->fd);
	for (uint32_t i = 0; i < w->nlanes; i++)
		zeroed_free(w->lanes[i].raw);
	zeroed_free(w->lanes);
	zeroed_free(w->index);
	zeroed_free(w->packed);
	ZSTD_freeCCtx(w->zstd);
	zeroed_free(w);
}

struct trace_writer *trace_writer_open(const char *path, const char *text,
				       int level, struct trouble *t)
{
	static const uint8_t zeroes[TRACE_HEAD_BYTES];
	struct trace_writer *w = zeroed_alloc(sizeof(*w));
	size_t text_bytes = strlen(text);
	struct stat old;

	if (!w) {
		trouble_set(t, TROUBLE_NOWHERE, "out of memory");
		return NULL;
	}
	w->trouble = t;
	w->fd = -1;
	w->level = level;
	w->packed_room = ZSTD_compressBound(TRACE_BLOCK_MAX);
	w->packed = zeroed_alloc(TRACE_BLOCK_HEAD + w->packed_room);
	w->zstd = ZSTD_createCCtx();
	if (!w->packed || !w->zstd) {
		no_memory(w);
		goto err;
	}
	if (text_bytes > TRACE_TEXT_MAX ||
	    (size_t)snprintf(w->temporary, sizeof(w->temporary), "%s.tmp",
			     path) >= sizeof(w->temporary)) {
		trouble_set(t, TROUBLE_NOWHERE, "name or description too long");
		goto err;
	}
	/* A device, a pipe or a folder must not be replaced by rename(). */
	if (!stat(path, &old) && !S_ISREG(old.st_mode)) {
		trouble_set(t, TROUBLE_NOWHERE, "not a regular file");
		goto err;
	}
	snprintf(w->path, sizeof(w->path), "%s", path);
	memcpy(w->text, text, text_bytes + 1);
	w->fd = open(w->temporary, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC,
		     0666);
	if (w->fd < 0) {
		trouble_set(t, TROUBLE_NOWHERE, "%s", strerror(errno));
		goto err;
	}
	if (put(w, zeroes, sizeof(zeroes)) || put(w, text, text_bytes) ||
	    put(w, zeroes, 4)) {
		unlink(w->temporary);
		goto err;
	}
	return w;
err:
	release(w);
	return NULL;
}

/* Room for @need more entries of @size bytes in *@p. */
static int reserve(struct trace_writer *w, void *p, uint32_t *room,
		   uint32_t need, size_t size)
{
	void **array = p;
	void *more;
	uint32_t n = *room ? *room : 64;

	if (need <= *room)
		return 0;
	while (n < need)
		n *= 2;
	more = zeroed_grow(*array, n * size);
	if (!more)
		return no_memory(w);
	*array = more;
	*room = n;
	return 0;
}

static int write_block(struct trace_writer *w, uint32_t number)
{
	struct lane *l = &w->lanes[number];
	uint8_t *head = w->packed, *p;
	size_t n;

	if (!l->nops)
		return 0;
	n = ZSTD_compressCCtx(w->zstd, w->packed + TRACE_BLOCK_HEAD,
			      w->packed_room, l->raw, l->used, w->level);
	if (ZSTD_isError(n))
		return trouble_set(w->trouble, w->offset, "zstd: %s",
				   ZSTD_getErrorName(n));
	if (reserve(w, &w->index, &w->blocks_room, w->nblocks + 1,
		    TRACE_INDEX_ENTRY))
		return -1;
	p = w->index + (size_t)w->nblocks++ * TRACE_INDEX_ENTRY;
	p = trace_put64(p, w->offset);
	p = trace_put64(p, l->first_seq);
	p = trace_put32(p, number);
	trace_put32(p, l->nops);

	p = trace_put32(head, TRACE_BLOCK_MAGIC);
	p = trace_put32(p, number);
	p = trace_put64(p, l->first_seq);
	p = trace_put32(p, l->nops);
	p = trace_put32(p, l->used);
	p = trace_put32(p, (uint32_t)n);
	p = trace_put32(p, 0);
	trace_put32(p, trace_crc32(trace_crc32(0, head, TRACE_BLOCK_HEAD - 4),
				   w->packed + TRACE_BLOCK_HEAD, n));
	l->used = l->nops = 0;
	return put(w, w->packed, TRACE_BLOCK_HEAD + n);
}

int trace_writer_op(struct trace_writer *w, uint32_t lane,
		    const struct trace_op *op)
{
	struct lane *l;
	uint8_t *end;

	if (lane >= TRACE_LANES_MAX)
		return trouble_set(w->trouble, TROUBLE_NOWHERE,
				   "more than %u threads at once",
				   TRACE_LANES_MAX);
	if (lane >= w->nlanes) {
		if (reserve(w, &w->lanes, &w->lanes_room, lane + 1,
			    sizeof(*w->lanes)))
			return -1;
		w->nlanes = lane + 1;
	}
	l = &w->lanes[lane];
	if (l->used + TRACE_OP_MAX > TRACE_BLOCK_MAX && write_block(w, lane))
		return -1;
	if (l->used + TRACE_OP_MAX > l->room) {
		uint32_t room = l->room ? 2 * l->room : LANE_FIRST;
		uint8_t *raw = zeroed_grow(l->raw, room);

		if (!raw)
			return no_memory(w);
		l->raw = raw;
		l->room = room;
	}
	if (!l->nops) { /* every block can be read without the ones before */
		l->first_seq = op->seq;
		l->code.seq = op->seq - 1;
		l->code.slot = 0;
	}
	end = trace_encode(&l->code, l->raw + l->used, op);
	l->used = (uint32_t)(end - l->raw);
	l->nops++;
	return 0;
}

static void put_head(uint8_t *to, const struct trace_head *h)
{
	uint8_t *p = to;

	memcpy(p, TRACE_MAGIC, TRACE_MAGIC_BYTES);
	p = trace_put32(p + TRACE_MAGIC_BYTES, TRACE_VERSION);
	p = trace_put32(p, TRACE_HEAD_BYTES + h->text_bytes + 4);
	p = trace_put32(p, h->flags);
	p = trace_put32(p, h->text_bytes);
	p = trace_put64(p, h->ops);
	p = trace_put64(p, h->events);
	p = trace_put32(p, h->threads);
	p = trace_put32(p, h->lanes);
	p = trace_put32(p, h->slots);
	p = trace_put32(p, h->blocks);
	p = trace_put64(p, h->peak_objects);
	p = trace_put64(p, h->peak_bytes);
	p = trace_put64(p, h->left_objects);
	p = trace_put64(p, h->left_bytes);
	p = trace_put64(p, h->index_offset);
	p = trace_put64(p, h->file_bytes);
	for (int i = 0; i < TRACE_KINDS; i++)
		p = trace_put64(p, h->kinds[i]);
	p = trace_put64(p, h->remote_frees);
	p = trace_put64(p, h->waits);
	p = trace_put64(p, h->dropped);
	p = trace_put64(p, h->implied);
	p = trace_put64(p, h->total_bytes);
	trace_put64(p, h->largest);
}

static int write_tail(struct trace_writer *w, struct trace_head *head)
{
	uint8_t fixed[TRACE_HEAD_BYTES] = { 0 }, tail[TRACE_TAIL_BYTES], crc[4];
	size_t index_bytes = (size_t)w->nblocks * TRACE_INDEX_ENTRY;

	head->index_offset = w->offset;
	trace_put32(tail, trace_crc32(0, w->index, index_bytes));
	memcpy(tail + 4, TRACE_END_MAGIC, TRACE_MAGIC_BYTES);
	if (put(w, w->index, index_bytes) || put(w, tail, sizeof(tail)))
		return -1;
	head->text_bytes = (uint32_t)strlen(w->text);
	head->lanes = w->nlanes;
	head->blocks = w->nblocks;
	head->file_bytes = w->offset;
	put_head(fixed, head);
	trace_put32(crc, trace_crc32(trace_crc32(0, fixed, sizeof(fixed)),
				     w->text, head->text_bytes));
	if (lseek(w->fd, 0, SEEK_SET) != 0)
		return trouble_set(w->trouble, 0, "%s", strerror(errno));
	w->offset = 0;
	return put(w, fixed, sizeof(fixed)) ||
			       put(w, w->text, head->text_bytes) ||
			       put(w, crc, sizeof(crc))
		       ? -1
		       : 0;
}

int trace_writer_close(struct trace_writer *w, struct trace_head *head)
{
	int result = 0;

	for (uint32_t i = 0; i < w->nlanes && !result; i++)
		result = write_block(w, i);
	if (!result)
		result = write_tail(w, head);
	if (!result && rename(w->temporary, w->path))
		result = trouble_set(w->trouble, TROUBLE_NOWHERE, "%s",
				     strerror(errno));
	if (result)
		unlink(w->temporary);
	release(w);
	return result;
}

void trace_writer_abort(struct trace_writer *w)
{
	unlink(w->temporary);
	release(w);
}
