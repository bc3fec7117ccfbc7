// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pageheap_model.h - what a page heap should do, said as plainly as possible.
 *
 * Role:       the oracle of the page heaps' contract test: an unsorted table of
 *             free runs, and one function a policy that says which is next.
 * Invariants: runs are disjoint and, where the policy merges, not neighbours.
 * Locks:      none.
 * Units:      pages; addresses.
 * Source:     none.
 */
#ifndef GO_PAGEHEAP_MODEL_H
#define GO_PAGEHEAP_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../../allocators/go/pageheap.h"

#define MODEL_LG_PAGE 13
#define MODEL_NONE    SIZE_MAX

struct model_run {
	uintptr_t base;
	size_t npages;
	uint64_t stamp; /* when it was put in: for lists */
	bool scavenged; /* for policies that keep these apart */
};

struct model {
	const struct policy *policy;
	struct go_heap *heap;
	struct model_run *run; /* [nruns] */
	size_t nruns;
	size_t room;
	uint64_t stamps;
	uintptr_t cur_base, cur_end; /* radix: arena not in use yet */
	size_t credit_bytes;	     /* treaps: scavenged beyond need */
};

/** struct policy - a page heap under test and what it promises. */
struct policy {
	const char *name;
	const struct pageheap_ops *ops;
	const struct space_ops *space;

	/* which run serves @npages: its number, or MODEL_NONE */
	size_t (*pick)(struct model *m, size_t npages);

	/* @run is new from the address space; NULL: it needed none */
	void (*grow)(struct model *m, const struct page_run *run,
		     size_t npages);

	/* part of @run, which was scavenged, was allocated; may be NULL */
	void (*took_scavenged)(struct model *m, size_t npages);

	bool by_scavenged; /* runs merge only with their like */
};

extern const struct policy policies[];
extern const size_t npolicies;

void model_init(struct model *m, const struct policy *p, struct go_heap *h);
void model_fini(struct model *m);

/** model_add() - @npages at @base are free now; merges. */
void model_add(struct model *m, uintptr_t base, size_t npages, bool scavenged);

/** model_take() - the first @npages of run @i are in use now. */
void model_take(struct model *m, size_t i, size_t npages);

/** model_take_page() - the free page at @addr is in use now. */
void model_take_page(struct model *m, uintptr_t addr);

/** model_free_npages() - sum over the runs. */
size_t model_free_npages(const struct model *m);

/** model_scavenged_npages() - of these, where the policy knows. */
size_t model_scavenged_npages(const struct model *m);

/** model_is_free() - is the page at @addr free? */
bool model_is_free(const struct model *m, uintptr_t addr);

#endif /* GO_PAGEHEAP_MODEL_H */
