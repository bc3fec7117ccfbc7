// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * env.c - env.json: the machine and the build behind a result set.
 *
 * Role:       see env.h; the machine's part comes from machine.c.
 * Invariants: see env.h.
 * Locks:      none.
 * Units:      in the names.
 * Source:     none.
 */
#include "config.h"

#include "env.h"
#include "machine.h"
#include "runner.h"
#include "../lib/error.h"
#include "../lib/replace.h"

#include <errno.h>
#include <gnu/libc-version.h>
#include <gsl/gsl_version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>
#ifdef HAVE_HWLOC
#include <hwloc.h>
#endif

static json_t *build(void)
{
	json_t *b = json_object();

	json_object_set_new(b, "version", json_string(PACKAGE_VERSION));
	json_object_set_new(b, "compiler", json_string(__VERSION__));
	json_object_set_new(b, "cc", json_string(AL_BUILD_CC));
	json_object_set_new(b, "cflags", json_string(AL_BUILD_CFLAGS));
	json_object_set_new(b, "assert_level", json_integer(AL_ASSERT_LEVEL));
#ifdef AL_SANITIZED
	json_object_set_new(b, "sanitized", json_true());
#else
	json_object_set_new(b, "sanitized", json_false());
#endif
	return b;
}

static json_t *libraries(json_t *counters)
{
	json_t *l = json_object();
	json_t *papi = json_object_get(counters, "papi");

	json_object_set_new(l, "glibc", json_string(gnu_get_libc_version()));
	json_object_set_new(l, "jansson", json_string(JANSSON_VERSION));
	json_object_set_new(l, "zstd", json_string(ZSTD_versionString()));
	json_object_set_new(l, "gsl", json_string(gsl_version));
#ifdef HAVE_HWLOC
	{
		unsigned int v = hwloc_get_api_version();
		char *text = text_format("%u.%u.%u", v >> 16, v >> 8 & 0xff,
					 v & 0xff);

		json_object_set_new(l, "hwloc_api", json_string(text));
		free(text);
	}
#else
	json_object_set_new(l, "hwloc_api", json_null());
#endif
	json_object_set(l, "papi", papi ? papi : json_null());
	return l;
}

static json_t *allocators(const struct plan *plan)
{
	json_t *list = json_array();

	for (size_t i = 0; i < plan->nallocators; i++) {
		const struct plan_allocator *a = &plan->allocator[i];
		char *real = a->file ? realpath(a->file, NULL) : NULL;

		json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:s?, s:s}", "name", a->label,
				  "kind", allocator_kind_name(a->kind), "file",
				  real, "sha256", a->sha256));
		free(real);
	}
	return list;
}

json_t *env_collect(const struct plan *plan, const struct placement *placement,
		    json_t *counters)
{
	struct text_list dropped = { NULL, 0 };
	json_t *env = machine_facts(), *names = json_array();

	json_object_set_new(env, "v", json_integer(1));
	json_object_set_new(env, "cpus_ours",
			    json_integer(placement_npus(placement)));
	json_object_set_new(env, "cores",
			    json_integer(placement_ncores(placement)));
	json_object_set_new(env, "numa_nodes",
			    json_integer(placement_nnodes(placement)));
	json_object_set_new(env, "build", build());
	json_object_set_new(env, "libraries", libraries(counters));
	json_object_set_new(env, "allocators", allocators(plan));
	json_object_set(env, "counters", counters ? counters : json_null());
	json_object_set_new(env, "load_before", machine_load());
	runner_dropped(&dropped);
	for (size_t i = 0; i < dropped.n; i++)
		json_array_append_new(names, json_string(dropped.item[i]));
	json_object_set_new(env, "environment_not_passed_on", names);
	text_list_fini(&dropped);
	return env;
}

int env_write(json_t *env, const char *path)
{
	struct al_replace file;
	int err = al_replace_begin(&file, path);

	if (err)
		return err;
	json_dumpf(env, file.f, JSON_INDENT(1)); /* errors stay in file.f */
	fputc('\n', file.f);
	return al_replace_end(&file);
}

void env_finish(const char *folder, json_t *marks)
{
	char *path = text_format("%s/env.json", folder);
	json_t *env = json_load_file(path, 0, NULL);
	int err;

	if (json_is_object(env)) {
		json_object_set_new(env, "load_after", machine_load());
		json_object_set(env, "disturbed", marks);
		err = env_write(env, path);
		if (err)
			al_warn(path, "%s", strerror(-err));
	}
	json_decref(env);
	free(path);
}
