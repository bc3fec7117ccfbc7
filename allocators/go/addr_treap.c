// SPDX-License-Identifier: MIT
/*
 * addr_treap.c - free spans in the order of addresses, with longest lengths.
 *
 * Role:       see addr_treap.h.
 * Invariants: see addr_treap.h; parent links match child links.
 * Locks:      heap->lock held by the caller.
 * Units:      pages, addresses.
 * Source:     after Go 1.13 mgclarge.go.
 * Differs:    the node is part of the free span's descriptor. Priorities come
 *             from a fixed seed, so that runs repeat.
 */
#include "addr_treap.h"

enum {
	LEFT,
	RIGHT
};

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
	uint64_t longest = s->npages;

	for (int side = LEFT; side <= RIGHT; side++) {
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

static void set_kind(struct span *s)
{
	s->kinds = (uint8_t)(addr_treap_kind(s) << OWN_SHIFT);
}

void addr_treap_resized(struct span *s)
{
	set_kind(s);
	refresh_up(s);
}

static struct span **link_to(struct addr_treap *t, struct span *s)
{
	if (!s->parent)
		return &t->root;
	return &s->parent->child[s->parent->child[RIGHT] == s];
}

/* Let @s's child on @side take its place, and @s become its other child. */
static void rotate(struct addr_treap *t, struct span *s, int side)
{
	struct span **link = link_to(t, s);
	struct span *up = s->child[side], *inner = up->child[!side];

	*link = up;
	up->parent = s->parent;
	up->child[!side] = s;
	s->parent = up;
	s->child[side] = inner;
	if (inner)
		inner->parent = s;
	/* the nodes below are the same as before, in another order */
	up->maxnpages = s->maxnpages;
	up->kinds =
		(uint8_t)((up->kinds & ~KINDS_MASK) | (s->kinds & KINDS_MASK));
	refresh(s);
}

static uint32_t next_priority(struct addr_treap *t)
{
	uint64_t x = t->random; /* xorshift64 */

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	t->random = x;
	return (uint32_t)(x >> 32);
}

void addr_treap_insert(struct addr_treap *t, struct span *s)
{
	struct span **link = &t->root, *parent = NULL;

	s->priority = next_priority(t);
	s->child[LEFT] = s->child[RIGHT] = NULL;
	set_kind(s);
	refresh(s);
	while (*link) {
		parent = *link;
		link = &parent->child[parent->base < s->base];
	}
	*link = s;
	s->parent = parent;
	refresh_up(parent);
	while (s->parent && s->parent->priority > s->priority)
		rotate(t, s->parent, s->parent->child[RIGHT] == s);
	t->count++;
}

void addr_treap_remove(struct addr_treap *t, struct span *s)
{
	while (s->child[LEFT] || s->child[RIGHT]) {
		struct span *l = s->child[LEFT], *r = s->child[RIGHT];

		rotate(t, s,
		       !l || (r && r->priority <= l->priority) ? RIGHT : LEFT);
	}
	*link_to(t, s) = NULL;
	refresh_up(s->parent);
	t->count--;
}

struct span *addr_treap_find(const struct addr_treap *t, size_t npages,
			     uint64_t *steps)
{
	struct span *s = t->root;
	uint64_t n = 0;

	while (s && s->maxnpages >= npages) {
		struct span *l = s->child[LEFT];

		n++;
		if (l && l->maxnpages >= npages)
			s = l;
		else if (s->npages >= npages)
			break;
		else
			s = s->child[RIGHT];
	}
	*steps += n;
	return s && s->maxnpages >= npages ? s : NULL;
}

struct span *addr_treap_last(const struct addr_treap *t)
{
	struct span *s = t->root;

	while (s && s->child[RIGHT])
		s = s->child[RIGHT];
	return s;
}

struct span *addr_treap_prev(const struct span *s)
{
	if (s->child[LEFT]) {
		struct span *p = s->child[LEFT];

		while (p->child[RIGHT])
			p = p->child[RIGHT];
		return p;
	}
	while (s->parent && s->parent->child[LEFT] == s)
		s = s->parent;
	return s->parent;
}

static struct span *last_below(struct span *s, uintptr_t bound,
			       unsigned int kind)
{
	while (s && s->kinds & kind) {
		struct span *found;

		if (s->base >= bound) {
			s = s->child[LEFT];
			continue;
		}
		found = last_below(s->child[RIGHT], bound, kind);
		if (found)
			return found;
		if (s->kinds >> OWN_SHIFT == kind)
			return s;
		s = s->child[LEFT];
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

	for (int side = LEFT; side <= RIGHT; side++) {
		const struct span *c = s->child[side];

		if (c && (c->parent != s || c->priority < s->priority))
			return false;
	}
	return s->maxnpages == b.maxnpages && s->kinds == b.kinds &&
	       s->kinds >> OWN_SHIFT == (int)addr_treap_kind(s);
}

bool addr_treap_valid(const struct addr_treap *t)
{
	const struct span *above = NULL;
	uint64_t n = 0;

	if (t->root && t->root->parent)
		return false;
	for (const struct span *s = addr_treap_last(t); s;
	     s = addr_treap_prev(s)) {
		if (!node_valid(s) || (above && s->base >= above->base))
			return false;
		above = s;
		n++;
	}
	return n == t->count;
}
