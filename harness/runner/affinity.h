// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * affinity.h - keeps each worker on its processors.
 *
 * Role:       binds the calling thread, proves it, and notices if it moved.
 * Invariants: a worker is bound by itself, before it touches its memory.
 * Locks:      none; affinity_open() comes before threads.
 * Units:      processor sets are hwloc bitmap strings.
 * Source:     none.
 */
#ifndef AL_AFFINITY_H
#define AL_AFFINITY_H

#include <stdbool.h>

/**
 * affinity_open() - get ready to bind to the @n sets in @cpus.
 * Ends the process with status "error" if a string is no processor set, names
 * none of this machine, or hwloc was left out of the build.
 */
void affinity_open(const char *const *cpus, unsigned int n);

/** affinity_bind() - bind the calling thread to set @index, read it back. */
void affinity_bind(unsigned int index);

/** affinity_is_inside() - did this thread last run inside set @index? */
bool affinity_is_inside(unsigned int index);

/** affinity_ncpus() - processors that this process may use. */
unsigned int affinity_ncpus(void);

#endif /* AL_AFFINITY_H */
