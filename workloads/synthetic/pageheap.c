// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pageheap.c - span-sized requests to a heap with many free spans.
 *
 * Role:       the workload `pageheap`: what does finding a span cost, as the
 *             number of free spans grows?
 * Invariants: before the clock starts there are `free_spans` free spans that
 *             cannot coalesce: between any two of them, in address order, lies
 *             a live object. Every request is freed after at most `window`
 *             more, and what a request splits off is too small for any other
 *             (max <= 2 x min), so the number of free spans stays.
 *             No object is ever touched: no page fault, no cache line of an
 *             object stands in the measured time, only the allocator's tables.
 *             Freed in address order, the spans' descriptors lie in a list as
 *             they lie in memory: the best case of a linear search, so what
 *             the figure says against it is the least there is to say.
 * Locks:      none; worker 0 alone sets up and cleans up.
 * Units:      sizes in bytes.
 * Source:     the question of gperftools issue 535 and of Go 1.9's treap of
 *             large spans; the construction is our own.
 */
#include <allotrope/random.h>
#include <allotrope/workload.h>

enum {
	P_FREE_SPANS,
	P_REQUESTS,
	P_WINDOW,
	P_MIN,
	P_MAX,
	P_SHUFFLE,
	P_WARMUP
};

#define MIB (INT64_C(1) << 20)

static const struct al_param params[] = {
	[P_FREE_SPANS] = { "free_spans",
			   AL_PARAM_NUM,
			   { .num = 1000 },
			   1,
			   1 << 24,
			   "spans",
			   "that lie free in the heap" },
	[P_REQUESTS] = { "requests",
			 AL_PARAM_NUM,
			 { .num = 0 },
			 0,
			 1 << 30,
			 "requests",
			 "of all threads together, each a malloc and a free; "
			 "0: 2e7 / free_spans, within 200 and 100000" },
	[P_WINDOW] = { "window",
		       AL_PARAM_NUM,
		       { .num = 8 },
		       1,
		       1 << 20,
		       "objects",
		       "live at once in each thread" },
	[P_MIN] = { "min",
		    AL_PARAM_NUM,
		    { .num = MIB },
		    65536,
		    MIB << 20,
		    "bytes",
		    "smallest span; max is at most twice this" },
	[P_MAX] = { "max",
		    AL_PARAM_NUM,
		    { .num = 2 * MIB },
		    65536,
		    MIB << 20,
		    "bytes",
		    "largest span" },
	[P_SHUFFLE] = { "shuffle",
			AL_PARAM_NUM,
			{ .num = 0 },
			0,
			1,
			"",
			"0: the spans become free in address order; 1: in "
			"random order, as on an old heap" },
	[P_WARMUP] = { "warmup",
		       AL_PARAM_NUM,
		       { .num = 0 },
		       0,
		       1 << 30,
		       "requests",
		       "of one thread before the clock starts; 0: 2 x window" },
};

/*
 * Sizes are multiples of 8 KiB, Go's page. A separator is larger than Go's
 * small objects, so that it comes from the page heap, as the spans do.
 */
#define GRAIN_BYTES	UINT64_C(8192)
#define SEPARATOR_BYTES ((size_t)5 * 8192)

/* A prime, so that sizes and slots of the window do not fall into step. */
#define SIZES_ON_TAPE	((size_t)1021)

struct local {
	const uint32_t *grains; /* tape: size of a request */
	int64_t nrequests;
	size_t nwindow;
	void *window[]; /* a ring; NULL where nothing is live */
};

/* What worker 0 holds while the others work. */
struct shared {
	size_t nobjects, room;
	uintptr_t *object; /* bit 0 marks a span; 0: freed */
};

static uint64_t draw_grains(struct al_random *random, const struct al_run *run)
{
	return al_random_range(random,
			       (uint64_t)run->param[P_MIN].num / GRAIN_BYTES,
			       (uint64_t)run->param[P_MAX].num / GRAIN_BYTES);
}

static int64_t nrequests(const struct al_run *run)
{
	const int64_t auto_n = 20000000 / run->param[P_FREE_SPANS].num;

	if (run->param[P_REQUESTS].num)
		return run->param[P_REQUESTS].num;
	return auto_n < 200 ? 200 : auto_n > 100000 ? 100000 : auto_n;
}

static void pageheap_prepare(struct al_run *run)
{
	const long long min = run->param[P_MIN].num;
	const long long max = run->param[P_MAX].num;

	if (min > max || max > 2 * min)
		run->services->fail(
			run, "max %lld is not within min %lld and twice that",
			max, min);
	if ((uint64_t)min % GRAIN_BYTES || (uint64_t)max % GRAIN_BYTES)
		run->services->fail(run,
				    "min %lld or max %lld is no multiple of %d",
				    min, max, (int)GRAIN_BYTES);
	run->shared = run->services->scratch(run, sizeof(struct shared));
	run->services->metric(run, "requests", (double)nrequests(run));
}

static void sift_down(uintptr_t *a, size_t i, size_t n)
{
	const uintptr_t value = a[i];

	for (size_t child; (child = 2 * i + 1) < n; i = child) {
		if (child + 1 < n && a[child + 1] > a[child])
			child++;
		if (a[child] <= value)
			break;
		a[i] = a[child];
	}
	a[i] = value;
}

/* Heapsort: in place. qsort() may allocate, from the heap under measurement if
 * that one was preloaded. */
static void sort_addresses(uintptr_t *a, size_t n)
{
	for (size_t i = n / 2; i-- > 0;)
		sift_down(a, i, n);
	while (n-- > 1) {
		const uintptr_t last = a[n];

		a[n] = a[0];
		a[0] = last;
		sift_down(a, 0, n);
	}
}

static void make_span(struct al_thread *t, struct shared *shared,
		      struct al_random *random)
{
	const size_t size = draw_grains(random, t->run) * GRAIN_BYTES;

	shared->object[shared->nobjects++] = (uintptr_t)al_malloc(t, size) | 1;
}

/*
 * A span may be freed if the object below it stays. @pick: their indexes, or
 * NULL to count them only; at most @max.
 */
static size_t pick_spans(const struct shared *shared, size_t *pick, size_t max)
{
	size_t n = 0;
	bool below_is_free = false;

	for (size_t i = 0; i < shared->nobjects && n < max; i++) {
		below_is_free = (shared->object[i] & 1) && !below_is_free;
		if (!below_is_free)
			continue;
		if (pick)
			pick[n] = i;
		n++;
	}
	return n;
}

/*
 * Where spans and separators come to lie is the allocator's business. One that
 * keeps the separators elsewhere gets more spans, and every other one stays.
 */
static void make_objects(struct al_thread *t, struct shared *shared,
			 struct al_random *random, size_t nfree)
{
	const size_t npairs = nfree + nfree / 16 + 16;
	size_t found = 0;

	for (size_t i = 0; i < npairs; i++) {
		make_span(t, shared, random);
		shared->object[shared->nobjects++] =
			(uintptr_t)al_malloc(t, SEPARATOR_BYTES);
	}
	for (;;) {
		size_t more;

		sort_addresses(shared->object, shared->nobjects);
		found = pick_spans(shared, NULL, nfree);
		if (found == nfree)
			return;
		more = 2 * (nfree - found) + 16;
		if (more > shared->room - shared->nobjects)
			break;
		while (more--)
			make_span(t, shared, random);
	}
	t->run->services->fail(t->run,
			       "only %zu of %zu spans can be kept apart", found,
			       nfree);
}

static void make_free_spans(struct al_thread *t, struct shared *shared)
{
	struct al_run *run = t->run;
	struct al_random random = { al_random_derive(run->seed, UINT32_MAX) };
	const size_t nfree = (size_t)run->param[P_FREE_SPANS].num;
	size_t *pick = run->services->scratch(run, nfree * sizeof(*pick));

	shared->room = 6 * nfree + 256;
	shared->object = run->services->scratch(
		run, shared->room * sizeof(*shared->object));
	make_objects(t, shared, &random, nfree);
	pick_spans(shared, pick, nfree);
	for (size_t left = nfree; left > 0; left--) {
		const bool shuffle = run->param[P_SHUFFLE].num;
		const size_t i = shuffle ? al_random_below(&random, left) : 0;
		uintptr_t *object = &shared->object[pick[i]];

		if (shuffle)
			pick[i] = pick[left - 1];
		else
			pick++;
		t->call.free((void *)(*object & ~(uintptr_t)1));
		*object = 0;
	}
	run->services->metric(run, "free_spans", (double)nfree);
}

static inline void release(struct al_thread *t, void **slot)
{
	if (!*slot)
		return;
	t->call.free(*slot);
	*slot = NULL;
	al_step(t, 1);
}

static void request(struct al_thread *t, struct local *local, int64_t n)
{
	size_t at = 0, slot = 0;

	while (n--) {
		release(t, &local->window[slot]);
		local->window[slot] =
			al_malloc(t, local->grains[at] * GRAIN_BYTES);
		al_step(t, 1);
		if (++slot == local->nwindow)
			slot = 0;
		if (++at == SIZES_ON_TAPE)
			at = 0;
	}
	for (slot = 0; slot < local->nwindow; slot++)
		release(t, &local->window[slot]);
}

static void pageheap_thread_prepare(struct al_thread *t)
{
	struct al_run *run = t->run;
	const size_t nwindow = (size_t)run->param[P_WINDOW].num;
	struct local *local = run->services->scratch(
		run, sizeof(*local) + nwindow * sizeof(local->window[0]));
	struct al_random random = { t->seed };
	uint32_t *grains;

	local->grains = grains =
		run->services->scratch(run, SIZES_ON_TAPE * sizeof(*grains));
	for (size_t i = 0; i < SIZES_ON_TAPE; i++)
		grains[i] = (uint32_t)draw_grains(&random, run);
	local->nwindow = nwindow;
	local->nrequests = nrequests(run) / run->nthreads +
			   (t->index < nrequests(run) % run->nthreads);
	t->local = local;
	if (t->index)
		return;
	make_free_spans(t, run->shared);
	/* the first pages and lines, and the wear of a treap */
	request(t, local,
		run->param[P_WARMUP].num ? run->param[P_WARMUP].num
					 : 2 * (int64_t)nwindow);
}

static int pageheap_thread_run(struct al_thread *t)
{
	struct local *local = t->local;

	request(t, local, local->nrequests);
	return 0;
}

static void pageheap_thread_finish(struct al_thread *t)
{
	struct shared *shared = t->run->shared;

	if (t->index)
		return;
	for (size_t i = 0; i < shared->nobjects; i++)
		t->call.free((void *)(shared->object[i] & ~(uintptr_t)1));
}

const struct al_workload al_workload_pageheap = {
	.abi = AL_WORKLOAD_ABI,
	.needs = AL_NEEDS_REUSE,
	.size = sizeof(al_workload_pageheap),
	.name = "pageheap",
	.summary = "span-sized requests to a heap with many free spans",
	.op = "malloc or free of a span",
	.source = "the question of gperftools issue 535; our own construction",
	.params = params,
	.nparams = sizeof(params) / sizeof(params[0]),
	.min_threads = 1,
	.touch_prefix = 0,
	.prepare = pageheap_prepare,
	.thread_prepare = pageheap_thread_prepare,
	.thread_run = pageheap_thread_run,
	.thread_finish = pageheap_thread_finish,
};
