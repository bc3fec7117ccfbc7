// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * files.c - folders and files of a report.
 *
 * Role:       see files.h.
 * Invariants: see files.h.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "files.h"

#include "../lib/error.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

bool al_make_folder(const char *path)
{
	char part[4096];
	size_t n = (size_t)snprintf(part, sizeof(part), "%s", path);

	if (n >= sizeof(part)) {
		al_error(path, "%s", strerror(ENAMETOOLONG));
		return false;
	}
	for (size_t i = 1; i <= n; i++) {
		char was = part[i];

		if (was != '/' && was != '\0')
			continue;
		part[i] = '\0';
		if (mkdir(part, 0777) != 0 && errno != EEXIST) {
			al_error(part, "%s", strerror(errno));
			return false;
		}
		part[i] = was;
	}
	return true;
}

bool al_file_begin(struct al_file *file, const char *dir, const char *name)
{
	int err;

	snprintf(file->path, sizeof(file->path), "%s/%s", dir, name);
	err = al_replace_begin(&file->replace, file->path);
	if (err)
		al_error(file->path, "%s", strerror(-err));
	file->f = err ? NULL : file->replace.f;
	return !err;
}

bool al_file_end(struct al_file *file)
{
	int err = al_replace_end(&file->replace);

	if (err)
		al_error(file->path, "%s", strerror(-err));
	return !err;
}
