// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * figure.c - a figure on its way to gnuplot.
 *
 * Role:       see figure.h; notes and footer are figure_notes.c's.
 * Invariants: see figure.h.
 * Locks:      none.
 * Units:      see figure.h.
 * Source:     see figure.h.
 */
#include "config.h"

#include "figure.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define KEY_MARK     34 /* room for the mark, and between columns */
#define LINE_HEIGHT  16
#define LONGEST_TEXT 60 /* characters of a name in a figure */

struct al_style al_style_of(const struct al_result *r, size_t allocator)
{
	/* Six of Okabe and Ito's (yellow is lost on paper), then two of Tol's.
	 * Near black is the baseline's, grey the harness's own. */
	static const unsigned int palette[] = { 0x0072b2, 0xd55e00, 0x009e73,
						0xcc79a7, 0xe69f00, 0x56b4e9,
						0x882255, 0x999933 };
	static const int points[][8] = { { 5, 9, 13, 11, 7, 15, 5, 9 },
					 { 4, 8, 12, 10, 6, 14, 4, 8 } };
	const size_t n = sizeof(palette) / sizeof(palette[0]);
	size_t at = 0;

	if (allocator == r->null)
		return (struct al_style){ 0xb0b0b0, 2, 1 };
	if (allocator == r->baseline)
		return (struct al_style){ 0x3c3c3c, 7, 1 };
	for (size_t i = 0; i < allocator; i++)
		at += i != r->null && i != r->baseline;
	return (struct al_style){ palette[at % n], points[at / n % 2][at % n],
				  (int)(at / n) + 1 };
}

static FILE *create(const char *dir, const char *name, const char *extension)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.%s", dir, name, extension);
	f = fopen(path, "we");
	if (!f)
		al_error(path, "%s", strerror(errno));
	return f;
}

bool al_figure_open(struct al_figure *f, const char *dir)
{
	f->gp = create(dir, f->name, "gp");
	f->dat = f->gp ? create(dir, f->name, "dat") : NULL;
	if (!f->dat) {
		if (f->gp)
			fclose(f->gp);
		f->gp = NULL;
		return false;
	}
	fprintf(f->dat, "# ");
	for (const char *p = f->r->facts.name; *p; p++)
		putc((unsigned char)*p < ' ' ? '?' : *p, f->dat);
	fprintf(f->dat, ": %s\n", f->title);
	return true;
}

/* One character of UTF-8, or '?' for what has no place in a figure. */
static size_t put_character(FILE *out, const char *text)
{
	unsigned char c = (unsigned char)*text;
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	if (c < ' ' || c == 0x7f)
		putc('?', out);
	else if (c == '\'' || c == '`')
		fputs("\xe2\x80\x99", out); /* would end the quoted text */
	else
		for (size_t i = 0; i < n && text[i]; i++)
			putc(text[i], out);
	return strnlen(text, n);
}

void al_figure_text(FILE *out, const char *text)
{
	size_t count = 0;

	putc('\'', out);
	while (*text && count++ < LONGEST_TEXT)
		text += put_character(out, text);
	fputs(*text ? "\xe2\x80\xa6'" : "'", out);
}

void al_figure_long_text(FILE *out, const char *text)
{
	putc('\'', out);
	while (*text)
		text += put_character(out, text);
	putc('\'', out);
}

void al_figure_key(struct al_figure *f, const char *text, struct al_style style,
		   enum al_mark mark)
{
	struct al_key *key;

	f->keys =
		al_grow(f->keys, &f->keys_room, f->nkeys + 1, sizeof(*f->keys));
	key = &f->keys[f->nkeys++];
	key->style = style;
	key->mark = mark;
	snprintf(key->text, sizeof(key->text), "%s", text);
}

void al_figure_keys(struct al_figure *f, const bool *used, enum al_mark mark)
{
	for (size_t a = 0; a < f->r->nallocators; a++)
		if (used[a])
			al_figure_key(f, al_allocator_name(f->r, a),
				      al_style_of(f->r, a), mark);
}

/* Width of one column of the key. */
static size_t key_width(const struct al_figure *f)
{
	size_t longest = 1;

	for (size_t i = 0; i < f->nkeys; i++) {
		size_t n = strlen(f->keys[i].text);

		if (n > LONGEST_TEXT)
			n = LONGEST_TEXT;
		longest = n > longest ? n : longest;
	}
	return KEY_MARK + longest * 13 / 2;
}

static size_t key_columns(const struct al_figure *f)
{
	size_t columns = (AL_FIGURE_WIDTH - 20) / key_width(f);

	if (columns < 1)
		columns = 1;
	return columns < f->nkeys ? columns : f->nkeys;
}

/* The key by hand: gnuplot's own knows only the panel that it stands in. */
static void put_key(struct al_figure *f, size_t columns)
{
	double width = AL_FIGURE_WIDTH, height = f->height;
	double step = columns ? (width - 20) / (double)columns : 0;

	if (f->nkeys <= columns) /* one line: close together */
		step = (double)key_width(f) + 12 < step
			       ? (double)key_width(f) + 12
			       : step;
	for (size_t i = 0; i < f->nkeys; i++) {
		const struct al_key *k = &f->keys[i];
		double x = 10 + (double)(i % columns) * step;
		double y = height - 36 - (double)(i / columns) * LINE_HEIGHT;

		if (k->mark == AL_MARK_LINE || k->mark == AL_MARK_BOTH)
			fprintf(f->gp,
				"set arrow %zu from screen %.5f, screen %.5f "
				"to screen %.5f, screen %.5f nohead front "
				"linewidth 2 dashtype %d linecolor rgb "
				"'#%06x'\n",
				i + 100, x / width, y / height,
				(x + 22) / width, y / height, k->style.dash,
				k->style.rgb);
		fprintf(f->gp, "set label %zu ", 2 * i + 100);
		al_figure_text(f->gp, k->text);
		fprintf(f->gp,
			" at screen %.5f, screen %.5f left noenhanced font "
			"',10'\n",
			(x + 28) / width, y / height);
		if (k->mark != AL_MARK_LINE)
			fprintf(f->gp,
				"set label %zu '' at screen %.5f, screen %.5f "
				"point pointtype %d pointsize %s linecolor "
				"rgb '#%06x'\n",
				2 * i + 101, (x + 11) / width, y / height,
				k->mark == AL_MARK_BOX ? 5 : k->style.point,
				k->mark == AL_MARK_BOX ? "1.2" : "0.9",
				k->style.rgb);
	}
}

void al_figure_page(struct al_figure *f, unsigned int body)
{
	size_t columns = key_columns(f);
	size_t lines = columns ? (f->nkeys + columns - 1) / columns : 0;
	FILE *gp = f->gp;

	f->head = 34 + LINE_HEIGHT * (unsigned int)lines;
	f->foot = 24 + 14 * (unsigned int)f->nnotes;
	f->height = f->head + body + f->foot;
	fprintf(gp,
		"# %s\n# Redraws %s.svg and %s.pdf from %s.dat: "
		"gnuplot %s.gp\n",
		f->title, f->name, f->name, f->name, f->name);
	fprintf(gp,
		"if (!exists('PASS')) PASS = 0\n"
		"if (PASS == 0) set terminal svg size %d,%u enhanced "
		"rounded font 'Helvetica,Arial,sans-serif,12' "
		"background 'white'; set output '%s.svg'\n"
		"if (PASS == 1) set terminal pdfcairo size %.4fin,%.4fin "
		"enhanced rounded font 'Helvetica,9' linewidth 1 "
		"background 'white'; set output '%s.pdf'\n",
		AL_FIGURE_WIDTH, f->height, f->name, AL_FIGURE_WIDTH / 96.0,
		f->height / 96.0, f->name);
	fputs("set encoding utf8\n"
	      "set decimalsign '.'\n"
	      "set border 3 linecolor rgb '#444444' linewidth 1\n"
	      "set tics nomirror out scale 0.6 font ',10' "
	      "textcolor rgb '#222222'\n"
	      "set grid xtics ytics linecolor rgb '#e4e4e4' linewidth 0.7 "
	      "linetype 1\n"
	      "set style fill solid 1.0 noborder\n"
	      "set pointsize 0.6\n"
	      "unset key\n"
	      "set multiplot\n",
	      gp);
	fputs("set label 1 ", gp);
	al_figure_long_text(gp, f->title);
	fprintf(gp,
		" at screen 0.012, screen %.5f left noenhanced font ',14'\n",
		1 - 14.0 / f->height);
	put_key(f, columns);
	al_figure_footer(f);
}

void al_figure_panel_end(struct al_figure *f)
{
	fputs("\tNaN notitle\nunset label\nunset arrow\nunset object\n"
	      "unset title\n",
	      f->gp);
}

void al_figure_panel(struct al_figure *f, unsigned int left, unsigned int top,
		     unsigned int width, unsigned int height)
{
	double page = f->height, y = page - f->head - top;

	fprintf(f->gp,
		"set lmargin at screen %.5f\nset rmargin at screen %.5f\n"
		"set tmargin at screen %.5f\nset bmargin at screen %.5f\n",
		(double)left / AL_FIGURE_WIDTH,
		(double)(left + width) / AL_FIGURE_WIDTH, y / page,
		(y - height) / page);
	f->panel_x = (double)left / AL_FIGURE_WIDTH;
	f->panel_y = (y - height / 2.0) / page;
}

void al_figure_ylabel(struct al_figure *f, const char *text)
{
	fputs("set label 4 ", f->gp);
	al_figure_text(f->gp, text);
	fprintf(f->gp,
		" at screen %.5f, screen %.5f center rotate by 90 noenhanced "
		"font ',10'\n",
		f->panel_x - 44.0 / AL_FIGURE_WIDTH, f->panel_y);
}

void al_figure_dots(struct al_figure *f, size_t block, struct al_style style,
		    bool upright)
{
	/* Intervals as bare lines: gnuplot's error bars clear a disc around the
	 * point first. */
	fprintf(f->gp,
		"\t'%s.dat' index %zu using %s with vectors nohead linewidth "
		"1.4 linecolor rgb '#%06x' notitle, \\\n"
		"\t'' index %zu using 1:2 with points pointtype %d linecolor "
		"rgb '#%06x' notitle, \\\n",
		f->name, block, upright ? "1:3:(0):($4-$3)" : "3:2:($4-$3):(0)",
		style.rgb, block, style.point, style.rgb);
}

size_t al_figure_block(struct al_figure *f, const char *what,
		       const char *columns)
{
	if (f->nblocks)
		fputs("\n\n", f->dat);
	fprintf(f->dat, "# index %zu: ", f->nblocks);
	for (; *what; what++)
		putc((unsigned char)*what < ' ' ? '?' : *what, f->dat);
	fprintf(f->dat, "\n# %s\n", columns);
	return f->nblocks++;
}

static bool close_one(const struct al_figure *f, FILE *file,
		      const char *extension)
{
	bool failed = ferror(file);
	char name[64];

	if (!fclose(file) && !failed)
		return true;
	snprintf(name, sizeof(name), "figures/%.40s.%s", f->name, extension);
	al_error(name, "%s", failed ? "not written whole" : strerror(errno));
	return false;
}

bool al_figure_close(struct al_figure *f)
{
	bool good;

	fprintf(f->gp,
		"unset multiplot\nunset output\n"
		"PASS = PASS + 1\n"
		"if (PASS == 1 && strstrt(GPVAL_TERMINALS, 'pdfcairo')) "
		"reset; load '%s.gp'\n",
		f->name);
	good = close_one(f, f->gp, "gp");
	good &= close_one(f, f->dat, "dat");
	free(f->keys);
	f->keys = NULL;
	f->gp = f->dat = NULL;
	return good;
}
