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
#include <unistd.h>

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
	snprintf(file->path, sizeof(file->path), "%s/%s", dir, name);
	snprintf(file->temporary, sizeof(file->temporary), "%s.tmp",
		 file->path);
	file->f = fopen(file->temporary, "we");
	if (!file->f)
		al_error(file->temporary, "%s", strerror(errno));
	return file->f;
}

bool al_file_end(struct al_file *file)
{
	bool bad = ferror(file->f);

	bad |= fclose(file->f) != 0;
	if (!bad && rename(file->temporary, file->path) == 0)
		return true;
	al_error(file->path, "%s", strerror(errno));
	unlink(file->temporary);
	return false;
}
