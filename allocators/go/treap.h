// SPDX-License-Identifier: MIT
/*
 * treap.h - what the treaps of free spans share: links, rotations, priorities.
 *
 * Role:       the shape; order and what a node knows of its subtree are the
 *             business of large_treap.c and addr_treap.c.
 * Invariants: a parent's priority is at most its children's; parent links match
 *             child links. A step of a search reads one cache line: all fields
 *             used here lie in the first of the descriptor.
 * Locks:      heap->lock held by the caller.
 * Units:      none.
 * Source:     after Go 1.9-1.13 mgclarge.go.
 * Differs:    the node is part of the free span's descriptor; Go's is a record
 *             of 48 bytes beside it. Priorities come from a fixed seed, so that
 *             runs repeat.
 */
#ifndef GO_TREAP_H
#define GO_TREAP_H

#include "span.h"

enum treap_side {
	TREAP_LEFT,
	TREAP_RIGHT
};

/** treap_link() - the link that leads to @s. */
static inline struct span **treap_link(struct span **root, struct span *s)
{
	if (!s->parent)
		return root;
	return &s->parent->child[s->parent->child[TREAP_RIGHT] == s];
}

/** treap_rotate() - @s's child on @side takes its place, @s becomes a child. */
static inline void treap_rotate(struct span **root, struct span *s, int side)
{
	struct span **link = treap_link(root, s);
	struct span *up = s->child[side], *inner = up->child[!side];

	*link = up;
	up->parent = s->parent;
	up->child[!side] = s;
	s->parent = up;
	s->child[side] = inner;
	if (inner)
		inner->parent = s;
}

/** treap_hang() - @s becomes the leaf at @link, below @parent. */
static inline void treap_hang(struct span **link, struct span *parent,
			      struct span *s, uint64_t *random)
{
	uint64_t x = *random; /* xorshift64 */

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	*random = x;
	s->priority = (uint32_t)(x >> 32);
	s->child[TREAP_LEFT] = s->child[TREAP_RIGHT] = NULL;
	s->parent = parent;
	*link = s;
}

/**
 * treap_merge() - take @s out. Its subtrees are merged in its place, which is
 * the shape that Go gets by rotating @s down to a leaf; of equal priorities the
 * right one comes up.
 * Return: the lowest node below which something changed; NULL: the root did.
 */
static inline struct span *treap_merge(struct span **root, struct span *s)
{
	struct span **link = treap_link(root, s), *parent = s->parent;
	struct span *l = s->child[TREAP_LEFT], *r = s->child[TREAP_RIGHT];

	while (l && r) {
		bool right = r->priority <= l->priority;
		struct span *up = right ? r : l;

		*link = up;
		up->parent = parent;
		parent = up;
		link = &up->child[!right];
		if (right)
			r = *link;
		else
			l = *link;
	}
	if (!l)
		l = r;
	*link = l;
	if (l)
		l->parent = parent;
	return parent;
}

/** treap_last() - the last in order below and with @s; NULL of NULL. */
static inline struct span *treap_last(struct span *s)
{
	while (s && s->child[TREAP_RIGHT])
		s = s->child[TREAP_RIGHT];
	return s;
}

/** treap_prev() - the one before @s in order; NULL: there is none. */
static inline struct span *treap_prev(const struct span *s)
{
	if (s->child[TREAP_LEFT])
		return treap_last(s->child[TREAP_LEFT]);
	while (s->parent && s->parent->child[TREAP_LEFT] == s)
		s = s->parent;
	return s->parent;
}

/** treap_node_valid() - do links and priorities below @s match? */
static inline bool treap_node_valid(const struct span *s)
{
	for (int side = TREAP_LEFT; side <= TREAP_RIGHT; side++) {
		const struct span *c = s->child[side];

		if (c && (c->parent != s || c->priority < s->priority))
			return false;
	}
	return true;
}

#endif /* GO_TREAP_H */
