// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fidelity.c - carries out an allocation script in a variant of our own.
 *
 * Role:       the C side of the fidelity test; fidelity.go is the judge. The
 *             language of the scripts is described in README.md.
 * Invariants: prints what fidelity.go prints, from our own account of things.
 * Locks:      none; one thread.
 * Units:      bytes; addresses relative to the last fill.
 * Source:     none.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "variant.h"

#define MAX_OBJECTS (8u << 20)
#define PAGE	    8192u
#define CHUNK	    ((uintptr_t)4 << 20)
#define MAX_TRIES   (1u << 20)

static void *objects[MAX_OBJECTS];
static size_t nobjects;
static void *dropped[MAX_OBJECTS];
static size_t ndropped;

static uintptr_t frontier; /* all pages below are in use */

/* The run of addresses being put together. */
static struct {
	uintptr_t start, delta, last;
	size_t count;
} run;

static struct account base;

static const char *script_name;
static FILE *script;

static _Noreturn void fail(const char *what, const char *which)
{
	fprintf(stderr, "allotrope: fidelity: %s: %s%s\n", script_name, what,
		which);
	exit(1);
}

static void print_hex(const char *before, uintptr_t n)
{
	if ((intptr_t)n < 0)
		printf("%s-%jx", before, (uintmax_t)-n);
	else
		printf("%s%jx", before, (uintmax_t)n);
}

/* Objects at equal distances are one line: first address, distance, count. */
static void end_run(void)
{
	if (!run.count)
		return;
	print_hex("at ", run.start - frontier);
	if (run.count > 1) {
		print_hex(" step ", run.delta);
		printf(" count %zu", run.count);
	}
	putchar('\n');
	run.count = 0;
}

static void number_object(void *p)
{
	if (nobjects == MAX_OBJECTS)
		fail("too many objects", "");
	objects[nobjects++] = p;
}

static void record(void *p)
{
	uintptr_t a = (uintptr_t)p;

	number_object(p);
	if (run.count == 1) {
		run.delta = a - run.last;
		run.count = 2;
	} else if (run.count > 1 && a - run.last == run.delta) {
		run.count++;
	} else {
		end_run();
		run.start = a;
		run.count = 1;
	}
	run.last = a;
}

static void *alloc(size_t size, unsigned int flags)
{
	void *p = variant.malloc_flags(size, flags);

	if (!p)
		fail("no memory", "");
	return p;
}

static const char *word(void)
{
	static char text[32];

	return fscanf(script, "%31s", text) == 1 ? text : NULL;
}

static size_t number(void)
{
	const char *w = word();
	char *end;
	size_t n;

	if (!w)
		fail("a number is missing", "");
	n = strtoull(w, &end, 10);
	if (*end || w[0] < '0' || w[0] > '9')
		fail("not a number: ", w);
	return n;
}

static unsigned int kind(void)
{
	const char *w = word();

	if (w && strcmp(w, "scan") == 0)
		return AL_MALLOC_ALIGN8;
	if (w && strcmp(w, "noscan") == 0)
		return AL_MALLOC_NOSCAN;
	fail("neither scan nor noscan: ", w ? w : "the end");
}

/* Pages one by one, until all below a multiple of 4 MiB are in use. */
static void fill(void)
{
	for (size_t i = 0; i < MAX_TRIES; i++) {
		uintptr_t p = (uintptr_t)alloc(PAGE, AL_MALLOC_NOSCAN);

		if ((p + PAGE) % CHUNK == 0) {
			frontier = p + PAGE;
			return;
		}
	}
	fail("fill: the end of a chunk was never handed out", "");
}

/* Until an object lies beyond the last fill: then its span is a new one. */
static void drain(size_t size, unsigned int flags)
{
	for (size_t i = 0; i < MAX_TRIES; i++) {
		void *p = alloc(size, flags);

		if ((uintptr_t)p >= frontier) {
			record(p);
			return;
		}
	}
	fail("drain: no new span", "");
}

/* Until descriptors of spans are fetched anew. */
static void phase(void)
{
	struct account now;

	variant_account(&base);
	for (size_t i = 0; i < MAX_TRIES; i++) {
		alloc(PAGE, AL_MALLOC_NOSCAN);
		variant_account(&now);
		if (now.descriptors != base.descriptors)
			return;
	}
	fail("phase: the number of descriptors never changes", "");
}

static void drop(size_t first, size_t step, size_t n)
{
	for (; n; n--, first += step) {
		if (first >= nobjects || !objects[first] ||
		    ndropped == MAX_OBJECTS)
			fail("drop: no such object", "");
		dropped[ndropped++] = objects[first];
		objects[first] = NULL;
	}
}

/* What the collector finds in Go is told here. */
static void collect(void)
{
	for (size_t i = 0; i < ndropped; i++)
		variant.free(dropped[i]);
	ndropped = 0;
}

static const struct {
	const char *word, *name;
	size_t offset;
} statistics[] = {
	{ "alloc", "HeapAlloc", offsetof(struct account, alloc_bytes) },
	{ "inuse", "HeapInuse", offsetof(struct account, inuse_bytes) },
	{ "sys", "HeapSys", offsetof(struct account, sys_bytes) },
	{ "released", "HeapReleased",
	  offsetof(struct account, released_bytes) },
	{ "mallocs", "Mallocs", offsetof(struct account, mallocs) },
	{ "objects", "HeapObjects", offsetof(struct account, objects) },
	{ "mspan", "mspans", offsetof(struct account, descriptors) },
};

static void stat_of(const char *which)
{
	struct account now;

	if (!which)
		fail("a statistic is missing", "");
	variant_account(&now);
	for (size_t i = 0; i < sizeof(statistics) / sizeof(*statistics); i++) {
		size_t at = statistics[i].offset;
		uint64_t before, after;

		if (strcmp(which, statistics[i].word) != 0)
			continue;
		memcpy(&before, (char *)&base + at, sizeof(before));
		memcpy(&after, (char *)&now + at, sizeof(after));
		printf("stat %s %jd\n", statistics[i].name,
		       (intmax_t)(after - before));
		return;
	}
	fail("no such statistic: ", which);
}

/* Bytes that one object takes. */
static void sizes(size_t low, size_t high, size_t step, unsigned int flags)
{
	size_t first = low, bytes = 0;

	for (size_t size = low; size <= high; size += step) {
		size_t taken = variant.usable_size(alloc(size, flags));

		if (size > low && taken != bytes) {
			printf("sizes %zu to %zu take %zu\n", first,
			       size - step, bytes);
			first = size;
		}
		bytes = taken;
		if (size + step > high)
			printf("sizes %zu to %zu take %zu\n", first, size,
			       bytes);
	}
}

static void order(const char *verb)
{
	size_t size, step, n;

	if (strcmp(verb, "a") != 0)
		end_run();
	if (strcmp(verb, "section") == 0) {
		const char *name = word();

		printf("section %s\n", name ? name : "");
	} else if (strcmp(verb, "fill") == 0) {
		fill();
	} else if (strcmp(verb, "drain") == 0) {
		size = number();
		drain(size, kind());
	} else if (strcmp(verb, "a") == 0) {
		unsigned int flags;

		size = number();
		flags = kind();
		for (n = number(); n; n--)
			record(alloc(size, flags));
	} else if (strcmp(verb, "hold") == 0) {
		unsigned int flags;

		size = number();
		flags = kind();
		for (n = number(); n; n--)
			number_object(alloc(size, flags));
	} else if (strcmp(verb, "keep") == 0) {
		unsigned int flags;

		size = number();
		flags = kind();
		for (n = number(); n; n--)
			alloc(size, flags);
	} else if (strcmp(verb, "drop") == 0) {
		size = number();
		step = number();
		drop(size, step, number());
	} else if (strcmp(verb, "gc") == 0) {
		collect();
	} else if (strcmp(verb, "phase") == 0) {
		phase();
	} else if (strcmp(verb, "mark") == 0) {
		variant_account(&base);
	} else if (strcmp(verb, "stat") == 0) {
		stat_of(word());
	} else if (strcmp(verb, "sizes") == 0) {
		size = number();
		n = number();
		step = number();
		sizes(size, n, step, kind());
	} else {
		fail("no such order: ", verb);
	}
}

int main(int argc, char **argv)
{
	const char *verb;

	script_name = argc > 1 ? argv[1] : "usage";
	if (argc != 2)
		fail("fidelity SCRIPT", "");
	script = fopen(argv[1], "r");
	if (!script)
		fail(strerror(errno), "");
	while ((verb = word()))
		order(verb);
	end_run();
	return fflush(stdout) == 0 ? 0 : 1;
}
