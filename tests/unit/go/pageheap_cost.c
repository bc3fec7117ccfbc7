// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pageheap_cost.c - what a span costs against the number of free spans.
 *
 * Role:       fills each page heap with N free spans of 1 MiB and more, kept
 *             apart by pages in use, and takes and gives back spans: of any
 *             length, and of a length that only one in 64 has. Prints steps and
 *             nanoseconds a pair, and the exponents of their growth with N.
 * Invariants: steps are the same on every machine; they are what is judged: a
 *             linear list near 1, all others at most 0.25.
 * Locks:      heap->lock is not contended, nor taken.
 * Units:      spans, pages, nanoseconds.
 * Source:     none.
 *
 * Usage: pageheap_cost [MAX_SPANS [PAIRS]]     100000 20 if not said
 *
 * Few pairs a heap show the treaps as they were built. Many wear the one with
 * the early stop of issue 31616: what it finds depends on priorities, and what
 * is found comes back with a new one, so that paths grow. With 20000 pairs at
 * 10^5 spans it takes 73 steps for a rare length, the true best fit 14.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <allotrope/random.h>

#include "config.h"
#include "../../../harness/stats/growth.h"
#include "fake_os.h"
#include "../../../allocators/go/pageheap.h"

#define SEED	    UINT64_C(0xc057)
#define SHORTEST    128 /* pages: 1 MiB, large in every policy */
#define LONG	    256 /* one span in 64 has so many */
#define MAX_POINTS  16
#define MAX_SCANNED 300000 /* spans of a list, a point */

enum request {
	ANY_LENGTH,
	LONG_ONLY,
	NREQUESTS
};

static const char *const request_names[] = { "any length", "rare length" };

struct subject {
	const struct pageheap_ops *ops;
	const struct space_ops *space;
	double min_exponent, max_exponent; /* of steps */
};

static const struct subject subjects[] = {
	{ &pageheap_lists, &space_sparse, 0.9, 1.1 },
	{ &pageheap_listtreap, &space_sparse, -0.1, 0.25 },
	{ &pageheap_listtreap_bestfit, &space_sparse, -0.1, 0.25 },
	{ &pageheap_treaps_mended, &space_sparse, -0.1, 0.25 },
	{ &pageheap_treap_addr, &space_sparse, -0.1, 0.25 },
	{ &pageheap_radix, &space_sparse_later, -0.1, 0.25 },
};

struct cost {
	double steps;
	double ns;
};

static struct go_heap heap;
static size_t pairs = 20;

static void must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "allotrope: pageheap_cost: %s\n", what);
	exit(1);
}

static struct span *take(size_t npages)
{
	struct span *s = heap.pageheap->alloc_locked(&heap, npages);

	must(s != NULL, "out of memory");
	s->state = SPAN_INUSE;
	heap.space->set(&heap, s->base, 1, s);
	heap.space->set(&heap, s->base + ((npages - 1) << heap.lg_page), 1, s);
	return s;
}

static void give(struct span *s)
{
	s->needzero = 1;
	heap.pageheap->free_locked(&heap, s);
}

/* @n free spans, each followed by a page in use. */
static void fill(const struct subject *subject, size_t n, uint64_t seed)
{
	struct go_heap_config config = {
		.name = subject->ops->name,
		.classes = &go_classes_grown,
		.space = subject->space,
		.pageheap = subject->ops,
		.os = &osmem_fake,
		.cache_size_bytes = sizeof(struct go_cache),
	};
	struct al_random r = { seed };
	struct span **span = malloc(n * sizeof(struct span *));

	must(span != NULL, "out of memory");
	fake_os_init();
	must(heap_init(&heap, &config) == 0, "no heap");
	for (size_t i = 0; i < n; i++) {
		size_t npages =
			i % 64 == 63 ? LONG
				     : al_random_range(&r, SHORTEST, LONG - 1);

		span[i] = take(npages);
		take(1);
	}
	/* in random order, so that nothing lies in memory as it is searched */
	for (size_t i = n; i-- > 0;) {
		size_t k = al_random_below(&r, i + 1);
		struct span *s = span[k];

		span[k] = span[i];
		give(s);
	}
	free(span);
}

static struct cost measure(enum request request, size_t npairs, uint64_t seed)
{
	struct al_random r = { seed };
	uint64_t steps = heap.n.search_steps;
	uint64_t start = osmem_linux.clock_ns();

	for (size_t i = 0; i < npairs; i++)
		give(take(request == LONG_ONLY
				  ? LONG
				  : al_random_range(&r, SHORTEST, LONG - 1)));
	return (struct cost){
		(double)(heap.n.search_steps - steps) / (double)npairs,
		(double)(osmem_linux.clock_ns() - start) / (double)npairs,
	};
}

/* Prints the exponents. Return: are those of the steps as they should be? */
static int judge(const struct subject *subject, enum request request,
		 const double *n, const struct cost *cost, size_t npoints)
{
	double steps[MAX_POINTS], ns[MAX_POINTS];
	struct al_growth by_steps, by_ns;

	for (size_t i = 0; i < npoints; i++) {
		steps[i] = cost[i].steps;
		ns[i] = cost[i].ns;
	}
	must(al_growth_fit(n, steps, npoints, &by_steps) &&
		     al_growth_fit(n, ns, npoints, &by_ns),
	     "no fit");
	printf("%-18s %-12s exponent: steps %.3f, time %.3f\n",
	       subject->ops->name, request_names[request], by_steps.exponent,
	       by_ns.exponent);
	if (by_steps.exponent >= subject->min_exponent &&
	    by_steps.exponent <= subject->max_exponent)
		return 1;
	fprintf(stderr, "%s: steps should grow with %.2f to %.2f\n",
		subject->ops->name, subject->min_exponent,
		subject->max_exponent);
	return 0;
}

/* Mean over heaps that differ in their lengths and priorities. */
static void measure_point(const struct subject *subject, size_t spans,
			  struct cost cost[NREQUESTS])
{
	bool linear = subject->min_exponent > 0.5;
	size_t npairs = linear ? MAX_SCANNED / spans + 2 : pairs;
	size_t nheaps = linear		  ? 1
			: spans <= 10000  ? 16
			: spans <= 100000 ? 2
					  : 1;

	for (enum request q = 0; q < NREQUESTS; q++)
		cost[q] = (struct cost){ 0, 0 };
	for (size_t k = 0; k < nheaps; k++) {
		fill(subject, spans, al_random_derive(SEED, k));
		for (enum request q = 0; q < NREQUESTS; q++) {
			struct cost c =
				measure(q, npairs, al_random_derive(~SEED, k));

			cost[q].steps += c.steps / (double)nheaps;
			cost[q].ns += c.ns / (double)nheaps;
		}
		must(heap.pageheap->valid_locked(&heap), "heap is broken");
		fake_os_fini();
	}
}

static int run(const struct subject *subject, size_t max)
{
	struct cost cost[NREQUESTS][MAX_POINTS], now[NREQUESTS];
	double n[MAX_POINTS];
	size_t npoints = 0;
	int good = 1;

	for (size_t spans = 100; spans <= max; spans *= 10, npoints++) {
		must(npoints < MAX_POINTS, "too many points");
		n[npoints] = (double)spans;
		measure_point(subject, spans, now);
		for (enum request q = 0; q < NREQUESTS; q++) {
			cost[q][npoints] = now[q];
			printf("%-18s %-12s %8zu free spans: %10.1f steps, "
			       "%10.1f ns\n",
			       subject->ops->name, request_names[q], spans,
			       now[q].steps, now[q].ns);
		}
	}
	for (enum request q = 0; q < NREQUESTS; q++)
		good &= judge(subject, q, n, cost[q], npoints);
	return good;
}

int main(int argc, char **argv)
{
	size_t max = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
	int good = 1;

#ifdef AL_SANITIZED
	puts("the sanitizer's cost would be counted");
	return 77;
#endif
	setvbuf(stdout, NULL, _IOLBF, 0); /* 10^6 takes minutes */
	if (argc > 2)
		pairs = strtoull(argv[2], NULL, 10);
	must(pairs > 0, "PAIRS is 1 or more");
	must(max >= 1000 && max <= 10000000, "MAX_SPANS is 1000 to 10000000");
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++)
		good &= run(&subjects[i], max);
	return !good;
}
