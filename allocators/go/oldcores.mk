# SPDX-License-Identifier: GPL-3.0-or-later
# Linked slots: the generations before Go 1.7.
libgocore_a_SOURCES += \
	allocators/go/central_chains.c allocators/go/central_spans.c \
	allocators/go/freelist.c allocators/go/freelist.h

go_linked_parts = \
	allocators/go/cache_chains.h allocators/go/cache_linked.h \
	allocators/go/cache_linked_stats.h allocators/go/cache_linked_tiny.h \
	allocators/go/cache_spans.h
EXTRA_DIST += $(go_linked_parts)

allocator_PROGRAMS += plugins/allocators/go1.0.so
plugins_allocators_go1_0_so_SOURCES = allocators/go/variants/go1.0.c
plugins_allocators_go1_0_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_0_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_0_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.3.so
plugins_allocators_go1_3_so_SOURCES = allocators/go/variants/go1.3.c
plugins_allocators_go1_3_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_3_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_3_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.4.so
plugins_allocators_go1_4_so_SOURCES = allocators/go/variants/go1.4.c
plugins_allocators_go1_4_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_4_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_4_so_LDADD = libgocore.a
