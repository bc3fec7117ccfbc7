// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * document.c - decoded documents: small values, most of them without pointers.
 *
 * Role:       the workload `document`. With entry=native it says of each object
 *             what Go's compiler would: whether it holds pointers, and that
 *             8-byte alignment does. So it is where Go's tiny allocator and its
 *             24-byte class are used at all; C's malloc may use neither.
 * Invariants: a document is `values` objects: of 100 some 40 are boxed numbers
 *             (8 bytes, no pointers), 40 are strings (1 to 40 bytes, two thirds
 *             below 16, no pointers), 20 are nodes (24, 48 or 96 bytes, with
 *             pointers). A worker keeps `live` documents; each new one takes
 *             the place of the oldest, whose objects are freed in order. The
 *             table of sizes is drawn before the clock; a document reads it
 *             from a place of its own on.
 * Locks:      none.
 * Units:      sizes in bytes.
 * Source:     ours; after the JSON benchmark by which Go's tiny allocator and
 *             its issue 8885 (24-byte class) are argued.
 * Differs:    mallocs only; a decoder's own buffers and parsing are left out.
 *             An allocator without malloc_flags() pays for one call in between.
 */
#include "pattern.h"

#include <allotrope/allocator.h>
#include <allotrope/random.h>
#include <allotrope/workload.h>

#include <string.h>

#define NDRAWS 65536u /* power of two */

enum {
	P_DOCUMENTS,
	P_VALUES,
	P_LIVE,
	P_ENTRY,
};

static const struct al_param params[] = {
	[P_DOCUMENTS] = { "documents",
			  AL_PARAM_NUM,
			  { .num = 2000 },
			  1,
			  INT64_C(1) << 32,
			  "documents",
			  "decoded, a worker" },
	[P_VALUES] = { "values",
		       AL_PARAM_NUM,
		       { .num = 1000 },
		       1,
		       1 << 24,
		       "objects",
		       "in a document" },
	[P_LIVE] = { "live",
		     AL_PARAM_NUM,
		     { .num = 250 },
		     1,
		     1 << 20,
		     "documents",
		     "kept, a worker" },
	[P_ENTRY] = { "entry",
		      AL_PARAM_TEXT,
		      { .text = "native" },
		      0,
		      0,
		      "",
		      "native: malloc_flags, told what holds no pointers; "
		      "c: malloc" },
};

struct draw {
	uint16_t bytes;
	uint16_t flags;
};

struct local {
	const struct draw *draw; /* NDRAWS */
	void **object;		 /* `live` documents of `values` */
	size_t nvalues, nlive;
	uint64_t ndocuments;
	struct al_random random; /* where in the table a document begins */
	bool is_native;
};

static void document_prepare(struct al_run *run)
{
	const char *entry = run->param[P_ENTRY].text;

	if (strcmp(entry, "native") && strcmp(entry, "c"))
		run->services->fail(run, "entry is \"%.40s\", not native or c",
				    entry);
}

static struct draw draw_value(struct al_random *random)
{
	static const uint16_t node_bytes[] = { 24, 24, 48, 96 };
	uint64_t kind = al_random_below(random, 100);

	if (kind < 40)
		return (struct draw){ 8, AL_MALLOC_NOSCAN };
	if (kind < 80)
		return (struct draw){
			(uint16_t)(al_random_below(random, 3)
					   ? 1 + al_random_below(random, 15)
					   : 16 + al_random_below(random, 25)),
			AL_MALLOC_NOSCAN
		};
	return (struct draw){ node_bytes[al_random_below(random, 4)],
			      AL_MALLOC_ALIGN8 };
}

static void document_thread_prepare(struct al_thread *t)
{
	const union al_value *param = t->run->param;
	void *(*scratch)(struct al_run *, size_t) = t->run->services->scratch;
	struct local *local = scratch(t->run, sizeof(*local));
	struct draw *draw = scratch(t->run, NDRAWS * sizeof(*draw));

	local->random = (struct al_random){ t->seed };
	for (size_t i = 0; i < NDRAWS; i++)
		draw[i] = draw_value(&local->random);
	local->draw = draw;
	local->nvalues = (size_t)param[P_VALUES].num;
	local->nlive = (size_t)param[P_LIVE].num;
	local->ndocuments = (uint64_t)param[P_DOCUMENTS].num;
	local->object = scratch(t->run, local->nlive * local->nvalues *
						sizeof(*local->object));
	local->is_native = *param[P_ENTRY].text == 'n';
	t->local = local;
}

static inline void *make(struct al_thread *t, struct draw draw, bool is_native)
{
	void *p;

	if (is_native) {
		p = t->call.malloc_flags(draw.bytes, draw.flags);
		if (__builtin_expect(!p, 0))
			t->services->oom(t, draw.bytes);
	} else {
		p = al_malloc(t, draw.bytes);
	}
	pattern_fill(p, draw.bytes);
	al_step(t, 1);
	return p;
}

static void decode(struct al_thread *t, struct local *local, void **object)
{
	uint64_t at = al_random_below(&local->random, NDRAWS);

	for (size_t i = 0; i < local->nvalues; i++)
		object[i] = make(t, local->draw[(at + i) % NDRAWS],
				 local->is_native);
}

static void discard(struct al_thread *t, const struct local *local,
		    void **object)
{
	for (size_t i = 0; i < local->nvalues; i++) {
		if (!object[i])
			return;
		t->call.free(object[i]);
		object[i] = NULL;
		al_step(t, 1);
	}
}

static int document_thread_run(struct al_thread *t)
{
	struct local *local = t->local;
	void **oldest = local->object;

	for (uint64_t n = 0; n < local->ndocuments; n++) {
		discard(t, local, oldest);
		decode(t, local, oldest);
		oldest += local->nvalues;
		if (oldest == local->object + local->nlive * local->nvalues)
			oldest = local->object;
	}
	return 0;
}

static void document_thread_finish(struct al_thread *t)
{
	const struct local *local = t->local;

	for (size_t i = 0; i < local->nlive * local->nvalues; i++)
		t->call.free(local->object[i]);
}

static bool document_object_valid(const struct al_run *run, const void *p,
				  size_t size)
{
	return pattern_valid(p, size);
}

const struct al_workload al_workload_document = {
	.abi = AL_WORKLOAD_ABI,
	.needs = AL_NEEDS_REUSE,
	.size = sizeof(al_workload_document),
	.name = "document",
	.summary = "small values of decoded documents, most without pointers",
	.op = "malloc or free",
	.source = "ours, after the JSON benchmark of Go's allocator",
	.params = params,
	.nparams = sizeof(params) / sizeof(params[0]),
	.min_threads = 1,
	.touch_prefix = SIZE_MAX,
	.object_valid = document_object_valid,
	.prepare = document_prepare,
	.thread_prepare = document_thread_prepare,
	.thread_run = document_thread_run,
	.thread_finish = document_thread_finish,
};
