// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * mixed.c - a workload plugin that makes every call of the interface.
 *
 * Role:       shows the harness each wrapper and each fault; not a benchmark.
 * Invariants: the first 8 bytes of an object hold its own tag, which follows
 *             from its size. Workers free and resize each other's objects
 *             through shared slots, in whatever order they come.
 * Locks:      slots are exchanged atomically.
 * Units:      bytes.
 * Source:     none.
 */
#include <allotrope/allocator.h>
#include <allotrope/random.h>
#include <allotrope/workload.h>

#include <stdatomic.h>
#include <string.h>

enum {
	P_STEPS,
	P_MAX,
	P_LIVES,
};

#define NSLOTS 256

static const struct al_param params[] = {
	[P_STEPS] = { "steps",
		      AL_PARAM_NUM,
		      { .num = 20000 },
		      1,
		      1 << 30,
		      "steps",
		      "a worker and life" },
	[P_MAX] = { "max",
		    AL_PARAM_NUM,
		    { .num = 5000 },
		    8,
		    1 << 30,
		    "bytes",
		    "largest object" },
	[P_LIVES] = { "lives",
		      AL_PARAM_NUM,
		      { .num = 2 },
		      1,
		      1 << 20,
		      "threads",
		      "that a worker has, one after another" },
};

/* Objects that any worker may take. */
struct shared {
	_Atomic(void *) slot[NSLOTS];
};

struct local {
	struct al_random random;
	int64_t lives;
};

static void mixed_prepare(struct al_run *run)
{
	run->shared = run->services->scratch(run, sizeof(struct shared));
}

static void mixed_thread_prepare(struct al_thread *t)
{
	struct local *local = t->run->services->scratch(t->run, sizeof(*local));

	local->random.state = t->seed;
	local->lives = t->run->param[P_LIVES].num;
	t->local = local;
}

static uint64_t tag_of(uint64_t size)
{
	return size * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

static void *write_tag(void *p, uint64_t size)
{
	uint64_t tag = tag_of(size);

	memcpy(p, &tag, sizeof(tag));
	return p;
}

/* The inverse of tag_of(): the factor is odd. */
static uint64_t size_in(const void *p)
{
	uint64_t tag;

	memcpy(&tag, p, sizeof(tag));
	return (tag - 1) * UINT64_C(0xf1de83e19937733d);
}

static void *allocate(struct al_thread *t, uint64_t size, uint64_t choice)
{
	void *p;

	switch (choice) {
	case 0:
		p = t->call.calloc(1, size);
		break;
	case 1:
		size |= 1; /* mimalloc 2.0.9 misaligns where both are 256 */
		p = t->call.aligned_alloc((size_t)16 << (size % 7), size);
		break;
	case 2:
		p = t->call.malloc_flags(size, AL_MALLOC_NOSCAN);
		break;
	case 3:
		p = t->call.malloc_flags(size, AL_MALLOC_ZEROED);
		break;
	default:
		p = t->call.malloc(size);
		break;
	}
	if (!p)
		t->services->oom(t, size);
	if (t->call.usable_size(p) < size)
		t->services->fault(t, "usable size below %llu",
				   (unsigned long long)size);
	return write_tag(p, size);
}

static void release(struct al_thread *t, void *p, uint64_t choice)
{
	if (choice % 2)
		t->call.free_sized(p, size_in(p));
	else
		t->call.free(p);
}

static int mixed_thread_run(struct al_thread *t)
{
	const struct al_run *run = t->run;
	const uint64_t max = (uint64_t)run->param[P_MAX].num;
	struct shared *shared = run->shared;
	struct local *local = t->local;

	for (int64_t i = 0; i < run->param[P_STEPS].num; i++) {
		uint64_t draw = al_random_next(&local->random);
		uint64_t size = 8 + al_random_below(&local->random, max - 7);
		_Atomic(void *) *slot = &shared->slot[draw % NSLOTS];
		void *p = atomic_exchange(slot, NULL);
		uint64_t nops = 1;

		if (p && draw >> 32 & 1) {
			void *q = t->call.realloc(p, size);

			if (!q)
				t->services->oom(t, size);
			p = write_tag(q, size);
		} else if (p) {
			release(t, p, draw >> 33);
			p = NULL;
		} else {
			p = allocate(t, size, (draw >> 40) % 8);
		}
		p = p ? atomic_exchange(slot, p) : NULL;
		if (p) {
			release(t, p, draw >> 33);
			nops++;
		}
		al_step(t, nops);
	}
	if (--local->lives > 0)
		return t->services->hand_over(t, mixed_thread_run);
	return 0;
}

static void mixed_thread_finish(struct al_thread *t)
{
	struct shared *shared = t->run->shared;

	for (size_t i = t->index; i < NSLOTS; i += t->run->nthreads)
		t->call.free(atomic_exchange(&shared->slot[i], NULL));
}

static bool mixed_object_valid(const struct al_run *run, const void *p,
			       size_t size)
{
	return size_in(p) == size;
}

static const struct al_workload mixed = {
	.abi = AL_WORKLOAD_ABI,
	.needs = AL_NEEDS_REMOTE_FREE | AL_NEEDS_REALLOC | AL_NEEDS_ALIGNED,
	.size = sizeof(mixed),
	.name = "mixed",
	.summary = "every call of the interface, on shared slots",
	.op = "call",
	.source = "none",
	.params = params,
	.nparams = sizeof(params) / sizeof(params[0]),
	.min_threads = 1,
	.touch_prefix = 8,
	.object_valid = mixed_object_valid,
	.prepare = mixed_prepare,
	.thread_prepare = mixed_thread_prepare,
	.thread_run = mixed_thread_run,
	.thread_finish = mixed_thread_finish,
};

__attribute__((visibility("default"))) const struct al_workload *
allotrope_workload(void)
{
	return &mixed;
}
