// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fig_throughput.c - figure: throughput against threads, a panel a workload.
 *
 * Role:       writes the script and data of figures/throughput.
 * Invariants: see figure.h.
 * Locks:      none.
 * Units:      million operations a second.
 * Source:     none.
 */
#include "config.h"

#include "figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS	     3
#define MOST_PANELS  9
#define PANEL_HEIGHT 190
#define MOST_TICS    8

/* Points of one workload with the same parameters. */
struct panel {
	uint32_t workload, params;
	size_t first, n; /* of order[] */
};

/* Sweeps of one parameter and traces have figures of their own. */
static bool has_own_figure(const char *workload)
{
	return !strcmp(workload, "pageheap") || !strcmp(workload, "replay");
}

static bool same_panel(const struct al_point *a, const struct al_point *b)
{
	return a->workload == b->workload && a->params == b->params;
}

/* Points in reading order have their thread counts side by side. */
static size_t find_panels(const struct al_result *r, struct panel *panels)
{
	size_t n = 0, end;

	for (size_t i = 0; i < r->npoints; i = end) {
		const struct al_point *p = &r->points[i];
		bool any = false;

		for (end = i;
		     end < r->npoints && same_panel(p, &r->points[end]); end++)
			for (size_t k = 0; k < r->points[end].ncells; k++)
				any |= al_sound_row(
					       r,
					       &r->cells[r->points[end]
								 .first_cell +
							 k],
					       "time", "mops") != NULL;
		if (any && !has_own_figure(al_name(r, p->workload)))
			panels[n++] = (struct panel){ p->workload, p->params, i,
						      end - i };
	}
	return n;
}

static double interval_end(double end, double otherwise)
{
	return isnan(end) ? otherwise : end;
}

/* One line of the panel. Return: its data block, or -1 without data. */
static long write_series(struct al_figure *f, const struct panel *panel,
			 size_t allocator, double shift)
{
	const struct al_result *r = f->r;
	char what[256];
	long block = -1;

	snprintf(what, sizeof(what), "%.100s, %.100s",
		 al_name(r, panel->workload), al_allocator_name(r, allocator));
	for (size_t i = panel->first; i < panel->first + panel->n; i++) {
		const struct al_row *row = al_sound_row(
			r, al_cell_at(r, i, allocator), "time", "mops");

		if (!row)
			continue;
		if (block < 0)
			block = (long)al_figure_block(
				f, what,
				"drawn at, Mop/s, low, high, threads, n");
		fprintf(f->dat, "%.5g %.6g %.6g %.6g %u %zu\n",
			r->points[i].threads * shift, row->median,
			interval_end(row->ci.low, row->median),
			interval_end(row->ci.high, row->median),
			r->points[i].threads, row->n);
	}
	return block;
}

static double best_of(const struct al_result *r, const struct panel *panel,
		      size_t allocator)
{
	double best = NAN;

	for (size_t i = panel->first; i < panel->first + panel->n; i++) {
		const struct al_row *row = al_sound_row(
			r, al_cell_at(r, i, allocator), "time", "mops");

		if (row)
			best = fmax(best, row->median);
	}
	return best;
}

static void axes(struct al_figure *f, const struct panel *panel, bool leftmost,
		 bool lowest)
{
	const struct al_result *r = f->r;
	const struct al_point *p = &r->points[panel->first];
	double floor = best_of(r, panel, r->null);
	size_t step = (panel->n + MOST_TICS - 1) / MOST_TICS;

	fputs("set title ", f->gp);
	al_figure_text(f->gp, al_name(r, panel->workload));
	fputs(" noenhanced font ',12' offset 0,-0.6\n", f->gp);
	fprintf(f->gp,
		"set logscale x 2\nset xrange [%.3g:%.5g]\n"
		"set yrange [0:*]\nset xtics (",
		0.82 * p[0].threads, 1.22 * p[panel->n - 1].threads);
	for (size_t i = 0; i < panel->n; i += step)
		fprintf(f->gp, "%s'%u' %u", i ? ", " : "", p[i].threads,
			p[i].threads);
	fprintf(f->gp,
		") offset 0,0.4\nset xlabel '%s' font ',10' offset 0,0.9\n",
		lowest ? "threads" : "");
	if (leftmost)
		al_figure_ylabel(f, "million operations a second");
	if (!isnan(floor))
		fprintf(f->gp,
			"set label 2 'harness alone (null): %.4g' at graph "
			"0.03, graph 0.96 left font ',8' textcolor rgb "
			"'#777777'\n",
			floor);
}

static void write_panel(struct al_figure *f, const struct panel *panel,
			const bool *used, size_t nused)
{
	const struct al_result *r = f->r;
	size_t nth = 0;

	fputs("plot \\\n", f->gp);
	for (size_t a = 0; a < r->nallocators; a++) {
		struct al_style s = al_style_of(r, a);
		double side;
		long block;

		if (!used[a])
			continue;
		/* Side by side, so that intervals do not hide each other. */
		side = nused > 1 ? (double)nth++ / (double)(nused - 1) - 0.5
				 : 0;
		block = write_series(f, panel, a, pow(2, 0.16 * side));
		if (block < 0)
			continue;
		fprintf(f->gp,
			"\t'%s.dat' index %ld using 1:2 with lines linewidth "
			"1.6 linecolor rgb '#%06x' dashtype %d notitle, \\\n",
			f->name, block, s.rgb, s.dash);
		al_figure_dots(f, (size_t)block, s, true);
	}
	al_figure_panel_end(f);
}

bool al_fig_throughput(struct al_result *r, struct al_figure *f,
		       const char *dir)
{
	struct panel *panels = al_calloc(r->npoints, sizeof(*panels));
	bool *used = al_calloc(r->nallocators, sizeof(*used));
	size_t n = find_panels(r, panels), nused = 0, columns, lines;
	size_t all = n;
	unsigned int width;

	for (size_t i = 0; i < n && i < MOST_PANELS; i++)
		for (size_t a = 0; a < r->nallocators; a++)
			used[a] |= a != r->null &&
				   !isnan(best_of(r, &panels[i], a));
	for (size_t a = 0; a < r->nallocators; a++)
		nused += used[a];
	if (!nused || !al_figure_open(f, dir)) {
		free(panels);
		free(used);
		return nused;
	}
	if (n > MOST_PANELS) {
		n = MOST_PANELS;
		al_figure_note(f,
			       "The first %zu of %zu workloads and "
			       "parameter sets",
			       n, all);
	}
	al_figure_note_failures(f, AL_NO_NAME, "time");
	al_figure_keys(f, used, AL_MARK_BOTH);
	columns = n < COLUMNS ? n : COLUMNS;
	lines = (n + columns - 1) / columns;
	al_figure_page(f, (unsigned int)lines * (PANEL_HEIGHT + 58));
	width = (AL_FIGURE_WIDTH - 62) / (unsigned int)columns;
	for (size_t i = 0; i < n; i++) {
		size_t column = i % columns;

		al_figure_panel(
			f, (unsigned int)(62 + column * width),
			(unsigned int)(20 + i / columns * (PANEL_HEIGHT + 58)),
			width - 40, PANEL_HEIGHT);
		axes(f, &panels[i], column == 0, i + columns >= n);
		write_panel(f, &panels[i], used, nused);
	}
	snprintf(f->caption, sizeof(f->caption),
		 "Throughput of all threads together, by number of threads; "
		 "median and 95%% interval. Points of one thread count are "
		 "drawn side by side. What the harness alone reaches (the null "
		 "allocator) is written in each panel.");
	free(panels);
	free(used);
	return true;
}
