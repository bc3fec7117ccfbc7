// SPDX-License-Identifier: MIT
/*
 * go1.3.c - Go 1.3: 8 KiB pages, a cache takes whole spans.
 *
 * Role:       generation B1, the last release with explicit free.
 * Invariants: see the policies named below.
 * Locks:      one heap lock; one lock a size class in central.
 * Units:      none.
 * Source:     Go 1.3 malloc.goc, mcache.c, mcentral.c, mheap.c, msize.c.
 * Differs:    explicit free is the release's own. Into the span that malloc
 *             takes from: at once, without lock or atomic read-modify-write.
 *             Into any other: a list of the thread's, which goes to central
 *             at its next refill of the class or when it has as many slots as
 *             a span; central puts a slot on its span, or on the freebuf of a
 *             span that some cache has until that is given back. Marks check
 *             every pointer as in go1.0.c. The release refuses to free objects
 *             below 16 bytes; here they are freed like others, and pieces of
 *             tiny blocks (native entry only) are counted. No sweeper.
 *             Spans that were idle for five minutes are returned, once a
 *             minute; knob scavenger=off turns that off.
 *             Kept quirks: a thread that frees into its own older spans does so
 *             through central; a wholly free span in a cache stays there;
 *             growth beyond a MiB is rounded to 128 KiB.
 */
#define GO_ID	    go1_3
#define GO_NAME	    "go1.3"
#define GO_SUMMARY  "Go 1.3: whole spans of linked slots, freebuf, large list"
#define GO_SOURCE   "Go 1.3"
#define GO_CLASSES  go_classes_ungrown
#define GO_SPACE    linear_1_3
#define GO_CENTRAL  central_spans
#define GO_PAGEHEAP pageheap_lists
#define GO_SCAVENGE scavenge_minutely
#define GO_TINY	    1
#define GO_NOSCAN   0
#define GO_CACHE_SPANS
#define GO_KEEP_SPAN 0
#include "../go_variant.h"
