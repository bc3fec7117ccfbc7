// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * affinity.c - keeps each worker on its processors.
 *
 * Role:       see affinity.h.
 * Invariants: sets[] is written before threads exist and only read after.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "affinity.h"
#include "record.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

unsigned int affinity_ncpus(void)
{
	int count = 0;

	/* the kernel's mask may be larger than cpu_set_t's 1024 processors */
	for (int ncpus = CPU_SETSIZE; ncpus <= 1 << 20; ncpus *= 2) {
		size_t bytes = CPU_ALLOC_SIZE(ncpus);
		cpu_set_t *set = CPU_ALLOC(ncpus);

		if (!set)
			break;
		if (!sched_getaffinity(0, bytes, set))
			count = CPU_COUNT_S(bytes, set);
		CPU_FREE(set);
		if (count)
			break;
	}
	return count ? (unsigned int)count : 1;
}

#ifdef HAVE_HWLOC

#include <hwloc.h>

static hwloc_topology_t topology;
static hwloc_bitmap_t *sets;

/* Only what binding needs: no I/O devices, no plugins, no probing by cpuid. */
static void load_topology(void)
{
	setenv("HWLOC_COMPONENTS", "linux,no_os,stop", 1);
	setenv("HWLOC_PLUGINS_PATH", "", 1);
	if (hwloc_topology_init(&topology) ||
	    hwloc_topology_set_all_types_filter(topology,
						HWLOC_TYPE_FILTER_KEEP_NONE) ||
	    hwloc_topology_load(topology))
		record_end(STATUS_ERROR, "hwloc cannot read this machine");
}

void affinity_open(const char *const *cpus, unsigned int n)
{
	load_topology();
	sets = calloc(n, sizeof(*sets));
	if (!sets)
		record_end(STATUS_ERROR, "harness memory is full");
	for (unsigned int i = 0; i < n; i++) {
		sets[i] = hwloc_bitmap_alloc();
		if (!sets[i] || hwloc_bitmap_sscanf(sets[i], cpus[i]) ||
		    hwloc_bitmap_iszero(sets[i]))
			record_end(STATUS_ERROR,
				   "cpus: \"%.100s\" is no processor set",
				   cpus[i]);
		if (!hwloc_bitmap_isincluded(
			    sets[i],
			    hwloc_topology_get_allowed_cpuset(topology)))
			record_end(STATUS_ERROR,
				   "cpus: \"%.100s\" names processors that "
				   "this process cannot use",
				   cpus[i]);
	}
}

void affinity_bind(unsigned int index)
{
	hwloc_bitmap_t now;

	if (!sets)
		return;
	now = hwloc_bitmap_alloc();
	if (!now ||
	    hwloc_set_cpubind(topology, sets[index],
			      HWLOC_CPUBIND_THREAD | HWLOC_CPUBIND_STRICT))
		record_end(STATUS_ERROR, "worker %u cannot be bound", index);
	if (hwloc_get_cpubind(topology, now, HWLOC_CPUBIND_THREAD) ||
	    !hwloc_bitmap_isequal(now, sets[index]))
		record_end(STATUS_ERROR,
			   "worker %u was bound, but reads back another set",
			   index);
	hwloc_bitmap_free(now);
}

bool affinity_is_inside(unsigned int index)
{
	hwloc_bitmap_t now;
	bool inside;

	if (!sets)
		return true;
	now = hwloc_bitmap_alloc();
	inside = now &&
		 !hwloc_get_last_cpu_location(topology, now,
					      HWLOC_CPUBIND_THREAD) &&
		 hwloc_bitmap_isincluded(now, sets[index]);
	hwloc_bitmap_free(now);
	return inside;
}

#else /* !HAVE_HWLOC */

void affinity_open(const char *const *cpus, unsigned int n)
{
	record_end(STATUS_ERROR, "cpus: this build has no hwloc, so threads "
				 "cannot be bound; configure with hwloc");
}

void affinity_bind(unsigned int index)
{
}

bool affinity_is_inside(unsigned int index)
{
	return true;
}

#endif /* HAVE_HWLOC */
