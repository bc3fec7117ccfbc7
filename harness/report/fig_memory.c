// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fig_memory.c - figure: resident memory over operations, a panel a point.
 *
 * Role:       writes the script and data of figures/memory.
 * Invariants: see figure.h.
 * Locks:      none.
 * Units:      MiB against operations.
 * Source:     none.
 */
#include "config.h"

#include "figures.h"

#include "bars.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS	     3
#define MOST_PANELS  9
#define PANEL_HEIGHT 170
#define PANEL_STEP   (PANEL_HEIGHT + 68)
#define MIB	     1048576.0
#define LIVE_RGB     0x777777

/* The first good memory sample of @cell that has a series with @column. */
static const struct al_series *series_of(const struct al_result *r,
					 const struct al_cell *cell)
{
	if (!cell || cell->fault != AL_NO_NAME)
		return NULL;
	for (size_t i = 0; i < cell->nsamples; i++) {
		const struct al_sample *s =
			&r->samples.all[r->order[cell->first_sample + i]];

		if (s->ok && s->series && s->series->nrows > 1 &&
		    !strcmp(al_name(r, s->pass), "memory"))
			return s->series;
	}
	return NULL;
}

static long column_of(const struct al_result *r, const struct al_series *s,
		      const char *name)
{
	for (uint32_t i = 0; i < s->ncolumns; i++)
		if (!strcmp(al_name(r, s->column[i]), name))
			return i;
	return -1;
}

/* Return: the data block of @column over operations, or -1. */
static long write_block(struct al_figure *f, const struct al_series *s,
			const char *column, const char *whose)
{
	long x = column_of(f->r, s, "ops"), y = column_of(f->r, s, column);
	char what[256];
	long block;

	if (x < 0 || y < 0)
		return -1;
	snprintf(what, sizeof(what), "%.60s, %.120s", column, whose);
	block = (long)al_figure_block(f, what, "operations, bytes");
	for (uint32_t i = 0; i < s->nrows; i++)
		fprintf(f->dat, "%.10g %.10g\n", s->at[i * s->ncolumns + x],
			s->at[i * s->ncolumns + y]);
	return block;
}

static double most_of(const struct al_series *s, long column)
{
	double most = 0;

	for (uint32_t i = 0; column >= 0 && i < s->nrows; i++)
		most = fmax(most, s->at[i * s->ncolumns + (size_t)column]);
	return most;
}

/*
 * A workload that never touches its objects (pageheap) has nothing resident
 * to show: its panel would be live bytes alone.
 */
static bool is_touched(const struct al_result *r, const struct al_series *s)
{
	return most_of(s, column_of(r, s, "rss_bytes")) >
	       most_of(s, column_of(r, s, "live_bytes")) / 10;
}

static bool panel_has(const struct al_result *r, size_t point, bool *used)
{
	bool any = false;

	for (size_t a = 0; a < r->nallocators; a++) {
		const struct al_series *s =
			series_of(r, al_cell_at(r, point, a));

		if (!s || a == r->null || column_of(r, s, "ops") < 0 ||
		    column_of(r, s, "rss_bytes") < 0 || !is_touched(r, s))
			continue;
		any = true;
		if (used)
			used[a] = true;
	}
	return any;
}

/* Of each workload and parameters, the largest thread count. */
static size_t find_panels(const struct al_result *r, size_t *points)
{
	size_t n = 0;

	for (size_t i = 0; i < r->npoints; i++) {
		const struct al_point *p = &r->points[i], *last;

		if (!panel_has(r, i, NULL))
			continue;
		last = n ? &r->points[points[n - 1]] : NULL;
		if (last && last->workload == p->workload &&
		    last->params == p->params)
			n--;
		points[n++] = i;
	}
	return n;
}

/* Operations of the longest series at @point. */
static double last_of(const struct al_result *r, size_t point)
{
	double last = 0;

	for (size_t a = 0; a < r->nallocators; a++) {
		const struct al_series *s =
			series_of(r, al_cell_at(r, point, a));
		long x = s ? column_of(r, s, "ops") : -1;

		if (x >= 0)
			last = fmax(last, s->at[(s->nrows - 1) * s->ncolumns +
						(size_t)x]);
	}
	return last;
}

static void write_panel(struct al_figure *f, size_t point, double unit)
{
	const struct al_result *r = f->r;
	const struct al_series *any = NULL;
	long block;

	fputs("plot \\\n", f->gp);
	for (size_t a = 0; a < r->nallocators; a++) {
		const struct al_series *s =
			series_of(r, al_cell_at(r, point, a));

		if (!s || a == r->null)
			continue;
		block = write_block(f, s, "rss_bytes", al_allocator_name(r, a));
		if (block < 0)
			continue;
		any = s;
		fprintf(f->gp,
			"\t'%s.dat' index %ld using ($1/%g):($2/%g) with lines "
			"linewidth 1.6 dashtype %d linecolor rgb '#%06x' "
			"notitle, \\\n",
			f->name, block, unit, MIB, al_style_of(r, a).dash,
			al_style_of(r, a).rgb);
	}
	block = any ? write_block(f, any, "live_bytes", "program") : -1;
	if (block >= 0)
		fprintf(f->gp,
			"\t'%s.dat' index %ld using ($1/%g):($2/%g) with lines "
			"linewidth 1.6 dashtype 3 linecolor rgb '#777777' "
			"notitle, \\\n",
			f->name, block, unit, MIB);
	al_figure_panel_end(f);
}

/* A step of 1, 2 or 5 times a power of ten: four or so to @last. */
static double tick_step(double last)
{
	double power = pow(10, floor(log10(last / 4))), part = last / 4 / power;

	return power * (part > 5 ? 10 : part > 2 ? 5 : part > 1 ? 2 : 1);
}

static void axes(struct al_figure *f, size_t point, bool leftmost, double last,
		 const char *operations)
{
	const struct al_result *r = f->r;
	const struct al_point *p = &r->points[point];
	char label[64], title[128];

	al_bars_label(r, point, "trace", false, label);
	if (!strcmp(al_name(r, p->workload), "replay"))
		snprintf(title, sizeof(title), "replay of %s", label);
	else
		snprintf(title, sizeof(title), "%s", label);
	fputs("set title ", f->gp);
	al_figure_text(f->gp, title);
	fprintf(f->gp,
		" noenhanced font ',11' offset 0,-0.6\n"
		"set yrange [0:*]\nset xtics %.3g\nset xrange [0:*]\n"
		"set format x '%%g'\nset xtics offset 0,0.4\n"
		"set xlabel '%s' font ',10' offset 0,0.9\n",
		tick_step(last), operations);
	if (leftmost)
		al_figure_ylabel(f, "MiB");
}

bool al_fig_memory(struct al_result *r, struct al_figure *f, const char *dir)
{
	size_t *points = al_calloc(r->npoints, sizeof(*points));
	bool *used = al_calloc(r->nallocators, sizeof(*used));
	size_t n = find_panels(r, points), columns, all = n;
	unsigned int width;

	if (n > MOST_PANELS)
		n = MOST_PANELS;
	if (!n || !al_figure_open(f, dir)) {
		free(points);
		free(used);
		return n;
	}
	for (size_t i = 0; i < n; i++)
		panel_has(r, points[i], used);
	al_figure_keys(f, used, AL_MARK_LINE);
	al_figure_key(f, "live", (struct al_style){ LIVE_RGB, 7, 3 },
		      AL_MARK_LINE);
	if (n < all)
		al_figure_note(f, "The first %zu of %zu", n, all);
	al_figure_note_failures(f, AL_NO_NAME, "memory");
	columns = n < COLUMNS ? n : COLUMNS;
	al_figure_page(f, (unsigned int)((n + columns - 1) / columns) *
				  PANEL_STEP);
	width = (AL_FIGURE_WIDTH - 62) / (unsigned int)columns;
	for (size_t i = 0; i < n; i++) {
		size_t column = i % columns;
		double last = last_of(r, points[i]);
		bool millions = last >= 1e6;

		al_figure_panel(f, (unsigned int)(62 + column * width),
				(unsigned int)(20 + i / columns * PANEL_STEP),
				width - 40, PANEL_HEIGHT);
		axes(f, points[i], column == 0, last / (millions ? 1e6 : 1e3),
		     millions ? "million operations" : "thousand operations");
		write_panel(f, points[i], millions ? 1e6 : 1e3);
	}
	snprintf(
		f->caption, sizeof(f->caption),
		"Resident memory at fixed operation counts, the harness's own "
		"subtracted, from one run of the memory pass; dotted grey: "
		"bytes that the program asked for and has not freed. What lies "
		"between the lines is waste.");
	free(points);
	free(used);
	return true;
}
