// SPDX-License-Identifier: MIT
/*
 * go1.19-no24.c - Go 1.19 without the 24-byte class.
 *
 * Role:       ablation of go1.19: what does class 24 (Go 1.16) save, and cost?
 * Invariants: see go1.19.c.
 * Locks:      see go1.19.c.
 * Units:      none.
 * Source:     go1.19.c; the classes are those of Go 1.15.
 * Differs:    from go1.19 in GO_CLASSES only: the 67 classes of Go 1.8 to
 *             1.15. C's malloc never uses class 24, so only noscan objects see
 *             a difference.
 */
#define GO_ID	    go1_19_no24
#define GO_NAME	    "go1.19-no24"
#define GO_SUMMARY  "Go 1.19 without the 24-byte class"
#define GO_SOURCE   "Go 1.19, classes of Go 1.15"
#define GO_CLASSES  go_classes_grown
#define GO_SPACE    sparse_later
#define GO_CENTRAL  central_sets
#define GO_PAGEHEAP pageheap_radix
#define GO_SCAVENGE scavenge_control
#define GO_TINY	    1
#define GO_NOSCAN   1
#include "../go_variant.h"
