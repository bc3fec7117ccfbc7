// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * placement.h - which worker runs on which CPU.
 *
 * Role:       turns a --pin policy and a number of threads into one CPU a
 *             worker; knows the machine through hwloc, or a synthetic one.
 * Invariants: only CPUs that this process may use (cgroup, taskset) are chosen;
 *             a CPU serves twice only when there are more threads than CPUs.
 * Locks:      none.
 * Units:      CPUs are hardware threads ("PU" in hwloc).
 * Source:     none.
 */
#ifndef AL_PLACEMENT_H
#define AL_PLACEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

struct placement;

/** PLACEMENT_DEFAULT - the policy of a run that names none. */
#define PLACEMENT_DEFAULT "core"

/** PLACEMENT_POLICIES - for --help and messages. */
#define PLACEMENT_POLICIES \
	"compact, scatter, core, numa, none or a list 0,2,4-7"

/**
 * placement_new() - look at the machine.
 * @synthetic: an hwloc synthetic description, "pack:2 core:4 pu:2"; NULL: the
 *	machine we are on, restricted to the CPUs we may use.
 * @why: on failure a sentence, the caller's to free.
 * Return: NULL on failure. Without hwloc in the build: a placement that knows
 *	the number of CPUs and accepts the policy "none" only.
 */
struct placement *placement_new(const char *synthetic, char **why);

/** placement_delete() - free it. */
void placement_delete(struct placement *p);

/** placement_has_hwloc() - was hwloc there when this was built? */
bool placement_has_hwloc(void);

/** placement_npus(), _ncores(), _nnodes() - what this process may use. */
unsigned int placement_npus(const struct placement *p);
unsigned int placement_ncores(const struct placement *p);
unsigned int placement_nnodes(const struct placement *p);

/**
 * placement_check() - can this policy be had here?
 * Return: an enum al_exit: USAGE for a word that is no policy, MACHINE for CPUs
 *	that are not there or not ours, or without hwloc; @why says so.
 */
int placement_check(const struct placement *p, const char *policy, char **why);

/**
 * placement_choose() - one CPU for each of @nthreads workers.
 * @policy: one that placement_check() accepted.
 * @cpus:   filled with hwloc bitmap strings; stays empty for "none".
 * Return: true if a CPU had to serve more than one worker.
 *
 * compact  the nearest: all hardware threads of a core, then the next core
 * scatter  the farthest apart: packages, then caches, then cores in turn
 * core     one a core, in order of nearness; second hardware threads only once
 *          every core has its worker
 * numa     one NUMA node after the other in turn, inside a node as `core`
 * LIST     worker i gets the i-th CPU of the list, by the system's numbers
 */
bool placement_choose(const struct placement *p, const char *policy,
		      unsigned int nthreads, struct text_list *cpus);

/** placement_export() - write hwloc's XML. Return: 0, or -errno. */
int placement_export(const struct placement *p, const char *path);

#endif /* AL_PLACEMENT_H */
