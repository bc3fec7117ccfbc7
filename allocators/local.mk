# SPDX-License-Identifier: GPL-3.0-or-later
allocator_PROGRAMS += plugins/allocators/null.so
plugins_allocators_null_so_SOURCES = allocators/null/null.c
plugins_allocators_null_so_CFLAGS = $(AL_PLUGIN_COMPILE)
plugins_allocators_null_so_LDFLAGS = $(AL_PLUGIN_LINK)

allocator_PROGRAMS += plugins/allocators/example.so
plugins_allocators_example_so_SOURCES = allocators/example/example.c
plugins_allocators_example_so_CFLAGS = $(AL_PLUGIN_COMPILE)
plugins_allocators_example_so_LDFLAGS = $(AL_PLUGIN_LINK)
EXTRA_DIST += allocators/system/README.md

dist_doc_DATA += doc/how-to-plugin.md
