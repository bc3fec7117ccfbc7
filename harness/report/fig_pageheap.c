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

static void write_block(struct al_figure *f, const struct al_growth_line *line)
{
	char what[256];

	snprintf(what, sizeof(what), "%.100s, %u threads",
		 al_allocator_name(f->r, line->allocator), line->threads);
	al_figure_block(f, what, "free spans, ns/op, low, high");
	for (size_t i = 0; i < line->n; i++) {
		const struct al_row *row = line->row[i];

		fprintf(f->dat, "%.6g %.6g %.6g %.6g\n", line->x[i],
			row->median,
			isnan(row->ci.low) ? row->median : row->ci.low,
			isnan(row->ci.high) ? row->median : row->ci.high);
	}
}

static void write_key(struct al_figure *f, const struct al_growth_line *line,
		      bool many_threads)
{
	char text[256];
	int used = snprintf(text, sizeof(text), "%.60s",
			    al_allocator_name(f->r, line->allocator));

	if (many_threads)
		used += snprintf(text + used, sizeof(text) - (size_t)used,
				 ", %u thread%s", line->threads,
				 line->threads == 1 ? "" : "s");
	if (line->fitted)
		used += snprintf(text + used, sizeof(text) - (size_t)used,
				 ": n^%.2f", line->fit.exponent);
	if (line->fitted && !isnan(line->fit.interval.low))
		snprintf(text + used, sizeof(text) - (size_t)used,
			 " (%.2f to %.2f)", line->fit.interval.low,
			 line->fit.interval.high);
	fputs(" title ", f->gp);
	al_figure_text(f->gp, text);
}

static void write_line(struct al_figure *f, const struct al_growth_line *line,
		       size_t block, bool many_threads)
{
	struct al_style s = al_style_of(f->r, line->allocator);
	int dash = line->threads > 1 ? 2 : s.dash;

	if (line->fitted)
		fprintf(f->gp,
			"\t[%.6g:%.6g] %.6g * x**%.6g with lines linewidth 1.4 "
			"dashtype %d linecolor rgb '#%06x' notitle, \\\n",
			line->x[0], line->x[line->n - 1], line->fit.factor,
			line->fit.exponent, dash, s.rgb);
	fprintf(f->gp,
		"\t'%s.dat' index %zu using 1:2:3:4 with yerrorbars linewidth "
		"1.3 linecolor rgb '#%06x' pointtype %d notitle, \\\n"
		"\tkeyentry with linespoints linewidth 1.6 dashtype %d "
		"linecolor rgb '#%06x' pointtype %d",
		f->name, block, s.rgb, s.point, dash, s.rgb, s.point);
	write_key(f, line, many_threads);
	fputs(", \\\n", f->gp);
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
		"first %.6g right offset 0,-0.7 font ',9' textcolor rgb "
		"'#666666'\n",
		floor, floor, floor);
}

static void draw(struct al_figure *f, const struct al_growths *g, size_t nlines)
{
	double low = INFINITY, floor = floor_of(g, f->r->null);
	bool many = false;
	size_t block = 0;

	for (size_t i = 0; i < g->n; i++)
		for (size_t k = 0; k < g->of[i].n; k++)
			low = fmin(low, g->of[i].row[k]->median);
	for (size_t i = 1; i < g->n; i++)
		many |= g->of[i].threads != g->of[0].threads;
	al_figure_panel(f, 66, 10, AL_FIGURE_WIDTH - 66 - 20, PLOT_HEIGHT);
	fprintf(f->gp,
		"set logscale xy\nset format x '10^{%%T}'\n"
		"set format y '%%g'\nset yrange [%.4g:*]\n"
		"set xlabel 'free spans in the page heap'\n"
		"set ylabel 'ns a span operation'\n"
		"set key at screen 0.5, screen %.5f center top "
		"horizontal maxcols 2 Left reverse noenhanced samplen 1.8 "
		"font ',10'\n",
		low * 0.7, 1 - 26.0 / f->height);
	shade_floor(f, floor);
	fputs("plot \\\n", f->gp);
	for (size_t i = 0; i < g->n; i++) {
		if (g->of[i].allocator == f->r->null)
			continue;
		write_block(f, &g->of[i]);
		write_line(f, &g->of[i], block++, many);
	}
	fputs("\tNaN notitle\n", f->gp);
}

bool al_fig_pageheap(struct al_result *r, struct al_figure *f, const char *dir)
{
	struct al_growths g;
	size_t nlines = 0;
	bool drawable;

	al_growths_make(r, "pageheap", "free_spans", &g);
	for (size_t i = 0; i < g.n; i++)
		nlines += g.of[i].allocator != r->null && g.of[i].n > 1;
	drawable = nlines > 0;
	if (drawable && al_figure_open(f, dir)) {
		uint32_t id = al_names_find(&r->samples.names, "pageheap");

		al_figure_note_failures(f, id, "time");
		/* The key stands in two columns; the page counts five. */
		al_figure_page(f, PLOT_HEIGHT + 66, (nlines + 1) / 2 * 5);
		draw(f, &g, nlines);
		snprintf(f->caption, sizeof(f->caption),
			 "Cost of one operation on spans against the number of "
			 "free spans that the page heap holds, both axes "
			 "logarithmic; median and 95%% interval. The lines are "
			 "fitted power laws; the exponent and its 95%% "
			 "interval stand in the key: 0 is constant, 1 is "
			 "linear search.");
	}
	al_growths_fini(&g);
	return drawable;
}
