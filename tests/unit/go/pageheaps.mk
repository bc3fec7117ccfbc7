# SPDX-License-Identifier: GPL-3.0-or-later
# Tests of the page heaps; the core's own are in local.mk.
if HAVE_CMOCKA
pageheap_tests = \
	tests/unit/go/test_go_pageheaps \
	tests/unit/go/test_go_pallocbits

check_PROGRAMS += $(pageheap_tests)
TESTS += $(pageheap_tests)

tests_unit_go_test_go_pallocbits_SOURCES = tests/unit/go/test_go_pallocbits.c
tests_unit_go_test_go_pallocbits_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_go_test_go_pallocbits_LDADD = libgocore.a $(CMOCKA_LIBS)

tests_unit_go_test_go_pageheaps_SOURCES = tests/unit/go/test_go_pageheaps.c \
	tests/unit/go/fake_os.c tests/unit/go/fake_os.h \
	tests/unit/go/pageheap_model.c tests/unit/go/pageheap_model.h
tests_unit_go_test_go_pageheaps_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_go_test_go_pageheaps_LDADD = libgocore.a $(CMOCKA_LIBS)
endif

check_PROGRAMS += tests/unit/go/stress_go1.14
tests_unit_go_stress_go1_14_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.14.c
tests_unit_go_stress_go1_14_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_14
tests_unit_go_stress_go1_14_LDADD = libgocore.a
TESTS += tests/unit/go/stress_go1.14

check_PROGRAMS += tests/unit/go/stress_go1.19-centrallists
tests_unit_go_stress_go1_19_centrallists_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.19-centrallists.c
tests_unit_go_stress_go1_19_centrallists_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_19_centrallists
tests_unit_go_stress_go1_19_centrallists_LDADD = libgocore.a
TESTS += tests/unit/go/stress_go1.19-centrallists
