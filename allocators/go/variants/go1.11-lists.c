// SPDX-License-Identifier: MIT
/*
 * go1.11-lists.c - Go 1.11 with its large spans on one linear list.
 *
 * Role:       ablation of go1.11: what did the treap of Go 1.9 buy?
 * Invariants: see go1.11.c.
 * Locks:      see go1.11.c.
 * Units:      none.
 * Source:     go1.11.c; the list is that of Go 1.0 to 1.8.
 * Differs:    from go1.11 in GO_PAGEHEAP only: best fit by scanning all free
 *             spans of 1 MiB and more, ties to the lowest address.
 */
#define GO_ID	    go1_11_lists
#define GO_NAME	    "go1.11-lists"
#define GO_SUMMARY  "Go 1.11 with large free spans on a linear best-fit list"
#define GO_SOURCE   "Go 1.11, large list of Go 1.8"
#define GO_CLASSES  go_classes_grown
#define GO_SPACE    sparse
#define GO_CENTRAL  central_lists
#define GO_PAGEHEAP pageheap_lists
#define GO_SCAVENGE scavenge_periodic
#define GO_TINY	    1
#define GO_NOSCAN   1
#include "../go_variant.h"
