# SPDX-License-Identifier: GPL-3.0-or-later
# The page heaps of Go 1.12 on.
libgocore_a_SOURCES += \
	allocators/go/pageheap_radix.c \
	allocators/go/pallocbits.c allocators/go/pallocbits.h \
	allocators/go/pallocsum.h \
	allocators/go/radix.c allocators/go/radix.h \
	allocators/go/radix_scavenge.c \
	allocators/go/radix_summary.c

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
