// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * info.c - what is in a trace.
 *
 * Role:       see info.h; counts sizes and lifetimes while verifying.
 * Invariants: a lifetime is counted in operations of the whole process between
 *             an object's allocation and its free; a resize is no end.
 * Locks:      none.
 * Units:      bytes, operations.
 * Source:     none.
 */
#include "config.h"

#include "info.h"

#include "zeroed.h"
#include "verify.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#define CLASSES 64 /* powers of two */

struct tally {
	uint64_t sizes[CLASSES]; /* [0]: zero bytes; [k]: up to 2^k, k >= 3 */
	uint64_t lives[CLASSES]; /* [k]: below 2^k operations */
	uint64_t *born;		 /* by slot: seq of the allocation */
	uint64_t freed;
};

/* Smallest k with n <= 2^k. */
static unsigned int class_of(uint64_t n)
{
	return n <= 1 ? 0 : 64 - (unsigned int)__builtin_clzll(n - 1);
}

static void see(void *context, const struct trace_seen *seen)
{
	struct tally *t = context;
	const struct trace_op *op = &seen->op;

	if (op->kind >= TRACE_START)
		return;
	if (op->kind == TRACE_FREE) {
		t->freed++;
		t->lives[class_of(op->seq - t->born[op->slot])]++;
		return;
	}
	if (op->kind != TRACE_REALLOC)
		t->born[op->slot] = op->seq;
	if (!op->size)
		t->sizes[0]++;
	else
		t->sizes[op->size <= 8 ? 3 : class_of(op->size)]++;
}

static const char *human(double bytes, char *out, size_t room)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	int u = 0;

	while (bytes >= 1024 && u < 4) {
		bytes /= 1024;
		u++;
	}
	snprintf(out, room, u ? "%.1f %s" : "%.0f %s", bytes, units[u]);
	return out;
}

static double share(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static const char *const kind_names[] = {
	"malloc", "free", "realloc", "calloc", "aligned",
};

#define NKINDS (sizeof(kind_names) / sizeof(kind_names[0]))

/* The least 2^k that half of all lie below or at. */
static uint64_t median_class(const uint64_t *counts, uint64_t all)
{
	uint64_t below = 0;

	for (int k = 0; k < CLASSES; k++) {
		below += counts[k];
		if (all && 2 * below >= all)
			return UINT64_C(1) << k;
	}
	return 0;
}

static void print_sizes(const struct tally *t, FILE *out)
{
	uint64_t all = 0, most = 0;
	char label[32];

	for (int k = 0; k < CLASSES; k++) {
		all += t->sizes[k];
		if (t->sizes[k] > most)
			most = t->sizes[k];
	}
	fprintf(out, "sizes asked for\n");
	for (int k = 0; k < CLASSES; k++) {
		int bar = most ? (int)(40 * t->sizes[k] / most) : 0;

		if (!t->sizes[k])
			continue;
		fprintf(out, "  %s %-9s %12" PRIu64 " %5.1f%% %.*s\n",
			k ? "<=" : "  ",
			human(k ? ldexp(1, k) : 0, label, sizeof(label)),
			t->sizes[k], share(t->sizes[k], all), bar,
			"########################################");
	}
}

static void print_table(const struct trace *trace, const struct tally *t,
			const char *path, FILE *out)
{
	static const char *const texts[] = { "command", "recorded", "recorder",
					     "system",	"libc",	    "cpus",
					     "source" };
	const struct trace_head *h = &trace->head;
	char value[512], a[32], b[32];

	fprintf(out, "%s\n", path);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (*trace_text(trace, texts[i], value, sizeof(value)))
			fprintf(out, "  %-10s %s\n", texts[i], value);
	fprintf(out, "  file       %s, %.2f bits an operation%s%s\n",
		human((double)h->file_bytes, a, sizeof(a)),
		8.0 * (double)h->file_bytes / (double)h->ops,
		h->flags & TRACE_CUT ? ", recording cut short" : "",
		h->flags & TRACE_IMPORTED ? ", imported" : "");
	fprintf(out, "operations   %" PRIu64 "\n", h->ops);
	for (size_t k = 0; k < NKINDS; k++)
		fprintf(out, "  %-10s %12" PRIu64 " %5.1f%%\n", kind_names[k],
			h->kinds[k], share(h->kinds[k], h->ops));
	fprintf(out, "threads      %u, at most %u at once\n", h->threads,
		h->lanes);
	fprintf(out,
		"  frees by another thread than the object's %12" PRIu64
		" %5.1f%% of frees\n",
		h->remote_frees, share(h->remote_frees, h->kinds[TRACE_FREE]));
	fprintf(out,
		"  operations that wait for another lane's   %12" PRIu64
		" %5.1f%%\n",
		h->waits, share(h->waits, h->ops));
	fprintf(out, "live at peak %" PRIu64 " objects, %s; %u slots\n",
		h->peak_objects, human((double)h->peak_bytes, a, sizeof(a)),
		h->slots);
	fprintf(out, "never freed  %" PRIu64 " objects, %s\n", h->left_objects,
		human((double)h->left_bytes, a, sizeof(a)));
	fprintf(out, "asked for    %s in all, at most %s at once\n",
		human((double)h->total_bytes, a, sizeof(a)),
		human((double)h->largest, b, sizeof(b)));
	fprintf(out,
		"half of the freed objects lived at most %" PRIu64
		" operations\n",
		median_class(t->lives, t->freed));
	if (h->dropped || h->implied)
		fprintf(out,
			"left out     %" PRIu64 " frees of unknown objects; "
			"added %" PRIu64 " missing ones\n",
			h->dropped, h->implied);
	print_sizes(t, out);
}

static json_t *counts_json(const uint64_t *counts)
{
	json_t *list = json_array();

	for (int k = 0; k < CLASSES; k++)
		if (counts[k])
			json_array_append_new(
				list,
				json_pack("{s:I, s:I}", "up_to",
					  (json_int_t)(UINT64_C(1) << k),
					  "count", (json_int_t)counts[k]));
	return list;
}

static void put(json_t *o, const char *name, uint64_t value)
{
	json_object_set_new(o, name, json_integer((json_int_t)value));
}

static void print_json(const struct trace *trace, const struct tally *t,
		       const char *path, FILE *out)
{
	const struct trace_head *h = &trace->head;
	json_t *o = json_object(), *kinds = json_object();
	char value[1024];

	json_object_set_new(o, "file", json_string(path));
	trace_text(trace, "command", value, sizeof(value));
	json_object_set_new(o, "command", json_string(value));
	put(o, "file_bytes", h->file_bytes);
	json_object_set_new(o, "cut", json_boolean(h->flags & TRACE_CUT));
	json_object_set_new(o, "imported",
			    json_boolean(h->flags & TRACE_IMPORTED));
	put(o, "ops", h->ops);
	for (size_t k = 0; k < NKINDS; k++)
		put(kinds, kind_names[k], h->kinds[k]);
	json_object_set_new(o, "ops_by_kind", kinds);
	put(o, "threads", h->threads);
	put(o, "lanes", h->lanes);
	put(o, "remote_frees", h->remote_frees);
	put(o, "waits", h->waits);
	put(o, "slots", h->slots);
	put(o, "peak_live_objects", h->peak_objects);
	put(o, "peak_live_bytes", h->peak_bytes);
	put(o, "never_freed_objects", h->left_objects);
	put(o, "never_freed_bytes", h->left_bytes);
	put(o, "total_bytes", h->total_bytes);
	put(o, "largest_bytes", h->largest);
	put(o, "dropped_frees", h->dropped);
	put(o, "implied_frees", h->implied);
	json_object_set_new(o, "sizes_bytes", counts_json(t->sizes));
	json_object_set_new(o, "lifetimes_ops", counts_json(t->lives));
	json_dumpf(o, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(o);
}

int trace_info(const char *path, bool json, FILE *out, struct trouble *t)
{
	struct trace trace;
	struct tally tally = { .born = NULL };
	int result = -1;

	if (trace_open(&trace, path, t))
		return -1;
	tally.born = zeroed_alloc((size_t)trace.head.slots * 8);
	if (!tally.born)
		trouble_set(t, 48, "no memory for %u slots", trace.head.slots);
	else
		result = trace_verify(&trace, see, &tally, t);
	if (!result)
		(json ? print_json : print_table)(&trace, &tally, path, out);
	zeroed_free(tally.born);
	trace_close(&trace);
	return result;
}

static void print_op(void *out, const struct trace_seen *seen)
{
	const struct trace_op *op = &seen->op;

	fprintf(out, "%u: ", seen->thread);
	switch ((enum trace_kind)op->kind) {
	case TRACE_START:
		fprintf(out, "start\n");
		return;
	case TRACE_END:
		fprintf(out, "end\n");
		return;
	case TRACE_FREE:
		fprintf(out, "free %u", op->slot);
		break;
	case TRACE_ALIGNED:
		fprintf(out, "aligned %u %" PRIu64 " %" PRIu64, op->slot,
			UINT64_C(1) << op->lg_align, op->size);
		break;
	case TRACE_MALLOC:
	case TRACE_REALLOC:
	case TRACE_CALLOC:
		fprintf(out, "%s %u %" PRIu64, kind_names[op->kind], op->slot,
			op->size);
		break;
	}
	if (op->dep)
		fprintf(out, " after %" PRIu64, op->dep);
	fputc('\n', out);
}

int trace_export(const char *path, FILE *out, struct trouble *t)
{
	struct trace trace;
	int result;

	if (trace_open(&trace, path, t))
		return -1;
	result = trace_verify(&trace, NULL, NULL, t);
	if (!result) {
		fprintf(out, "# allotrope trace, text form 1\n");
		for (char *line = trace.text, *end; line && *line; line = end) {
			end = strchrnul(line, '\n');
			fprintf(out, "# %.*s\n", (int)(end - line), line);
			end += *end != '\0';
		}
		result = trace_verify(&trace, print_op, out, t);
	}
	trace_close(&trace);
	return result;
}
