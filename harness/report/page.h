// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * page.h - report.html.
 *
 * Role:       the sections of the page, in the order of their need.
 * Invariants: see html.h.
 * Locks:      none.
 * Units:      named in the column heads.
 * Source:     none.
 */
#ifndef AL_PAGE_H
#define AL_PAGE_H

#include "figures.h"
#include "result.h"

#include <stdio.h>

/**
 * al_page_write() - write the whole page.
 * @dir: where figures/ is.
 */
void al_page_write(struct al_result *r, const struct al_figures *figures,
		   const char *dir, FILE *out);

/* The sections, each silent when it has nothing to tell. */
void al_page_failures(const struct al_result *r, FILE *out);
void al_page_headline(struct al_result *r, FILE *out);
void al_page_growth(const struct al_result *r, FILE *out);
void al_page_memory(const struct al_result *r, FILE *out);
void al_page_counters(const struct al_result *r, FILE *out);
void al_page_counts(const struct al_result *r, FILE *out);
void al_page_cells(const struct al_result *r, FILE *out);
void al_page_machine(const struct al_result *r, FILE *out);
void al_page_method(const struct al_result *r, FILE *out);

#endif /* AL_PAGE_H */
