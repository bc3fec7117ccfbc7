// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * figure.h - a figure on its way to gnuplot.
 *
 * Role:       the frame that all figures share: script and data file, page,
 *             panels, key, title, footer, colours.
 * Invariants: NAME.gp in the figures folder redraws NAME.svg and NAME.pdf from
 *             NAME.dat with `gnuplot NAME.gp`. No name of a cell reaches the
 *             script as anything but quoted text. An allocator has one colour
 *             and symbol in all figures of a result.
 * Locks:      none.
 * Units:      page and panel positions in pixels of the SVG, 96 an inch.
 * Source:     palette: Okabe and Ito, Color Universal Design (2008); Tol,
 *             Colour Schemes (2021).
 */
#ifndef AL_FIGURE_H
#define AL_FIGURE_H

#include "result.h"

#include <stdio.h>

/** AL_FIGURE_WIDTH - page width: 7 inches, two columns of a paper. */
#define AL_FIGURE_WIDTH 672

/** struct al_style - how an allocator looks. */
struct al_style {
	unsigned int rgb;
	int point, dash;
};

/** enum al_mark - how an entry of the key is drawn. */
enum al_mark {
	AL_MARK_LINE,
	AL_MARK_POINT,
	AL_MARK_BOTH,
	AL_MARK_BOX
};

/** struct al_key - one entry of the key. */
struct al_key {
	char text[128];
	struct al_style style;
	enum al_mark mark;
};

/** struct al_figure - one figure. */
struct al_figure {
	const struct al_result *r;
	const char *name;   /* file name without extension */
	const char *title;  /* the question it answers */
	char caption[1024]; /* for the report; plain text */
	FILE *gp, *dat;
	unsigned int height;	 /* of the page */
	unsigned int head;	 /* for title and key */
	unsigned int foot;	 /* for notes and footer */
	double panel_x, panel_y; /* left, and middle of its height; screen */
	size_t nblocks;		 /* data blocks written */
	bool drawn;		 /* SVG exists */
	char notes[6][160];
	size_t nnotes;
	struct al_key *keys;
	size_t nkeys, keys_room;
};

struct al_style al_style_of(const struct al_result *r, size_t allocator);

/**
 * al_figure_open() - begin @f: name and title are set.
 * @dir: the figures folder.
 * Return: false (said on standard error) when files cannot be written.
 */
bool al_figure_open(struct al_figure *f, const char *dir);

/** al_figure_key() - add an entry to the key that all panels share. */
void al_figure_key(struct al_figure *f, const char *text, struct al_style style,
		   enum al_mark mark);

/** al_figure_keys() - add the allocators of which @used is set. */
void al_figure_keys(struct al_figure *f, const bool *used, enum al_mark mark);

/**
 * al_figure_page() - write the preamble: terminals, title, key, footer.
 * Keys and notes are complete. @body: height of all panels.
 */
void al_figure_page(struct al_figure *f, unsigned int body);

/** al_figure_panel_end() - after a plot command: nothing of it stays. */
void al_figure_panel_end(struct al_figure *f);

/** al_figure_note() - a line above the footer: what is missing and why. */
void al_figure_note(struct al_figure *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * al_figure_note_failures() - note the cells of @workload (AL_NO_NAME: of all)
 * that have no number in @pass.
 */
void al_figure_note_failures(struct al_figure *f, uint32_t workload,
			     const char *pass);

/**
 * al_figure_panel() - the frame of the next plot, left, top, width and height
 * in pixels below the head; margins for axes are inside.
 */
void al_figure_panel(struct al_figure *f, unsigned int left, unsigned int top,
		     unsigned int width, unsigned int height);

/**
 * al_figure_ylabel() - name the y axis of the panel just placed. (gnuplot's own
 * label vanishes where it thinks the margin too small.)
 */
void al_figure_ylabel(struct al_figure *f, const char *text);

/** al_figure_text() - write @text as a gnuplot string, quotes included. */
void al_figure_text(FILE *out, const char *text);

/** al_figure_long_text() - the same, however long. */
void al_figure_long_text(FILE *out, const char *text);

/** al_figure_footer() - write notes and origin, from the page's bottom up. */
void al_figure_footer(struct al_figure *f);

/** al_figure_block() - start a data block; its index is the return value. */
size_t al_figure_block(struct al_figure *f, const char *what,
		       const char *columns);

/**
 * al_figure_dots() - plot elements for data block @block: x, y, low, high as
 * points with intervals, @upright or lying.
 */
void al_figure_dots(struct al_figure *f, size_t block, struct al_style style,
		    bool upright);

/**
 * al_figure_close() - finish the files of @f.
 * Return: false (said on standard error) when they could not be written.
 */
bool al_figure_close(struct al_figure *f);

/** enum al_drawing - what became of gnuplot. */
enum al_drawing {
	AL_DRAWN,
	AL_NO_GNUPLOT,	  /* not installed */
	AL_DRAWING_FAILED /* it ran and complained: said on standard error */
};

/** al_gnuplot_run() - draw @name in @dir. */
enum al_drawing al_gnuplot_run(const char *dir, const char *name);

#endif /* AL_FIGURE_H */
