// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pageheap_model.c - what a page heap should do, said as plainly as possible.
 *
 * Role:       see pageheap_model.h.
 * Invariants: see pageheap_model.h.
 * Locks:      none.
 * Units:      pages; addresses.
 * Source:     the promises of each release: design note 3.6 to 3.8.
 */
#include "pageheap_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NLISTS	     128 /* runs from here on are large */
#define CHUNK_NPAGES 512

void model_init(struct model *m, const struct policy *p, struct go_heap *h)
{
	*m = (struct model){ .policy = p, .heap = h };
}

void model_fini(struct model *m)
{
	free(m->run);
}

static uintptr_t end_of(const struct model_run *r)
{
	return r->base + (r->npages << MODEL_LG_PAGE);
}

static void remove_run(struct model *m, size_t i)
{
	m->run[i] = m->run[--m->nruns];
}

void model_add(struct model *m, uintptr_t base, size_t npages, bool scavenged)
{
	struct model_run new = { base, npages, ++m->stamps, scavenged };

	for (size_t i = 0; i < m->nruns;) {
		const struct model_run *r = &m->run[i];

		if ((m->policy->by_scavenged && r->scavenged != scavenged) ||
		    (end_of(r) != new.base &&end_of(&new) != r->base)) {
			i++;
			continue;
		}
		if (r->base < new.base)
			new.base = r->base;
		new.npages += r->npages;
		remove_run(m, i);
		i = 0;
	}
	if (m->nruns == m->room) {
		m->room = m->room ? 2 * m->room : 64;
		m->run = realloc(m->run, m->room * sizeof(*m->run));
		if (!m->run)
			exit(99);
	}
	m->run[m->nruns++] = new;
}

void model_take(struct model *m, size_t i, size_t npages)
{
	struct model_run r = m->run[i];

	remove_run(m, i);
	if (r.npages > npages)
		model_add(m, r.base + (npages << MODEL_LG_PAGE),
			  r.npages - npages, r.scavenged);
	if (r.scavenged && m->policy->took_scavenged)
		m->policy->took_scavenged(m, npages);
}

void model_take_page(struct model *m, uintptr_t addr)
{
	for (size_t i = 0; i < m->nruns; i++) {
		struct model_run r = m->run[i];
		size_t before = (addr - r.base) >> MODEL_LG_PAGE;

		if (addr < r.base || addr >= end_of(&r))
			continue;
		remove_run(m, i);
		if (before)
			model_add(m, r.base, before, r.scavenged);
		if (r.npages > before + 1)
			model_add(m, addr + ((uintptr_t)1 << MODEL_LG_PAGE),
				  r.npages - before - 1, r.scavenged);
		return;
	}
}

size_t model_free_npages(const struct model *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->nruns; i++)
		n += m->run[i].npages;
	return n;
}

size_t model_scavenged_npages(const struct model *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->nruns; i++)
		n += m->run[i].scavenged ? m->run[i].npages : 0;
	return n;
}

bool model_is_free(const struct model *m, uintptr_t addr)
{
	for (size_t i = 0; i < m->nruns; i++)
		if (addr >= m->run[i].base && addr < end_of(&m->run[i]))
			return true;
	return false;
}

/* ---- which run is next ---- */

/* The run that @better says, of those that fit. */
static size_t best(const struct model *m, size_t npages,
		   bool (*better)(const struct model_run *a,
				  const struct model_run *b))
{
	size_t at = MODEL_NONE;

	for (size_t i = 0; i < m->nruns; i++)
		if (m->run[i].npages >= npages &&
		    (at == MODEL_NONE || better(&m->run[i], &m->run[at])))
			at = i;
	return at;
}

static bool shorter_or_lower(const struct model_run *a,
			     const struct model_run *b)
{
	return a->npages < b->npages ||
	       (a->npages == b->npages && a->base < b->base);
}

static bool shorter_or_newer(const struct model_run *a,
			     const struct model_run *b)
{
	return a->npages < b->npages ||
	       (a->npages == b->npages && a->stamp > b->stamp);
}

static bool lower(const struct model_run *a, const struct model_run *b)
{
	return a->base < b->base;
}

/* The front of the shortest list; MODEL_NONE: only large runs fit. */
static size_t pick_small(const struct model *m, size_t npages)
{
	size_t i = best(m, npages, shorter_or_newer);

	return i != MODEL_NONE && m->run[i].npages < NLISTS ? i : MODEL_NONE;
}

static size_t pick_lists(struct model *m, size_t npages)
{
	size_t i = pick_small(m, npages);

	return i != MODEL_NONE ? i : best(m, npages, shorter_or_lower);
}

static size_t pick_lowest(struct model *m, size_t npages)
{
	return best(m, npages, lower);
}

/* ---- the walk of Go 1.9: a treap follows from its keys and priorities ---- */

struct node {
	const struct model_run *run;
	uint32_t priority;
};

static int by_length(const void *a, const void *b)
{
	const struct node *x = a, *y = b;

	return shorter_or_lower(x->run, y->run) ? -1 : 1;
}

/* The root of the treap of nodes [@first, @end). */
static size_t root_of(const struct node *n, size_t first, size_t end)
{
	size_t root = first;

	for (size_t i = first + 1; i < end; i++)
		if (n[i].priority < n[root].priority)
			root = i;
	return root;
}

static size_t walk(const struct node *n, size_t count, size_t npages)
{
	size_t first = 0, end = count;

	while (first < end) {
		size_t t = root_of(n, first, end);

		if (n[t].run->npages < npages) {
			first = t + 1;
		} else if (first < t &&
			   n[root_of(n, first, t)].run->npages >= npages) {
			end = t;
		} else {
			return t;
		}
	}
	return MODEL_NONE;
}

/* Of the runs of @from pages on, and scavenged or not where that matters. */
static size_t pick_walk(struct model *m, size_t npages, size_t from,
			bool scavenged)
{
	struct node *n = malloc((m->nruns + 1) * sizeof(*n));
	size_t count = 0, at;

	if (!n)
		exit(99);
	for (size_t i = 0; i < m->nruns; i++) {
		const struct model_run *r = &m->run[i];

		if (r->npages < from ||
		    (m->policy->by_scavenged && r->scavenged != scavenged))
			continue;
		n[count].run = r;
		n[count++].priority =
			m->heap->space->get(m->heap, r->base)->priority;
	}
	qsort(n, count, sizeof(*n), by_length);
	at = walk(n, count, npages);
	if (at != MODEL_NONE)
		at = (size_t)(n[at].run - m->run);
	free(n);
	return at;
}

static size_t pick_listtreap(struct model *m, size_t npages)
{
	size_t i = pick_small(m, npages);

	return i != MODEL_NONE ? i : pick_walk(m, npages, NLISTS, false);
}

/* ---- growth ---- */

static void grow_whole(struct model *m, const struct page_run *run,
		       size_t npages)
{
	(void)npages;
	if (run)
		model_add(m, run->base, run->npages, false);
}

/* Steps of whole chunks; new memory is on loan from the system. */
static void grow_chunks(struct model *m, const struct page_run *run,
			size_t npages)
{
	size_t n = (npages + CHUNK_NPAGES - 1) / CHUNK_NPAGES * CHUNK_NPAGES;

	if (run && run->base != m->cur_end) {
		if (m->cur_base < m->cur_end)
			model_add(m, m->cur_base,
				  (m->cur_end - m->cur_base) >> MODEL_LG_PAGE,
				  true);
		m->cur_base = run->base;
	}
	if (run)
		m->cur_end = run->base + (run->npages << MODEL_LG_PAGE);
	if (m->cur_end - m->cur_base < n << MODEL_LG_PAGE)
		return;
	model_add(m, m->cur_base, n, true);
	m->cur_base += n << MODEL_LG_PAGE;
}

/* New memory is on loan from the system, and free as one run. */
static void grow_scavenged(struct model *m, const struct page_run *run,
			   size_t npages)
{
	(void)npages;
	if (run)
		model_add(m, run->base, run->npages, true);
}

/* ---- two treaps: what is taken from the system is given back ---- */

static size_t pick_treaps(struct model *m, size_t npages)
{
	size_t f = pick_walk(m, npages, 0, false);
	size_t s = pick_walk(m, npages, 0, true);

	if (f == MODEL_NONE || s == MODEL_NONE)
		return f == MODEL_NONE ? s : f;
	return m->run[f].npages <= m->run[s].npages ? f : s;
}

static size_t longest_with_memory(const struct model *m)
{
	size_t at = MODEL_NONE;

	for (size_t i = 0; i < m->nruns; i++)
		if (!m->run[i].scavenged &&
		    (at == MODEL_NONE ||
		     shorter_or_lower(&m->run[at], &m->run[i])))
			at = i;
	return at;
}

static void scavenge_longest(struct model *m, size_t npages)
{
	size_t nbytes = npages << MODEL_LG_PAGE, done = 0, i;

	if (nbytes <= m->credit_bytes) {
		m->credit_bytes -= nbytes;
		return;
	}
	nbytes -= m->credit_bytes;
	m->credit_bytes = 0;
	while (done < nbytes && (i = longest_with_memory(m)) != MODEL_NONE) {
		struct model_run r = m->run[i];

		remove_run(m, i);
		model_add(m, r.base, r.npages, true);
		done += r.npages << MODEL_LG_PAGE;
	}
	if (done > nbytes)
		m->credit_bytes = done - nbytes;
}

static void grow_treaps(struct model *m, const struct page_run *run,
			size_t npages)
{
	(void)npages;
	if (!run)
		return;
	scavenge_longest(m, run->npages);
	model_add(m, run->base, run->npages, false);
}

const struct policy policies[] = {
	{ .name = "lists",
	  .ops = &pageheap_lists,
	  .space = &space_sparse,
	  .pick = pick_lists,
	  .grow = grow_whole },
	{ .name = "listtreap",
	  .ops = &pageheap_listtreap,
	  .space = &space_sparse,
	  .pick = pick_listtreap,
	  .grow = grow_whole },
	{ .name = "listtreap_bestfit",
	  .ops = &pageheap_listtreap_bestfit,
	  .space = &space_sparse,
	  .pick = pick_lists,
	  .grow = grow_whole },
	{ .name = "treaps",
	  .ops = &pageheap_treaps,
	  .space = &space_sparse,
	  .pick = pick_treaps,
	  .grow = grow_treaps,
	  .took_scavenged = scavenge_longest,
	  .by_scavenged = true },
	{ .name = "treaps_mended",
	  .ops = &pageheap_treaps_mended,
	  .space = &space_sparse,
	  .pick = pick_treaps,
	  .grow = grow_treaps,
	  .by_scavenged = true },
	{ .name = "treap_addr",
	  .ops = &pageheap_treap_addr,
	  .space = &space_sparse,
	  .pick = pick_lowest,
	  .grow = grow_scavenged,
	  .by_scavenged = true },
	{ .name = "radix",
	  .ops = &pageheap_radix,
	  .space = &space_sparse,
	  .pick = pick_lowest,
	  .grow = grow_chunks },
	{ .name = "radix, mapped later",
	  .ops = &pageheap_radix_nocache,
	  .space = &space_sparse_later,
	  .pick = pick_lowest,
	  .grow = grow_chunks },
};
const size_t npolicies = sizeof(policies) / sizeof(policies[0]);
