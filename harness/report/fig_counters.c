// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fig_counters.c - figure: events an operation, bars by allocator.
 *
 * Role:       writes the script and data of figures/counters. Where the machine
 *             counts no cache misses, the figure says so with PAPI's reason,
 *             and shows the events that it does count.
 * Invariants: see figure.h.
 * Locks:      none.
 * Units:      events an operation.
 * Source:     none.
 */
#include "config.h"

#include "figures.h"

#include "bars.h"
#include "events.h"

#include <stdlib.h>
#include <string.h>

#define MOST_PANELS  6
#define MOST_GROUPS  4
#define COLUMNS	     2
#define PANEL_HEIGHT 150

static bool any_event(const struct al_result *r, const struct al_point *p)
{
	for (size_t k = 0; k < p->ncells; k++)
		for (size_t m = 0; m < al_nevents; m++)
			if (al_event_row(r, &r->cells[p->first_cell + k],
					 &al_events[m]))
				return true;
	return false;
}

/*
 * A point of each workload: the first of those with the most threads, where
 * caches are shared. Return: how many, at most MOST_GROUPS.
 */
static size_t find_points(const struct al_result *r, size_t *points,
			  size_t *nworkloads)
{
	size_t n = 0;

	*nworkloads = 0;
	for (size_t w = 0; w < r->nworkloads; w++) {
		size_t best = r->npoints;

		for (size_t i = 0; i < r->npoints; i++)
			if (r->points[i].workload == r->workloads[w] &&
			    (best == r->npoints ||
			     r->points[i].threads > r->points[best].threads) &&
			    any_event(r, &r->points[i]))
				best = i;
		if (best == r->npoints)
			continue;
		++*nworkloads;
		if (n < MOST_GROUPS)
			points[n++] = best;
	}
	return n;
}

static void use_allocators(const struct al_result *r, const size_t *points,
			   size_t n, bool *used)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < r->points[points[i]].ncells; k++) {
			const struct al_cell *c =
				&r->cells[r->points[points[i]].first_cell + k];

			for (size_t m = 0; m < al_nevents; m++)
				used[c->allocator] |=
					al_event_row(r, c, &al_events[m]) !=
					NULL;
		}
}

static void note_missing(struct al_figure *f)
{
	const struct al_result *r = f->r;

	for (size_t m = 0; m < al_nevents; m++) {
		char events[100];
		const char *why = al_event_missing(r, &al_events[m]);
		size_t used;

		if (!why || !al_events[m].cache)
			continue;
		used = (size_t)snprintf(events, sizeof(events), "%s",
					al_events[m].meaning);
		while (m + 1 < al_nevents && al_events[m + 1].cache &&
		       al_event_missing(r, &al_events[m + 1]) &&
		       !strcmp(al_event_missing(r, &al_events[m + 1]), why)) {
			m++;
			if (used < sizeof(events))
				used += (size_t)snprintf(
					events + used, sizeof(events) - used,
					", %s", al_events[m].meaning);
		}
		al_figure_note(f, "Not counted here: %s (%s)", events, why);
	}
}

static void draw(struct al_figure *f, const struct al_event *const *shown,
		 size_t nshown, const size_t *points, size_t npoints,
		 const bool *used)
{
	const unsigned int width = (AL_FIGURE_WIDTH - 70) / COLUMNS;
	char labels[MOST_GROUPS][64];

	for (size_t i = 0; i < npoints; i++)
		al_bars_label(f->r, points[i], "", true, labels[i]);
	for (size_t i = 0; i < nshown; i++) {
		bool rare = shown[i]->rare;
		char metric[128];
		struct al_bars bars = {
			.pass = "counters",
			.metric = metric,
			.points = points,
			.npoints = npoints,
			.labels = labels,
			.allocators = used,
			.title = shown[i]->meaning,
			.ylabel =
				rare ? "a million operations" : "an operation",
			.scale = rare ? 1e6 : 1,
		};

		snprintf(metric, sizeof(metric), "%s_per_op",
			 al_event_name(f->r, shown[i]));
		al_figure_panel(
			f, (unsigned int)(70 + i % COLUMNS * width),
			(unsigned int)(20 + i / COLUMNS * (PANEL_HEIGHT + 46)),
			width - 68, PANEL_HEIGHT);
		fputs("set format y '%.3g'\n", f->gp);
		al_bars_panel(f, &bars);
	}
}

bool al_fig_counters(struct al_result *r, struct al_figure *f, const char *dir)
{
	const struct al_event *shown[MOST_PANELS];
	size_t points[MOST_GROUPS], nworkloads, nshown = 0, lines;
	size_t n = find_points(r, points, &nworkloads);
	bool *used;

	for (size_t m = 0; m < al_nevents && nshown < MOST_PANELS; m++)
		if (al_event_name(r, &al_events[m]))
			shown[nshown++] = &al_events[m];
	if (!n || !nshown)
		return false;
	if (!al_figure_open(f, dir))
		return true;
	used = al_calloc(r->nallocators, sizeof(*used));
	use_allocators(r, points, n, used);
	al_figure_keys(f, used, AL_MARK_BOX);
	note_missing(f);
	if (f->nnotes) /* before other notes are added */
		f->title = "What does an operation cost? Events that this "
			   "machine counts";
	if (n < nworkloads)
		al_figure_note(f, "The first %zu of %zu workloads", n,
			       nworkloads);
	lines = (nshown + COLUMNS - 1) / COLUMNS;
	al_figure_page(f, (unsigned int)lines * (PANEL_HEIGHT + 46) + 10);
	draw(f, shown, nshown, points, n, used);
	snprintf(
		f->caption, sizeof(f->caption),
		"Events an operation, summed over threads, each workload at "
		"its largest number of threads; median and 95%% interval. All "
		"cells are in the table below. An event that is not drawn was not countable on "
		"this machine; the reason is PAPI's own.");
	free(used);
	return true;
}
