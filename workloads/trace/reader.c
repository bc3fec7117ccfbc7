// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * reader.c - reads a trace file.
 *
 * Role:       see reader.h.
 * Invariants: no number of the file is used as a length, an index or a factor
 *             before it was compared with what the file can hold.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "reader.h"

#include "zeroed.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

static int map_file(struct trace *trace, const char *path, struct trouble *t)
{
	struct stat st;
	void *p;
	/* Non-blocking: a FIFO without a writer is to be refused, too. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return trouble_set(t, TROUBLE_NOWHERE, "%s", strerror(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return trouble_set(t, TROUBLE_NOWHERE, "not a regular file");
	}
	if (st.st_size < TRACE_MAGIC_BYTES) {
		close(fd);
		return trouble_set(t, (uint64_t)st.st_size,
				   "ends before the magic number");
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return trouble_set(t, TROUBLE_NOWHERE, "%s", strerror(errno));
	trace->bytes = p;
	trace->mapped_bytes = (uint64_t)st.st_size;
	return 0;
}

static void get_head(struct trace_head *h, const uint8_t *p)
{
	h->flags = trace_get32(p + 16);
	h->text_bytes = trace_get32(p + 20);
	h->ops = trace_get64(p + 24);
	h->events = trace_get64(p + 32);
	h->threads = trace_get32(p + 40);
	h->lanes = trace_get32(p + 44);
	h->slots = trace_get32(p + 48);
	h->blocks = trace_get32(p + 52);
	h->peak_objects = trace_get64(p + 56);
	h->peak_bytes = trace_get64(p + 64);
	h->left_objects = trace_get64(p + 72);
	h->left_bytes = trace_get64(p + 80);
	h->index_offset = trace_get64(p + 88);
	h->file_bytes = trace_get64(p + 96);
	for (int i = 0; i < TRACE_KINDS; i++)
		h->kinds[i] = trace_get64(p + 104 + 8 * i);
	h->remote_frees = trace_get64(p + 168);
	h->waits = trace_get64(p + 176);
	h->dropped = trace_get64(p + 184);
	h->implied = trace_get64(p + 192);
	h->total_bytes = trace_get64(p + 200);
	h->largest = trace_get64(p + 208);
}

static int check_head(struct trace *trace, struct trouble *t)
{
	const uint8_t *p = trace->bytes;
	struct trace_head *h = &trace->head;
	uint64_t size = trace->mapped_bytes, head_bytes;

	if (memcmp(p, TRACE_MAGIC, TRACE_MAGIC_BYTES))
		return trouble_set(t, 0,
				   "not an allotrope trace (magic number)");
	if (size < TRACE_HEAD_BYTES + 4)
		return trouble_set(t, size, "ends inside the header");
	if (trace_get32(p + 8) != TRACE_VERSION)
		return trouble_set(t, 8, "version %u; this reader knows %u",
				   trace_get32(p + 8), TRACE_VERSION);
	get_head(h, p);
	head_bytes = trace_get32(p + 12);
	if (h->text_bytes > TRACE_TEXT_MAX ||
	    head_bytes != TRACE_HEAD_BYTES + 4 + (uint64_t)h->text_bytes)
		return trouble_set(t, 12, "header length %" PRIu64 " is wrong",
				   head_bytes);
	if (size < head_bytes)
		return trouble_set(t, size, "ends inside the header");
	if (trace_crc32(0, p, head_bytes - 4) !=
	    trace_get32(p + head_bytes - 4))
		return trouble_set(t, head_bytes - 4,
				   "header damaged (checksum differs)");
	if (size < h->file_bytes)
		return trouble_set(t, size,
				   "truncated: %" PRIu64 " bytes expected",
				   h->file_bytes);
	if (size > h->file_bytes)
		return trouble_set(t, h->file_bytes,
				   "%" PRIu64 " bytes after the end",
				   size - h->file_bytes);
	if (h->index_offset < head_bytes || h->index_offset > size ||
	    size - h->index_offset !=
		    (uint64_t)h->blocks * TRACE_INDEX_ENTRY + TRACE_TAIL_BYTES)
		return trouble_set(t, 88,
				   "index of %u blocks at %" PRIu64
				   " does not fit the file",
				   h->blocks, h->index_offset);
	if (!h->lanes || h->lanes > TRACE_LANES_MAX || h->lanes > h->blocks)
		return trouble_set(t, 44, "%u lanes in %u blocks", h->lanes,
				   h->blocks);
	if (h->events > (uint64_t)h->blocks * TRACE_BLOCK_MAX ||
	    h->ops > h->events || h->slots > TRACE_SLOT_GROUP * h->ops)
		return trouble_set(t, 24,
				   "%" PRIu64 " ops on %u slots cannot be",
				   h->ops, h->slots);
	trace->text = zeroed_alloc(h->text_bytes + 1);
	if (!trace->text)
		return trouble_set(t, TROUBLE_NOWHERE, "out of memory");
	memcpy(trace->text, p + TRACE_HEAD_BYTES, h->text_bytes);
	return 0;
}

void trace_block_head(const struct trace *trace, uint32_t number,
		      struct trace_block *out)
{
	const uint8_t *p = trace->bytes + trace->start[number];

	out->lane = trace_get32(p + 4);
	out->first_seq = trace_get64(p + 8);
	out->nops = trace_get32(p + 16);
	out->raw_bytes = trace_get32(p + 20);
	out->packed_bytes = trace_get32(p + 24);
	out->crc = trace_get32(p + 32);
}

/* Block @i begins at start[i], its lane and length are sound, next is known. */
static int check_block(struct trace *trace, uint32_t i, struct trouble *t)
{
	const struct trace_head *h = &trace->head;
	const uint8_t *entry = trace->bytes + h->index_offset +
			       (uint64_t)i * TRACE_INDEX_ENTRY;
	uint64_t at = trace->start[i];
	struct trace_block b;

	if (trace_get64(entry) != at)
		return trouble_set(
			t, h->index_offset + (uint64_t)i * TRACE_INDEX_ENTRY,
			"block %u is not where the one before ends", i);
	if (h->index_offset - at < TRACE_BLOCK_HEAD ||
	    trace_get32(trace->bytes + at) != TRACE_BLOCK_MAGIC)
		return trouble_set(t, at, "block %u damaged (no block here)",
				   i);
	trace_block_head(trace, i, &b);
	if (b.packed_bytes > h->index_offset - at - TRACE_BLOCK_HEAD)
		return trouble_set(t, at + 24,
				   "block %u is longer than the file", i);
	if (b.lane >= h->lanes || b.lane != trace_get32(entry + 16))
		return trouble_set(t, at + 4, "block %u: lane %u of %u", i,
				   b.lane, h->lanes);
	if (b.first_seq != trace_get64(entry + 8) || !b.first_seq ||
	    b.first_seq > h->events)
		return trouble_set(t, at + 8, "block %u: position %" PRIu64, i,
				   b.first_seq);
	if (!b.nops || b.nops != trace_get32(entry + 20) ||
	    b.nops > b.raw_bytes || b.raw_bytes > TRACE_BLOCK_MAX)
		return trouble_set(t, at + 16, "block %u: %u ops in %u bytes",
				   i, b.nops, b.raw_bytes);
	trace->start[i + 1] = at + TRACE_BLOCK_HEAD + b.packed_bytes;
	trace->first[b.lane + 1]++;
	return 0;
}

/* trace->order: block numbers by lane, each lane's in file order. */
static int order_blocks(struct trace *trace, struct trouble *t)
{
	uint32_t lanes = trace->head.lanes;
	uint32_t *fill = zeroed_alloc(lanes * sizeof(*fill));
	struct trace_block b, before;

	if (!fill)
		return trouble_set(t, TROUBLE_NOWHERE, "out of memory");
	for (uint32_t l = 0; l < lanes; l++) {
		trace->first[l + 1] += trace->first[l];
		fill[l] = trace->first[l];
	}
	for (uint32_t i = 0; i < trace->head.blocks; i++) {
		trace_block_head(trace, i, &b);
		if (fill[b.lane] > trace->first[b.lane]) {
			trace_block_head(trace, trace->order[fill[b.lane] - 1],
					 &before);
			if (b.first_seq <= before.first_seq) {
				zeroed_free(fill);
				return trouble_set(t, trace->start[i] + 8,
						   "block %u is out of order",
						   i);
			}
		}
		trace->order[fill[b.lane]++] = i;
	}
	zeroed_free(fill);
	return 0;
}

static int check_index(struct trace *trace, struct trouble *t)
{
	const struct trace_head *h = &trace->head;
	uint64_t bytes = (uint64_t)h->blocks * TRACE_INDEX_ENTRY;
	const uint8_t *index = trace->bytes + h->index_offset;

	if (memcmp(index + bytes + 4, TRACE_END_MAGIC, TRACE_MAGIC_BYTES))
		return trouble_set(t, h->index_offset + bytes + 4,
				   "end mark damaged");
	if (trace_crc32(0, index, bytes) != trace_get32(index + bytes))
		return trouble_set(t, h->index_offset + bytes,
				   "index damaged (checksum differs)");
	trace->start = zeroed_alloc(((size_t)h->blocks + 1) * 8);
	trace->order = zeroed_alloc((size_t)h->blocks * 4);
	trace->first = zeroed_alloc(((size_t)h->lanes + 1) * 4);
	if (!trace->start || !trace->order || !trace->first)
		return trouble_set(t, TROUBLE_NOWHERE, "out of memory");
	trace->start[0] = TRACE_HEAD_BYTES + h->text_bytes + 4;
	for (uint32_t i = 0; i < h->blocks; i++)
		if (check_block(trace, i, t))
			return -1;
	if (trace->start[h->blocks] != h->index_offset)
		return trouble_set(
			t, trace->start[h->blocks],
			"bytes between the last block and the index");
	return order_blocks(trace, t);
}

int trace_open(struct trace *trace, const char *path, struct trouble *t)
{
	memset(trace, 0, sizeof(*trace));
	if (map_file(trace, path, t))
		return -1;
	if (check_head(trace, t) || check_index(trace, t)) {
		trace_close(trace);
		return -1;
	}
	return 0;
}

void trace_close(struct trace *trace)
{
	if (trace->bytes)
		munmap((void *)(uintptr_t)trace->bytes, trace->mapped_bytes);
	zeroed_free(trace->text);
	zeroed_free(trace->start);
	zeroed_free(trace->order);
	zeroed_free(trace->first);
	memset(trace, 0, sizeof(*trace));
}

const char *trace_text(const struct trace *trace, const char *key, char *out,
		       size_t room)
{
	size_t n = strlen(key), used = 0;
	const char *line = trace->text;

	while (line && *line) {
		if (!strncmp(line, key, n) && line[n] == '=') {
			for (line += n + 1; *line && *line != '\n'; line++)
				if (used + 1 < room) /* for a terminal's eyes */
					out[used++] =
						*line < ' ' || *line == 0x7f
							? '?'
							: *line;
			break;
		}
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	out[used] = '\0';
	return out;
}

struct trace_unpacker *trace_unpacker_new(void)
{
	return (struct trace_unpacker *)ZSTD_createDCtx();
}

void trace_unpacker_delete(struct trace_unpacker *u)
{
	ZSTD_freeDCtx((ZSTD_DCtx *)u);
}

int trace_unpack(const struct trace *trace, struct trace_unpacker *u,
		 uint32_t number, uint8_t *raw, bool check_crc,
		 struct trace_code *code, struct trouble *t)
{
	uint64_t at = trace->start[number];
	const uint8_t *p = trace->bytes + at;
	struct trace_block b;
	size_t n;

	trace_block_head(trace, number, &b);
	if (check_crc &&
	    trace_crc32(trace_crc32(0, p, TRACE_BLOCK_HEAD - 4),
			p + TRACE_BLOCK_HEAD, b.packed_bytes) != b.crc)
		return trouble_set(t, at, "block %u damaged (checksum differs)",
				   number);
	n = ZSTD_decompressDCtx((ZSTD_DCtx *)u, raw, b.raw_bytes,
				p + TRACE_BLOCK_HEAD, b.packed_bytes);
	if (ZSTD_isError(n))
		return trouble_set(t, at + TRACE_BLOCK_HEAD,
				   "block %u: zstd: %s", number,
				   ZSTD_getErrorName(n));
	if (n != b.raw_bytes)
		return trouble_set(t, at + 20,
				   "block %u holds %zu bytes, not %u", number,
				   n, b.raw_bytes);
	memset(raw + n, 0, TRACE_OP_MAX);
	code->p = raw;
	code->end = raw + n;
	code->seq = b.first_seq - 1;
	code->slot = 0;
	return 0;
}
