// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_trace.c - the trace codec: what is written is what is read, and nothing
 *                else is.
 *
 * Role:       random event streams through builder, writer, reader and verifier
 *             against a plain model; then the same file cut at every length and
 *             spoilt at every byte.
 * Invariants: seeds are fixed, and printed when a case fails.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "../../../workloads/trace/builder.h"
#include "../../../workloads/trace/merge.h"
#include "../../../workloads/trace/verify.h"
#include "../../../workloads/trace/writer.h"

#include <allotrope/random.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* cmocka wants the four before it */
#include <cmocka.h>

#define THREADS 5
#define OBJECTS 300

/* What the builder was told, to be found again: one entry an op. */
struct expected {
	uint64_t thread, object, size;
	unsigned int kind, lg_align;
};

struct model {
	struct expected *ops;
	size_t nops, room;
	uint64_t live[OBJECTS]; /* address, or 0 */
	size_t at;		/* next op to be seen */
	uint64_t slot_of[OBJECTS];
};

static char path[64], spoilt[64];

static void expect(struct model *m, uint64_t thread, uint64_t object,
		   unsigned int kind, uint64_t size, unsigned int lg_align)
{
	if (m->nops == m->room) {
		m->room = m->room ? 2 * m->room : 1024;
		m->ops = realloc(m->ops, m->room * sizeof(*m->ops));
		assert_non_null(m->ops);
	}
	m->ops[m->nops++] =
		(struct expected){ thread, object, size, kind, lg_align };
}

static uint64_t some_size(struct al_random *rng)
{
	return al_random_next(rng) >> (20 + al_random_below(rng, 44));
}

/* One random event on a random object, told to both. */
static void random_event(struct trace_builder *b, struct model *m,
			 struct al_random *rng)
{
	static const uint8_t events[] = { EVENT_MALLOC, EVENT_CALLOC,
					  EVENT_ALIGNED };
	static const uint8_t kinds[] = { TRACE_MALLOC, TRACE_CALLOC,
					 TRACE_ALIGNED };
	uint64_t i = al_random_below(rng, OBJECTS);
	struct trace_event e = { .thread = al_random_below(rng, THREADS) };

	e.addr = e.old = 0x1000 + 64 * i;
	if (!m->live[i]) {
		uint64_t k = al_random_below(rng, 3);

		e.kind = events[k];
		e.size = some_size(rng);
		e.lg_align = k == 2 ? (uint8_t)al_random_below(rng, 20) : 0;
		expect(m, e.thread, i, kinds[k], e.size, e.lg_align);
		m->live[i] = e.addr;
	} else if (al_random_below(rng, 4)) {
		e.kind = EVENT_FREE;
		expect(m, e.thread, i, TRACE_FREE, 0, 0);
		m->live[i] = 0;
	} else {
		e.kind = EVENT_RESIZE;
		e.size = some_size(rng);
		expect(m, e.thread, i, TRACE_REALLOC, e.size, 0);
	}
	assert_int_equal(trace_builder_event(b, &e), 0);
}

static void build(struct model *m, size_t n, uint64_t seed,
		  struct trace_head *head)
{
	struct al_random rng;
	struct trouble t;
	struct trace_builder *b =
		trace_builder_open(path, "command=test\nx=y\n", 3, &t);

	assert_non_null(b);
	rng.state = seed;
	for (size_t i = 0; i < n; i++)
		random_event(b, m, &rng);
	assert_int_equal(trace_builder_close(b, 0, head), 0);
}

static void check_seen(void *context, const struct trace_seen *seen)
{
	struct model *m = context;
	const struct expected *want;

	if (seen->op.kind >= TRACE_START)
		return;
	assert_true(m->at < m->nops);
	want = &m->ops[m->at++];
	assert_int_equal(seen->op.kind, want->kind);
	assert_int_equal(seen->op.size, want->size);
	assert_int_equal(seen->op.lg_align, want->lg_align);
	if (want->kind == TRACE_FREE || want->kind == TRACE_REALLOC)
		assert_int_equal(seen->op.slot, m->slot_of[want->object]);
	else
		m->slot_of[want->object] = seen->op.slot;
}

static int read_back(const char *name, struct model *m, struct trouble *t)
{
	struct trace trace;
	int result;

	if (trace_open(&trace, name, t))
		return -1;
	result = trace_verify(&trace, m ? check_seen : NULL, m, t);
	trace_close(&trace);
	return result;
}

static void test_trace_round_trip(void **state)
{
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct model m = { .ops = NULL };
		struct trace_head head;
		struct trouble t;

		build(&m, seed == 12 ? 300000 : 100 * seed * seed, seed, &head);
		assert_int_equal(head.ops, m.nops);
		assert_int_equal(head.dropped, 0);
		assert_true(head.slots <=
			    head.peak_objects * 9 / 8 + 64 + THREADS * 64);
		if (read_back(path, &m, &t))
			fail_msg("seed %u: @%llu: %s", (unsigned int)seed,
				 (unsigned long long)t.offset, t.why);
		assert_int_equal(m.at, m.nops);
		free(m.ops);
	}
}

/* A whole file in memory. */
static uint8_t *slurp(size_t *n)
{
	FILE *f = fopen(path, "rb");
	uint8_t *bytes;

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	*n = (size_t)ftell(f);
	rewind(f);
	bytes = malloc(*n);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, *n, f), *n);
	fclose(f);
	return bytes;
}

static void spill(const uint8_t *bytes, size_t n)
{
	FILE *f = fopen(spoilt, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
}

static void test_trace_truncated_anywhere(void **state)
{
	struct model m = { .ops = NULL };
	struct trace_head head;
	struct trouble t;
	uint8_t *bytes;
	size_t n;

	build(&m, 400, 7, &head);
	bytes = slurp(&n);
	for (size_t cut = 0; cut < n; cut++) {
		spill(bytes, cut);
		t.offset = TROUBLE_NOWHERE;
		assert_int_equal(read_back(spoilt, NULL, &t), -1);
		assert_true(t.offset <= cut);
	}
	free(bytes);
	free(m.ops);
}

static void test_trace_damaged_anywhere(void **state)
{
	static const uint8_t flips[] = { 0x01, 0x80, 0xff };
	struct model m = { .ops = NULL };
	struct trace_head head;
	struct trouble t;
	uint8_t *bytes;
	size_t n;

	build(&m, 400, 7, &head);
	bytes = slurp(&n);
	for (size_t at = 0; at < n; at++)
		for (size_t f = 0; f < sizeof(flips); f++) {
			bytes[at] ^= flips[f];
			spill(bytes, n);
			t.offset = TROUBLE_NOWHERE;
			if (!read_back(spoilt, NULL, &t))
				fail_msg("byte %zu ^ %#x went unnoticed", at,
					 flips[f]);
			assert_true(t.offset <= n);
			bytes[at] ^= flips[f];
		}
	free(bytes);
	free(m.ops);
}

/* Ops as a hostile writer would code them, with every checksum right. */
static int hostile(const struct trace_op *ops, const uint32_t *lanes, size_t n,
		   const struct trace_head *lie, struct trouble *t)
{
	struct trace_writer *w = trace_writer_open(spoilt, "", 3, t);
	struct trace_head head = *lie;

	assert_non_null(w);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(trace_writer_op(w, lanes[i], &ops[i]), 0);
	assert_int_equal(trace_writer_close(w, &head), 0);
	return read_back(spoilt, NULL, t);
}

#define START(s, n)                                      \
	{                                                \
		.seq = s, .kind = TRACE_START, .slot = n \
	}
#define MALLOC(s, x)                                                 \
	{                                                            \
		.seq = s, .kind = TRACE_MALLOC, .slot = x, .size = 8 \
	}
#define FREE(s, x)                                      \
	{                                               \
		.seq = s, .kind = TRACE_FREE, .slot = x \
	}
#define AFTER(s, x, d)                                            \
	{                                                         \
		.seq = s, .kind = TRACE_FREE, .slot = x, .dep = d \
	}

static void test_trace_hostile_ops(void **state)
{
	static const struct {
		struct trace_op ops[5];
		uint32_t lanes[5];
		size_t n;
		const char *why;
	} cases[] = {
		{ { START(1, 0), FREE(2, 0) }, { 0 }, 2, "never allocated" },
		{ { START(1, 0), MALLOC(2, 0), FREE(3, 0), FREE(4, 0) },
		  { 0 },
		  4,
		  "freed already" },
		{ { START(1, 0), MALLOC(2, 0), MALLOC(3, 0) },
		  { 0 },
		  3,
		  "in use" },
		{ { START(1, 0), MALLOC(2, 7000) }, { 0 }, 2, "out of range" },
		{ { MALLOC(1, 0) }, { 0 }, 1, "no thread" },
		{ { START(1, 1), MALLOC(2, 0) }, { 0 }, 2, "numbered" },
		{ { START(1, 0), START(2, 1) }, { 0 }, 2, "has not ended" },
		{ { START(1, 0), MALLOC(3, 0) }, { 0 }, 2, "position" },
		{ { START(1, 0), START(2, 1), MALLOC(3, 0), FREE(4, 0) },
		  { 0, 1, 0, 1 },
		  4,
		  "wrong event" },
		{ { START(1, 0), START(2, 1), MALLOC(3, 0), AFTER(4, 0, 2) },
		  { 0, 1, 0, 1 },
		  4,
		  "wrong event" },
		{ { START(1, 0), START(2, 1), MALLOC(3, 0), AFTER(4, 0, 9) },
		  { 0, 1, 0, 1 },
		  4,
		  "wrong event" },
		{ { START(1, 0),
		    { .seq = 2, .kind = TRACE_MALLOC, .size = UINT64_MAX } },
		  { 0 },
		  2,
		  "absurd size" },
		{ { START(1, 0),
		    { .seq = 2,
		      .kind = TRACE_ALIGNED,
		      .size = 1,
		      .lg_align = 200 } },
		  { 0 },
		  2,
		  "absurd alignment" },
		{ { START(1, 0), { .seq = 2, .kind = 7, .slot = 0 } },
		  { 0 },
		  2,
		  "no such kind" },
		{ { START(1, 0), MALLOC(2, 0) }, { 0 }, 2, "header says" },
	};
	struct trace_head lie = { .ops = 4, .events = 5, .slots = 4 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trouble t = { .offset = TROUBLE_NOWHERE };

		assert_int_equal(hostile(cases[i].ops, cases[i].lanes,
					 cases[i].n, &lie, &t),
				 -1);
		if (!strstr(t.why, cases[i].why))
			fail_msg("case %zu: '%s' lacks '%s'", i, t.why,
				 cases[i].why);
		assert_true(t.offset != TROUBLE_NOWHERE);
	}
}

/* Headers that a checksum does not protect: it is right for the lie. */
static void test_trace_hostile_header(void **state)
{
	static const struct {
		size_t offset;
		unsigned int bytes;
		uint64_t value;
	} lies[] = {
		{ 12, 4, UINT32_MAX }, { 20, 4, UINT32_MAX },
		{ 24, 8, UINT64_MAX }, { 32, 8, UINT64_MAX },
		{ 40, 4, UINT32_MAX }, { 44, 4, 0 },
		{ 44, 4, UINT32_MAX }, { 48, 4, UINT32_MAX },
		{ 48, 4, 0 },	       { 52, 4, UINT32_MAX },
		{ 52, 4, 0 },	       { 56, 8, 1 },
		{ 88, 8, 0 },	       { 88, 8, UINT64_MAX },
		{ 96, 8, UINT64_MAX }, { 96, 8, 10 },
	};
	struct model m = { .ops = NULL };
	struct trace_head head;
	struct trouble t;
	uint8_t *bytes, kept[8];
	size_t n, head_bytes;

	build(&m, 400, 7, &head);
	bytes = slurp(&n);
	head_bytes = trace_get32(bytes + 12);
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		uint8_t *at = bytes + lies[i].offset;

		memcpy(kept, at, 8);
		if (lies[i].bytes == 4)
			trace_put32(at, (uint32_t)lies[i].value);
		else
			trace_put64(at, lies[i].value);
		trace_put32(bytes + head_bytes - 4,
			    trace_crc32(0, bytes, head_bytes - 4));
		spill(bytes, n);
		t.offset = TROUBLE_NOWHERE;
		if (!read_back(spoilt, NULL, &t))
			fail_msg("%llu at %zu went unnoticed",
				 (unsigned long long)lies[i].value,
				 lies[i].offset);
		memcpy(at, kept, 8);
	}
	free(bytes);
	free(m.ops);
}

/* Put every checksum right, as far as the file still has the form for it. */
static void mend_checksums(uint8_t *bytes, size_t n)
{
	uint64_t at = trace_get32(bytes + 12);
	uint64_t index = trace_get64(bytes + 88);
	uint64_t blocks = trace_get32(bytes + 52);
	uint32_t crc;

	if (at >= TRACE_HEAD_BYTES + 4 && at <= n)
		trace_put32(bytes + at - 4, trace_crc32(0, bytes, at - 4));
	while (at + TRACE_BLOCK_HEAD <= n && at < index) {
		uint64_t packed = trace_get32(bytes + at + 24);

		if (packed > n - at - TRACE_BLOCK_HEAD)
			break;
		crc = trace_crc32(0, bytes + at, TRACE_BLOCK_HEAD - 4);
		crc = trace_crc32(crc, bytes + at + TRACE_BLOCK_HEAD, packed);
		trace_put32(bytes + at + 32, crc);
		at += TRACE_BLOCK_HEAD + packed;
	}
	if (index <= n && blocks * TRACE_INDEX_ENTRY + 4 <= n - index)
		trace_put32(bytes + index + blocks * TRACE_INDEX_ENTRY,
			    trace_crc32(0, bytes + index,
					blocks * TRACE_INDEX_ENTRY));
}

/*
 * Random damage behind checksums that are right: whatever is let through has
 * been played on the verifier's tables, so it must be a trace. Without a crash,
 * a hang or a sanitizer's word is what this is about.
 */
static void test_trace_fuzz(void **state)
{
	const char *rounds = getenv("AL_FUZZ_ROUNDS");
	unsigned long todo = rounds ? strtoul(rounds, NULL, 0) : 6000;
	struct al_random rng = { 20261121 };
	struct model m = { .ops = NULL };
	struct trace_head head;
	struct trouble t;
	uint8_t *good, *bad;
	size_t n;

	build(&m, 300, 9, &head);
	good = slurp(&n);
	bad = malloc(n);
	assert_non_null(bad);
	for (unsigned long i = 0; i < todo; i++) {
		uint64_t changes = 1 + al_random_below(&rng, 4);

		memcpy(bad, good, n);
		while (changes--) {
			size_t at = al_random_below(&rng, n);

			bad[at] = (uint8_t)al_random_next(&rng);
		}
		mend_checksums(bad, n);
		spill(bad, n);
		read_back(spoilt, NULL, &t);
	}
	free(bad);
	free(good);
	free(m.ops);
}

/*
 * Ops written by chance, in well-formed blocks: here the op decoder and the
 * verifier see what no compressor's checks stand before.
 */
static void test_trace_fuzz_ops(void **state)
{
	const struct trace_head lie = {
		.ops = 50, .events = 60, .slots = 40, .threads = 3
	};
	struct al_random rng = { 7 };

	for (int i = 0; i < 1500; i++) {
		struct trace_op ops[60];
		uint32_t lanes[60];
		struct trouble t;
		size_t n = 1 + al_random_below(&rng, 60);

		for (size_t k = 0; k < n; k++) {
			uint64_t r = al_random_next(&rng);

			ops[k] = (struct trace_op){
				.seq = k + 1 + (r >> 60 == 0),
				.dep = r >> 56 & 7 ? 0 : (r >> 8) % (k + 1),
				.size = r % 1000,
				.slot = r >> 40 & 3 ? r >> 16 & 15
						    : (uint32_t)(r >> 16),
				.kind = k < 3 ? TRACE_START : r >> 32 & 7,
				.lg_align = r >> 48 & 31,
			};
			if (k < 3)
				ops[k].slot = (uint32_t)k;
			lanes[k] = k < 3 ? (uint32_t)k : r >> 36 & 1;
		}
		hostile(ops, lanes, n, &lie, &t);
	}
}

/* What a recording may contain but a trace may not is mended and counted. */
static void test_trace_builder_mends(void **state)
{
	static const struct trace_event events[] = {
		{ .thread = 1, .kind = EVENT_FREE, .addr = 16 },
		{ .thread = 1, .kind = EVENT_MALLOC, .addr = 32, .size = 5 },
		{ .thread = 2, .kind = EVENT_MALLOC, .addr = 32, .size = 6 },
		{ .thread = 1, .kind = EVENT_RESIZE_BEGIN, .old = 32 },
		{ .thread = 2, .kind = EVENT_MALLOC, .addr = 32, .size = 7 },
		{ .thread = 1,
		  .kind = EVENT_RESIZE_END,
		  .addr = 64,
		  .size = 50 },
		{ .thread = 1, .kind = EVENT_RESIZE_BEGIN, .old = 64 },
		{ .thread = 1, .kind = EVENT_RESIZE_END, .addr = 0 },
		{ .thread = 1, .kind = EVENT_RESIZE_BEGIN, .old = 999 },
		{ .thread = 1,
		  .kind = EVENT_RESIZE_END,
		  .addr = 128,
		  .size = 9 },
		{ .thread = 1, .kind = EVENT_THREAD_END },
		{ .thread = 1, .kind = EVENT_FREE, .addr = 64 },
		{ .thread = 3, .kind = EVENT_THREAD_END },
	};
	struct trace_head head;
	struct trouble t;
	struct trace_builder *b = trace_builder_open(path, "", 3, &t);

	assert_non_null(b);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		assert_int_equal(trace_builder_event(b, &events[i]), 0);
	assert_int_equal(trace_builder_close(b, 0, &head), 0);
	assert_int_equal(read_back(path, NULL, &t), 0);
	assert_int_equal(head.dropped, 2); /* 16 and 999 */
	assert_int_equal(head.implied, 1); /* 32, of thread 1 */
	assert_int_equal(head.threads, 3); /* 1, 2, and 1 again */
	assert_int_equal(head.lanes, 2);
	assert_int_equal(head.left_objects, 2); /* 32 and 128 */
	assert_int_equal(head.left_bytes, 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trace_round_trip),
		cmocka_unit_test(test_trace_truncated_anywhere),
		cmocka_unit_test(test_trace_damaged_anywhere),
		cmocka_unit_test(test_trace_hostile_ops),
		cmocka_unit_test(test_trace_hostile_header),
		cmocka_unit_test(test_trace_fuzz),
		cmocka_unit_test(test_trace_fuzz_ops),
		cmocka_unit_test(test_trace_builder_mends),
	};
	const char *folder;
	int failed;

	/* in memory: a disk would write each of thousands of versions */
	folder = access("/dev/shm", W_OK) ? "." : "/dev/shm";
	snprintf(path, sizeof(path), "%s/test_trace.%ld.altr", folder,
		 (long)getpid());
	snprintf(spoilt, sizeof(spoilt), "%s/test_trace.%ld.bad", folder,
		 (long)getpid());
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	unlink(spoilt);
	return failed != 0;
}
