// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * page.c - report.html: the frame, the figures, the machine, the method.
 *
 * Role:       see page.h; the tables are page_tables.c's and page_cells.c's.
 * Invariants: see html.h.
 * Locks:      none.
 * Units:      see page.h.
 * Source:     none.
 */
#include "config.h"

#include "page.h"

#include "html.h"
#include "../stats/resample.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void put_head(const struct al_result *r, FILE *out)
{
	fputs("<header>\n<h1>", out);
	al_html_text(out, r->facts.name);
	fputs("</h1>\n<p class=\"soft\">", out);
	if (*r->facts.host) {
		fputs("Host ", out);
		al_html_text(out, r->facts.host);
		fputs(", ", out);
	}
	if (*r->facts.started) {
		al_html_text(out, r->facts.started);
		fputs(". ", out);
	}
	fprintf(out,
		"%zu allocators, %zu workloads, %zu points, %zu measurements: "
		"%zu failed, %zu taken under disturbance.</p>\n</header>\n",
		r->nallocators, r->nworkloads, r->npoints, r->samples.n,
		r->nfailed, r->ndisturbed);
	if (r->facts.unfinished || r->samples.torn) {
		fputs("<p class=\"bad\">The run was interrupted", out);
		if (r->facts.planned > r->samples.n)
			fprintf(out, ": %zu of %" PRIu64 " measurements",
				r->samples.n, r->facts.planned);
		fputs(". <code>allotrope run --resume</code> does what is "
		      "missing.</p>\n",
		      out);
	}
}

static void put_figures(const struct al_figures *figures, const char *dir,
			FILE *out)
{
	char path[PATH_MAX];

	if (!figures->n)
		return;
	fputs("<h2>Figures</h2>\n", out);
	for (size_t i = 0; i < figures->n; i++) {
		const struct al_figure *f = &figures->of[i];

		snprintf(path, sizeof(path), "%s/figures/%s.svg", dir, f->name);
		fprintf(out, "<figure id=\"figure-%s\">\n", f->name);
		if (!f->drawn || !al_html_svg(out, path, f->name))
			fprintf(out,
				"<p class=\"bad\">%s: not drawn%s. Its script "
				"is figures/%s.gp.</p>\n",
				f->title,
				figures->state == AL_NO_GNUPLOT
					? ", gnuplot is not installed"
					: "",
				f->name);
		fputs("<figcaption>", out);
		al_html_text(out, f->caption);
		fprintf(out, " <span class=\"soft\">(figures/%s.pdf)</span>",
			f->name);
		fputs("</figcaption>\n</figure>\n", out);
	}
}

/* One line a leaf of env.json: "cpu.model", value. */
static void put_json(FILE *out, const char *path, const json_t *value)
{
	char *text, deeper[256];
	const char *key;
	json_t *child;

	if (json_is_object(value)) {
		json_object_foreach((json_t *)(uintptr_t)value, key, child)
		{
			snprintf(deeper, sizeof(deeper), "%s%s%s", path,
				 *path ? "." : "", key);
			put_json(out, deeper, child);
		}
		return;
	}
	fputs("<dt>", out);
	al_html_text(out, path);
	fputs("</dt><dd>", out);
	if (json_is_string(value)) {
		al_html_text(out, json_string_value(value));
	} else {
		text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		al_html_text(out, text ? text : "");
		free(text);
	}
	fputs("</dd>\n", out);
}

static void put_marks(const struct al_result *r, FILE *out)
{
	const struct al_samples *s = &r->samples;
	size_t *count = al_calloc(s->names.n, sizeof(*count));

	for (size_t i = 0; i < s->n; i++)
		if (s->all[i].ok && s->all[i].marks != AL_NO_NAME)
			count[s->all[i].marks]++;
	fprintf(out,
		"<p>%zu of %zu measurements were taken under disturbance; they "
		"are kept and marked.</p>\n",
		r->ndisturbed, s->n);
	if (r->ndisturbed)
		fputs("<table><thead><tr><th>disturbance</th><th>measurements"
		      "</th></tr></thead>\n",
		      out);
	for (uint32_t i = 0; i < s->names.n; i++)
		if (count[i]) {
			fputs("<tr><td>", out);
			al_html_text(out, s->names.text[i]);
			fprintf(out, "</td><td>%zu</td></tr>\n", count[i]);
		}
	if (r->ndisturbed)
		fputs("</table>\n", out);
	free(count);
}

/* What the driver had to say when it planned the run. */
static void put_notes(const struct al_result *r, FILE *out)
{
	const json_t *notes = json_object_get(r->facts.plan, "notes"), *note;
	size_t i;

	if (!json_array_size(notes))
		return;
	fputs("<ul>\n", out);
	json_array_foreach(notes, i, note) if (json_is_string(note))
	{
		fputs("<li>", out);
		al_html_text(out, json_string_value(note));
		fputs("</li>\n", out);
	}
	fputs("</ul>\n", out);
}

void al_page_machine(const struct al_result *r, FILE *out)
{
	fputs("<h2>The machine and the run</h2>\n", out);
	put_marks(r, out);
	put_notes(r, out);
	if (!r->facts.env) {
		fputs("<p>There is no env.json: the machine is not known.</p>\n",
		      out);
		return;
	}
	fputs("<details><summary>Environment (env.json)</summary>\n<dl>\n",
	      out);
	put_json(out, "", r->facts.env);
	fputs("</dl>\n</details>\n", out);
}

void al_page_method(const struct al_result *r, FILE *out)
{
	fputs("<h2>Method</h2>\n<ul>\n"
	      "<li>Every measurement is a process of its own. A round visits "
	      "every cell once, in a new random order; ratios are formed "
	      "inside a round, so that drift of the machine cancels.</li>\n"
	      "<li>Numbers are medians over rounds. Intervals are 95% "
	      "bootstrap percentile intervals (10,000 resamples, fixed seed: "
	      "the same samples give the same report).</li>\n"
	      "<li>Geometric means are over the points of this run; their "
	      "interval is that of the measurement, not of other workloads."
	      "</li>\n"
	      "<li>Verdicts: <i>equivalent</i>, the whole interval lies within "
	      "2% of 1; <i>faster</i> or <i>slower</i> (of memory and events "
	      "<i>less</i> or <i>more</i>), it excludes 1; else <i>no "
	      "difference shown</i>. p is the Wilcoxon signed-rank test's; "
	      "Holm's correction covers all cells of the table.</li>\n"
	      "<li>The null allocator does nothing: its time is the "
	      "harness's own, contained in every other.</li>\n"
	      "<li>An allocator that failed a check keeps its row, with the "
	      "fault in place of the number.</li>\n</ul>\n",
	      out);
	fputs("<h2>To repeat it</h2>\n<pre>", out);
	if (*r->facts.command)
		al_html_text(out, r->facts.command);
	else
		fputs("(plan.json does not tell the command)", out);
	fputs("</pre>\n<p>The figures and this page again, from the stored "
	      "samples alone:</p>\n<pre>allotrope report ",
	      out);
	al_html_text(out, r->facts.name);
	fputs("</pre>\n<p class=\"soft\">Every number here is in summary.csv; "
	      "every sample in samples.jsonl; every figure's script and data "
	      "in figures/.</p>\n",
	      out);
}

void al_page_write(struct al_result *r, const struct al_figures *figures,
		   const char *dir, FILE *out)
{
	char title[300];

	snprintf(title, sizeof(title), "allotrope: %s", r->facts.name);
	al_html_begin(out, title);
	put_head(r, out);
	al_page_failures(r, out);
	al_page_headline(r, out);
	put_figures(figures, dir, out);
	al_page_growth(r, out);
	al_page_memory(r, out);
	al_page_counters(r, out);
	al_page_cells(r, out);
	al_page_machine(r, out);
	al_page_method(r, out);
	al_html_end(out);
}
