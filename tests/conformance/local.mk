# SPDX-License-Identifier: GPL-3.0-or-later
# The conformance tests: a program of their own, which brings the allocator in
# with the runner's parts. Installed: `allotrope check` serves plugin writers.
pkglibexec_PROGRAMS += allotrope-conform
allotrope_conform_SOURCES = tests/conformance/main.c \
	tests/conformance/conform.c tests/conformance/conform.h \
	tests/conformance/check_address.c tests/conformance/check_contents.c \
	tests/conformance/check_limits.c tests/conformance/check_memory.c \
	tests/conformance/check_resize.c tests/conformance/check_threads.c \
	tests/conformance/check_zero.c tests/conformance/tests.def \
	harness/runner/cell.c harness/runner/cell.h \
	harness/runner/fallback.c \
	harness/runner/hmem.c harness/runner/hmem.h \
	harness/runner/hmem_malloc.c \
	harness/runner/record.c harness/runner/record.h \
	harness/runner/target.c harness/runner/target.h
allotrope_conform_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
allotrope_conform_LDADD = libcommon.a $(JANSSON_LIBS) -lm -ldl

# The tests are tested: on the example allocator with one flaw at a time.
check_PROGRAMS += tests/conformance/flawed.so
tests_conformance_flawed_so_SOURCES = tests/conformance/flawed.c \
	allocators/example/example.c
tests_conformance_flawed_so_CFLAGS = $(AL_PLUGIN_COMPILE) \
	-Dallotrope_allocator=example_table
tests_conformance_flawed_so_LDFLAGS = $(AL_PLUGIN_LINK)

dist_check_SCRIPTS += tests/conformance/flaws.sh tests/conformance/own.sh \
	tests/conformance/peers.sh
TESTS += tests/conformance/flaws.sh tests/conformance/own.sh \
	tests/conformance/peers.sh
