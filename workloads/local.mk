# SPDX-License-Identifier: GPL-3.0-or-later
noinst_LIBRARIES += libworkloads.a
libworkloads_a_SOURCES = workloads/synthetic/pattern.h \
	workloads/synthetic/threadtest.c workloads/synthetic/larson.c \
	workloads/synthetic/batch_queue.h workloads/synthetic/batch_queue.c \
	workloads/synthetic/prodcons.c workloads/synthetic/pageheap.c

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/workloads/test_workloads \
	tests/unit/workloads/test_pageheap
TESTS += tests/unit/workloads/test_workloads \
	tests/unit/workloads/test_pageheap
tests_unit_workloads_test_workloads_SOURCES = \
	tests/unit/workloads/test_workloads.c \
	tests/unit/workloads/host.c tests/unit/workloads/host.h
tests_unit_workloads_test_workloads_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_workloads_test_workloads_LDADD = libworkloads.a $(CMOCKA_LIBS) -lm
tests_unit_workloads_test_pageheap_SOURCES = \
	tests/unit/workloads/test_pageheap.c \
	tests/unit/workloads/host.c tests/unit/workloads/host.h
tests_unit_workloads_test_pageheap_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_workloads_test_pageheap_LDADD = libworkloads.a $(CMOCKA_LIBS) \
	-lm -ldl
endif
