# SPDX-License-Identifier: GPL-3.0-or-later
# Tests of the measuring process: its parts, and it itself.
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test_runner_books tests/unit/test_runner_threads
TESTS += tests/unit/test_runner_books tests/unit/test_runner_threads
endif
tests_unit_test_runner_books_SOURCES = tests/unit/test_runner_books.c \
	harness/runner/contents.c harness/runner/hmem.c \
	harness/runner/objects.c harness/runner/record.c \
	harness/runner/shadow.c
tests_unit_test_runner_books_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) \
	$(JANSSON_CFLAGS)
tests_unit_test_runner_books_LDADD = $(CMOCKA_LIBS) $(JANSSON_LIBS) -lm
tests_unit_test_runner_threads_SOURCES = tests/unit/test_runner_threads.c \
	harness/runner/barrier.c harness/runner/hmem.c \
	harness/runner/rendezvous.c
tests_unit_test_runner_threads_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_runner_threads_LDADD = $(CMOCKA_LIBS)
dist_check_SCRIPTS += tests/integration/runner.sh
TESTS += tests/integration/runner.sh
