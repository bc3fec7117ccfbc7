// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fig_pageheap.c - figure: cost of a span against the number of free spans.
 *
 * Role:       writes the script and data of figures/pageheap.
 * Invariants: see figure.h.
 * Locks:      none.
 * Units:      nanoseconds an operation; free spans at the start of the region.
 * Source:     none.
 */
#include "config.h"

#include "figures.h"
#include "growths.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PLOT_HEIGHT 300

static size_t write_block(struct al_figure *f,
			  const struct al_growth_line *line)
{
	char what[256];
	size_t block;

	snprintf(what, sizeof(what), "%.100s, %u threads",
		 al_allocator_name(f->r, line->allocator), line->threads);
	block = al_figure_block(f, what, "free spans, ns/op, low, high");
	for (size_t i = 0; i < line->n; i++) {
		const struct al_row *row = line->row[i];

		fprintf(f->dat, "%.6g %.6g %.6g %.6g\n", line->x[i],
			row->median,
			isnan(row->ci.low) ? row->median : row->ci.low,
			isnan(row->ci.high) ? row->median : row->ci.high);
	}
	return block;
}

static void add_key(struct al_figure *f, const struct al_growth_line *line,
		    bool many_threads)
{
	char text[128];
	size_t used =
		(size_t)snprintf(text, sizeof(text), "%.40s",
				 al_allocator_name(f->r, line->allocator));
	struct al_style s = al_style_of(f->r, line->allocator);

	if (many_threads)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 ", %u thread%s", line->threads,
					 line->threads == 1 ? "" : "s");
	if (line->fitted)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 ": n^%.2f", line->fit.exponent);
	if (line->fitted && !isnan(line->fit.interval.low))
		snprintf(text + used, sizeof(text) - used, " (%.2f to %.2f)",
			 line->fit.interval.low, line->fit.interval.high);
	if (line->threads > 1)
		s.dash = 2;
	al_figure_key(f, text, s, AL_MARK_BOTH);
}

static void write_line(struct al_figure *f, const struct al_growth_line *line,
		       size_t block)
{
	struct al_style s = al_style_of(f->r, line->allocator);

	if (line->fitted)
		fprintf(f->gp,
			"\t[%.6g:%.6g] %.6g * x**%.6g with lines linewidth 1.4 "
			"dashtype %d linecolor rgb '#%06x' notitle, \\\n",
			line->x[0], line->x[line->n - 1], line->fit.factor,
			line->fit.exponent, line->threads > 1 ? 2 : s.dash,
			s.rgb);
	al_figure_dots(f, block, s, true);
}

static double floor_of(const struct al_growths *g, size_t null)
{
	double floor = NAN;

	for (size_t i = 0; i < g->n; i++)
		for (size_t k = 0; g->of[i].allocator == null && k < g->of[i].n;
		     k++)
			floor = fmax(floor, g->of[i].row[k]->median);
	return floor;
}

static void shade_floor(struct al_figure *f, double floor)
{
	if (isnan(floor))
		return;
	fprintf(f->gp,
		"set object 1 rectangle from graph 0, graph 0 to graph 1, "
		"first %.6g behind fillcolor rgb '#ececec' fillstyle solid "
		"noborder\n"
		"set label 3 'harness alone (null): %.3g ns' at graph 0.985, "
		"first %.6g right offset 0,0.7 font ',9' textcolor rgb "
		"'#666666'\n",
		floor, floor, floor);
}

static void draw(struct al_figure *f, const struct al_growths *g)
{
	double low = INFINITY, first = INFINITY, last = 0;

	for (size_t i = 0; i < g->n; i++) {
		const struct al_growth_line *line = &g->of[i];

		for (size_t k = 0; k < line->n; k++)
			low = fmin(low, line->row[k]->median);
		first = fmin(first, line->x[0]);
		last = fmax(last, line->x[line->n - 1]);
	}
	al_figure_panel(f, 66, 12, AL_FIGURE_WIDTH - 66 - 20, PLOT_HEIGHT);
	fprintf(f->gp,
		"set logscale xy\nset format xy '10^{%%T}'\n"
		"set xrange [%.4g:%.4g]\nset yrange [%.4g:*]\n"
		"set xtics offset 0,0.3\n"
		"set xlabel 'free spans in the page heap, n' font ',11' offset "
		"0,0.7\n",
		first * 0.75, last * 1.35, low * 0.7);
	al_figure_ylabel(f, "ns an operation on spans");
	shade_floor(f, floor_of(g, f->r->null));
	/* A range right after "plot" would be the axis's. */
	fputs("plot NaN notitle, \\\n", f->gp);
	for (size_t i = 0; i < g->n; i++)
		if (g->of[i].allocator != f->r->null)
			write_line(f, &g->of[i], write_block(f, &g->of[i]));
	al_figure_panel_end(f);
}

bool al_fig_pageheap(struct al_result *r, struct al_figure *f, const char *dir)
{
	uint32_t id = al_names_find(&r->samples.names, "pageheap");
	struct al_growths g;
	size_t nlines = 0;
	bool many = false;

	al_growths_make(r, "pageheap", "free_spans", "time", "ns_per_op", &g);
	for (size_t i = 0; i < g.n; i++) {
		nlines += g.of[i].allocator != r->null && g.of[i].n > 1;
		many |= g.of[i].threads != g.of[0].threads;
	}
	if (nlines && al_figure_open(f, dir)) {
		al_figure_note_failures(f, id, "time");
		for (size_t i = 0; i < g.n; i++)
			if (g.of[i].allocator != r->null)
				add_key(f, &g.of[i], many);
		al_figure_page(f, PLOT_HEIGHT + 62);
		draw(f, &g);
		snprintf(f->caption, sizeof(f->caption),
			 "Cost of one operation on spans against the number n "
			 "of free spans that the page heap holds, both axes "
			 "logarithmic; median and 95%% interval. The lines are "
			 "fitted power laws; the exponent and its 95%% "
			 "interval stand in the key: 0 is constant, 1 is "
			 "linear search.");
	}
	al_growths_fini(&g);
	return nlines;
}
