// SPDX-License-Identifier: MIT
/*
 * go1.8.c - Go 1.8: linear arena, free[] lists, large spans on one list.
 *
 * Role:       generation C: the first with allocBits and the grown class table.
 * Invariants: see the policies named below.
 * Locks:      one heap lock; one lock a size class in central.
 * Units:      none.
 * Source:     Go 1.8 mheap.go, mcentral.go, mcache.go, malloc.go.
 * Differs:    explicit free as in go1.11.c. Objects with and without pointers
 *             share spans, as released; only tiny blocks have spans of their
 *             own, which count the pieces. Spans that were idle for five
 *             minutes are returned every two and a half; knob scavenger=off
 *             turns that off. Kept quirk: the search of the large list is
 *             linear.
 */
#define GO_ID	    go1_8
#define GO_NAME	    "go1.8"
#define GO_SUMMARY  "Go 1.8: linear arena, free lists, linear large list"
#define GO_SOURCE   "Go 1.8"
#define GO_CLASSES  go_classes_grown
#define GO_SPACE    linear
#define GO_CENTRAL  central_lists
#define GO_PAGEHEAP pageheap_lists
#define GO_SCAVENGE scavenge_periodic
#define GO_TINY	    1
#define GO_NOSCAN   0
#include "../go_variant.h"
