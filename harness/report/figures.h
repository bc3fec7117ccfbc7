// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * figures.h - the figures of a report.
 *
 * Role:       one function a figure: writes its script and data.
 * Invariants: each returns false, with nothing written, when the result holds
 *             nothing to draw.
 * Locks:      none.
 * Units:      on the axes.
 * Source:     none.
 */
#ifndef AL_FIGURES_H
#define AL_FIGURES_H

#include "figure.h"

/** AL_NFIGURES - figures that a report can have. */
#define AL_NFIGURES 6

/**
 * struct al_figures - all of them; those with a title are in the report.
 * @state: what became of gnuplot: AL_DRAWN when all were drawn.
 */
struct al_figures {
	struct al_figure of[AL_NFIGURES];
	size_t n;
	enum al_drawing state;
};

/**
 * al_figures_make() - write and draw into @dir whatever @r has data for.
 * Return: false (said on standard error) when files cannot be written.
 */
bool al_figures_make(struct al_result *r, const char *dir,
		     struct al_figures *out);

/** al_figures_name() - name and question of figure @i, @i < AL_NFIGURES. */
void al_figures_name(size_t i, const char **name, const char **title);

bool al_fig_overview(struct al_result *r, struct al_figure *f, const char *dir);
bool al_fig_throughput(struct al_result *r, struct al_figure *f,
		       const char *dir);
bool al_fig_pageheap(struct al_result *r, struct al_figure *f, const char *dir);
bool al_fig_replay(struct al_result *r, struct al_figure *f, const char *dir);
bool al_fig_memory(struct al_result *r, struct al_figure *f, const char *dir);
bool al_fig_counters(struct al_result *r, struct al_figure *f, const char *dir);

#endif /* AL_FIGURES_H */
