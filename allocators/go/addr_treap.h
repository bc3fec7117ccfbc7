// SPDX-License-Identifier: MIT
/*
 * addr_treap.h - free spans in the order of addresses, with longest lengths.
 *
 * Role:       finds the lowest span that fits (Go 1.13).
 * Invariants: in order bases rise; own_npages is npages, in the line that
 *             searches read; maxnpages is the longest length in the subtree.
 * Locks:      heap->lock held on every call.
 * Units:      pages, addresses.
 * Source:     after Go 1.13 mgclarge.go.
 */
#ifndef GO_ADDR_TREAP_H
#define GO_ADDR_TREAP_H

#include "treap.h"

/* Of free spans: pages and huge pages, whether the system has any or not. */
#define ADDR_TREAP_LG_PAGE    13
#define ADDR_TREAP_HUGE_BYTES ((uintptr_t)2 << 20)

/* Kinds of free spans; each has a bit, by which subtrees are passed over. */
enum {
	ADDR_TREAP_BACKED = 1,
	ADDR_TREAP_BACKED_HUGE = 2, /* and holds a whole huge page */
	ADDR_TREAP_SCAVENGED = 4,
	ADDR_TREAP_SCAVENGED_HUGE = 8,
};

struct addr_treap {
	struct span *root;
	uint64_t count;
	uint64_t random; /* state of the priorities, not 0 */
};

/** addr_treap_insert() - add @s. */
void addr_treap_insert(struct addr_treap *t, struct span *s);

/** addr_treap_remove() - take out @s, which is on the treap. */
void addr_treap_remove(struct addr_treap *t, struct span *s);

/** addr_treap_resized() - base or npages of @s changed, its place did not. */
void addr_treap_resized(struct span *s);

/**
 * addr_treap_find() - the lowest span of at least @npages; NULL: none.
 * @steps: spans looked at are added.
 */
struct span *addr_treap_find(const struct addr_treap *t, size_t npages,
			     uint64_t *steps);

/** addr_treap_kind() - the bit of @s's kind. */
unsigned int addr_treap_kind(const struct span *s);

/**
 * addr_treap_last_of() - the highest span of @kind that begins below @bound;
 * NULL: none. Recursion is as deep as the treap.
 */
struct span *addr_treap_last_of(const struct addr_treap *t, uintptr_t bound,
				unsigned int kind);

/** addr_treap_valid() - do the invariants hold? */
bool addr_treap_valid(const struct addr_treap *t);

#endif /* GO_ADDR_TREAP_H */
