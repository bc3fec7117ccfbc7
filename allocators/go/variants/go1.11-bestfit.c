// SPDX-License-Identifier: MIT
/*
 * go1.11-bestfit.c - Go 1.11 with a treap search that finds the best fit.
 *
 * Role:       ablation of go1.11: what does the early stop of issue 31616 cost?
 * Invariants: see go1.11.c.
 * Locks:      see go1.11.c.
 * Units:      none.
 * Source:     go1.11.c; the search is that of the mending in the 1.13 cycle.
 * Differs:    from go1.11 in GO_PAGEHEAP only: the shortest run that fits, ties
 *             to the lowest address.
 */
#define GO_ID	    go1_11_bestfit
#define GO_NAME	    "go1.11-bestfit"
#define GO_SUMMARY  "Go 1.11 with a true best fit among large spans"
#define GO_SOURCE   "Go 1.11, treap search after issue 31616"
#define GO_CLASSES  go_classes_grown
#define GO_SPACE    sparse
#define GO_CENTRAL  central_lists
#define GO_PAGEHEAP pageheap_listtreap_bestfit
#define GO_SCAVENGE scavenge_periodic
#define GO_TINY	    1
#define GO_NOSCAN   1
#include "../go_variant.h"
