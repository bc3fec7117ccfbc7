// SPDX-License-Identifier: MIT
/*
 * go1.0.c - Go 1.0: 4 KiB pages, chains of slots between cache and central.
 *
 * Role:       generation A1.
 * Invariants: see the policies named below.
 * Locks:      one heap lock, held while a reused span is zeroed; one lock a
 *             size class in central, held while a chain is cut or returned.
 * Units:      none.
 * Source:     Go 1.0 malloc.goc, mcache.c, mcentral.c, mheap.c, msize.c.
 * Differs:    explicit free is the release's own: the slot goes to the freeing
 *             thread's cache, whoever allocated it, without lock or atomic
 *             read-modify-write; lists of 256 slots and caches of 2 MiB spill
 *             to central. Whether a pointer is an object is always checked
 *             (freelist.h): one byte a 16 bytes of arena, as large as the
 *             original's heap bitmap; a load, a test and a store a free, a
 *             store a malloc. 8-byte slots share their byte with a neighbour:
 *             there it is two atomic operations a pair. A span's need for
 *             zeroing is in its descriptor, not in its first word. A
 *             collection is forced every two minutes there; all that is left
 *             of it here is that free spans begin to age. What was idle for
 *             five minutes after that is returned, once a minute; knob
 *             scavenger=off turns that off.
 *             Kept quirks: those of cache_chains.h; memory that was returned
 *             is returned again every minute, as long as it is free; a span
 *             stays with central while any cache holds a slot of it; pages are
 *             zeroed under the heap lock; a thread that frees what others
 *             allocated never gives it back to them below 256 slots or 2 MiB;
 *             memory ends at 16 GiB.
 */
#define GO_ID	go1_0
#define GO_NAME "go1.0"
#define GO_SUMMARY \
	"Go 1.0: 4 KiB pages, chains of slots, free lists, large list"
#define GO_SOURCE   "Go 1.0"
#define GO_CLASSES  go_classes_4k
#define GO_SPACE    linear_1_0
#define GO_CENTRAL  central_chains
#define GO_PAGEHEAP pageheap_lists_1_0
#define GO_SCAVENGE scavenge_first
#define GO_TINY	    0
#define GO_NOSCAN   0
#define GO_CACHE_CHAINS
#define GO_ZERO_LOCKED 1
#define GO_LG_PAGE     12
#include "../go_variant.h"
