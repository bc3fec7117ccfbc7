// SPDX-License-Identifier: MIT
/*
 * go1.14-runcache.c - Go 1.14 whose threads keep the large objects they free.
 *
 * Role:       one step beyond generation G: the page cache spares the lock to
 *             who allocates small runs; what if who frees is spared it too?
 * Invariants: see go1.14.c and cache_runs.h.
 * Locks:      as go1.14.c; a large object up to 256 KiB that its thread freed
 *             before takes none.
 * Units:      none.
 * Source:     none; all but the runs as go1.14.c.
 * Differs:    from go1.14 in that alone. No release did it: up to 1 MiB a
 *             thread is kept from other threads and from the scavenger.
 */
#define GO_ID	     go1_14_runcache
#define GO_NAME	     "go1.14-runcache"
#define GO_SUMMARY   "Go 1.14 with freed large objects kept by their thread"
#define GO_SOURCE    "Go 1.14"
#define GO_CLASSES   go_classes_grown
#define GO_SPACE     sparse
#define GO_CENTRAL   central_lists
#define GO_PAGEHEAP  pageheap_radix_1_14
#define GO_SCAVENGE  scavenge_measured
#define GO_TINY	     1
#define GO_NOSCAN    1
#define GO_RUN_CACHE 1
#include "../go_variant.h"
