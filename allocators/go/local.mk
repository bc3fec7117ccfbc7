# SPDX-License-Identifier: GPL-3.0-or-later
# The Go-style allocator: the cold parts once, as a library; a plugin is a
# variant file, which holds the hot parts, and that library.
noinst_LIBRARIES += libgocore.a
libgocore_a_CFLAGS = $(AL_PLUGIN_COMPILE)
libgocore_a_SOURCES = \
	allocators/go/central.h \
	allocators/go/fixalloc.c allocators/go/fixalloc.h \
	allocators/go/go_internal.h \
	allocators/go/go_lock.c allocators/go/go_lock.h \
	allocators/go/osmem.c allocators/go/osmem.h \
	allocators/go/pageheap.h \
	allocators/go/sizeclass.h allocators/go/sizeclass_tables.c \
	allocators/go/space_sparse.c \
	allocators/go/span.c allocators/go/span.h \
	allocators/go/spanmap.h

# Writes sizeclass_tables.c; test_go_sizeclass compares.
check_PROGRAMS += allocators/go/mksizeclasses
allocators_go_mksizeclasses_SOURCES = allocators/go/mksizeclasses.c
