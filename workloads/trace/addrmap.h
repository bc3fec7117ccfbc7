// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * addrmap.h - from the address of a live object to its slot.
 *
 * Role:       what the converter looks addresses up in; also thread ids.
 * Invariants: open addressing, linear probing, at most half full; removal moves
 *             later entries back, so there are no tombstones to age.
 * Locks:      none.
 * Units:      keys are any 64-bit numbers but 0.
 * Source:     none.
 */
#ifndef AL_TRACE_ADDRMAP_H
#define AL_TRACE_ADDRMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ADDRMAP_NONE UINT32_MAX

struct addrmap {
	struct addrmap_entry *entries;
	size_t mask; /* entries - 1, a power of two less one; 0: none yet */
	size_t used;
};

/** addrmap_get() - the value of @key, or ADDRMAP_NONE. */
uint32_t addrmap_get(const struct addrmap *m, uint64_t key);

/** addrmap_put() - set @key. Return: false without memory. */
bool addrmap_put(struct addrmap *m, uint64_t key, uint32_t value);

/** addrmap_take() - remove @key. Return: its value, or ADDRMAP_NONE. */
uint32_t addrmap_take(struct addrmap *m, uint64_t key);

void addrmap_fini(struct addrmap *m);

#endif /* AL_TRACE_ADDRMAP_H */
