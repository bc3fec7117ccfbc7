// SPDX-License-Identifier: MIT
/*
 * go1.11.c - Go 1.11: sparse arenas, free[] lists with a treap of large spans.
 *
 * Role:       generation E, the centre of the family.
 * Invariants: see the policies named below.
 * Locks:      one heap lock; one lock a span class in central.
 * Units:      none.
 * Source:     Go 1.11 mheap.go, mgclarge.go, mcentral.go, mcache.go, malloc.go.
 * Differs:    explicit free: a slot freed by its span's owner serves again at
 *             once, without lock or atomic read-modify-write; from another
 *             thread it costs one or two atomic operations and serves after
 *             the owner's next refill. Spans that were idle for five
 *             minutes are returned every two and a half; knob scavenger=off
 *             turns that off. Kept quirk: the treap search stops early (31616).
 */
#define GO_ID	    go1_11
#define GO_NAME	    "go1.11"
#define GO_SUMMARY  "Go 1.11: sparse arenas, free lists and treap of large spans"
#define GO_SOURCE   "Go 1.11"
#define GO_CLASSES  go_classes_grown
#define GO_SPACE    sparse
#define GO_CENTRAL  central_lists
#define GO_PAGEHEAP pageheap_listtreap
#define GO_SCAVENGE scavenge_periodic
#define GO_TINY	    1
#define GO_NOSCAN   1
#include "../go_variant.h"
