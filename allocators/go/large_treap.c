// SPDX-License-Identifier: MIT
/*
 * large_treap.c - long free runs in a treap, by length.
 *
 * Role:       struct large_ops of Go 1.9 to 1.12, and its true best fit.
 * Invariants: in order (npages, base) rises; see treap.h.
 * Locks:      heap->lock held by the caller.
 * Units:      pages.
 * Source:     after Go 1.11 mgclarge.go; the true best fit after 1.13's fix
 *             of issue 31616.
 * Differs:    see treap.h. Equal lengths are ordered by base address; 1.9 to
 *             1.11 compared addresses of descriptors (1.12 changed that).
 */
#include "large.h"
#include "treap.h"

static bool before(const struct span *a, const struct span *b)
{
	return a->key_npages < b->key_npages ||
	       (a->key_npages == b->key_npages && a->base < b->base);
}

static void treap_insert(struct large_set *set, struct span *s)
{
	struct span **link = &set->root, *parent = NULL;

	s->key_npages = s->npages;
	while (*link) {
		parent = *link;
		link = &parent->child[before(parent, s)];
	}
	treap_hang(link, parent, s, &set->random);
	while ((parent = s->parent) && parent->priority > s->priority)
		treap_rotate(&set->root, parent,
			     parent->child[TREAP_RIGHT] == s);
	set->count++;
}

static void treap_remove(struct large_set *set, struct span *s)
{
	treap_merge(&set->root, s);
	set->count--;
}

static struct span *treap_find(const struct large_set *set, size_t npages,
			       uint64_t *steps)
{
	struct span *t = set->root;
	uint64_t n = 0;

	while (t) {
		struct span *l = t->child[TREAP_LEFT];

		n++;
		if (t->key_npages < npages)
			t = t->child[TREAP_RIGHT];
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
			t = t->child[TREAP_RIGHT];
		} else {
			best = t;
			t = t->child[TREAP_LEFT];
		}
	}
	*steps += n;
	return best;
}

static bool treap_valid(const struct large_set *set)
{
	const struct span *above = NULL;
	uint64_t n = 0;

	if (set->root && set->root->parent)
		return false;
	for (const struct span *s = treap_last(set->root); s;
	     s = treap_prev(s)) {
		if (!treap_node_valid(s) || s->key_npages != s->npages ||
		    s->state != SPAN_FREE || (above && !before(s, above)))
			return false;
		above = s;
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
