// SPDX-License-Identifier: MIT
/*
 * large_list.c - long free runs on a list, best fit by scanning all of it.
 *
 * Role:       struct large_ops of Go 1.0 to 1.8.
 * Invariants: newest first.
 * Locks:      heap->lock held by the caller.
 * Units:      pages.
 * Source:     after Go 1.8 mheap.go allocLarge, bestFit.
 * Differs:    nothing.
 */
#include "large.h"

static void list_insert(struct large_set *set, struct span *s)
{
	span_list_push_front(&set->list, s);
	set->count++;
}

static void list_remove(struct large_set *set, struct span *s)
{
	span_list_remove(&set->list, s);
	set->count--;
}

static struct span *list_find(const struct large_set *set, size_t npages,
			      uint64_t *steps)
{
	struct span *best = NULL;
	uint64_t n = 0;

	for (struct span *s = set->list.first; s; s = s->next) {
		n++;
		if (s->npages < npages)
			continue;
		if (!best || s->npages < best->npages ||
		    (s->npages == best->npages && s->base < best->base))
			best = s;
	}
	*steps += n;
	return best;
}

static bool list_valid(const struct large_set *set)
{
	const struct span *last = NULL;
	uint64_t n = 0;

	for (const struct span *s = set->list.first; s; s = s->next) {
		if (s->prev != last || s->state != SPAN_FREE)
			return false;
		last = s;
		n++;
	}
	return last == set->list.last && n == set->count;
}

const struct large_ops large_list = {
	.name = "list",
	.source = "Go 1.0-1.8 mheap freelarge",
	.insert = list_insert,
	.remove = list_remove,
	.find = list_find,
	.valid = list_valid,
};
