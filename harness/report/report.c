// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * report.c - everything that is made from stored samples.
 *
 * Role:       loads a result set and calls the writers in turn.
 * Invariants: see report.h.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "report.h"

#include "figures.h"
#include "files.h"
#include "page.h"
#include "summary.h"
#include "table.h"

#include <limits.h>
#include <stdio.h>

static bool write_summary(const struct al_result *r, const char *dir)
{
	struct al_file file;

	if (!al_file_begin(&file, dir, "summary.csv"))
		return false;
	al_summary_write(r, file.f);
	return al_file_end(&file);
}

static bool write_page(struct al_result *r, const struct al_figures *figures,
		       const char *dir)
{
	struct al_file file;

	if (!al_file_begin(&file, dir, "report.html"))
		return false;
	al_page_write(r, figures, dir, file.f);
	return al_file_end(&file);
}

static enum al_exit make(struct al_result *r, const char *dir,
			 const struct al_report_options *options)
{
	struct al_figures figures = { .n = 0 };
	char folder[PATH_MAX];

	snprintf(folder, sizeof(folder), "%s/figures", dir);
	if (!al_make_folder(dir))
		return AL_EXIT_USAGE;
	if (!write_summary(r, dir) ||
	    (!options->no_figures && (!al_make_folder(folder) ||
				      !al_figures_make(r, folder, &figures))) ||
	    !write_page(r, &figures, dir))
		return AL_EXIT_FAILED;
	if (figures.state == AL_NO_GNUPLOT) {
		al_error("gnuplot",
			 "not found: the figures' scripts and data are in %s, "
			 "but not drawn; try apt-get install gnuplot-nox, then "
			 "`allotrope report`",
			 folder);
		return AL_EXIT_MACHINE;
	}
	return figures.state == AL_DRAWN ? AL_EXIT_OK : AL_EXIT_FAILED;
}

enum al_exit al_report_make_with(const char *result_dir,
				 const struct al_report_options *options)
{
	struct al_result r;
	enum al_exit result = al_result_load(result_dir, options->baseline, &r);

	if (result == AL_EXIT_OK && !r.samples.n) {
		al_error(result_dir, "no samples yet");
		result = AL_EXIT_USAGE;
	}
	if (result == AL_EXIT_OK && options->print_table)
		al_table_print(&r, stdout);
	if (result == AL_EXIT_OK)
		result = make(&r, options->out ? options->out : result_dir,
			      options);
	al_result_fini(&r);
	return result;
}

enum al_exit al_report_make(const char *result_dir, bool print_table)
{
	struct al_report_options options = { .print_table = print_table };

	return al_report_make_with(result_dir, &options);
}
