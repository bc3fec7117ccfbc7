// SPDX-License-Identifier: MIT
/*
 * scavenge.c - when and how fast free memory goes back to the system.
 *
 * Role:       see scavenge.h; the thread is in scavenge_thread.c.
 * Invariants: see scavenge.h.
 * Locks:      takes heap->lock.
 * Units:      nanoseconds, pages.
 * Source:     after Go 1.0 mheap.c; 1.12 proc.go; 1.13, 1.14, 1.19
 *             mgcscavenge.go.
 * Differs:    see scavenge.h. The smallest piece is a page of the heap, two of
 *             the system's, so 1.13 takes 8 KiB every 2 ms, not 4 every 1.
 */
#include "scavenge.h"
#include "pageheap.h"

/* 1.13 takes 10 us for a page of the system for granted, huge or not. */
#define ASSUMED_NS    10000
#define OS_PAGE	      4096
#define HUGE_PAGE     (2 << 20)

/* 1.14 */
#define EWMA_ALPHA    0.5
#define WORK_MAX_NS   10000000

/* 1.19 */
#define QUANTUM_BYTES 65536
#define WORK_MIN_NS   1000000
#define KP	      0.3375
#define TI	      3.2e6
#define TT	      1e9
#define RATIO_MIN     0.001
#define RATIO_MAX     1000.0

static const double share = SCAVENGE_CPU_PERCENT / 100.0;

void scavenger_init(struct scavenger *sc, struct go_heap *h,
		    const struct scavenge_ops *ops, unsigned int ncpus)
{
	*sc = (struct scavenger){
		.heap = h,
		.ops = ops,
		.ncpus = ncpus ? ncpus : 1,
		.period_end_ns = h->os->clock_ns() + SCAVENGE_PERIOD_NS,
	};
}

/* The goal for a heap that has @inuse pages in use @now. */
static size_t goal_npages(struct scavenger *sc, size_t inuse, uint64_t now)
{
	size_t peak;

	if (now >= sc->period_end_ns) {
		sc->period_end_ns = now + SCAVENGE_PERIOD_NS;
		sc->peak_npages[1] = sc->peak_npages[0];
		sc->peak_npages[0] = 0;
	}
	if (sc->peak_npages[0] < inuse)
		sc->peak_npages[0] = inuse;
	peak = sc->peak_npages[0] > sc->peak_npages[1] ? sc->peak_npages[0]
						       : sc->peak_npages[1];
	return peak + (peak * SCAVENGE_RETAIN_PERCENT + 99) / 100;
}

size_t scavenger_excess(struct scavenger *sc)
{
	struct go_heap *h = sc->heap;
	uint64_t now = h->os->clock_ns();
	struct pageheap_backing b;
	size_t kept, goal;

	go_lock_take(&h->lock);
	h->pageheap->backing_locked(h, &b);
	goal = goal_npages(sc, b.grown_npages - b.free_npages, now);
	h->goal_npages = goal;
	go_lock_drop(&h->lock);
	kept = b.grown_npages - b.returned_npages;
	return kept > goal ? kept - goal : 0;
}

static size_t scavenge(struct go_heap *h, size_t npages, uint64_t since_ns)
{
	size_t done;

	go_lock_take(&h->lock);
	done = h->pageheap->scavenge_locked(h, npages, since_ns);
	go_lock_drop(&h->lock);
	return done;
}

/* What was idle for five minutes, whatever it takes. */
static void scavenge_idle(struct go_heap *h, uint64_t now)
{
	if (now >= SCAVENGE_IDLE_NS)
		scavenge(h, SIZE_MAX, now - SCAVENGE_IDLE_NS);
}

/* Go 1.0: the age of a span counts from the collection after its free. */
static uint64_t step_first(struct scavenger *sc)
{
	struct go_heap *h = sc->heap;
	uint64_t now = h->os->clock_ns();

	if (!sc->stamped_ns || now - sc->stamped_ns >= SCAVENGE_FORCED_NS) {
		sc->stamped_ns = now;
		go_lock_take(&h->lock);
		h->pageheap->stamp_locked(h);
		go_lock_drop(&h->lock);
	}
	scavenge_idle(h, now);
	return SCAVENGE_TICK_NS;
}

static uint64_t step_minutely(struct scavenger *sc)
{
	scavenge_idle(sc->heap, sc->heap->os->clock_ns());
	return SCAVENGE_TICK_NS;
}

static uint64_t step_periodic(struct scavenger *sc)
{
	scavenge_idle(sc->heap, sc->heap->os->clock_ns());
	return SCAVENGE_EVERY_NS;
}

/* Go 1.13: a page each time, as if its cost were known. */
static uint64_t step_fixed(struct scavenger *sc)
{
	size_t nbytes = 0;

	if (scavenger_excess(sc))
		nbytes = scavenge(sc->heap, 1, UINT64_MAX) << sc->heap->lg_page;
	if (!nbytes)
		return SCAVENGE_POLL_NS;
	nbytes = nbytes / HUGE_PAGE + nbytes % HUGE_PAGE / OS_PAGE;
	return nbytes * ASSUMED_NS * 100 / SCAVENGE_CPU_PERCENT;
}

/*
 * Go 1.14: a page each time, and the cost as measured. How long the sleep
 * really was goes into a moving average of the share of time used.
 */
static uint64_t step_measured(struct scavenger *sc)
{
	uint64_t start = sc->heap->os->clock_ns(), worked;
	double fraction;

	if (sc->slept_from_ns) {
		fraction = (double)sc->worked_ns /
			   (double)(sc->worked_ns + start - sc->slept_from_ns);
		sc->ratio =
			EWMA_ALPHA * fraction + (1 - EWMA_ALPHA) * sc->ratio;
	} else if (!sc->ratio) {
		sc->ratio = share;
	}
	sc->slept_from_ns = 0;
	if (!scavenger_excess(sc) || !scavenge(sc->heap, 1, UINT64_MAX))
		return SCAVENGE_POLL_NS;
	sc->slept_from_ns = sc->heap->os->clock_ns();
	worked = sc->slept_from_ns - start;
	/* a clock that stood still would mean a sleep of 0, for ever */
	worked = worked ? worked : 1;
	sc->worked_ns = worked > WORK_MAX_NS ? WORK_MAX_NS : worked;
	return (uint64_t)(sc->ratio / share * (double)sc->worked_ns / share);
}

/* The controller of 1.19: how long to work for each time unit of sleep. */
static void control(struct scavenger *sc, double input, double period)
{
	double prop = KP * (share - input);
	double raw = prop + sc->integral;
	double out = raw < RATIO_MIN ? RATIO_MIN
				     : (raw > RATIO_MAX ? RATIO_MAX : raw);

	sc->integral +=
		KP * period / TI * (share - input) + period / TT * (out - raw);
	sc->ratio = out;
}

/* 64 KiB at a time, for a millisecond if there is so much. 0: nothing to do. */
static uint64_t work_quanta(struct scavenger *sc)
{
	struct go_heap *h = sc->heap;
	size_t quantum = QUANTUM_BYTES >> h->lg_page, n;
	uint64_t worked = 0;

	while (worked < WORK_MIN_NS && scavenger_excess(sc)) {
		uint64_t start = h->os->clock_ns(), took;

		n = scavenge(h, quantum, UINT64_MAX);
		took = h->os->clock_ns() - start;
		/* a clock that stood still: as much as 1.13 would assume */
		worked +=
			took ? took : (n << h->lg_page) / OS_PAGE * ASSUMED_NS;
		if (n < quantum)
			break;
	}
	return worked && worked < WORK_MIN_NS ? WORK_MIN_NS : worked;
}

/* Go 1.19: the controller sets the ratio of work to sleep. */
static uint64_t step_control(struct scavenger *sc)
{
	struct go_heap *h = sc->heap;
	uint64_t start = h->os->clock_ns();

	if (!sc->ratio)
		sc->ratio = RATIO_MIN;
	if (sc->slept_from_ns) {
		double used = (double)sc->worked_ns;
		double all = used + (double)(start - sc->slept_from_ns);

		control(sc, used / (all * sc->ncpus), all);
	}
	sc->slept_from_ns = 0;
	sc->worked_ns = work_quanta(sc);
	if (!sc->worked_ns)
		return SCAVENGE_POLL_NS;
	sc->slept_from_ns = h->os->clock_ns();
	return (uint64_t)((double)sc->worked_ns / sc->ratio);
}

const struct scavenge_ops scavenge_first = {
	.name = "first",
	.source = "Go 1.0 mheap.c MHeap_Scavenger",
	.step = step_first,
};

const struct scavenge_ops scavenge_minutely = {
	.name = "minutely",
	.source = "Go 1.1-1.3 mheap.c MHeap_Scavenger",
	.step = step_minutely,
};

const struct scavenge_ops scavenge_periodic = {
	.name = "periodic",
	.source = "Go 1.4-1.12 proc.go sysmon, mheap.go scavenge",
	.step = step_periodic,
};

const struct scavenge_ops scavenge_fixed = {
	.name = "fixed",
	.source = "Go 1.13 mgcscavenge.go",
	.step = step_fixed,
};

const struct scavenge_ops scavenge_measured = {
	.name = "measured",
	.source = "Go 1.14 mgcscavenge.go",
	.step = step_measured,
};

const struct scavenge_ops scavenge_control = {
	.name = "control",
	.source = "Go 1.19 mgcscavenge.go",
	.step = step_control,
};
