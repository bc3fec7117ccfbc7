// SPDX-License-Identifier: MIT
/*
 * large_treap.c - long free runs in a treap, by length.
 *
 * Role:       struct large_ops of Go 1.9 to 1.12, and its true best fit.
 * Invariants: in order (npages, base) rises; a parent's priority is at most
 *             its children's; parent links match child links.
 * Locks:      heap->lock held by the caller.
 * Units:      pages.
 * Source:     after Go 1.11 mgclarge.go; the true best fit after 1.13's fix
 *             of issue 31616.
 * Differs:    the node is part of the free span's descriptor: one cache line a
 *             step. Equal lengths are ordered by base address; 1.9 to 1.11
 *             compared addresses of descriptors (1.12 changed that).
 *             Priorities come from a fixed seed, so that runs repeat.
 */
#include "large.h"

enum {
	LEFT,
	RIGHT
};

static bool before(const struct span *a, const struct span *b)
{
	return a->key_npages < b->key_npages ||
	       (a->key_npages == b->key_npages && a->base < b->base);
}

/* The link that leads to @s. */
static struct span **link_to(struct large_set *set, struct span *s)
{
	if (!s->parent)
		return &set->root;
	return &s->parent->child[s->parent->child[RIGHT] == s];
}

/* Let @s's child on @side take its place, and @s become its other child. */
static void rotate_up(struct large_set *set, struct span *s, int side)
{
	struct span **link = link_to(set, s);
	struct span *up = s->child[side], *inner = up->child[!side];

	*link = up;
	up->parent = s->parent;
	up->child[!side] = s;
	s->parent = up;
	s->child[side] = inner;
	if (inner)
		inner->parent = s;
}

static uint32_t next_priority(struct large_set *set)
{
	uint64_t x = set->random; /* xorshift64 */

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	set->random = x;
	return (uint32_t)(x >> 32);
}

static void treap_insert(struct large_set *set, struct span *s)
{
	struct span **link = &set->root, *parent = NULL;

	s->key_npages = s->npages;
	s->priority = next_priority(set);
	s->child[LEFT] = s->child[RIGHT] = NULL;
	while (*link) {
		parent = *link;
		link = &parent->child[before(parent, s)];
	}
	*link = s;
	s->parent = parent;
	while (s->parent && s->parent->priority > s->priority)
		rotate_up(set, s->parent, s->parent->child[RIGHT] == s);
	set->count++;
}

static void treap_remove(struct large_set *set, struct span *s)
{
	while (s->child[LEFT] || s->child[RIGHT]) {
		struct span *l = s->child[LEFT], *r = s->child[RIGHT];

		rotate_up(set, s,
			  !l || (r && r->priority <= l->priority) ? RIGHT
								  : LEFT);
	}
	*link_to(set, s) = NULL;
	set->count--;
}

static struct span *treap_find(const struct large_set *set, size_t npages,
			       uint64_t *steps)
{
	struct span *t = set->root;
	uint64_t n = 0;

	while (t) {
		struct span *l = t->child[LEFT];

		n++;
		if (t->key_npages < npages)
			t = t->child[RIGHT];
		else if (l && l->key_npages >= npages)
			t = l;
		else
			break;
	}
	*steps += n;
	return t;
}

static struct span *treap_find_best(const struct large_set *set, size_t npages,
				    uint64_t *steps)
{
	struct span *best = NULL;
	uint64_t n = 0;

	for (struct span *t = set->root; t; n++) {
		if (t->key_npages < npages) {
			t = t->child[RIGHT];
		} else {
			best = t;
			t = t->child[LEFT];
		}
	}
	*steps += n;
	return best;
}

static struct span *leftmost(struct span *t)
{
	while (t && t->child[LEFT])
		t = t->child[LEFT];
	return t;
}

static struct span *successor(struct span *t)
{
	if (t->child[RIGHT])
		return leftmost(t->child[RIGHT]);
	while (t->parent && t->parent->child[RIGHT] == t)
		t = t->parent;
	return t->parent;
}

static bool node_valid(const struct span *t)
{
	for (int side = LEFT; side <= RIGHT; side++) {
		const struct span *c = t->child[side];

		if (c && (c->parent != t || c->priority < t->priority))
			return false;
	}
	return t->key_npages == t->npages && t->state == SPAN_FREE;
}

static bool treap_valid(const struct large_set *set)
{
	struct span *last = NULL;
	uint64_t n = 0;

	if (set->root && set->root->parent)
		return false;
	for (struct span *t = leftmost(set->root); t; t = successor(t)) {
		if (!node_valid(t) || (last && !before(last, t)))
			return false;
		last = t;
		n++;
	}
	return n == set->count;
}

const struct large_ops large_treap = {
	.name = "treap",
	.source = "Go 1.9-1.12 mgclarge.go find",
	.insert = treap_insert,
	.remove = treap_remove,
	.find = treap_find,
	.valid = treap_valid,
};

const struct large_ops large_treap_bestfit = {
	.name = "treap-bestfit",
	.source = "Go 1.9-1.12 mgclarge.go, search after issue 31616",
	.insert = treap_insert,
	.remove = treap_remove,
	.find = treap_find_best,
	.valid = treap_valid,
};
