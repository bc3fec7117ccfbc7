// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * table.c - the headline table on a terminal.
 *
 * Role:       see table.h.
 * Invariants: widths count characters, not bytes.
 * Locks:      none.
 * Units:      see table.h.
 * Source:     none.
 */
#include "config.h"

#include "table.h"

#include "score.h"
#include "../stats/describe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_WIDTH 14
#define WIDTH	    12
#define LINE_WIDTH  100
#define MEANS	    2 /* last columns: geometric means of time and memory */

struct table {
	struct al_result *r;
	FILE *out;
	bool utf8;
	bool partial;	 /* a mean lacks points, marked * */
	size_t first, n; /* workloads of this block */
	bool last;	 /* block, with the means */
};

static size_t width_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* Prints @text in @width columns, cut if need be; control characters as '?'. */
static void put(const struct table *t, const char *text, size_t width,
		bool right)
{
	size_t n = width_of(text), shown = 0;

	for (; right && n < width; n++)
		putc(' ', t->out);
	for (; *text; text++) {
		bool begins = ((unsigned char)*text & 0xc0) != 0x80;

		if (begins && shown++ >= width - (n > width && !right))
			break;
		putc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text,
		     t->out);
	}
	if (!right && n > width) {
		putc('~', t->out);
		shown = width;
	}
	for (; !right && n < width; n++)
		putc(' ', t->out);
}

double al_floor_of(const struct al_result *r, uint32_t workload)
{
	double *all = al_calloc(r->npoints, sizeof(*all)), floor;
	size_t n = 0;

	for (size_t i = 0; i < r->npoints; i++) {
		const struct al_row *row = al_row_of(
			r, al_cell_at(r, i, r->null), "time", "ns_per_op");

		if (row && (workload == AL_NO_NAME ||
			    r->points[i].workload == workload))
			all[n++] = row->median;
	}
	al_sort(all, n);
	floor = al_median_sorted(all, n);
	free(all);
	return floor;
}

double al_cost_of(const struct al_result *r, size_t allocator,
		  uint32_t workload, const char *pass, const char *metric)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < r->npoints; i++) {
		const struct al_row *row = al_sound_row(
			r, al_cell_at(r, i, allocator), pass, metric);

		if (!row || !(row->median > 0) ||
		    (workload != AL_NO_NAME &&
		     r->points[i].workload != workload))
			continue;
		sum += log(row->median);
		n++;
	}
	return n ? exp(sum / (double)n) : NAN;
}

/* @cost: ns an operation, shown where there is no ratio; NaN for none. */
static void put_score(struct table *t, const struct al_score *s, double cost)
{
	char text[64];
	double half = (s->ci.high - s->ci.low) / 2;
	int digits = s->ratio < 0.0995 ? 3
		     : s->ratio < 9.95 ? 2
		     : s->ratio < 99.5 ? 1
				       : 0;
	bool partial =
		s->npoints && (s->npoints < s->nall || s->status != AL_NO_NAME);

	if (!s->nall && !isnan(cost))
		snprintf(text, sizeof(text), "%.3g ns", cost);
	else if (!s->npoints)
		snprintf(text, sizeof(text), "%s",
			 s->status != AL_NO_NAME ? al_name(t->r, s->status)
			 : s->unsupported	 ? "n/a"
						 : "-");
	else if (isnan(half))
		snprintf(text, sizeof(text), "%.*f%s", digits, s->ratio,
			 partial ? "*" : "");
	else
		snprintf(text, sizeof(text), "%.*f%s%.*f%s", digits, s->ratio,
			 t->utf8 ? "\xc2\xb1" : "+-", digits, half,
			 partial ? "*" : "");
	t->partial |= partial;
	put(t, text, WIDTH, true);
}

static void put_costs(struct table *t, size_t allocator, const char *what)
{
	struct al_result *r = t->r;
	char text[64];

	put(t, what, FIRST_WIDTH, false);
	for (size_t i = 0; i < t->n; i++) {
		double ns = al_cost_of(r, allocator, r->workloads[t->first + i],
				       "time", "ns_per_op");

		if (isnan(ns))
			snprintf(text, sizeof(text), "n/a");
		else
			snprintf(text, sizeof(text), "%.3g ns", ns);
		put(t, text, WIDTH, true);
	}
	putc('\n', t->out);
}

static void put_row(struct table *t, size_t allocator)
{
	struct al_result *r = t->r;
	struct al_score s;

	put(t, al_allocator_name(r, allocator), FIRST_WIDTH, false);
	for (size_t i = 0; i < t->n; i++) {
		uint32_t w = r->workloads[t->first + i];

		s = al_score_of(r, allocator, w, "time", "ns_per_op");
		put_score(t, &s,
			  al_cost_of(r, allocator, w, "time", "ns_per_op"));
	}
	if (t->last) {
		s = al_score_of(r, allocator, AL_NO_NAME, "time", "ns_per_op");
		put_score(t, &s, NAN);
		s = al_score_of(r, allocator, AL_NO_NAME, "memory",
				"peak_rss_bytes");
		put_score(t, &s, NAN);
	}
	putc('\n', t->out);
}

static void put_block(struct table *t)
{
	struct al_result *r = t->r;
	char label[160];

	put(t, "", FIRST_WIDTH, false);
	for (size_t i = 0; i < t->n; i++) {
		const char *name = al_name(r, r->workloads[t->first + i]);

		snprintf(label, sizeof(label), "%.*s", WIDTH - 1, name);
		put(t, label, WIDTH, true);
	}
	if (t->last && r->baseline != AL_NOBODY) {
		put(t, "mean time", WIDTH, true);
		put(t, "mean RSS", WIDTH, true);
	}
	putc('\n', t->out);
	if (r->baseline != AL_NOBODY && t->n) {
		snprintf(label, sizeof(label), "%.100s",
			 al_allocator_name(r, r->baseline));
		put_costs(t, r->baseline, label);
	}
	for (size_t a = 0; a < r->nallocators; a++) {
		if (a == r->null || a == r->baseline)
			continue;
		if (r->baseline != AL_NOBODY)
			put_row(t, a);
		else
			put_costs(t, a, al_allocator_name(r, a));
	}
	if (r->null != AL_NOBODY && t->n)
		put_costs(t, r->null, "null (floor)");
}

/* Why an allocator cannot do what was asked of it, each reason once. */
static void put_unsupported(const struct table *t)
{
	const struct al_result *r = t->r;
	bool *told = al_calloc(r->samples.names.n, sizeof(*told));

	for (size_t i = 0; i < r->ncells; i++) {
		uint32_t status, why;

		if (!al_cell_trouble(r, &r->cells[i], "time", &status, &why) ||
		    strcmp(al_name(r, status), "unsupported") ||
		    why >= r->samples.names.n || told[why])
			continue;
		told[why] = true;
		fputs("n/a: ", t->out);
		put(t, al_name(r, why), width_of(al_name(r, why)), false);
		fputs(".\n", t->out);
	}
	free(told);
}

static void put_notes(const struct table *t)
{
	const struct al_result *r = t->r;
	struct al_detectable d = al_detectable_of(r, "time", "ns_per_op");

	put_unsupported(t);
	if (t->partial)
		fputs("* not over all points: some failed or are missing\n",
		      t->out);
	if (r->baseline != AL_NOBODY && r->largest_n == 1)
		fputs("One round: no intervals, and no difference can be "
		      "shown.\n",
		      t->out);
	else if (r->baseline != AL_NOBODY && r->largest_n > 1 &&
		 al_coverage(r->largest_n) < 0.95)
		fprintf(t->out,
			"%zu rounds: an interval is their range and holds the "
			"median with %.0f%%; 95%% needs 6.\n",
			r->largest_n, 100 * al_coverage(r->largest_n));
	if (!isnan(d.median))
		fprintf(t->out,
			"Smallest difference this run could have shown: "
			"%.1f%% in the median cell, %.1f%% in the worst.\n",
			100 * (d.median - 1), 100 * (d.largest - 1));
	if (r->facts.unfinished || r->samples.torn)
		fputs("The run was interrupted; `allotrope run --resume` does "
		      "what is missing.\n",
		      t->out);
	if (r->nfailed)
		fprintf(t->out, "%zu of %zu measurements failed.\n", r->nfailed,
			r->samples.n);
	if (r->ndisturbed)
		fprintf(t->out,
			"%zu measurements were taken under disturbance.\n",
			r->ndisturbed);
}

static bool speaks_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strstr(value, "UTF-8") ||
			       strstr(value, "utf8") || strstr(value, "utf-8");
	}
	return false;
}

void al_table_print(struct al_result *r, FILE *out)
{
	struct table t = { .r = r, .out = out, .utf8 = speaks_utf8() };
	size_t fit = (LINE_WIDTH - FIRST_WIDTH) / WIDTH;

	if (r->baseline == AL_NOBODY)
		fputs("\nNanoseconds an operation (there is no baseline to "
		      "compare with)\n\n",
		      out);
	else
		fprintf(out,
			"\nTime an operation, ratio to %s (below 1 is faster) "
			"with %s interval\n\n",
			al_allocator_name(r, r->baseline),
			al_coverage(r->largest_n) < 0.95 ? "its" : "95%");
	for (t.first = 0; t.first < r->nworkloads || !t.last; t.first += t.n) {
		size_t left = r->nworkloads - t.first;

		/* The means stand in the last block, if they fit. */
		t.last = left + MEANS <= fit;
		t.n = t.last ? left : left < fit ? left : fit;
		if (t.first)
			putc('\n', out);
		put_block(&t);
	}
	putc('\n', out);
	put_notes(&t);
}
