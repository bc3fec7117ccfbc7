// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * osfail.h - mmap that fails when told to, and knows what is mapped.
 *
 * Role:       defines the process's mmap and munmap, which the plugin's calls
 *             then come to: fails them by a rule, and keeps the exact set of
 *             bytes that the allocator has readable and writable.
 * Invariants: calls outside of the allocator (soak_inside) pass unseen.
 * Locks:      one spin lock around the set.
 * Units:      bytes, calls.
 * Source:     none.
 */
#ifndef SOAK_OSFAIL_H
#define SOAK_OSFAIL_H

#include <stddef.h>
#include <stdint.h>

/** enum osfail_rule - which calls fail. */
enum osfail_rule {
	OSFAIL_NEVER,
	OSFAIL_ONE_IN, /* one in @n, by chance */
	OSFAIL_NTH,    /* the @n-th from now on */
	OSFAIL_FROM,   /* that and all that follow */
	OSFAIL_EVERY,  /* each @n-th */
};

/** osfail_set() - calls are counted from 1 again. */
void osfail_set(enum osfail_rule rule, uint64_t n, uint64_t seed);

/** osfail_mapped_bytes() - readable and writable, the allocator's. */
size_t osfail_mapped_bytes(void);

/** osfail_nregions() - in so many pieces. */
size_t osfail_nregions(void);

/** osfail_hit() - did the rule make a call fail since it was set? */
uint64_t osfail_hits(void);

#endif /* SOAK_OSFAIL_H */
