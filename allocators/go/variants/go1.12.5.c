// SPDX-License-Identifier: MIT
/*
 * go1.12.5.c - Go 1.12 without scavenging on allocation.
 *
 * Role:       ablation of go1.12: what did scavenging on allocation cost? Go
 *             itself took it out in 1.12.5.
 * Invariants: see go1.12.c.
 * Locks:      see go1.12.c.
 * Units:      none.
 * Source:     Go 1.12.5 mheap.go.
 * Differs:    from go1.12 in GO_PAGEHEAP only: memory taken from scavenged
 *             spans is not made up for.
 */
#define GO_ID	    go1_12_5
#define GO_NAME	    "go1.12.5"
#define GO_SUMMARY  "Go 1.12.5: two treaps, scavenging on growth only"
#define GO_SOURCE   "Go 1.12.5"
#define GO_CLASSES  go_classes_grown
#define GO_SPACE    sparse
#define GO_CENTRAL  central_lists
#define GO_PAGEHEAP pageheap_treaps_mended
#define GO_SCAVENGE scavenge_periodic
#define GO_TINY	    1
#define GO_NOSCAN   1
#include "../go_variant.h"
