// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * figures.c - the figures of a report.
 *
 * Role:       the list of figures; writes each, then draws it.
 * Invariants: a figure that fails to draw does not keep the others from it.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "figures.h"

#include <string.h>

static const struct {
	const char *name, *title;
	bool (*write)(struct al_result *r, struct al_figure *f,
		      const char *dir);
} list[AL_NFIGURES] = {
	{ "overview", "How does each allocator compare with the baseline?",
	  al_fig_overview },
	{ "throughput", "Who scales? Throughput against threads",
	  al_fig_throughput },
	{ "pageheap",
	  "What does a span cost when the page heap holds many free ones?",
	  al_fig_pageheap },
	{ "replay", "What does an operation of a recorded program cost?",
	  al_fig_replay },
	{ "memory", "How much memory stays resident for what is live?",
	  al_fig_memory },
	{ "counters", "What does an operation cost the caches?",
	  al_fig_counters },
};

void al_figures_name(size_t i, const char **name, const char **title)
{
	*name = list[i].name;
	*title = list[i].title;
}

bool al_figures_make(struct al_result *r, const char *dir,
		     struct al_figures *out)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < AL_NFIGURES; i++) {
		struct al_figure *f = &out->of[out->n];

		memset(f, 0, sizeof(*f));
		f->r = r;
		f->name = list[i].name;
		f->title = list[i].title;
		if (!list[i].write(r, f, dir))
			continue;
		if (!f->gp || !al_figure_close(f))
			return false;
		if (out->state != AL_NO_GNUPLOT) {
			enum al_drawing d = al_gnuplot_run(dir, f->name);

			f->drawn = d == AL_DRAWN;
			if (d != AL_DRAWN)
				out->state = d;
		}
		out->n++;
	}
	return true;
}
