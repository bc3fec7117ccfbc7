// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * go_under_test.h - the variant that a test program is linked with.
 *
 * Role:       GO(verb) is its entry point; the build defines GO_TEST_ID.
 * Invariants: none.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef GO_UNDER_TEST_H
#define GO_UNDER_TEST_H

#include <allotrope/allocator.h>

#include "../../../allocators/go/pageheap.h"

#define GO_JOIN_(a, b) a##_##b
#define GO_JOIN(a, b)  GO_JOIN_(a, b)
#define GO(verb)       GO_JOIN(GO_TEST_ID, verb)

void *GO(malloc)(size_t size);
void GO(free)(void *p);
void *GO(calloc)(size_t n, size_t size);
void *GO(realloc)(void *p, size_t size);
void *GO(aligned_alloc)(size_t align, size_t size);
void GO(free_sized)(void *p, size_t size);
size_t GO(usable_size)(const void *p);
void *GO(malloc_flags)(size_t size, unsigned int flags);
void GO(thread_enter)(void);
void GO(thread_exit)(void);
void GO(trim)(void);
int GO(stats)(struct al_stats *stats);
struct go_heap *GO(heap)(void);

static inline bool go_heap_is_valid(struct go_heap *h)
{
	bool valid;

	go_lock_take(&h->lock);
	valid = h->pageheap->valid_locked(h);
	go_lock_drop(&h->lock);
	return valid;
}

#endif /* GO_UNDER_TEST_H */
