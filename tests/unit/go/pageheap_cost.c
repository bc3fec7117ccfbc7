// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pageheap_cost.c - what a span costs against the number of free spans.
 *
 * Role:       fills each page heap with N free spans of 1 MiB and more, kept
 *             apart by pages in use, and takes and gives back spans. Prints
 *             steps and nanoseconds a pair, fresh and worn, and the exponents
 *             of their growth with N.
 * Invariants: steps are the same on every machine and in every run; they are
 *             what is judged: a linear list near 1, all others at most 0.25,
 *             the early stop once it is worn excepted.
 * Locks:      heap->lock is not contended, nor taken.
 * Units:      spans, pages, nanoseconds of CPU time.
 * Source:     Go issue 31616.
 *
 * Usage: pageheap_cost [-f SPANS] [-n SPANS] [-w PAIRS] [-o POLICY]
 *                      [-q REQUEST] [-a AGE] [-k HEAPS]
 *	-f -n	free spans, from 100 to 100000 in powers of ten
 *	-w	pairs that wear and warm a heap, and as many are measured: 20000
 *	-o	this page heap only; -q any, rare or scattered lengths only;
 *		-a fresh or worn only
 *	-k	heaps a point, whose mean is printed: 16 to 1, fewer for larger
 *
 * Fresh: the first 20 pairs on each of up to 16 new heaps; every line of the
 * tables is touched for the first time since the heap was filled. Worn: the
 * fastest of five parts after the warm-up, so that neither first touches nor
 * the machine's other work count.
 *
 * Why both: what the early stop of issue 31616 finds depends on priorities, and
 * what is found comes back with a new one. So the nodes that a search stops at
 * sink, and paths grow; at some pairs for each free span the search is at its
 * longest, 45 steps at 10^5 spans where true best fit takes 22. Later it gets
 * shorter again, since it ends at ever worse fits.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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
#define FRESH_PAIRS 20
#define PARTS	    5
#define MAX_WINDOW  4096

enum request {
	ANY,	   /* length; the same span again and again */
	RARE,	   /* the length that one span in 64 has */
	SCATTERED, /* any length, live in a window: other spans each time */
	NREQUESTS
};

static const char *const request_names[] = { "any", "rare", "scattered" };

enum age {
	FRESH,
	WORN,
	NAGES
};

static const char *const age_names[] = { "fresh", "worn" };

struct subject {
	const struct pageheap_ops *ops;
	const struct space_ops *space;
	double min_exponent, max_exponent; /* of steps */
	double max_worn;		   /* the same after the warm-up */
};

static const struct subject subjects[] = {
	{ &pageheap_lists, &space_sparse, 0.9, 1.1, 1.1 },
	{ &pageheap_listtreap, &space_sparse, -0.1, 0.25, 0.6 },
	{ &pageheap_listtreap_bestfit, &space_sparse, -0.1, 0.25, 0.25 },
	{ &pageheap_treaps, &space_sparse, -0.1, 0.25, 0.6 },
	{ &pageheap_treaps_mended, &space_sparse, -0.1, 0.25, 0.6 },
	{ &pageheap_treap_addr, &space_sparse, -0.1, 0.25, 0.25 },
	{ &pageheap_radix, &space_sparse_later, -0.1, 0.25, 0.25 },
};

struct cost {
	double steps;
	double ns;
};

/* What is measured of a heap: requests, first fresh, then worn. */
struct costs {
	struct cost of[NREQUESTS][NAGES];
};

static struct go_heap heap;
static size_t worn_pairs = 20000;
static size_t heaps_asked; /* 0: not */
static bool wanted_request[NREQUESTS] = { true, true, true };
static bool wanted_age[NAGES] = { true, true };

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

/* Spans in use at once by scattered requests. */
static struct span *window[MAX_WINDOW];
static size_t nwindow;

static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static size_t any_length(struct al_random *r)
{
	return al_random_range(r, SHORTEST, LONG - 1);
}

/* @npairs of one request. For Callgrind: --toggle-collect=serve. */
static __attribute__((noinline)) void serve(enum request request,
					    struct al_random *r, size_t npairs)
{
	while (npairs--) {
		struct span **slot;

		if (request == RARE) {
			give(take(LONG));
			continue;
		}
		if (request == ANY) {
			give(take(any_length(r)));
			continue;
		}
		slot = &window[al_random_below(r, nwindow)];
		give(*slot);
		*slot = take(any_length(r));
	}
}

static struct cost measure(enum request request, struct al_random *r,
			   size_t npairs)
{
	uint64_t steps = heap.n.search_steps, start = cpu_ns();

	serve(request, r, npairs);
	return (struct cost){
		(double)(heap.n.search_steps - steps) / (double)npairs,
		(double)(cpu_ns() - start) / (double)npairs,
	};
}

/* Mean steps of all parts, time of the fastest. */
static struct cost measure_parts(enum request request, struct al_random *r,
				 size_t npairs)
{
	size_t each = (npairs + PARTS - 1) / PARTS;
	struct cost all = { 0, 0 };

	for (int part = 0; part < PARTS; part++) {
		struct cost c = measure(request, r, each);

		all.steps += c.steps / PARTS;
		if (part == 0 || c.ns < all.ns)
			all.ns = c.ns;
	}
	return all;
}

static void open_window(struct al_random *r, size_t n)
{
	for (nwindow = 0; nwindow < n; nwindow++)
		window[nwindow] = take(any_length(r));
}

static void close_window(void)
{
	while (nwindow)
		give(window[--nwindow]);
}

static void add(struct cost *sum, struct cost c, size_t of)
{
	sum->steps += c.steps / (double)of;
	sum->ns += c.ns / (double)of;
}

/* Mean over heaps that differ in their lengths and priorities. */
static void measure_point(const struct subject *subject, enum request q,
			  size_t spans, struct cost cost[NAGES])
{
	bool linear = subject->min_exponent > 0.5;
	size_t nheaps = heaps_asked	 ? heaps_asked
			: linear	 ? 1
			: spans <= 1000	 ? 16
			: spans <= 10000 ? 4
					 : 1;
	size_t nfresh = linear ? MAX_SCANNED / spans + 2 : FRESH_PAIRS;
	size_t nworn = linear ? nfresh : worn_pairs;
	size_t width = linear ? 8 : spans / 10;

	for (size_t k = 0; k < nheaps; k++) {
		struct al_random r = { al_random_derive(~SEED, k) };

		fill(subject, spans, al_random_derive(SEED, k));
		if (q == SCATTERED)
			open_window(&r,
				    width < MAX_WINDOW ? width : MAX_WINDOW);
		add(&cost[FRESH], measure(q, &r, nfresh), nheaps);
		if (wanted_age[WORN]) {
			serve(q, &r, nworn);
			add(&cost[WORN], measure_parts(q, &r, nworn), nheaps);
		}
		close_window();
		must(heap.pageheap->valid_locked(&heap), "heap is broken");
		fake_os_fini();
	}
}

/* Prints the exponents. Return: are those of the steps as they should be? */
static int judge(const struct subject *subject, enum request q, enum age age,
		 const double *n, const struct costs *costs, size_t npoints)
{
	/* filling a window of 4096 spans is wear, too */
	double max = age == WORN || q == SCATTERED ? subject->max_worn
						   : subject->max_exponent;
	double steps[MAX_POINTS], ns[MAX_POINTS];
	struct al_growth by_steps, by_ns;

	for (size_t i = 0; i < npoints; i++) {
		steps[i] = costs[i].of[q][age].steps;
		ns[i] = costs[i].of[q][age].ns;
	}
	must(al_growth_fit(n, steps, npoints, &by_steps) &&
		     al_growth_fit(n, ns, npoints, &by_ns),
	     "no fit");
	printf("%-17s %-9s %-5s exponent: steps %.3f, time %.3f\n",
	       subject->ops->name, request_names[q], age_names[age],
	       by_steps.exponent, by_ns.exponent);
	if (by_steps.exponent >= subject->min_exponent &&
	    by_steps.exponent <= max)
		return 1;
	fprintf(stderr, "%s: steps should grow with %.2f to %.2f\n",
		subject->ops->name, subject->min_exponent, max);
	return 0;
}

static int run(const struct subject *subject, enum request q, size_t min,
	       size_t max)
{
	struct costs costs[MAX_POINTS] = { 0 };
	double n[MAX_POINTS];
	size_t npoints = 0;
	int good = 1;

	for (size_t spans = min; spans <= max; spans *= 10, npoints++) {
		must(npoints < MAX_POINTS, "too many points");
		n[npoints] = (double)spans;
		measure_point(subject, q, spans, costs[npoints].of[q]);
		for (enum age age = 0; age < NAGES; age++)
			if (wanted_age[age])
				printf("%-17s %-9s %-5s %8zu free spans: "
				       "%9.2f steps, %10.1f ns\n",
				       subject->ops->name, request_names[q],
				       age_names[age], spans,
				       costs[npoints].of[q][age].steps,
				       costs[npoints].of[q][age].ns);
	}
	for (enum age age = 0; age < NAGES && npoints > 1; age++)
		if (wanted_age[age])
			good &= judge(subject, q, age, n, costs, npoints);
	return good;
}

/* Leaves only @name wanted. */
static void choose(bool *wanted, const char *const *names, int n,
		   const char *name)
{
	bool known = false;

	for (int i = 0; i < n; i++) {
		wanted[i] = strcmp(names[i], name) == 0;
		known |= wanted[i];
	}
	must(known, "no such request or age");
}

static size_t number(const char *text, size_t low, size_t high)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 10);

	must(*text != '\0' && *end == '\0' && n >= low && n <= high,
	     "-f and -n take 100 to 10000000, -w and -k 1 to 1000000000");
	return n;
}

int main(int argc, char **argv)
{
	const char *only = NULL;
	size_t min = 100, max = 100000;
	int good = 1, known = 0, option;

#ifdef AL_SANITIZED
	puts("the sanitizer's cost would be counted");
	return 77;
#endif
	setvbuf(stdout, NULL, _IOLBF, 0); /* 10^6 takes minutes */
	while ((option = getopt(argc, argv, "f:n:w:o:q:a:k:")) != -1) {
		if (option == 'f')
			min = number(optarg, 100, 10000000);
		else if (option == 'n')
			max = number(optarg, 100, 10000000);
		else if (option == 'w')
			worn_pairs = number(optarg, 1, 1000000000);
		else if (option == 'k')
			heaps_asked = number(optarg, 1, 1000000000);
		else if (option == 'o')
			only = optarg;
		else if (option == 'q')
			choose(wanted_request, request_names, NREQUESTS,
			       optarg);
		else if (option == 'a')
			choose(wanted_age, age_names, NAGES, optarg);
		else
			return 2;
	}
	must(optind == argc, "no arguments but options");
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		if (only && strcmp(subjects[i].ops->name, only) != 0)
			continue;
		known = 1;
		for (enum request q = 0; q < NREQUESTS; q++)
			if (wanted_request[q])
				good &= run(&subjects[i], q, min, max);
	}
	must(known, "no such page heap");
	return !good;
}
