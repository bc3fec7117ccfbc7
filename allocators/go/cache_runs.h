// SPDX-License-Identifier: MIT
/*
 * cache_runs.h - runs of large objects that a thread has freed, kept by length.
 *
 * Role:       included by a variant of bitmap spans; with GO_RUN_CACHE 1 large
 *             objects up to 256 KiB come from what their thread freed,
 *             without the heap lock. With 0 nothing of this exists.
 * Invariants: a kept run is a span in use to the page heap and to the page map;
 *             its place is PLACE_KEPT, nobody holds its object. runs.bytes is
 *             the sum of all kept ones, at most RUNS_BYTES.
 * Locks:      none: the thread's own.
 * Units:      pages, bytes.
 * Source:     none.
 * Differs:    no release of Go has it. The page caches of Go 1.14 on spare the
 *             lock to who allocates, not to who frees, nor the bitmaps either.
 *             Two threads that free one object at the same instant may both
 *             pass; with the heap lock one would not.
 */
#ifndef GO_CACHE_RUNS_H
#define GO_CACHE_RUNS_H

#if GO_RUN_CACHE

/* A run of @npages that this thread freed; NULL: none of this length. */
static struct span *cache_take_run(struct thread_cache *c, size_t npages)
{
	struct span *s;

	if (npages > RUNS_NPAGES)
		return NULL;
	s = c->runs.first[npages];
	if (!s)
		return NULL;
	c->runs.first[npages] = s->next;
	c->runs.bytes -= span_bytes(&go_heap, s);
	s->place = PLACE_NONE;
	return s;
}

/* The large object of @s is free. False: its run is not to be kept. */
static bool cache_keep_run(struct thread_cache *c, struct span *s)
{
	size_t bytes = span_bytes(&go_heap, s);

	if (GO_UNLIKELY(s->place == PLACE_KEPT))
		go_fatal(&go_heap, "double free of", (void *)s->base);
	if (s->npages > RUNS_NPAGES || !cache_is_open(c) ||
	    c->runs.bytes + bytes > RUNS_BYTES)
		return false;
	c->runs.bytes += bytes;
	s->needzero = 1;
	s->place = PLACE_KEPT;
	s->next = c->runs.first[s->npages];
	c->runs.first[s->npages] = s;
	return true;
}

/* All kept runs go back to the page heap. False: there were none. */
static bool cache_drop_runs(struct thread_cache *c)
{
	bool any = c->runs.bytes > 0;

	for (size_t npages = 1; any && npages <= RUNS_NPAGES; npages++) {
		struct span *s;

		while ((s = cache_take_run(c, npages)))
			heap_free_span(&go_heap, &c->base, s);
	}
	return any;
}

static uint64_t cache_runs_bytes(const struct thread_cache *c)
{
	return c->runs.bytes;
}

#else

static inline struct span *cache_take_run(struct thread_cache *c, size_t npages)
{
	(void)c;
	(void)npages;
	return NULL;
}

static inline bool cache_drop_runs(struct thread_cache *c)
{
	(void)c;
	return false;
}

#endif

#endif /* GO_CACHE_RUNS_H */
