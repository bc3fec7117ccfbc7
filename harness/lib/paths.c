// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * paths.c - where the programs find their own parts.
 *
 * Role:       build tree or installed copy, decided once from /proc/self/exe.
 * Invariants: see paths.h.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "paths.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct {
	bool known;
	bool in_build;
	char build[PATH_MAX];
	char source[PATH_MAX];
	char root[PATH_MAX]; /* of a staged copy (DESTDIR); else empty */
} where;

/* A copy installed with DESTDIR runs from there: what precedes bindir is it. */
static void find_root(const char *folder)
{
	size_t all = strlen(folder), tail = strlen(BINDIR);

	if (all > tail && !strcmp(folder + all - tail, BINDIR))
		snprintf(where.root, sizeof(where.root), "%.*s",
			 (int)(all - tail), folder);
}

/* allotrope.paths holds one line, "srcdir=/absolute/path". */
static void find_build_tree(void)
{
	char file[PATH_MAX + 32], line[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", where.build,
			     sizeof(where.build) - 1);
	char *slash;
	FILE *f;

	where.known = true;
	if (n <= 0)
		return;
	where.build[n] = '\0';
	slash = strrchr(where.build, '/');
	if (!slash)
		return;
	*slash = '\0';
	snprintf(file, sizeof(file), "%s/allotrope.paths", where.build);
	f = fopen(file, "r");
	if (!f) {
		find_root(where.build);
		return;
	}
	if (fgets(line, sizeof(line), f) && !strncmp(line, "srcdir=", 7)) {
		line[strcspn(line, "\n")] = '\0';
		snprintf(where.source, sizeof(where.source), "%s", line + 7);
		where.in_build = true;
	}
	fclose(f);
}

const char *al_path(enum al_place place)
{
	static const struct {
		const char *in_build;
		bool is_source;
		const char *installed;
	} places[] = {
		[AL_PLACE_RUNNER] = { "allotrope-runner", false,
				      PKGLIBEXECDIR "/allotrope-runner" },
		[AL_PLACE_CONFORM] = { "allotrope-conform", false,
				       PKGLIBEXECDIR "/allotrope-conform" },
		[AL_PLACE_RECORDER] = { "plugins/recorder/record.so", false,
					PKGLIBDIR "/recorder/record.so" },
		[AL_PLACE_PLUGINS] = { "plugins/allocators", false,
				       PKGLIBDIR "/allocators" },
		[AL_PLACE_SUITES] = { "suites", true, PKGDATADIR "/suites" },
		[AL_PLACE_TRACES] = { "workloads/trace/traces", true,
				      PKGDATADIR "/traces" },
		[AL_PLACE_PROGRAMS] = { "workloads/programs", true,
					PKGDATADIR "/programs" },
	};
	static char found[AL_PLACE_RESULTS + 1][2 * PATH_MAX];

	if (!where.known)
		find_build_tree();
	if (place == AL_PLACE_RESULTS) { /* beside the user, when installed */
		if (!where.in_build)
			return "results";
		snprintf(found[place], sizeof(found[place]), "%s/results",
			 where.source);
		return found[place];
	}
	if (!where.in_build) {
		snprintf(found[place], sizeof(found[place]), "%s%s", where.root,
			 places[place].installed);
		return found[place];
	}
	snprintf(found[place], sizeof(found[place]), "%s/%s",
		 places[place].is_source ? where.source : where.build,
		 places[place].in_build);
	return found[place];
}
