// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * leaky.c - a variant of Go's that forgets some of what is freed.
 *
 * Role:       the soak must see that what is in use is more than the objects
 *             there are; go1.11 is compiled beside this file, with its one
 *             symbol renamed.
 * Invariants: none; that is the point.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include <allotrope/allocator.h>

#include <stdatomic.h>

#undef allotrope_allocator
const struct al_allocator *whole_table(void);
const struct al_allocator *allotrope_allocator(void);

static struct al_allocator table;
static _Atomic unsigned int nfrees;

static void leaky_free(void *p)
{
	if (atomic_fetch_add(&nfrees, 1) % 1000 != 999)
		whole_table()->free(p);
}

__attribute__((visibility("default"))) const struct al_allocator *
allotrope_allocator(void)
{
	table = *whole_table();
	table.free = leaky_free;
	table.free_sized = NULL;
	return &table;
}
