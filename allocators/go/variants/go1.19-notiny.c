// SPDX-License-Identifier: MIT
/*
 * go1.19-notiny.c - Go 1.19 without the tiny allocator.
 *
 * Role:       ablation of go1.19: what does packing small noscan objects buy?
 * Invariants: see go1.19.c.
 * Locks:      see go1.19.c.
 * Units:      none.
 * Source:     go1.19.c; the tiny allocator is left out.
 * Differs:    from go1.19 in GO_TINY only: a noscan object below 16 bytes gets
 *             a slot of its own, and no free counts pieces.
 */
#define GO_ID	    go1_19_notiny
#define GO_NAME	    "go1.19-notiny"
#define GO_SUMMARY  "Go 1.19 without the tiny allocator"
#define GO_SOURCE   "Go 1.19, tiny allocator left out"
#define GO_CLASSES  go_classes_24
#define GO_SPACE    sparse_later
#define GO_CENTRAL  central_sets
#define GO_PAGEHEAP pageheap_radix
#define GO_SCAVENGE scavenge_control
#define GO_TINY	    0
#define GO_NOSCAN   1
#include "../go_variant.h"
