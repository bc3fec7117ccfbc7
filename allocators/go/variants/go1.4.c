// SPDX-License-Identifier: MIT
/*
 * go1.4.c - Go 1.4: as Go 1.3, but a span stays until it is used up.
 *
 * Role:       generation B2.
 * Invariants: see the policies named below.
 * Locks:      one heap lock; one lock a size class in central.
 * Units:      none.
 * Source:     Go 1.4 malloc.go, mcache.c, mcentral.c, mheap.c.
 * Differs:    Go 1.4 has no explicit free; this one is go1.3's. In 1.4 a refill
 *             just lets go of the old span, which its sweeper had left full on
 *             the empty list. Others may have freed into it here, so a refill
 *             looks at its freebuf first and, if there is something, goes on
 *             with that span (design note 11.4): one lock more or less than
 *             1.3, no move between lists, and slots that come back are reused
 *             by the thread that allocated them. Idle spans are returned every
 *             two and a half minutes. All else as in go1.3.c.
 */
#define GO_ID	    go1_4
#define GO_NAME	    "go1.4"
#define GO_SUMMARY  "Go 1.4: whole spans of linked slots, kept until used up"
#define GO_SOURCE   "Go 1.4"
#define GO_CLASSES  go_classes_ungrown
#define GO_SPACE    linear_1_2
#define GO_CENTRAL  central_spans
#define GO_PAGEHEAP pageheap_lists
#define GO_SCAVENGE scavenge_periodic
#define GO_TINY	    1
#define GO_NOSCAN   0
#define GO_CACHE_SPANS
#define GO_KEEP_SPAN 1
#include "../go_variant.h"
