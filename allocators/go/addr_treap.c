// SPDX-License-Identifier: MIT
/*
 * addr_treap.c - free spans in the order of addresses, with longest lengths.
 *
 * Role:       see addr_treap.h.
 * Invariants: see addr_treap.h and treap.h.
 * Locks:      heap->lock held by the caller.
 * Units:      pages, addresses.
 * Source:     after Go 1.13 mgclarge.go.
 * Differs:    see treap.h.
 */
#include "addr_treap.h"

unsigned int addr_treap_kind(const struct span *s)
{
	uintptr_t end = s->base + (s->npages << ADDR_TREAP_LG_PAGE);
	uintptr_t huge = (s->base + ADDR_TREAP_HUGE_BYTES - 1) &
			 ~(ADDR_TREAP_HUGE_BYTES - 1);

	return (s->scavenged ? ADDR_TREAP_SCAVENGED : ADDR_TREAP_BACKED)
	       << (huge + ADDR_TREAP_HUGE_BYTES <= end);
}

/* What is below a node, itself included; its own kind is in the high half. */
struct below {
	uint64_t maxnpages;
	uint8_t kinds;
};

#define OWN_SHIFT  4
#define KINDS_MASK 0xfu

static struct below below_of(const struct span *s)
{
	unsigned int own = s->kinds & ~KINDS_MASK;
	unsigned int kinds = own >> OWN_SHIFT;
	uint64_t longest = s->own_npages;

	for (int side = TREAP_LEFT; side <= TREAP_RIGHT; side++) {
		const struct span *c = s->child[side];

		if (!c)
			continue;
		if (longest < c->maxnpages)
			longest = c->maxnpages;
		kinds |= c->kinds;
	}
	return (struct below){ longest, (uint8_t)(own | (kinds & KINDS_MASK)) };
}

/* False: it was right already. */
static bool refresh(struct span *s)
{
	struct below b = below_of(s);

	if (s->maxnpages == b.maxnpages && s->kinds == b.kinds)
		return false;
	s->maxnpages = b.maxnpages;
	s->kinds = b.kinds;
	return true;
}

static void refresh_up(struct span *s)
{
	while (s && refresh(s))
		s = s->parent;
}

/* @s has its bounds. */
static void set_own(struct span *s)
{
	s->own_npages = s->npages;
	s->kinds = (uint8_t)(addr_treap_kind(s) << OWN_SHIFT);
}

void addr_treap_resized(struct span *s)
{
	set_own(s);
	refresh_up(s);
}

static void rotate(struct addr_treap *t, struct span *s, int side)
{
	struct span *up = s->child[side];

	treap_rotate(&t->root, s, side);
	/* the nodes below are the same as before, in another order */
	up->maxnpages = s->maxnpages;
	up->kinds =
		(uint8_t)((up->kinds & ~KINDS_MASK) | (s->kinds & KINDS_MASK));
	refresh(s);
}

void addr_treap_insert(struct addr_treap *t, struct span *s)
{
	struct span **link = &t->root, *parent = NULL;

	while (*link) {
		parent = *link;
		link = &parent->child[parent->base < s->base];
	}
	treap_hang(link, parent, s, &t->random);
	set_own(s);
	refresh(s);
	refresh_up(parent);
	while ((parent = s->parent) && parent->priority > s->priority)
		rotate(t, parent, parent->child[TREAP_RIGHT] == s);
	t->count++;
}

void addr_treap_remove(struct addr_treap *t, struct span *s)
{
	struct span *above = s->parent;
	struct span *low = treap_merge(&t->root, s);

	for (; low != above; low = low->parent)
		refresh(low);
	refresh_up(above);
	t->count--;
}

struct span *addr_treap_find(const struct addr_treap *t, size_t npages,
			     uint64_t *steps)
{
	struct span *s = t->root;
	uint64_t n = 0;

	while (s && s->maxnpages >= npages) {
		struct span *l = s->child[TREAP_LEFT];

		n++;
		if (l && l->maxnpages >= npages)
			s = l;
		else if (s->own_npages >= npages)
			break;
		else
			s = s->child[TREAP_RIGHT];
	}
	*steps += n;
	return s && s->maxnpages >= npages ? s : NULL;
}

static struct span *last_below(struct span *s, uintptr_t bound,
			       unsigned int kind)
{
	while (s && s->kinds & kind) {
		struct span *found;

		if (s->base >= bound) {
			s = s->child[TREAP_LEFT];
			continue;
		}
		found = last_below(s->child[TREAP_RIGHT], bound, kind);
		if (found)
			return found;
		if (s->kinds >> OWN_SHIFT == kind)
			return s;
		s = s->child[TREAP_LEFT];
	}
	return NULL;
}

struct span *addr_treap_last_of(const struct addr_treap *t, uintptr_t bound,
				unsigned int kind)
{
	return last_below(t->root, bound, kind);
}

static bool node_valid(const struct span *s)
{
	struct below b = below_of(s);

	return treap_node_valid(s) && s->own_npages == s->npages &&
	       s->maxnpages == b.maxnpages && s->kinds == b.kinds &&
	       s->kinds >> OWN_SHIFT == (int)addr_treap_kind(s);
}

bool addr_treap_valid(const struct addr_treap *t)
{
	const struct span *above = NULL;
	uint64_t n = 0;

	if (t->root && t->root->parent)
		return false;
	for (const struct span *s = treap_last(t->root); s; s = treap_prev(s)) {
		if (!node_valid(s) || (above && s->base >= above->base))
			return false;
		above = s;
		n++;
	}
	return n == t->count;
}
