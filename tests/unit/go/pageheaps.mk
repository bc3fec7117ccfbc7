# SPDX-License-Identifier: GPL-3.0-or-later
# Tests of the page heaps; the core's own are in local.mk.
if HAVE_CMOCKA
pageheap_tests = \
	tests/unit/go/test_go_pallocbits

check_PROGRAMS += $(pageheap_tests)
TESTS += $(pageheap_tests)

tests_unit_go_test_go_pallocbits_SOURCES = tests/unit/go/test_go_pallocbits.c
tests_unit_go_test_go_pallocbits_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_go_test_go_pallocbits_LDADD = libgocore.a $(CMOCKA_LIBS)
endif
