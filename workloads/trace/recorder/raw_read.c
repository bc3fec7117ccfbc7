// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * raw_read.c - from the recorder's files to traces.
 *
 * Role:       see raw_read.h.
 * Invariants: threads in the heap have an unread record.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "raw_read.h"

#include "../builder.h"
#include "../zeroed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A chunk of the file, to be sorted by thread, then by index. */
struct piece {
	uint64_t offset;
	uint32_t thread;
	uint32_t index;
};

struct thread {
	const struct raw_record *next, *end;
	uint32_t piece, last_piece; /* being read; one past the thread's last */
	uint64_t word;		    /* of next, read once */
};

struct merge {
	const struct raw_file *raw;
	struct piece *pieces;
	uint32_t npieces;
	struct thread *threads; /* heap by word, which begins with the seq */
	uint32_t nthreads;
};

int raw_open(struct raw_file *raw, const char *path, struct trouble *t)
{
	struct stat st;
	void *p;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	memset(raw, 0, sizeof(*raw));
	if (fd < 0 || fstat(fd, &st)) {
		if (fd >= 0)
			close(fd);
		return trouble_set(t, TROUBLE_NOWHERE, "%s", strerror(errno));
	}
	if (st.st_size < RAW_UNIT) {
		close(fd);
		return trouble_set(t, (uint64_t)st.st_size,
				   "ends inside its head");
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return trouble_set(t, TROUBLE_NOWHERE, "%s", strerror(errno));
	raw->head = p;
	raw->bytes = p;
	raw->nbytes = (uint64_t)st.st_size;
	if (raw->head->magic != RAW_MAGIC ||
	    raw->head->command_bytes >= sizeof(raw->head->command)) {
		raw_close(raw);
		return trouble_set(t, 0, "not a recording");
	}
	return 0;
}

void raw_close(struct raw_file *raw)
{
	if (raw->bytes)
		munmap((void *)(uintptr_t)raw->bytes, raw->nbytes);
	raw->bytes = NULL;
}

static bool begins_path(const char *arg, const char *at)
{
	return *at == '/' && (at == arg || strchr("=,:", at[-1]) ||
			      (arg[0] == '-' && at - arg == 2));
}

/* One argument without its folders; quoted if it has more than a word. */
static size_t put_argument(const char *arg, char *out, size_t used, size_t room)
{
	bool quote = !*arg || strpbrk(arg, " \t\n'\"\\$;&|<>()");

	if (quote && used + 1 < room)
		out[used++] = '\'';
	for (const char *p = arg; *p && used + 1 < room; p++) {
		if (begins_path(arg, p)) {
			const char *end = p + strcspn(p, ":, \t\n;");

			while (memchr(p + 1, '/', (size_t)(end - p - 1)))
				p = memchr(p + 1, '/', (size_t)(end - p - 1));
			if (p + 1 < end)
				p++;
		}
		out[used++] = *p < ' ' ? ' ' : *p;
	}
	if (quote && used + 1 < room)
		out[used++] = '\'';
	return used;
}

void raw_command(const struct raw_file *raw, char *out, size_t room)
{
	const char *p = raw->head->command;
	const char *end = p + raw->head->command_bytes;
	size_t used = 0;

	for (; p < end; p += strlen(p) + 1) {
		if (used && used + 1 < room)
			out[used++] = ' ';
		used = put_argument(p, out, used, room);
	}
	out[used] = '\0';
}

static int by_thread(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	if (x->thread != y->thread)
		return x->thread < y->thread ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* Room given out but never headed (the program died between) is skipped. */
static uint32_t find_pieces(const struct raw_file *raw, struct piece *pieces)
{
	uint64_t at = RAW_UNIT;
	uint32_t n = 0;

	while (at + RAW_UNIT <= raw->nbytes) {
		const struct raw_chunk *c = (const void *)(raw->bytes + at);

		if (c->magic != RAW_CHUNK_MAGIC || !c->bytes ||
		    c->bytes % RAW_UNIT || c->bytes > raw->nbytes - at) {
			at += RAW_UNIT;
			continue;
		}
		if (pieces)
			pieces[n] = (struct piece){ at, c->thread, c->index };
		n++;
		at += c->bytes;
	}
	return n;
}

/* Load the thread's next record. Return: false at its end. */
static bool load(struct merge *m, struct thread *t)
{
	for (;;) {
		if (t->next < t->end) {
			t->word = atomic_load_explicit(
				&((struct raw_record *)(uintptr_t)t->next)
					 ->word,
				memory_order_acquire);
			if (t->word)
				return true;
		}
		if (t->piece == t->last_piece)
			return false;
		const struct raw_chunk *c =
			(const void *)(m->raw->bytes +
				       m->pieces[t->piece++].offset);
		t->next = (const struct raw_record *)(c + 1);
		t->end = t->next + (c->bytes - sizeof(*c)) / sizeof(*t->next);
	}
}

static void sift_down(struct merge *m, uint32_t i)
{
	struct thread *h = m->threads;

	for (;;) {
		uint32_t child = 2 * i + 1;
		struct thread t;

		if (child >= m->nthreads)
			return;
		if (child + 1 < m->nthreads &&
		    h[child + 1].word < h[child].word)
			child++;
		if (h[i].word <= h[child].word)
			return;
		t = h[i];
		h[i] = h[child];
		h[child] = t;
		i = child;
	}
}

static bool merge_open(struct merge *m, const struct raw_file *raw)
{
	m->raw = raw;
	m->npieces = find_pieces(raw, NULL);
	m->pieces = zeroed_alloc((size_t)m->npieces * sizeof(*m->pieces) + 1);
	m->threads = zeroed_alloc((size_t)m->npieces * sizeof(*m->threads) + 1);
	if (!m->pieces || !m->threads)
		return false;
	m->npieces = find_pieces(raw, m->pieces);
	qsort(m->pieces, m->npieces, sizeof(*m->pieces), by_thread);
	for (uint32_t i = 0, next; i < m->npieces; i = next) {
		struct thread *t = &m->threads[m->nthreads];

		for (next = i + 1; next < m->npieces; next++)
			if (m->pieces[next].thread != m->pieces[i].thread)
				break;
		t->piece = i;
		t->last_piece = next;
		if (load(m, t))
			m->nthreads++;
	}
	for (uint32_t i = m->nthreads / 2; i-- > 0;)
		sift_down(m, i);
	return true;
}

static void merge_close(struct merge *m)
{
	zeroed_free(m->pieces);
	zeroed_free(m->threads);
}

static void read_record(const struct merge *m, const struct thread *t,
			struct trace_event *e)
{
	unsigned int kind = (unsigned int)(t->word & RAW_KIND_MASK) - 1;

	e->thread = m->pieces[t->last_piece - 1].thread;
	e->kind = (uint8_t)kind;
	e->lg_align = t->word >> RAW_ALIGN_SHIFT & 0x3f;
	e->addr = e->old = t->next->addr;
	e->size = t->next->size;
	if (kind == EVENT_RESIZE_BEGIN)
		e->addr = 0;
}

int raw_convert(const struct raw_file *raw, const char *path, const char *text,
		int level, struct trace_head *head, struct trouble *t)
{
	struct merge m = { .raw = NULL };
	struct trace_builder *b = NULL;
	struct trace_event e;

	memset(head, 0, sizeof(*head));
	if (!merge_open(&m, raw)) {
		trouble_set(t, TROUBLE_NOWHERE, "out of memory");
		goto err;
	}
	b = trace_builder_open(path, text, level, t);
	if (!b)
		goto err;
	while (m.nthreads) {
		struct thread *first = &m.threads[0];

		read_record(&m, first, &e);
		if (e.kind <= EVENT_THREAD_END && trace_builder_event(b, &e))
			goto err;
		first->next++;
		if (!load(&m, first))
			m.threads[0] = m.threads[--m.nthreads];
		sift_down(&m, 0);
	}
	merge_close(&m);
	return trace_builder_close(b, raw->head->cut ? TRACE_CUT : 0, head);
err:
	if (b)
		trace_builder_abort(b);
	merge_close(&m);
	return -1;
}
