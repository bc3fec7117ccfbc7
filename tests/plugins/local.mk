# SPDX-License-Identifier: GPL-3.0-or-later
# Plugins for tests only: one source, one shared object a fault.
check_PROGRAMS += tests/plugins/mixed.so \
	tests/plugins/none.so tests/plugins/crash.so \
	tests/plugins/hang.so tests/plugins/overlap.so \
	tests/plugins/misaligned.so tests/plugins/dirty_calloc.so \
	tests/plugins/lossy_realloc.so tests/plugins/scribble.so \
	tests/plugins/short_usable.so tests/plugins/out_of_memory.so \
	tests/plugins/bad_init.so tests/plugins/bad_abi.so \
	tests/plugins/short_table.so tests/plugins/no_free.so \
	tests/plugins/own_process.so tests/plugins/no_reuse.so
tests_plugins_no_reuse_so_SOURCES = tests/plugins/faulty.c
tests_plugins_no_reuse_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DFAULT=no_reuse
tests_plugins_no_reuse_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_plugins_mixed_so_SOURCES = tests/plugins/mixed.c
tests_plugins_mixed_so_CFLAGS = $(AL_PLUGIN_COMPILE)
tests_plugins_mixed_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_plugins_none_so_SOURCES = tests/plugins/faulty.c
tests_plugins_none_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DFAULT=none
tests_plugins_none_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_plugins_crash_so_SOURCES = tests/plugins/faulty.c
tests_plugins_crash_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DFAULT=crash
tests_plugins_crash_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_plugins_hang_so_SOURCES = tests/plugins/faulty.c
tests_plugins_hang_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DFAULT=hang
tests_plugins_hang_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_plugins_overlap_so_SOURCES = tests/plugins/faulty.c
tests_plugins_overlap_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DFAULT=overlap
tests_plugins_overlap_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_plugins_misaligned_so_SOURCES = tests/plugins/faulty.c
tests_plugins_misaligned_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DFAULT=misaligned
tests_plugins_misaligned_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_plugins_dirty_calloc_so_SOURCES = tests/plugins/faulty.c
tests_plugins_dirty_calloc_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DFAULT=dirty_calloc
tests_plugins_dirty_calloc_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_plugins_lossy_realloc_so_SOURCES = tests/plugins/faulty.c
tests_plugins_lossy_realloc_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DFAULT=lossy_realloc
tests_plugins_lossy_realloc_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_plugins_scribble_so_SOURCES = tests/plugins/faulty.c
tests_plugins_scribble_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DFAULT=scribble
tests_plugins_scribble_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_plugins_short_usable_so_SOURCES = tests/plugins/faulty.c
tests_plugins_short_usable_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DFAULT=short_usable
tests_plugins_short_usable_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_plugins_out_of_memory_so_SOURCES = tests/plugins/faulty.c
tests_plugins_out_of_memory_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DFAULT=out_of_memory
tests_plugins_out_of_memory_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_plugins_bad_init_so_SOURCES = tests/plugins/faulty.c
tests_plugins_bad_init_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DFAULT=bad_init
tests_plugins_bad_init_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_plugins_bad_abi_so_SOURCES = tests/plugins/faulty.c
tests_plugins_bad_abi_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DFAULT=bad_abi
tests_plugins_bad_abi_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_plugins_short_table_so_SOURCES = tests/plugins/faulty.c
tests_plugins_short_table_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DFAULT=short_table
tests_plugins_short_table_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_plugins_no_free_so_SOURCES = tests/plugins/faulty.c
tests_plugins_no_free_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DFAULT=no_free
tests_plugins_no_free_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_plugins_own_process_so_SOURCES = tests/plugins/faulty.c
tests_plugins_own_process_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DFAULT=own_process
tests_plugins_own_process_so_LDFLAGS = $(AL_PLUGIN_LINK)
