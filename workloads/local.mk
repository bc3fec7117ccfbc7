# SPDX-License-Identifier: GPL-3.0-or-later
noinst_LIBRARIES += libworkloads.a
libworkloads_a_SOURCES = workloads/synthetic/pattern.h \
	workloads/synthetic/threadtest.c workloads/synthetic/larson.c \
	workloads/synthetic/batch_queue.h workloads/synthetic/batch_queue.c \
	workloads/synthetic/prodcons.c workloads/synthetic/pageheap.c \
	workloads/synthetic/falsesharing.c workloads/synthetic/fragment.c \
	workloads/synthetic/churn.c workloads/synthetic/resize.c \
	workloads/synthetic/document.c workloads/programs/program.c
dist_program_DATA += workloads/programs/bash.sh workloads/programs/g++.sh \
	workloads/programs/git.sh workloads/programs/perl.sh \
	workloads/programs/python3.sh workloads/programs/sort.sh \
	workloads/programs/sqlite3.sh workloads/programs/xz.sh

if HAVE_CMOCKA
workload_tests = tests/unit/workloads/test_workloads \
	tests/unit/workloads/test_lifetimes \
	tests/unit/workloads/test_pageheap
check_PROGRAMS += $(workload_tests)
TESTS += $(workload_tests)
tests_unit_workloads_test_workloads_SOURCES = \
	tests/unit/workloads/test_workloads.c \
	tests/unit/workloads/recorder.c tests/unit/workloads/recorder.h \
	tests/unit/workloads/host.c tests/unit/workloads/host.h
tests_unit_workloads_test_workloads_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_workloads_test_workloads_LDADD = libworkloads.a $(CMOCKA_LIBS) -lm
tests_unit_workloads_test_lifetimes_SOURCES = \
	tests/unit/workloads/test_lifetimes.c \
	tests/unit/workloads/recorder.c tests/unit/workloads/recorder.h \
	tests/unit/workloads/host.c tests/unit/workloads/host.h
tests_unit_workloads_test_lifetimes_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_workloads_test_lifetimes_LDADD = libworkloads.a $(CMOCKA_LIBS) -lm
tests_unit_workloads_test_pageheap_SOURCES = \
	tests/unit/workloads/test_pageheap.c \
	tests/unit/workloads/host.c tests/unit/workloads/host.h
tests_unit_workloads_test_pageheap_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_workloads_test_pageheap_LDADD = libworkloads.a $(CMOCKA_LIBS) -lm -ldl
endif
