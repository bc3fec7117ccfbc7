// SPDX-License-Identifier: MIT
/*
 * radix.h - which pages are free: chunks of bits below five summary levels.
 *
 * Role:       finds, takes and gives back runs of pages; knows nothing of
 *             spans. pageheap_radix.c makes a page heap of it.
 * Invariants: a summary equals the merge of what lies below it. No page below
 *             search_addr is free. A page in use is not returned.
 * Locks:      heap->lock held on every call.
 * Units:      addresses; lengths in pages.
 * Source:     after Go 1.14-1.19 mpagealloc.go, mpagealloc_64bit.go.
 */
#ifndef GO_RADIX_H
#define GO_RADIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "go_lock.h"
#include "osmem.h"
#include "pallocbits.h"

#define RADIX_LG_PAGE	   13
#define RADIX_LG_CHUNK	   22 /* bytes: 512 pages */
#define RADIX_LG_ADDRESS   48
#define RADIX_LEVELS	   5
#define RADIX_LEAF	   (RADIX_LEVELS - 1)
#define RADIX_CHUNK_BYTES  ((uintptr_t)1 << RADIX_LG_CHUNK)

/* No search: below every address that is not free. */
#define RADIX_NO_SEARCH	   UINTPTR_MAX

/* Chunks are found through two tables of 2^13 entries each. */
#define RADIX_LG_CHUNKS_L2 13
#define RADIX_CHUNKS_L1 \
	((size_t)1 << (RADIX_LG_ADDRESS - RADIX_LG_CHUNK - RADIX_LG_CHUNKS_L2))
#define RADIX_CHUNKS_L2 ((size_t)1 << RADIX_LG_CHUNKS_L2)

struct persistent;

/** struct radix_range - chunks [first, end) that hold pages. */
struct radix_range {
	size_t first;
	size_t end;
};

struct radix {
	const struct osmem_ops *os;
	/* let go of it while memory is returned; NULL: keep it */
	struct go_lock *unlock;
	struct persistent *from; /* chunks and ranges */
	uint64_t
		*summary[RADIX_LEVELS]; /* reserved; mapped as the heap grows */
	uint64_t *summary_mapped;	/* a bit for each 4 KiB of summaries */
	struct palloc_chunk **chunks;
	uintptr_t search_addr;
	size_t end_chunk; /* one past the last that holds pages */
	uint64_t free_npages;
	uint64_t returned_npages; /* of these */
	uint64_t away_npages; /* free, but being returned without the lock */
	size_t scavenge_end;  /* no chunk from here on has pages to return */
	struct radix_range *ranges; /* sorted, apart; [nranges] */
	size_t nranges;
	size_t ranges_room;
};

/** radix_init() - nothing free; the lock is kept. 0 or -ENOMEM. */
int radix_init(struct radix *r, const struct osmem_ops *os,
	       struct persistent *from);

/**
 * radix_reserve() - make room in the tables for @npages at @base.
 * @base, @npages: multiples of a chunk.
 * Return: 0; -ENOMEM: no memory; what there is room for is kept.
 */
int radix_reserve(struct radix *r, uintptr_t base, size_t npages);

/**
 * radix_grow() - add @npages at @base, free and returned. Does not fail where
 * radix_reserve() did not.
 * @base, @npages: multiples of a chunk.
 * Return: 0; -ENOMEM: no room for the tables, nothing was added.
 */
int radix_grow(struct radix *r, uintptr_t base, size_t npages);

/**
 * radix_alloc() - take the run of @npages at the lowest address.
 * @returned: set to the pages of it that had been given to the system.
 * @steps:    summaries and chunks looked at are added.
 * Return: its address; 0: there is none.
 * Cost:   constant in a nearly empty or nearly ordered heap; at most five
 *	blocks of eight summaries and the top level's extent.
 */
uintptr_t radix_alloc(struct radix *r, size_t npages, size_t *returned,
		      uint64_t *steps);

/** radix_take() - take free @npages at @base. Return: so many were returned. */
size_t radix_take(struct radix *r, uintptr_t base, size_t npages);

/** radix_free() - give back @npages at @base. */
void radix_free(struct radix *r, uintptr_t base, size_t npages);

/**
 * radix_take_block() - take all free pages of the aligned block of 64 that
 * holds the lowest free page.
 * @free, @returned: a bit for each page of it.
 * Return: address of the block; 0: nothing is free.
 */
uintptr_t radix_take_block(struct radix *r, uint64_t *free, uint64_t *returned,
			   uint64_t *steps);

/** radix_put_block() - give back what is left of a block. */
void radix_put_block(struct radix *r, uintptr_t base, uint64_t free,
		     uint64_t returned);

/**
 * radix_scavenge() - give memory of free pages back to the system, that at the
 * highest addresses first.
 * @max_npages: at most so much, but for a huge page that would be cut.
 * Return: pages given back; less than @max_npages: nothing is left.
 * Locks:  drops and takes r->unlock, if there is one.
 * Cost:   linear in the chunks passed since the last free above them.
 */
size_t radix_scavenge(struct radix *r, size_t max_npages);

/** radix_chunk() - the bits of chunk number @i, which holds pages. */
static inline struct palloc_chunk *radix_chunk(const struct radix *r, size_t i)
{
	return &r->chunks[i >> RADIX_LG_CHUNKS_L2][i % RADIX_CHUNKS_L2];
}

/** radix_count_runs() - maximal free runs. Linear in the heap. */
uint64_t radix_count_runs(const struct radix *r);

/** radix_valid() - do all the invariants hold? Linear in the heap. */
bool radix_valid(const struct radix *r);

/**
 * radix_update() - mend the summaries of @npages at @base after a change.
 * @contiguous: the change was the same for all these pages,
 * @inuse:      namely this.
 */
void radix_update(struct radix *r, uintptr_t base, size_t npages,
		  bool contiguous, bool inuse);

/**
 * radix_find() - the run of @npages at the lowest address, by summaries.
 * @first: set to a bound below which nothing is free.
 * Return: its address; 0: there is none.
 */
uintptr_t radix_find(const struct radix *r, size_t npages, uintptr_t *first,
		     uint64_t *steps);

/** radix_summary_map() - make summaries of these chunks usable, or -ENOMEM. */
int radix_summary_map(struct radix *r, size_t first_chunk, size_t end_chunk);

/** radix_summary_init() - reserve the summaries' addresses, or -ENOMEM. */
int radix_summary_init(struct radix *r);

/** radix_summary_valid() - does each summary equal the merge below it? */
bool radix_summary_valid(const struct radix *r);

#endif /* GO_RADIX_H */
