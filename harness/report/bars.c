// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * bars.c - bars of one metric: a group a point, a bar an allocator.
 *
 * Role:       see bars.h.
 * Invariants: see bars.h.
 * Locks:      none.
 * Units:      see bars.h.
 * Source:     none.
 */
#include "config.h"

#include "bars.h"

#include <math.h>
#include <string.h>

void al_bars_label(const struct al_result *r, size_t point, const char *by,
		   bool brief, char label[64])
{
	const struct al_point *p = &r->points[point];
	const char *params = al_name(r, p->params), *at = NULL;
	char name[64];
	int n;

	snprintf(name, sizeof(name), "%.60s=", by);
	if (*by && !strncmp(params, name, strlen(name)))
		at = params + strlen(name);
	else if (*by && (at = strstr(params, name)) != NULL)
		at += strlen(name);
	if (at) {
		size_t length = strcspn(at, " ");
		const char *end = at + length;

		for (const char *s = at; s < end; s++)
			if (*s == '/')
				at = s + 1;
		length = (size_t)(end - at);
		n = snprintf(label, 64, "%.*s",
			     (int)(length > 40 ? 40 : length), at);
		if (n > 5 && !strcmp(label + n - 5, ".altr"))
			label[n -= 5] = '\0';
	} else {
		n = snprintf(label, 64, "%.40s", al_name(r, p->workload));
	}
	if (p->threads > 1)
		snprintf(label + n, 64 - (size_t)n,
			 brief ? "/t%u" : ", %u threads", p->threads);
}

static size_t count_bars(const struct al_result *r, const struct al_bars *bars)
{
	size_t n = 0;

	for (size_t a = 0; a < r->nallocators; a++)
		n += bars->allocators[a];
	return n;
}

/* Return: number of bars that have a value. */
static size_t write_block(struct al_figure *f, const struct al_bars *bars,
			  size_t allocator, size_t place, size_t nbars)
{
	const struct al_result *r = f->r;
	double scale = bars->scale ? bars->scale : 1;
	char what[256];
	size_t n = 0;

	snprintf(what, sizeof(what), "%.100s, %.100s", bars->metric,
		 al_allocator_name(r, allocator));
	al_figure_block(f, what, "x, median, low, high, group");
	for (size_t g = 0; g < bars->npoints; g++) {
		const struct al_cell *cell =
			al_cell_at(r, bars->points[g], allocator);
		const struct al_row *row =
			al_row_of(r, cell, bars->pass, bars->metric);
		double x = (double)(g * (nbars + 1) + place);

		if (row && cell->fault == AL_NO_NAME) {
			fprintf(f->dat, "%g %.6g %.6g %.6g ", x,
				row->median * scale,
				(isnan(row->ci.low) ? row->median
						    : row->ci.low) *
					scale,
				(isnan(row->ci.high) ? row->median
						     : row->ci.high) *
					scale);
			n++;
		} else {
			fprintf(f->dat, "%g NaN NaN NaN ", x);
		}
		al_figure_text(f->dat, bars->labels[g]);
		putc('\n', f->dat);
	}
	return n;
}

/*
 * Upper end of the y axis: above all intervals, but not so far that one wild
 * round flattens every bar. Return: true when an interval leaves the frame.
 */
static bool upper_end(const struct al_result *r, const struct al_bars *bars,
		      double *end, bool *none)
{
	double scale = bars->scale ? bars->scale : 1, bar = 0, interval = 0;

	for (size_t g = 0; g < bars->npoints; g++)
		for (size_t a = 0; a < r->nallocators; a++) {
			const struct al_row *row = al_sound_row(
				r, al_cell_at(r, bars->points[g], a),
				bars->pass, bars->metric);

			if (!row || !bars->allocators[a])
				continue;
			bar = fmax(bar, row->median * scale);
			interval = fmax(interval, row->ci.high * scale);
		}
	interval = fmax(bar, interval);
	*end = interval <= 2 * bar ? interval * 1.04 : 2 * bar;
	*none = bar <= 0;
	if (*none)
		*end = interval > 0 ? interval : 1;
	return !*none && interval > 2 * bar;
}

static void axes(struct al_figure *f, const struct al_bars *bars, size_t nbars)
{
	double end;
	bool none, cut = upper_end(f->r, bars, &end, &none);

	fprintf(f->gp, "set xrange [-1:%zu]\nset yrange [0:%.6g]\n",
		bars->npoints * (nbars + 1) - 1, end);
	if (none)
		fputs("set label 2 'none counted' at graph 0.5, graph 0.5 "
		      "center font ',10' textcolor rgb '#777777'\n",
		      f->gp);
	if (cut)
		fputs("set label 2 'an interval runs beyond the frame' at "
		      "graph 0.995, graph 0.97 right font ',8' textcolor rgb "
		      "'#777777'\n",
		      f->gp);
	fputs("set xtics (", f->gp);
	for (size_t g = 0; g < bars->npoints; g++) {
		fputs(g ? ", " : "", f->gp);
		al_figure_text(f->gp, bars->labels[g]);
		fprintf(f->gp, " %g",
			(double)(g * (nbars + 1)) + ((double)nbars - 1) / 2);
	}
	fputs(") noenhanced scale 0 offset 0,0.4\nunset grid\nset grid ytics linecolor rgb "
	      "'#e4e4e4' linewidth 0.7 linetype 1\n",
	      f->gp);
	if (bars->title) {
		fputs("set title ", f->gp);
		al_figure_text(f->gp, bars->title);
		fputs(" noenhanced font ',11' offset 0,-0.6\n", f->gp);
	}
	if (bars->ylabel)
		al_figure_ylabel(f, bars->ylabel);
}

void al_bars_panel(struct al_figure *f, const struct al_bars *bars)
{
	const struct al_result *r = f->r;
	size_t nbars = count_bars(r, bars), place = 0;

	axes(f, bars, nbars);
	fputs("set boxwidth 0.86\nplot \\\n", f->gp);
	for (size_t a = 0; a < r->nallocators; a++) {
		size_t block = f->nblocks;

		if (!bars->allocators[a] ||
		    !write_block(f, bars, a, place++, nbars))
			continue;
		fprintf(f->gp,
			"\t'%s.dat' index %zu using 1:2 with boxes "
			"fillstyle %s linecolor rgb '#%06x' notitle, \\\n"
			"\t'' index %zu using 1:3:(0):($4-$3) with vectors "
			"nohead linewidth 1.4 linecolor rgb '#000000' "
			"notitle, \\\n",
			f->name, block,
			al_style_of(r, a).dash == 1 ? "solid" : "pattern 4",
			al_style_of(r, a).rgb, block);
	}
	al_figure_panel_end(f);
}
