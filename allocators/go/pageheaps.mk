# SPDX-License-Identifier: GPL-3.0-or-later
# The page heaps of Go 1.12 on, the span sets of 1.15.
libgocore_a_SOURCES += \
	allocators/go/central_sets.c \
	allocators/go/addr_treap.c allocators/go/addr_treap.h \
	allocators/go/freespan.h \
	allocators/go/pageheap_radix.c \
	allocators/go/pageheap_treap_addr.c \
	allocators/go/pageheap_treaps.c \
	allocators/go/pallocbits.c allocators/go/pallocbits.h \
	allocators/go/pallocsum.h \
	allocators/go/radix.c allocators/go/radix.h \
	allocators/go/radix_scavenge.c \
	allocators/go/radix_summary.c \
	allocators/go/scavenge.c allocators/go/scavenge.h \
	allocators/go/scavenge_thread.c \
	allocators/go/span_set.c allocators/go/span_set.h \
	allocators/go/treap.h
