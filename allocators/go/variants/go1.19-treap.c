// SPDX-License-Identifier: MIT
/*
 * go1.19-treap.c - Go 1.19 on the page heap of Go 1.11.
 *
 * Role:       ablation of go1.19: what did the bitmaps of Go 1.14 buy?
 * Invariants: see go1.19.c.
 * Locks:      one heap lock, taken for every span; partial spans as in
 *             go1.19.c.
 * Units:      none.
 * Source:     go1.19.c; the page heap is that of Go 1.9 to 1.11.
 * Differs:    from go1.19 in GO_PAGEHEAP and GO_SPACE (arenas are mapped
 *             whole): free[] lists and a treap of large spans, with its early
 *             stop. The page heap's scavenger is left out: compare
 *             resident memory with go1.19:scavenger=off.
 */
#define GO_ID	    go1_19_treap
#define GO_NAME	    "go1.19-treap"
#define GO_SUMMARY  "Go 1.19 on the page heap of Go 1.11"
#define GO_SOURCE   "Go 1.19, page heap of Go 1.9 to 1.11"
#define GO_CLASSES  go_classes_24
#define GO_SPACE    sparse
#define GO_CENTRAL  central_sets
#define GO_PAGEHEAP pageheap_listtreap
#define GO_TINY	    1
#define GO_NOSCAN   1
#include "../go_variant.h"
