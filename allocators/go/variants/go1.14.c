// SPDX-License-Identifier: MIT
/*
 * go1.14.c - Go 1.14: bitmaps of pages below five summary levels.
 *
 * Role:       generation G: free pages are bits, spans that are free do not
 *             exist.
 * Invariants: see the policies named below.
 * Locks:      one heap lock, not taken for spans of up to 15 pages and up to
 *             64 slots while the thread has cached pages, and held while
 *             memory is returned; one lock a span class in central.
 * Units:      none.
 * Source:     Go 1.14 mpagealloc.go, mpagecache.go, mheap.go, mcentral.go.
 * Differs:    explicit free as in go1.11.c. A freed span's pages go straight
 *             to the bitmaps, as in the original: they return to the page
 *             cache of some thread with its next block of 64. Kept quirks: a
 *             page cache that does not fit a run is kept, not flushed; pages
 *             in it serve its thread only; a hole below the highest page ever
 *             used counts as dirty (calloc writes zeroes). The scavenger's
 *             goal is scavenge.h's, since there is no collector to set one
 *             (with the collector off, the original never returns memory);
 *             knob scavenger=off turns it off.
 */
#define GO_ID	    go1_14
#define GO_NAME	    "go1.14"
#define GO_SUMMARY  "Go 1.14: bitmaps below a radix tree, 64-page caches"
#define GO_SOURCE   "Go 1.14"
#define GO_CLASSES  go_classes_grown
#define GO_SPACE    sparse
#define GO_CENTRAL  central_lists
#define GO_PAGEHEAP pageheap_radix_1_14
#define GO_SCAVENGE scavenge_measured
#define GO_TINY	    1
#define GO_NOSCAN   1
#include "../go_variant.h"
