// SPDX-License-Identifier: MIT
/*
 * go1.12.c - Go 1.12: two best-fit treaps, scavenging on growth and allocation.
 *
 * Role:       generation F1.
 * Invariants: see the policies named below.
 * Locks:      one heap lock, held over madvise as in the original; one lock a
 *             span class in central.
 * Units:      none.
 * Source:     Go 1.12.0 mheap.go, mgclarge.go, mcentral.go.
 * Differs:    explicit free as in go1.11.c. Kept quirks: the walk stops early
 *             (31616); memory taken from scavenged spans, and every growth, is
 *             made up for by giving the longest free spans back at once, which
 *             is what slowed Go 1.12 down (31678). Spans that were idle for
 *             five minutes are returned every two and a half; knob
 *             scavenger=off turns that off.
 */
#define GO_ID	    go1_12
#define GO_NAME	    "go1.12"
#define GO_SUMMARY  "Go 1.12: two best-fit treaps, free and scavenged"
#define GO_SOURCE   "Go 1.12.0"
#define GO_CLASSES  go_classes_grown
#define GO_SPACE    sparse
#define GO_CENTRAL  central_lists
#define GO_PAGEHEAP pageheap_treaps
#define GO_SCAVENGE scavenge_periodic
#define GO_TINY	    1
#define GO_NOSCAN   1
#include "../go_variant.h"
