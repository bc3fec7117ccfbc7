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
 *		GO_TINY		1: small noscan objects share slots
 *		GO_NOSCAN	1: noscan objects have span classes of their own
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
#include "spanmap.h"

#define GO_PASTE_(a, b, c)  a##b##c
#define GO_PASTE(a, b, c)   GO_PASTE_(a, b, c)
#define GO_SYM(verb)	    GO_PASTE(GO_ID, _, verb)
#define GO_CENTRAL_FN(verb) GO_PASTE(GO_CENTRAL, _, verb)
#define GO_SPANMAP_LOOKUP   GO_PASTE(spanmap_, GO_SPACE, _lookup)

static struct go_heap go_heap;
static const struct go_heap_config go_heap_choices;

#include "cache_bitmap.h"
#include "cache_bitmap_slow.h"
#include "cache_bitmap_tiny.h"
#include "cache_bitmap_thread.h"
#include "cache_bitmap_fork.h"
#include "cache_bitmap_stats.h"

static const struct go_heap_config go_heap_choices = {
	.name = GO_NAME,
	.classes = &GO_CLASSES,
	.space = &GO_PASTE(space_, GO_SPACE, ),
	.pageheap = &GO_PAGEHEAP,
	.os = &osmem_linux,
	.cache_size_bytes = sizeof(struct bitcache),
	.moving = &cache_moving.base,
	.tiny = GO_TINY,
};

#include "go_entry.h"
#ifdef GO_DROPIN
#include "go_dropin.h"
#endif

#endif /* GO_VARIANT_H */
