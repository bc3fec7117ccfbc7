// SPDX-License-Identifier: MIT
/*
 * go1.19-centrallists.c - Go 1.19 on locked central lists.
 *
 * Role:       ablation of go1.19: what did the span sets of Go 1.15 buy?
 * Invariants: see go1.19.c.
 * Locks:      one heap lock, as in go1.14.c; one lock a span class in central.
 * Units:      none.
 * Source:     go1.19.c; the central lists are those of Go 1.4 to 1.14.
 * Differs:    from go1.19 in GO_CENTRAL only: spans with free slots are taken
 *             from the front of a list, under its lock, and a full one is
 *             found again by its first free.
 */
#define GO_ID	    go1_19_centrallists
#define GO_NAME	    "go1.19-centrallists"
#define GO_SUMMARY  "Go 1.19 with the locked central lists of Go 1.14"
#define GO_SOURCE   "Go 1.19, mcentral of Go 1.14"
#define GO_CLASSES  go_classes_24
#define GO_SPACE    sparse_later
#define GO_CENTRAL  central_lists
#define GO_PAGEHEAP pageheap_radix
#define GO_SCAVENGE scavenge_control
#define GO_TINY	    1
#define GO_NOSCAN   1
#include "../go_variant.h"
