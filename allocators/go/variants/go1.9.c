// SPDX-License-Identifier: MIT
/*
 * go1.9.c - Go 1.9: one linear arena, free[] lists and a treap of large spans.
 *
 * Role:       generation D: noscan spans apart, large spans in a treap.
 * Invariants: see the policies named below.
 * Locks:      one heap lock; one lock a span class in central.
 * Units:      none.
 * Source:     Go 1.9 mheap.go, mgclarge.go, mcentral.go, mcache.go, malloc.go.
 * Differs:    explicit free as in go1.11.c; it differs from that in the address
 *             space only: 512 GiB, contiguous, grown by 1 MiB. Idle
 *             spans are returned as in go1.8.c. Kept quirk: the treap search
 *             stops early (issue 31616).
 */
#define GO_ID	    go1_9
#define GO_NAME	    "go1.9"
#define GO_SUMMARY  "Go 1.9: linear arena, free lists and treap of large spans"
#define GO_SOURCE   "Go 1.9"
#define GO_CLASSES  go_classes_grown
#define GO_SPACE    linear
#define GO_CENTRAL  central_lists
#define GO_PAGEHEAP pageheap_listtreap
#define GO_SCAVENGE scavenge_periodic
#define GO_TINY	    1
#define GO_NOSCAN   1
#include "../go_variant.h"
