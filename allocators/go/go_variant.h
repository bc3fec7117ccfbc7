// SPDX-License-Identifier: MIT
/*
 * go_variant.h - turns a variant's choices into an allocator.
 *
 * Role:       included at the end of each file in variants/, which defines
 *
 *		GO_ID		identifier in symbols: GO_ID go1_11 gives
 *				go1_11_malloc() and so on
 *		GO_NAME		name on the command line
 *		GO_SUMMARY	one line for `allotrope list`
 *		GO_SOURCE	release and files followed
 *		GO_CLASSES	size class table (sizeclass.h)
 *		GO_SPACE	address space: sparse, linear
 *		GO_CENTRAL	central policy (central.h)
 *		GO_PAGEHEAP	page heap (pageheap.h)
 *		GO_SCAVENGE	scavenger (scavenge.h); not defined: none
 *		GO_TINY		1: small noscan objects share slots
 *		GO_NOSCAN	1: noscan objects have span classes of their own
 *		GO_RUN_CACHE	1: threads keep runs of large objects that they
 *				freed (cache_runs.h); not defined: 0
 *
 *	Slots are in bitmaps (cache_bitmap.h) but for releases before 1.7:
 *
 *		GO_CACHE_CHAINS	lists of slots (cache_chains.h), Go 1.0
 *		GO_CACHE_SPANS	whole spans of linked slots (cache_spans.h)
 *		GO_KEEP_SPAN	with it: 1 as Go 1.4, 0 as Go 1.3
 *		GO_ZERO_LOCKED	1: spans are zeroed under the heap lock
 *		GO_LG_PAGE	12 for 4 KiB pages
 *
 * Invariants: entry points are plain external functions; everything a small
 *             object needs inlines into them.
 * Locks:      none of its own.
 * Units:      bytes.
 * Source:     after Go malloc.go mallocgc.
 * Differs:    C's alignment, sizes of 0, ENOMEM.
 */
#ifndef GO_VARIANT_H
#define GO_VARIANT_H

#include <errno.h>
#include <string.h>

#include <allotrope/allocator.h>

#include "central.h"
#include "pageheap.h"
#include "scavenge.h"
#include "spanmap.h"

#define GO_PASTE_(a, b, c)  a##b##c
#define GO_PASTE(a, b, c)   GO_PASTE_(a, b, c)
#define GO_SYM(verb)	    GO_PASTE(GO_ID, _, verb)
#define GO_CENTRAL_FN(verb) GO_PASTE(GO_CENTRAL, _, verb)
#define GO_SPANMAP_LOOKUP   GO_PASTE(spanmap_, GO_SPACE, _lookup)

static struct go_heap go_heap;
static const struct go_heap_config go_heap_choices;

#ifndef GO_RUN_CACHE
#define GO_RUN_CACHE 0
#endif

#if defined(GO_CACHE_CHAINS)
#define GO_LINKED 1
#include "cache_chains.h"
#include "cache_linked_stats.h"
#elif defined(GO_CACHE_SPANS)
#define GO_LINKED 1
#include "cache_spans.h"
#include "cache_linked_stats.h"
#else
#define GO_LINKED 0
#include "cache_bitmap.h"
#include "cache_bitmap_slow.h"
#include "cache_bitmap_tiny.h"
#include "cache_bitmap_thread.h"
#include "cache_bitmap_stats.h"
#endif
#include "cache_runs.h"
#include "cache_thread.h"
#include "cache_fork.h"

#ifndef GO_ZERO_LOCKED
#define GO_ZERO_LOCKED 0
#endif

static const struct go_heap_config go_heap_choices = {
	.name = GO_NAME,
	.classes = &GO_CLASSES,
	.space = &GO_PASTE(space_, GO_SPACE, ),
	.pageheap = &GO_PAGEHEAP,
	.os = &osmem_linux,
	.cache_size_bytes = sizeof(struct thread_cache),
	.moving = CACHE_MOVING,
	.tiny = GO_TINY && !GO_LINKED,
	.linked = GO_LINKED,
	.zero_locked = GO_ZERO_LOCKED,
	.map_all_pages = GO_LINKED,
};

#include "go_entry.h"
#ifdef GO_DROPIN
#include "go_dropin.h"
#endif

#endif /* GO_VARIANT_H */
