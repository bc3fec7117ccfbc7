// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * addrmap.c - from the address of a live object to its slot.
 *
 * Role:       see addrmap.h.
 * Invariants: see addrmap.h.
 * Locks:      none.
 * Units:      none.
 * Source:     Knuth, volume 3, 6.4, algorithm R (deletion with linear probing).
 */
#include "config.h"

#include "addrmap.h"

#include "zeroed.h"

struct addrmap_entry {
	uint64_t key; /* 0: empty */
	uint32_t value;
};

static size_t home(const struct addrmap *m, uint64_t key)
{
	key *= 0x9e3779b97f4a7c15u;
	return (size_t)(key >> 24 ^ key >> 45) & m->mask;
}

static size_t find(const struct addrmap *m, uint64_t key)
{
	size_t i = home(m, key);

	while (m->entries[i].key && m->entries[i].key != key)
		i = (i + 1) & m->mask;
	return i;
}

uint32_t addrmap_get(const struct addrmap *m, uint64_t key)
{
	size_t i;

	if (!m->entries)
		return ADDRMAP_NONE;
	i = find(m, key);
	return m->entries[i].key ? m->entries[i].value : ADDRMAP_NONE;
}

static bool grow(struct addrmap *m)
{
	struct addrmap old = *m;
	size_t n = old.entries ? 2 * (old.mask + 1) : 1024;

	m->entries = zeroed_alloc(n * sizeof(*m->entries));
	if (!m->entries) {
		*m = old;
		return false;
	}
	m->mask = n - 1;
	for (size_t i = 0; old.entries && i <= old.mask; i++)
		if (old.entries[i].key)
			m->entries[find(m, old.entries[i].key)] =
				old.entries[i];
	zeroed_free(old.entries);
	return true;
}

bool addrmap_put(struct addrmap *m, uint64_t key, uint32_t value)
{
	size_t i;

	if ((!m->entries || 2 * (m->used + 1) > m->mask) && !grow(m))
		return false;
	i = find(m, key);
	m->used += !m->entries[i].key;
	m->entries[i].key = key;
	m->entries[i].value = value;
	return true;
}

uint32_t addrmap_take(struct addrmap *m, uint64_t key)
{
	size_t hole, i;
	uint32_t value;

	if (!m->entries)
		return ADDRMAP_NONE;
	hole = find(m, key);
	if (!m->entries[hole].key)
		return ADDRMAP_NONE;
	value = m->entries[hole].value;
	m->used--;
	for (i = hole;;) {
		size_t at;

		i = (i + 1) & m->mask;
		if (!m->entries[i].key)
			break;
		at = home(m, m->entries[i].key);
		/* stays if its home lies in (hole, i], cyclically */
		if (((i - at) & m->mask) < ((i - hole) & m->mask))
			continue;
		m->entries[hole] = m->entries[i];
		hole = i;
	}
	m->entries[hole].key = 0;
	return value;
}

void addrmap_fini(struct addrmap *m)
{
	zeroed_free(m->entries);
	m->entries = NULL;
	m->mask = m->used = 0;
}
