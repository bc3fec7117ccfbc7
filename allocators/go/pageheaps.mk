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

allocator_PROGRAMS += plugins/allocators/go1.14.so
plugins_allocators_go1_14_so_SOURCES = allocators/go/variants/go1.14.c
plugins_allocators_go1_14_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_14_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_14_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.19-centrallists.so
plugins_allocators_go1_19_centrallists_so_SOURCES = allocators/go/variants/go1.19-centrallists.c
plugins_allocators_go1_19_centrallists_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_19_centrallists_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_19_centrallists_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.19.so
plugins_allocators_go1_19_so_SOURCES = allocators/go/variants/go1.19.c
plugins_allocators_go1_19_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_19_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_19_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.19-no24.so
plugins_allocators_go1_19_no24_so_SOURCES = allocators/go/variants/go1.19-no24.c
plugins_allocators_go1_19_no24_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_19_no24_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_19_no24_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.19-notiny.so
plugins_allocators_go1_19_notiny_so_SOURCES = allocators/go/variants/go1.19-notiny.c
plugins_allocators_go1_19_notiny_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_19_notiny_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_19_notiny_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.19-nopagecache.so
plugins_allocators_go1_19_nopagecache_so_SOURCES = allocators/go/variants/go1.19-nopagecache.c
plugins_allocators_go1_19_nopagecache_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_19_nopagecache_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_19_nopagecache_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.19-lists.so
plugins_allocators_go1_19_lists_so_SOURCES = allocators/go/variants/go1.19-lists.c
plugins_allocators_go1_19_lists_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_19_lists_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_19_lists_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.19-treap.so
plugins_allocators_go1_19_treap_so_SOURCES = allocators/go/variants/go1.19-treap.c
plugins_allocators_go1_19_treap_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_19_treap_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_19_treap_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.12.so
plugins_allocators_go1_12_so_SOURCES = allocators/go/variants/go1.12.c
plugins_allocators_go1_12_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_12_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_12_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.12.5.so
plugins_allocators_go1_12_5_so_SOURCES = allocators/go/variants/go1.12.5.c
plugins_allocators_go1_12_5_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_12_5_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_12_5_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.13.so
plugins_allocators_go1_13_so_SOURCES = allocators/go/variants/go1.13.c
plugins_allocators_go1_13_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_13_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_13_so_LDADD = libgocore.a
