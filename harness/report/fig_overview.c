// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fig_overview.c - figure: ratios to the baseline, a row a workload.
 *
 * Role:       writes the script and data of figures/overview.
 * Invariants: see figure.h.
 * Locks:      none.
 * Units:      ratios; left is less time or memory than the baseline.
 * Source:     dots with intervals after Cleveland, The Elements of Graphing
 *             Data (1985).
 */
#include "config.h"

#include "figures.h"
#include "score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEFT	   104
#define GAP	   24
#define DOT_HEIGHT 8

struct metric {
	const char *pass, *name, *title;
};

static const struct metric metrics[] = {
	{ "time", "ns_per_op", "time an operation" },
	{ "memory", "peak_rss_bytes", "peak resident memory" },
};

#define NMETRICS (sizeof(metrics) / sizeof(metrics[0]))

struct overview {
	struct al_result *r;
	struct al_figure *f;
	struct al_score *scores; /* [metric][row][allocator] */
	size_t nrows;		 /* workloads, then all of them */
	uint32_t *rows;		 /* workload names; AL_NO_NAME for all */
	bool *used;
	size_t nused;
	bool has[NMETRICS];
};

static struct al_score *at(const struct overview *o, size_t metric, size_t row,
			   size_t allocator)
{
	return &o->scores[(metric * o->nrows + row) * o->r->nallocators +
			  allocator];
}

/* Workloads that both the baseline and another allocator ran; then all. */
static void choose_rows(struct overview *o)
{
	struct al_result *r = o->r;
	bool *shared = al_calloc(r->samples.names.n, sizeof(*shared));

	for (size_t i = 0; i < r->npoints; i++)
		shared[r->points[i].workload] |= r->points[i].ncells > 1 &&
						 al_cell_at(r, i, r->baseline);
	o->rows = al_calloc(r->nworkloads + 1, sizeof(*o->rows));
	for (size_t i = 0; i < r->nworkloads; i++)
		if (shared[r->workloads[i]])
			o->rows[o->nrows++] = r->workloads[i];
	if (o->nrows > 1)
		o->rows[o->nrows++] = AL_NO_NAME;
	free(shared);
}

static const char *row_name(const struct overview *o, size_t row)
{
	return o->rows[row] == AL_NO_NAME ? "geometric mean"
					  : al_name(o->r, o->rows[row]);
}

static void collect(struct overview *o)
{
	struct al_result *r = o->r;

	choose_rows(o);
	o->scores = al_calloc(NMETRICS * o->nrows * r->nallocators,
			      sizeof(*o->scores));
	o->used = al_calloc(r->nallocators, sizeof(*o->used));
	for (size_t m = 0; m < NMETRICS; m++)
		for (size_t a = 0; a < r->nallocators; a++) {
			if (a == r->null || a == r->baseline)
				continue;
			for (size_t i = 0; i < o->nrows; i++)
				*at(o, m, i, a) = al_score_of(r, a, o->rows[i],
							      metrics[m].pass,
							      metrics[m].name);
			for (size_t i = 0; i < o->nrows; i++)
				if (at(o, m, i, a)->npoints)
					o->has[m] = o->used[a] = true;
		}
	for (size_t a = 0; a < r->nallocators; a++)
		o->nused += o->used[a];
}

/* Rows count from the top; y grows upwards. */
static double place_of(const struct overview *o, size_t row, size_t nth)
{
	double within = ((double)nth + 1) / ((double)o->nused + 1);

	return (double)(o->nrows - 1 - row) + 0.5 - within;
}

static size_t write_block(struct overview *o, size_t metric, size_t allocator,
			  size_t nth)
{
	char what[256];
	size_t n = 0;

	snprintf(what, sizeof(what), "%s, %.100s", metrics[metric].title,
		 al_allocator_name(o->r, allocator));
	al_figure_block(o->f, what, "ratio, y, low, high, workload");
	for (size_t i = 0; i < o->nrows; i++) {
		const struct al_score *s = at(o, metric, i, allocator);

		if (!s->npoints)
			continue;
		fprintf(o->f->dat, "%.6g %.5g %.6g %.6g ", s->ratio,
			place_of(o, i, nth),
			isnan(s->ci.low) ? s->ratio : s->ci.low,
			isnan(s->ci.high) ? s->ratio : s->ci.high);
		al_figure_text(o->f->dat, row_name(o, i));
		putc('\n', o->f->dat);
		n++;
	}
	return n;
}

/* Tics that suit the span of the ratios: few enough to be read. */
static const char *tics_for(double span)
{
	if (span < 1.3)
		return "0.8, 0.85, 0.9, 0.95, 1, 1.05, 1.1, 1.15, 1.2";
	if (span < 1.6)
		return "0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4";
	if (span < 4)
		return "0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.5, 2, 2.5, 3";
	if (span < 60)
		return "0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50";
	return "0.001, 0.01, 0.1, 1, 10, 100, 1000, 10000";
}

static void axes(struct overview *o, size_t metric, bool leftmost)
{
	FILE *gp = o->f->gp;
	double low = 0.95, high = 1.05;
	char label[256];

	for (size_t i = 0; i < o->nrows; i++)
		for (size_t a = 0; a < o->r->nallocators; a++) {
			const struct al_score *s = at(o, metric, i, a);

			if (!o->used[a] || !s->npoints)
				continue;
			low = fmin(low, fmin(s->ratio, s->ci.low));
			high = fmax(high, fmax(s->ratio, s->ci.high));
		}
	fprintf(gp,
		"set title '%s' font ',12' offset 0,-0.6\n"
		"set logscale x\nset xrange [%.4g:%.4g]\n"
		"set yrange [-0.5:%g]\nset format x '%%g'\n"
		"set xtics (%s) offset 0,0.4\nset xlabel ",
		metrics[metric].title, low / pow(high / low, 0.06),
		high * pow(high / low, 0.06), (double)o->nrows - 0.5,
		tics_for(high / low));
	snprintf(label, sizeof(label), "ratio to %.80s (left is less)",
		 al_allocator_name(o->r, o->r->baseline));
	al_figure_text(gp, label);
	fputs(" noenhanced font ',10' offset 0,0.7\nset ytics (", gp);
	for (size_t i = 0; i < o->nrows; i++) {
		fputs(i ? ", " : "", gp);
		al_figure_text(gp, leftmost ? row_name(o, i) : "");
		fprintf(gp, " %zu", o->nrows - 1 - i);
	}
	fputs(") noenhanced scale 0\nunset grid\nset grid xtics linecolor rgb "
	      "'#e4e4e4' linewidth 0.7 linetype 1\n"
	      "set object 1 rectangle from 0.98, graph 0 to 1.02, graph 1 "
	      "behind fillcolor rgb '#d8d8d8' fillstyle solid noborder\n"
	      "set arrow 1 from 1, graph 0 to 1, graph 1 nohead back linewidth "
	      "1 linecolor rgb '#000000'\n",
	      gp);
	for (size_t i = 1; i < o->nrows; i++)
		fprintf(gp,
			"set arrow %zu from graph 0, first %g to graph 1, "
			"first %g nohead back linewidth 0.6 linecolor rgb "
			"'#bbbbbb'\n",
			i + 1, (double)i - 0.5, (double)i - 0.5);
}

static void write_panel(struct overview *o, size_t metric)
{
	struct al_figure *f = o->f;
	size_t nth = 0;

	fputs("plot \\\n", f->gp);
	for (size_t a = 0; a < o->r->nallocators; a++) {
		size_t block = f->nblocks;

		if (o->used[a] && write_block(o, metric, a, nth++))
			al_figure_dots(f, block, al_style_of(o->r, a), false);
	}
	al_figure_panel_end(f);
}

static void draw(struct overview *o)
{
	size_t npanels = 0, drawn = 0;
	unsigned int row = (unsigned int)(o->nused + 1) * DOT_HEIGHT;
	unsigned int height, width;

	if (row < 26)
		row = 26;
	height = row * (unsigned int)o->nrows;
	for (size_t m = 0; m < NMETRICS; m++)
		npanels += o->has[m];
	width = (unsigned int)((AL_FIGURE_WIDTH - LEFT - 16) / npanels);
	al_figure_note_failures(o->f, AL_NO_NAME, "time");
	al_figure_keys(o->f, o->used, AL_MARK_POINT);
	al_figure_page(o->f, height + 68);
	for (size_t m = 0; m < NMETRICS; m++) {
		if (!o->has[m])
			continue;
		al_figure_panel(o->f, LEFT + (unsigned int)drawn * width, 22,
				width - GAP, height);
		axes(o, m, drawn++ == 0);
		write_panel(o, m);
	}
}

bool al_fig_overview(struct al_result *r, struct al_figure *f, const char *dir)
{
	struct overview o = { .r = r, .f = f };
	bool any;

	if (r->baseline == AL_NOBODY)
		return false;
	collect(&o);
	any = o.nused > 0;
	if (any && al_figure_open(f, dir)) {
		draw(&o);
		snprintf(f->caption, sizeof(f->caption),
			 "Geometric means over the points of each workload of "
			 "the ratio to %.60s, with 95%% intervals, on a "
			 "logarithmic axis; left of 1 is less time or memory. "
			 "The grey band is \xc2\xb1"
			 "2%%: an interval inside it counts "
			 "as equivalent.",
			 al_allocator_name(r, r->baseline));
	}
	free(o.rows);
	free(o.scores);
	free(o.used);
	return any;
}
