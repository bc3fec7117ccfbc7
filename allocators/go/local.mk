# SPDX-License-Identifier: GPL-3.0-or-later
# The Go-style allocator: the cold parts once, as a library; a plugin is a
# variant file, which holds the hot parts, and that library.
noinst_LIBRARIES += libgocore.a
libgocore_a_CFLAGS = $(AL_PLUGIN_COMPILE)
libgocore_a_SOURCES = \
	allocators/go/central.h allocators/go/central_lists.c \
	allocators/go/fixalloc.c allocators/go/fixalloc.h \
	allocators/go/go_internal.h \
	allocators/go/go_lock.c allocators/go/go_lock.h \
	allocators/go/go_lockrank.c allocators/go/go_lockrank.h \
	allocators/go/heap.c \
	allocators/go/large.h \
	allocators/go/large_list.c allocators/go/large_treap.c \
	allocators/go/osmem.c allocators/go/osmem.h \
	allocators/go/pageheap.h allocators/go/pageheap_freelists.c \
	allocators/go/sizeclass.h allocators/go/sizeclass_tables.c \
	allocators/go/space_linear.c allocators/go/space_sparse.c \
	allocators/go/span.c allocators/go/span.h \
	allocators/go/spanmap.h

# What a variant includes.
go_variant_parts = \
	allocators/go/cache_bitmap.h allocators/go/cache_bitmap_slow.h \
	allocators/go/cache_bitmap_stats.h allocators/go/cache_bitmap_thread.h \
	allocators/go/cache_bitmap_tiny.h allocators/go/cache_fork.h \
	allocators/go/cache_runs.h \
	allocators/go/cache_stats.h allocators/go/cache_thread.h \
	allocators/go/go_dropin.h allocators/go/go_entry.h allocators/go/go_variant.h
EXTRA_DIST += $(go_variant_parts) allocators/go/README.md

# Writes sizeclass_tables.c; test_go_sizeclass compares.
check_PROGRAMS += allocators/go/mksizeclasses
allocators_go_mksizeclasses_SOURCES = allocators/go/mksizeclasses.c
