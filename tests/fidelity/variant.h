// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * variant.h - the variant under test and its account in the words of Go.
 *
 * Role:       joins fidelity.c with one variant of the Go-style allocator.
 * Invariants: none.
 * Locks:      none; one thread.
 * Units:      bytes unless named otherwise.
 * Source:     Go 1.19 mstats.go, for the meaning of each figure.
 */
#ifndef FIDELITY_VARIANT_H
#define FIDELITY_VARIANT_H

#include <stddef.h>
#include <stdint.h>

#include <allotrope/allocator.h>

/** struct account - what runtime.MemStats calls these. All fields uint64_t. */
struct account {
	uint64_t alloc_bytes;	 /* HeapAlloc */
	uint64_t inuse_bytes;	 /* HeapInuse */
	uint64_t sys_bytes;	 /* HeapSys */
	uint64_t released_bytes; /* HeapReleased */
	uint64_t mallocs;	 /* Mallocs, while nothing was freed */
	uint64_t objects;	 /* HeapObjects: a tiny block counts once */
	uint64_t descriptors;	 /* MSpanInuse / sizeof(mspan) */
};

struct variant {
	const char *name;
	void *(*malloc_flags)(size_t size, unsigned int flags);
	void (*free)(void *p);
	void (*trim)(void); /* debug.FreeOSMemory */
	size_t (*usable_size)(const void *p);
};

extern const struct variant variant;

/** variant_account() - fill @a. Linear in the heap. */
void variant_account(struct account *a);

#endif /* FIDELITY_VARIANT_H */
