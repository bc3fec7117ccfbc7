// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * summary.c - summary.csv.
 *
 * Role:       see summary.h.
 * Invariants: see summary.h.
 * Locks:      none.
 * Units:      see summary.h.
 * Source:     see summary.h.
 */
#include "config.h"

#include "summary.h"

#include <math.h>
#include <string.h>

static void put_text(FILE *out, const char *text)
{
	if (!text[strcspn(text, ",\"\r\n")]) {
		fputs(text, out);
	} else {
		putc('"', out);
		for (; *text; text++) {
			if (*text == '"')
				putc('"', out);
			putc(*text, out);
		}
		putc('"', out);
	}
	putc(',', out);
}

static void put_number(FILE *out, double x)
{
	if (!isnan(x))
		fprintf(out, "%.10g", x);
	putc(',', out);
}

static void put_row(const struct al_result *r, const struct al_row *row,
		    FILE *out)
{
	const struct al_cell *cell = &r->cells[row->cell];
	const struct al_point *point = &r->points[cell->point];
	const char *metric = al_name(r, row->metric);

	put_text(out, al_name(r, point->name));
	put_text(out, al_name(r, point->workload));
	put_text(out, al_name(r, point->params));
	fprintf(out, "%u,", point->threads);
	put_text(out, al_allocator_name(r, cell->allocator));
	put_text(out, al_name(r, row->pass));
	put_text(out, metric);
	put_text(out, al_unit_of(metric));
	fprintf(out, "%zu,", row->n);
	put_number(out, row->median);
	put_number(out, row->ci.low);
	put_number(out, row->ci.high);
	put_number(out, row->min);
	put_number(out, row->max);
	put_number(out, row->mad);
	put_text(out, al_allocator_name(r, r->baseline));
	put_number(out, row->ratio);
	put_number(out, row->ratio_ci.low);
	put_number(out, row->ratio_ci.high);
	put_text(out, row->npairs
			      ? al_verdict(row->ratio_ci, al_sense_of(metric))
			      : "");
	put_text(out, al_name(r, row->status));
	put_text(out, al_name(r, row->why));
	fprintf(out, "%zu,%zu\n", row->failed, row->disturbed);
}

void al_summary_write(const struct al_result *r, FILE *out)
{
	fputs("point,workload,params,threads,allocator,pass,metric,unit,n,"
	      "median,ci_low,ci_high,min,max,mad,baseline,ratio,ratio_low,"
	      "ratio_high,verdict,status,why,failed,disturbed\n",
	      out);
	for (size_t i = 0; i < r->nrows; i++)
		put_row(r, &r->rows[i], out);
}
