// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * figure_notes.c - what a figure says of itself: notes and origin.
 *
 * Role:       the lines below the panels of a figure.
 * Invariants: see figure.h.
 * Locks:      none.
 * Units:      see figure.h.
 * Source:     none.
 */
#include "config.h"

#include "figure.h"

#include "score.h"

#include <stdarg.h>
#include <string.h>

void al_figure_note(struct al_figure *f, const char *format, ...)
{
	va_list args;
	char *to = f->notes[f->nnotes];
	size_t room = sizeof(f->notes[0]), length;

	if (f->nnotes == sizeof(f->notes) / sizeof(f->notes[0]))
		return;
	va_start(args, format);
	vsnprintf(to, room, format, args);
	va_end(args);
	length = strlen(to);
	if (length + 1 == room) { /* cut: at the start of a character */
		length -= 4;
		while (length && ((unsigned char)to[length] & 0xc0) == 0x80)
			length--;
		strcpy(to + length, "\xe2\x80\xa6");
	}
	f->nnotes++;
}

void al_figure_note_failures(struct al_figure *f, uint32_t workload,
			     const char *pass)
{
	const struct al_result *r = f->r;
	char text[400] = "";
	size_t used = 0, more = 0;
	uint32_t last_workload = AL_NO_NAME;

	for (size_t a = 0; a < r->nallocators; a++) {
		last_workload = AL_NO_NAME;
		for (size_t i = 0; i < r->ncells; i++) {
			const struct al_cell *c = &r->cells[i];
			uint32_t of = r->points[c->point].workload;
			uint32_t status, why;

			if (c->allocator != a || of == last_workload ||
			    (workload != AL_NO_NAME && of != workload) ||
			    !al_cell_trouble(r, c, pass, &status, &why) ||
			    !strcmp(al_name(r, status), "unsupported"))
				continue;
			last_workload = of;
			if (used > 100) {
				more++;
				continue;
			}
			used += (size_t)snprintf(
				text + used, sizeof(text) - used,
				"%s%.40s in %.40s (%s)", used ? ", " : "",
				al_allocator_name(r, a), al_name(r, of),
				al_name(r, status));
		}
	}
	if (more)
		al_figure_note(f, "No number: %.110s, and %zu more", text,
			       more);
	else if (used)
		al_figure_note(f, "No number: %s", text);
}

void al_figure_footer(struct al_figure *f)
{
	const struct al_facts *facts = &f->r->facts;
	char text[800];
	size_t used;

	for (size_t i = 0; i < f->nnotes; i++) {
		fprintf(f->gp, "set label %zu ", i + 20);
		al_figure_long_text(f->gp, f->notes[i]);
		fprintf(f->gp,
			" at screen 0.012, screen %.5f left noenhanced font "
			"',9' textcolor rgb '#a03000'\n",
			((double)(f->nnotes - i) * 14 + 8) / f->height);
	}
	used = (size_t)snprintf(text, sizeof(text), "%s", facts->name);
	if (*facts->host)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "   host %s", facts->host);
	if (*facts->started)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "   %s", facts->started);
	if (f->r->smallest_n == f->r->largest_n)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "   %zu round%s", f->r->largest_n,
					 f->r->largest_n == 1 ? "" : "s");
	else
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "   %zu to %zu rounds",
					 f->r->smallest_n, f->r->largest_n);
	if (*facts->pin)
		snprintf(text + used, sizeof(text) - used, "   pin %s",
			 facts->pin);
	fputs("set label 19 ", f->gp);
	al_figure_long_text(f->gp, text);
	fprintf(f->gp,
		" at screen 0.012, screen %.5f left noenhanced font ',8' "
		"textcolor rgb '#666666'\n",
		8.0 / f->height);
}
