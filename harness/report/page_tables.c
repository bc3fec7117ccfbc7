// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * page_tables.c - report.html: headline, failures, growth, counters.
 *
 * Role:       the tables that fit on a screen.
 * Invariants: see html.h.
 * Locks:      none.
 * Units:      see page.h.
 * Source:     none.
 */
#include "config.h"

#include "page.h"

#include "events.h"
#include "growths.h"
#include "html.h"
#include "score.h"
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Failed samples of one cell and pass share their row's reason. */
void al_page_failures(const struct al_result *r, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < r->nrows; i++) {
		const struct al_row *row = &r->rows[i];
		const struct al_cell *cell = &r->cells[row->cell];
		bool first = i == cell->first_row || row[-1].pass != row->pass;
		const char *status = al_name(r, row->status);

		if (!first || !row->failed || !strcmp(status, "unsupported"))
			continue;
		if (!any)
			fputs("<section class=\"box\">\n<h2>What failed</h2>\n"
			      "<div class=\"wide\"><table>\n<thead><tr><th>cell"
			      "</th><th class=\"l\">pass</th><th class=\"l\">"
			      "outcome</th><th class=\"l\">reason</th><th>times"
			      "</th><th>good</th></tr></thead>\n",
			      out);
		any = true;
		fputs("<tr><td>", out);
		al_html_text(out, al_name(r, cell->key));
		fputs("</td><td class=\"l\">", out);
		al_html_text(out, al_name(r, row->pass));
		fputs("</td><td class=\"l bad\">", out);
		al_html_text(out, status);
		fputs("</td><td class=\"l\">", out);
		al_html_text(out, al_name(r, row->why));
		fprintf(out, "</td><td>%zu</td><td>%zu</td></tr>\n",
			row->failed, row->n);
	}
	if (any)
		fputs("</table></div>\n</section>\n", out);
}

/* @cost: ns an operation, shown where there is no ratio; NaN for none. */
static void put_score(const struct al_result *r, const struct al_score *s,
		      enum al_sense sense, double cost, FILE *out)
{
	const char *verdict = al_verdict(s->ci, sense);
	double strength = fmin(0.45, 0.12 + 0.15 * fabs(log2(s->ratio)));

	if (!s->nall && !isnan(cost)) {
		fprintf(out, "<td>%.3g&nbsp;ns</td>", cost);
		return;
	}
	if (!s->npoints) {
		bool bad = s->status != AL_NO_NAME;

		fprintf(out, "<td class=\"%s\"", bad ? "bad" : "soft");
		if (s->why != AL_NO_NAME) {
			fputs(" title=\"", out);
			al_html_text(out, al_name(r, s->why));
			putc('"', out);
		}
		putc('>', out);
		al_html_text(out, bad		   ? al_name(r, s->status)
				  : s->unsupported ? "not able"
						   : "\xe2\x80\x93");
		fputs("</td>", out);
		return;
	}
	if (*verdict == 'e' || *verdict == 'n')
		fputs("<td>", out);
	else
		fprintf(out, "<td style=\"background:rgba(var(--%s),%.2f)\">",
			s->ratio < 1 ? "less" : "more", strength);
	al_html_ratio(out, s->ratio, s->ci);
	fprintf(out, "<small class=\"v\">%s</small>",
		isnan(s->ci.low) ? "one round" : verdict);
	if (s->npoints < s->nall || s->status != AL_NO_NAME) {
		fprintf(out, "<small class=\"bad\">%zu of %zu points",
			s->npoints, s->nall);
		if (s->status != AL_NO_NAME) {
			fputs(", ", out);
			al_html_text(out, al_name(r, s->status));
		}
		fputs("</small>", out);
	}
	fputs("</td>", out);
}

static void put_costs(const struct al_result *r, size_t allocator,
		      const char *what, FILE *out)
{
	fputs("<tr><td>", out);
	al_html_text(out, al_allocator_name(r, allocator));
	fprintf(out, "<small>%s</small></td>", what);
	for (size_t i = 0; i < r->nworkloads; i++) {
		fputs("<td>", out);
		double ns = al_cost_of(r, allocator, r->workloads[i], "time",
				       "ns_per_op");
		if (isnan(ns))
			fputs("<span class=\"soft\">\xe2\x80\x93</span>", out);
		else
			fprintf(out, "%.3g&nbsp;ns", ns);
		fputs("</td>", out);
	}
	if (r->baseline != AL_NOBODY)
		fputs("<td></td><td></td>", out);
	fputs("</tr>\n", out);
}

static void put_scores(struct al_result *r, size_t allocator, FILE *out)
{
	struct al_score s;

	fputs("<tr><td>", out);
	al_html_text(out, al_allocator_name(r, allocator));
	fputs("</td>", out);
	for (size_t i = 0; i < r->nworkloads; i++) {
		uint32_t w = r->workloads[i];

		s = al_score_of(r, allocator, w, "time", "ns_per_op");
		put_score(r, &s, AL_LESS_IS_FASTER,
			  al_cost_of(r, allocator, w, "time", "ns_per_op"),
			  out);
	}
	s = al_score_of(r, allocator, AL_NO_NAME, "time", "ns_per_op");
	put_score(r, &s, AL_LESS_IS_FASTER, NAN, out);
	s = al_score_of(r, allocator, AL_NO_NAME, "memory", "peak_rss_bytes");
	put_score(r, &s, AL_LESS_OR_MORE, NAN, out);
	fputs("</tr>\n", out);
}

static void put_limits(const struct al_result *r, FILE *out)
{
	struct al_detectable d = al_detectable_of(r, "time", "ns_per_op");

	if (!isnan(d.median))
		fprintf(out,
			"<p>The smallest difference that this run could have "
			"shown (at the 5%% level, four times out of five) is "
			"%.1f%% in the median cell and %.1f%% in the worst."
			"</p>\n",
			100 * (d.median - 1), 100 * (d.largest - 1));
	if (r->largest_n == 1)
		fputs("<p class=\"bad\">One round only: there are no intervals, "
		      "and no difference can be shown.</p>\n",
		      out);
	else if (r->largest_n && al_coverage(r->largest_n) < 0.95)
		fprintf(out,
			"<p class=\"bad\">With %zu rounds an interval is their "
			"range, and holds the median with a probability of "
			"%.0f%% only; 95%% needs six rounds.</p>\n",
			r->largest_n, 100 * al_coverage(r->largest_n));
}

void al_page_headline(struct al_result *r, FILE *out)
{
	bool compared = r->baseline != AL_NOBODY;

	fputs("<h2>Headline</h2>\n<p>", out);
	if (compared) {
		fputs("Time an operation as a ratio to ", out);
		al_html_text(out, al_allocator_name(r, r->baseline));
		fputs(": below 1 is faster. Geometric mean over the points of "
		      "each workload, with its 95% interval.",
		      out);
	} else {
		fputs("Nanoseconds an operation. There is no baseline to "
		      "compare with.",
		      out);
	}
	fputs("</p>\n<div class=\"wide\"><table>\n<thead><tr><th>allocator"
	      "</th>",
	      out);
	for (size_t i = 0; i < r->nworkloads; i++) {
		fputs("<th>", out);
		al_html_text(out, al_name(r, r->workloads[i]));
		fputs("</th>", out);
	}
	if (compared)
		fputs("<th>mean time</th><th>mean peak memory</th>", out);
	fputs("</tr></thead>\n", out);
	if (compared)
		put_costs(r, r->baseline, "baseline", out);
	for (size_t a = 0; a < r->nallocators; a++) {
		if (a == r->null || a == r->baseline)
			continue;
		if (compared)
			put_scores(r, a, out);
		else
			put_costs(r, a, "", out);
	}
	if (r->null != AL_NOBODY)
		put_costs(r, r->null, "the harness alone: floor", out);
	fputs("</table></div>\n", out);
	put_limits(r, out);
}

static void write_exponent(const struct al_growth *fit, FILE *out)
{
	fprintf(out, "</td><td><b>%.2f</b>", fit->exponent);
	if (!isnan(fit->interval.low))
		fprintf(out, "<small>%.2f to %.2f</small>", fit->interval.low,
			fit->interval.high);
}

static void write_growth(const struct al_result *r,
			 const struct al_growth_line *time,
			 const struct al_growth_line *steps, FILE *out)
{
	fputs("<tr><td>", out);
	al_html_text(out, al_allocator_name(r, time->allocator));
	fprintf(out, "</td><td>%u</td><td>%.0f to %.0f", time->threads,
		time->x[0], time->x[time->n - 1]);
	write_exponent(&time->fit, out);
	fputs("</td><td>", out);
	al_html_number(out, time->row[0]->median);
	fputs(" to ", out);
	al_html_number(out, time->row[time->n - 1]->median);
	if (steps && steps->fitted) {
		write_exponent(&steps->fit, out);
		fputs("</td><td>", out);
		al_html_number(out, steps->row[0]->median);
		fputs(" to ", out);
		al_html_number(out, steps->row[steps->n - 1]->median);
	} else {
		fputs("</td><td>&ndash;</td><td>&ndash;", out);
	}
	fputs("</td></tr>\n", out);
}

void al_page_growth(const struct al_result *r, FILE *out)
{
	struct al_growths time, steps;
	bool any = false;

	al_growths_make(r, "pageheap", "free_spans", "time", "ns_per_op",
			&time);
	al_growths_make(r, "pageheap", "free_spans", "memory",
			"search_steps_per_op", &steps);
	for (size_t i = 0; i < time.n; i++) {
		const struct al_growth_line *l = &time.of[i];

		if (!l->fitted || l->allocator == r->null)
			continue;
		if (!any)
			fputs("<h2>How the page heap's cost grows</h2>\n<p>Cost "
			      "of an operation on spans, fitted as c n<sup>e"
			      "</sup> to n free spans: e = 0 does not grow, "
			      "e = 1 is linear search. Time grows faster than "
			      "the search where the descriptors outgrow a "
			      "cache; the steps of the search, which the "
			      "allocator counts itself, repeat exactly.</p>\n"
			      "<div class=\"wide\"><table>\n<thead><tr><th>"
			      "allocator</th><th>threads</th><th>n</th>"
			      "<th>e of the time</th><th>ns an operation</th>"
			      "<th>e of the steps</th><th>steps an operation"
			      "</th></tr></thead>\n",
			      out);
		any = true;
		write_growth(r, l, al_growths_find(&steps, l), out);
	}
	if (any)
		fputs("</table></div>\n", out);
	al_growths_fini(&time);
	al_growths_fini(&steps);
}

static bool counters_ran(const struct al_result *r)
{
	for (size_t i = 0; i < r->samples.n; i++)
		if (!strcmp(al_name(r, r->samples.all[i].pass), "counters"))
			return true;
	return false;
}

void al_page_counters(const struct al_result *r, FILE *out)
{
	bool any = false;

	fputs("<h2>Counters</h2>\n", out);
	if (!counters_ran(r)) {
		fputs("<p>This run had no counters pass.</p>\n", out);
		return;
	}
	for (size_t m = 0; m < al_nevents; m++) {
		const char *why = al_event_missing(r, &al_events[m]);

		if (!why)
			continue;
		if (!any)
			fputs("<p>Not counted on this machine:</p>\n<table>\n"
			      "<thead><tr><th>event</th><th class=\"l\">PAPI's "
			      "name</th><th class=\"l\">PAPI's reason</th></tr>"
			      "</thead>\n",
			      out);
		any = true;
		fprintf(out,
			"<tr><td>%s</td><td class=\"l\"><code>%s</code>"
			"</td><td class=\"l\">",
			al_events[m].meaning, al_event_first(&al_events[m]));
		al_html_text(out, why);
		fputs("</td></tr>\n", out);
	}
	fputs(any ? "</table>\n" : "", out);
	fputs("<p>Counted:", out);
	any = false;
	for (size_t m = 0; m < al_nevents; m++)
		if (al_event_name(r, &al_events[m])) {
			fprintf(out, "%s %s", any ? "," : "",
				al_events[m].meaning);
			any = true;
		}
	fputs(any ? ".</p>\n" : " nothing.</p>\n", out);
	al_page_counts(r, out);
}
