// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * html.h - writing HTML: escaped text, numbers, embedded figures.
 *
 * Role:       the only way in which text from samples reaches a page.
 * Invariants: every name and reason is escaped; a page needs no other file and
 *             no script.
 * Locks:      none.
 * Units:      named by each function.
 * Source:     none.
 */
#ifndef AL_HTML_H
#define AL_HTML_H

#include "../stats/resample.h"

#include <stdbool.h>
#include <stdio.h>

/** al_html_text() - write @text escaped, for content and for attributes. */
void al_html_text(FILE *out, const char *text);

/** al_html_ratio() - write "0.83" with its interval "0.81 to 0.85" below. */
void al_html_ratio(FILE *out, double ratio, struct al_interval ci);

/** al_html_number() - write @x with four digits; nothing for NaN. */
void al_html_number(FILE *out, double x);

/** al_html_bytes() - write @x bytes in KiB, MiB or GiB; nothing for NaN. */
void al_html_bytes(FILE *out, double x);

/** al_html_begin() - document, style, up to the open body. */
void al_html_begin(FILE *out, const char *title);

/** al_html_end() - close what al_html_begin() opened. */
void al_html_end(FILE *out);

/**
 * al_html_svg() - embed an SVG drawn by gnuplot; ids get @prefix, since a page
 * holds several. Return: false, nothing written, when @path cannot be read or
 * holds anything that acts.
 */
bool al_html_svg(FILE *out, const char *path, const char *prefix);

#endif /* AL_HTML_H */
