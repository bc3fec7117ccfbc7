// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * objects.h - what is live: the table beside the heap.
 *
 * Role:       remembers of every live object its size and one word more, in
 *             harness memory: the passes need no header and no usable_size.
 * Invariants: an address is in the table from after its allocation until before
 *             its release, so no two threads ever hold entries for one address,
 *             unless the allocator gave it out twice.
 * Locks:      one spin lock a shard, held for a few probes.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_OBJECTS_H
#define AL_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct object - a live object.
 * @size: as asked for. Objects of 0 bytes may share an address: @count.
 * @word: the pass's own.
 */
struct object {
	uintptr_t address;
	size_t size;
	uint64_t word;
	uint64_t count;
};

/** objects_open() - make the table; before threads. */
void objects_open(void);

/**
 * objects_insert() - @p is live now.
 * Return: false if an object is live at this very address already.
 */
bool objects_insert(const void *p, size_t size, uint64_t word);

/** objects_remove() - @p is live no more. Return: false if it was not live. */
bool objects_remove(const void *p, struct object *was);

/** objects_find() - the live object at @p. Return: false if there is none. */
bool objects_find(const void *p, struct object *is);

/** objects_live() - number of live objects; no thread may be changing it. */
uint64_t objects_live(void);

#endif /* AL_OBJECTS_H */
