// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fig_replay.c - figure: replay of recorded programs, bars by allocator.
 *
 * Role:       writes the script and data of figures/replay.
 * Invariants: see figure.h.
 * Locks:      none.
 * Units:      nanoseconds an operation.
 * Source:     none.
 */
#include "config.h"

#include "figures.h"

#include "bars.h"

#include <stdlib.h>
#include <string.h>

#define A_ROW	    6
#define MOST_TRACES 12
#define ROW_HEIGHT  190

static size_t find_traces(const struct al_result *r, size_t *points,
			  bool *allocators)
{
	size_t n = 0;

	for (size_t i = 0; i < r->npoints; i++) {
		bool any = false;

		if (strcmp(al_name(r, r->points[i].workload), "replay") != 0)
			continue;
		for (size_t k = 0; k < r->points[i].ncells; k++) {
			const struct al_cell *c =
				&r->cells[r->points[i].first_cell + k];
			bool has = al_sound_row(r, c, "time", "ns_per_op");

			allocators[c->allocator] |= has;
			any |= has;
		}
		if (any)
			points[n++] = i;
	}
	return n;
}

static void draw(struct al_figure *f, const size_t *points, size_t n,
		 const bool *allocators)
{
	char labels[A_ROW][64];

	for (size_t i = 0; i < n; i += A_ROW) {
		struct al_bars bars = {
			.pass = "time",
			.metric = "ns_per_op",
			.points = points + i,
			.npoints = n - i < A_ROW ? n - i : A_ROW,
			.labels = labels,
			.allocators = allocators,
			.ylabel = "ns an operation",
		};

		for (size_t k = 0; k < bars.npoints; k++)
			al_bars_label(f->r, points[i + k], "trace", true,
				      labels[k]);
		al_figure_panel(
			f, 56,
			(unsigned int)(10 + i / A_ROW * (ROW_HEIGHT + 34)),
			AL_FIGURE_WIDTH - 72 - 12, ROW_HEIGHT);
		al_bars_panel(f, &bars);
	}
}

bool al_fig_replay(struct al_result *r, struct al_figure *f, const char *dir)
{
	size_t *points = al_calloc(r->npoints, sizeof(*points));
	bool *allocators = al_calloc(r->nallocators, sizeof(*allocators));
	size_t n = find_traces(r, points, allocators), all = n;

	if (n && al_figure_open(f, dir)) {
		if (n > MOST_TRACES) {
			n = MOST_TRACES;
			al_figure_note(f, "The first %zu of %zu traces", n,
				       all);
		}
		al_figure_note_failures(
			f, al_names_find(&r->samples.names, "replay"), "time");
		al_figure_keys(f, allocators, AL_MARK_BOX);
		al_figure_page(f, (unsigned int)((n + A_ROW - 1) / A_ROW *
						 (ROW_HEIGHT + 34)) +
					  10);
		draw(f, points, n, allocators);
		snprintf(
			f->caption, sizeof(f->caption),
			"Replay of recorded programs: what one thread waits "
			"for one call, the replayer's own cost included "
			"(the grey bar of null is that cost alone). On several "
			"threads (/t2 and more) the waits of one thread for "
			"objects of another are part of it. Median and 95%% "
			"interval.");
	}
	free(points);
	free(allocators);
	return all;
}
