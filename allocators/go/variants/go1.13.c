// SPDX-License-Identifier: MIT
/*
 * go1.13.c - Go 1.13: one treap of free spans in the order of addresses.
 *
 * Role:       generation F2.
 * Invariants: see the policies named below.
 * Locks:      one heap lock; one lock a span class in central.
 * Units:      none.
 * Source:     Go 1.13 mheap.go, mgclarge.go, mcentral.go.
 * Differs:    explicit free as in go1.11.c. Kept quirks: new memory counts as
 *             scavenged; a run keeps its node when its low part is taken; runs
 *             of unlike kind lie side by side unmerged, so that a request may
 *             grow the heap though both together would serve; memory that comes
 *             back into use above the goal is made up for at once, and counted
 *             twice when that is judged. The scavenger's
 *             goal is scavenge.h's, since there is no collector to set one
 *             (with the collector off, the original returns nothing); knob
 *             scavenger=off turns it off.
 */
#define GO_ID	    go1_13
#define GO_NAME	    "go1.13"
#define GO_SUMMARY  "Go 1.13: one treap by address, first fit"
#define GO_SOURCE   "Go 1.13"
#define GO_CLASSES  go_classes_grown
#define GO_SPACE    sparse
#define GO_CENTRAL  central_lists
#define GO_PAGEHEAP pageheap_treap_addr
#define GO_SCAVENGE scavenge_fixed
#define GO_TINY	    1
#define GO_NOSCAN   1
#include "../go_variant.h"
