// SPDX-License-Identifier: MIT
/*
 * fixalloc.h - memory for the allocator's own tables.
 *
 * Role:       fixed-size records with a free list (fixalloc), cut from chunks
 *             that are never given back (persistent).
 * Invariants: a record's address holds a record of the same kind for ever:
 *             a stale pointer reads old fields, never foreign data.
 * Locks:      none; the caller holds the lock that guards the owner.
 * Units:      bytes.
 * Source:     after Go mfixalloc.go, malloc.go persistentalloc (1.8 to 1.17).
 * Differs:    records are aligned as asked, so that two of them never share
 *             a cache line; chunk tails are cut to whole records. Huge pages
 *             from 4 MiB on, which Go has from 1.21.
 */
#ifndef GO_FIXALLOC_H
#define GO_FIXALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "osmem.h"

/*
 * Chunk of persistent; from PERSISTENT_DIRECT up requests go to the system. Who
 * has taken PERSISTENT_LARGE gets chunks of one huge page: the descriptors and
 * the page map of a large heap are read here and there, and every small page
 * would be one more miss of the TLB. Then an arena's page map, 64 KiB and a
 * little, comes from a chunk, too.
 */
#define PERSISTENT_CHUNK_BYTES	((size_t)256 << 10)
#define PERSISTENT_DIRECT_BYTES ((size_t)64 << 10)
#define PERSISTENT_LARGE_BYTES	((size_t)4 << 20)
#define PERSISTENT_HUGE_BYTES	((size_t)2 << 20)
#define FIXALLOC_CHUNK_BYTES	((size_t)16 << 10)

/* What a heap takes while it is made: two or three blocks. */
#define PERSISTENT_FIRST	8

struct persistent {
	const struct osmem_ops *os; /* set at init */
	uintptr_t next;		    /* first free byte of the chunk */
	uintptr_t end;
	size_t total_bytes; /* obtained from the system */
	size_t nblocks;	    /* so many times */
	struct {
		void *p;
		size_t size;
	} first[PERSISTENT_FIRST]; /* for persistent_undo() */
};

struct fixalloc {
	struct persistent *from;
	size_t size; /* of a record, multiple of align */
	size_t align;
	void *free;	/* LIFO through the first word */
	uintptr_t next; /* rest of the newest chunk */
	uintptr_t end;
	size_t inuse; /* records handed out */
};

/** persistent_init() - empty; takes from @os when first asked. */
void persistent_init(struct persistent *p, const struct osmem_ops *os);

/**
 * persistent_alloc() - @size bytes for ever, zero.
 * @align: power of two, at most 4096.
 * Return: NULL when the system has no more.
 */
void *persistent_alloc(struct persistent *p, size_t size, size_t align);

/**
 * persistent_undo() - give everything back: the heap could not be made.
 * No more than PERSISTENT_FIRST blocks were taken.
 */
void persistent_undo(struct persistent *p);

/** fixalloc_init() - records of @size bytes, aligned to @align. */
void fixalloc_init(struct fixalloc *f, struct persistent *from, size_t size,
		   size_t align);

/**
 * fixalloc_alloc() - one record. New ones are zero; a reused one keeps its
 * fields except the first word.
 * Return: NULL when the system has no more.
 */
void *fixalloc_alloc(struct fixalloc *f);

/** fixalloc_free() - hand a record back. */
void fixalloc_free(struct fixalloc *f, void *record);

#endif /* GO_FIXALLOC_H */
