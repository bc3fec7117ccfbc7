# SPDX-License-Identifier: GPL-3.0-or-later
# Tests of traces: codec, replay, recorder.
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/trace/test_trace
TESTS += tests/unit/trace/test_trace
tests_unit_trace_test_trace_SOURCES = tests/unit/trace/test_trace.c
tests_unit_trace_test_trace_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_trace_test_trace_LDADD = libtrace.a libcommon.a $(ZSTD_LIBS) \
	$(JANSSON_LIBS) $(ZLIB_LIBS) $(CMOCKA_LIBS) -lm
check_PROGRAMS += tests/unit/trace/test_replay
TESTS += tests/unit/trace/test_replay
tests_unit_trace_test_replay_SOURCES = tests/unit/trace/test_replay.c
tests_unit_trace_test_replay_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_trace_test_replay_LDADD = $(tests_unit_trace_test_trace_LDADD)
endif

check_PROGRAMS += tests/integration/trace_victim
tests_integration_trace_victim_SOURCES = tests/integration/trace_victim.c
# The calls are what is tested: the compiler may not take a pair of them away.
tests_integration_trace_victim_CFLAGS = $(AM_CFLAGS) -fno-builtin
dist_check_SCRIPTS += tests/integration/trace.sh
TESTS += tests/integration/trace.sh
