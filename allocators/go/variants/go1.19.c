// SPDX-License-Identifier: MIT
/*
 * go1.19.c - Go 1.19: bitmaps of pages, sets of spans, 68 size classes.
 *
 * Role:       generation H.
 * Invariants: see the policies named below.
 * Locks:      one heap lock, not taken for spans of up to 15 pages and up to
 *             64 slots while the thread has cached pages, nor held while
 *             memory is returned; partial spans change hands by
 *             compare-and-swap.
 * Units:      none.
 * Source:     Go 1.19 mpagealloc.go, mpagecache.go, mspanset.go, mcentral.go.
 * Differs:    explicit free, as in go1.11.c in a thread's own spans; what an
 *             entry of a set cannot do (be taken from the middle)
 *             central_sets.c says. C's malloc never hands out class 24, whose
 *             objects are aligned to 8 only: malloc(24) is 32 bytes;
 *             malloc_flags(noscan or align8) gets it. tests/fidelity holds
 *             all of this against the real runtime. Kept quirks: those of
 *             go1.14.c; the first 4 MiB of each arena are mapped when the heap
 *             reaches them. The scavenger's goal is scavenge.h's, since there
 *             is no collector to set one (with the collector off, the original
 *             never returns memory); knob scavenger=off turns it off.
 */
#define GO_ID	    go1_19
#define GO_NAME	    "go1.19"
#define GO_SUMMARY  "Go 1.19: radix tree, page caches, span sets, class 24"
#define GO_SOURCE   "Go 1.19"
#define GO_CLASSES  go_classes_24
#define GO_SPACE    sparse_later
#define GO_CENTRAL  central_sets
#define GO_PAGEHEAP pageheap_radix
#define GO_SCAVENGE scavenge_control
#define GO_TINY	    1
#define GO_NOSCAN   1
#include "../go_variant.h"
