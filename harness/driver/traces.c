// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * traces.c - the recorded traces that are shipped.
 *
 * Role:       see traces.h.
 * Invariants: see traces.h.
 * Locks:      none.
 * Units:      bytes, operations.
 * Source:     none.
 */
#include "config.h"

#include "traces.h"
#include "../lib/paths.h"
#include "../../workloads/trace/reader.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUFFIX ".altr"

void traces_find(struct text_list *names)
{
	struct dirent **entry;
	int n = scandir(al_path(AL_PLACE_TRACES), &entry, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char *name = entry[i]->d_name;
		size_t len = strlen(name), tail = strlen(SUFFIX);

		if (len > tail && !strcmp(name + len - tail, SUFFIX)) {
			name[len - tail] = '\0';
			text_list_add(names, name);
		}
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
}

char *traces_resolve(const char *name)
{
	char *path;

	if (strchr(name, '/'))
		return realpath(name, NULL);
	path = text_format("%s/%s" SUFFIX, al_path(AL_PLACE_TRACES), name);
	if (!access(path, R_OK))
		return path;
	free(path);
	return NULL;
}

json_t *traces_describe(const char *name)
{
	char *path = traces_resolve(name), command[256];
	struct trouble trouble;
	struct trace trace;
	json_t *about;

	if (!path)
		return json_pack("{s:s, s:s}", "name", name, "error",
				 "no such trace");
	if (trace_open(&trace, path, &trouble)) {
		about = json_pack("{s:s, s:s, s:s}", "name", name, "file", path,
				  "error", trouble.why);
	} else {
		trace_text(&trace, "command", command, sizeof(command));
		about = json_pack(
			"{s:s, s:s, s:s*, s:I, s:I, s:i, s:i, s:I, s:I}",
			"name", name, "file", path, "command", command, "ops",
			(json_int_t)trace.head.ops, "file_bytes",
			(json_int_t)trace.head.file_bytes, "threads",
			(int)trace.head.threads, "lanes", (int)trace.head.lanes,
			"peak_live_bytes", (json_int_t)trace.head.peak_bytes,
			"remote_frees", (json_int_t)trace.head.remote_frees);
		trace_close(&trace);
	}
	free(path);
	return about;
}
