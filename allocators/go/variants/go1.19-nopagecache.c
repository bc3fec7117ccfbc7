// SPDX-License-Identifier: MIT
/*
 * go1.19-nopagecache.c - Go 1.19 without per-thread page caches.
 *
 * Role:       ablation of go1.19: what do the 64-page caches buy?
 * Invariants: see go1.19.c.
 * Locks:      one heap lock, taken for every span; partial spans as in
 *             go1.19.c.
 * Units:      none.
 * Source:     go1.19.c; mpagecache.go is left out.
 * Differs:    from go1.19 in GO_PAGEHEAP only: every span is taken from the
 *             bitmaps, under the heap lock.
 */
#define GO_ID	    go1_19_nopagecache
#define GO_NAME	    "go1.19-nopagecache"
#define GO_SUMMARY  "Go 1.19 without per-thread page caches"
#define GO_SOURCE   "Go 1.19, mpagecache.go left out"
#define GO_CLASSES  go_classes_24
#define GO_SPACE    sparse_later
#define GO_CENTRAL  central_sets
#define GO_PAGEHEAP pageheap_radix_nocache
#define GO_SCAVENGE scavenge_control
#define GO_TINY	    1
#define GO_NOSCAN   1
#include "../go_variant.h"
