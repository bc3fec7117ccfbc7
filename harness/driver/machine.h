// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * machine.h - facts about this machine that bear on a measurement.
 *
 * Role:       reads /proc, /sys and the cgroup; judges nothing.
 * Invariants: a fact that cannot be read is null.
 * Locks:      none.
 * Units:      in the names.
 * Source:     proc(5), sysfs(5), cgroups(7).
 */
#ifndef AL_MACHINE_H
#define AL_MACHINE_H

#include <jansson.h>

/** machine_facts() - everything but the load; a new object. */
json_t *machine_facts(void);

/** machine_load() - load averages, runnable tasks, pressure, uptime. */
json_t *machine_load(void);

#endif /* AL_MACHINE_H */
