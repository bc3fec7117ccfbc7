// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * page_cells.c - report.html: memory, events and time of every cell.
 *
 * Role:       the long tables.
 * Invariants: see html.h.
 * Locks:      none.
 * Units:      see page.h.
 * Source:     none.
 */
#include "config.h"

#include "page.h"

#include "events.h"
#include "html.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* More rows than this make a page that no browser likes. */
#define MOST_ROWS 5000

static double median_of(const struct al_result *r, const struct al_cell *cell,
			const char *metric)
{
	const struct al_row *row = al_sound_row(r, cell, "memory", metric);

	return row ? row->median : NAN;
}

static void put_names(const struct al_result *r, const struct al_cell *cell,
		      FILE *out)
{
	fputs("<tr><td>", out);
	al_html_text(out, al_name(r, r->points[cell->point].name));
	fputs("</td><td class=\"l\">", out);
	al_html_text(out, al_allocator_name(r, cell->allocator));
	fputs("</td>", out);
}

void al_page_memory(const struct al_result *r, FILE *out)
{
	size_t n = 0;

	for (size_t i = 0; i < r->ncells && n < MOST_ROWS; i++) {
		const struct al_cell *cell = &r->cells[i];
		const struct al_row *peak =
			al_sound_row(r, cell, "memory", "peak_rss_bytes");

		if (!peak)
			continue;
		if (!n++)
			fputs("<h2>Memory</h2>\n<p>Peak resident memory, what "
			      "was live of it at most, and what stays resident "
			      "after everything was freed; the harness's own is "
			      "subtracted.</p>\n<details open><summary>By cell"
			      "</summary>\n<div class=\"wide\"><table>\n<thead>"
			      "<tr><th>point</th><th class=\"l\">allocator</th>"
			      "<th>peak resident</th><th>to baseline</th><th>"
			      "peak live</th><th>resident / live</th><th>at the "
			      "end</th></tr></thead>\n",
			      out);
		put_names(r, cell, out);
		fputs("<td>", out);
		al_html_bytes(out, peak->median);
		fputs("</td><td>", out);
		if (peak->npairs)
			al_html_ratio(out, peak->ratio, peak->ratio_ci);
		fputs("</td><td>", out);
		al_html_bytes(out, median_of(r, cell, "peak_live_bytes"));
		fputs("</td><td>", out);
		al_html_number(out, median_of(r, cell, "rss_per_live"));
		fputs("</td><td>", out);
		al_html_bytes(out, median_of(r, cell, "end_rss_bytes"));
		fputs("</td></tr>\n", out);
	}
	if (n)
		fputs("</table></div>\n</details>\n", out);
}

static bool counted(const struct al_result *r, const struct al_cell *cell)
{
	for (size_t m = 0; m < al_nevents; m++)
		if (al_event_row(r, cell, &al_events[m]))
			return cell->fault == AL_NO_NAME;
	return false;
}

/* Events an operation, a column each. */
void al_page_counts(const struct al_result *r, FILE *out)
{
	size_t n = 0;

	for (size_t i = 0; i < r->ncells && n < MOST_ROWS; i++) {
		const struct al_cell *cell = &r->cells[i];

		if (!counted(r, cell))
			continue;
		if (!n++) {
			fputs("<details><summary>Events an operation, by cell"
			      "</summary>\n<div class=\"wide\"><table>\n"
			      "<thead><tr><th>point</th><th class=\"l\">"
			      "allocator</th>",
			      out);
			for (size_t m = 0; m < al_nevents; m++)
				if (al_event_name(r, &al_events[m]))
					fprintf(out, "<th>%s</th>",
						al_events[m].meaning);
			fputs("</tr></thead>\n", out);
		}
		put_names(r, cell, out);
		for (size_t m = 0; m < al_nevents; m++) {
			const struct al_row *row =
				al_event_row(r, cell, &al_events[m]);

			if (!al_event_name(r, &al_events[m]))
				continue;
			fputs("<td>", out);
			al_html_number(out, row ? row->median : NAN);
			fputs("</td>", out);
		}
		fputs("</tr>\n", out);
	}
	if (n)
		fputs("</table></div>\n</details>\n", out);
}

static const struct al_row *time_row(const struct al_result *r,
				     const struct al_cell *cell)
{
	for (size_t i = 0; i < cell->nrows; i++) {
		const struct al_row *row = &r->rows[cell->first_row + i];

		if (!strcmp(al_name(r, row->pass), "time") &&
		    !strcmp(al_name(r, row->metric), "ns_per_op"))
			return row;
	}
	return NULL;
}

/* Holm's p of all cells of the table at once. */
static double *adjusted(const struct al_result *r)
{
	double *p = al_calloc(r->ncells, sizeof(*p));

	for (size_t i = 0; i < r->ncells; i++) {
		const struct al_row *row = time_row(r, &r->cells[i]);

		p[i] = row && r->cells[i].allocator != r->null ? row->p : NAN;
	}
	al_holm(p, r->ncells);
	return p;
}

static void put_p(FILE *out, double p)
{
	if (isnan(p))
		fputs("<td></td>", out);
	else if (p < 0.001)
		fputs("<td>&lt;0.001</td>", out);
	else
		fprintf(out, "<td>%.3f</td>", p);
}

static void put_cell(const struct al_result *r, const struct al_cell *cell,
		     const struct al_row *row, double holm, FILE *out)
{
	const char *status = al_name(r, row->status);

	put_names(r, cell, out);
	if (!row->n || cell->fault != AL_NO_NAME) {
		fprintf(out, "<td>%zu</td><td class=\"bad l\" colspan=\"7\">",
			row->n);
		al_html_text(out, status);
		fputs(": ", out);
		al_html_text(out, al_name(r, row->why));
		fputs("</td></tr>\n", out);
		return;
	}
	fprintf(out, "<td>%zu", row->n);
	if (row->failed) {
		fprintf(out, "<small class=\"bad\">%zu ", row->failed);
		al_html_text(out, status);
		fputs("</small>", out);
	}
	fputs("</td><td><b>", out);
	al_html_number(out, row->median);
	fputs("</b>", out);
	if (!isnan(row->ci.low))
		fprintf(out, "<small>%.4g to %.4g</small>", row->ci.low,
			row->ci.high);
	fputs("</td><td>", out);
	if (row->npairs)
		al_html_ratio(out, row->ratio, row->ratio_ci);
	fprintf(out, "</td><td class=\"l\">%s</td>",
		row->npairs && cell->allocator != r->null
			? al_verdict(row->ratio_ci, AL_LESS_IS_FASTER)
			: "");
	put_p(out, row->p);
	put_p(out, holm);
	fputs("<td>", out);
	if (!isnan(row->detectable))
		fprintf(out, "%.1f%%", 100 * (row->detectable - 1));
	if (row->disturbed)
		fprintf(out, "</td><td>%zu</td></tr>\n", row->disturbed);
	else
		fputs("</td><td></td></tr>\n", out);
}

void al_page_cells(const struct al_result *r, FILE *out)
{
	double *holm = adjusted(r);
	size_t n = 0, left_out = 0;

	for (size_t i = 0; i < r->ncells; i++) {
		const struct al_cell *cell = &r->cells[i];
		const struct al_row *row = time_row(r, cell);

		if (!row)
			continue;
		if (n == MOST_ROWS) {
			left_out++;
			continue;
		}
		if (!n++)
			fputs("<h2>Every cell</h2>\n<details><summary>Time an "
			      "operation</summary>\n<div class=\"wide\"><table>"
			      "\n<thead><tr><th>point</th><th class=\"l\">"
			      "allocator</th><th>rounds</th><th>ns an operation"
			      "</th><th>ratio</th><th class=\"l\">verdict</th>"
			      "<th>p</th><th>p (Holm)</th><th>could have shown"
			      "</th><th>disturbed</th></tr></thead>\n",
			      out);
		put_cell(r, cell, row, holm[i], out);
	}
	if (n)
		fputs("</table></div>\n</details>\n", out);
	if (left_out)
		fprintf(out, "<p>%zu more cells are in summary.csv only.</p>\n",
			left_out);
	free(holm);
}
