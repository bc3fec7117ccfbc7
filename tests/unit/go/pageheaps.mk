# SPDX-License-Identifier: GPL-3.0-or-later
# Tests of the page heaps; the core's own are in local.mk.
if HAVE_CMOCKA
pageheap_tests = \
	tests/unit/go/test_go_handworked \
	tests/unit/go/test_go_pageheaps \
	tests/unit/go/test_go_pallocbits \
	tests/unit/go/test_go_scavenge \
	tests/unit/go/test_go_span_set

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

tests_unit_go_test_go_handworked_SOURCES = tests/unit/go/test_go_handworked.c \
	tests/unit/go/fake_os.c tests/unit/go/fake_os.h
tests_unit_go_test_go_handworked_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_go_test_go_handworked_LDADD = libgocore.a $(CMOCKA_LIBS)

tests_unit_go_test_go_span_set_SOURCES = tests/unit/go/test_go_span_set.c \
	tests/unit/go/fake_os.c tests/unit/go/fake_os.h
tests_unit_go_test_go_span_set_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_go_test_go_span_set_LDADD = libgocore.a $(CMOCKA_LIBS)

tests_unit_go_test_go_scavenge_SOURCES = tests/unit/go/test_go_scavenge.c \
	tests/unit/go/fake_os.c tests/unit/go/fake_os.h
tests_unit_go_test_go_scavenge_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_go_test_go_scavenge_LDADD = libgocore.a $(CMOCKA_LIBS)
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

check_PROGRAMS += tests/unit/go/stress_go1.19
tests_unit_go_stress_go1_19_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.19.c
tests_unit_go_stress_go1_19_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_19
tests_unit_go_stress_go1_19_LDADD = libgocore.a
TESTS += tests/unit/go/stress_go1.19

check_PROGRAMS += tests/unit/go/stress_go1.19-no24
tests_unit_go_stress_go1_19_no24_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.19-no24.c
tests_unit_go_stress_go1_19_no24_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_19_no24
tests_unit_go_stress_go1_19_no24_LDADD = libgocore.a
TESTS += tests/unit/go/stress_go1.19-no24

check_PROGRAMS += tests/unit/go/stress_go1.19-notiny
tests_unit_go_stress_go1_19_notiny_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.19-notiny.c
tests_unit_go_stress_go1_19_notiny_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_19_notiny
tests_unit_go_stress_go1_19_notiny_LDADD = libgocore.a
TESTS += tests/unit/go/stress_go1.19-notiny

check_PROGRAMS += tests/unit/go/stress_go1.19-nopagecache
tests_unit_go_stress_go1_19_nopagecache_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.19-nopagecache.c
tests_unit_go_stress_go1_19_nopagecache_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_19_nopagecache
tests_unit_go_stress_go1_19_nopagecache_LDADD = libgocore.a
TESTS += tests/unit/go/stress_go1.19-nopagecache

check_PROGRAMS += tests/unit/go/stress_go1.19-lists
tests_unit_go_stress_go1_19_lists_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.19-lists.c
tests_unit_go_stress_go1_19_lists_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_19_lists
tests_unit_go_stress_go1_19_lists_LDADD = libgocore.a
TESTS += tests/unit/go/stress_go1.19-lists

check_PROGRAMS += tests/unit/go/stress_go1.19-treap
tests_unit_go_stress_go1_19_treap_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.19-treap.c
tests_unit_go_stress_go1_19_treap_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_19_treap
tests_unit_go_stress_go1_19_treap_LDADD = libgocore.a
TESTS += tests/unit/go/stress_go1.19-treap

check_PROGRAMS += tests/unit/go/stress_go1.12
tests_unit_go_stress_go1_12_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.12.c
tests_unit_go_stress_go1_12_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_12
tests_unit_go_stress_go1_12_LDADD = libgocore.a
TESTS += tests/unit/go/stress_go1.12

check_PROGRAMS += tests/unit/go/stress_go1.12.5
tests_unit_go_stress_go1_12_5_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.12.5.c
tests_unit_go_stress_go1_12_5_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_12_5
tests_unit_go_stress_go1_12_5_LDADD = libgocore.a
TESTS += tests/unit/go/stress_go1.12.5

check_PROGRAMS += tests/unit/go/stress_go1.13
tests_unit_go_stress_go1_13_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.13.c
tests_unit_go_stress_go1_13_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_13
tests_unit_go_stress_go1_13_LDADD = libgocore.a
TESTS += tests/unit/go/stress_go1.13

# Growth of costs: steps are judged up to 10^5 free spans; by hand up to 10^6.
EXTRA_DIST += tests/unit/go/pageheap_cost.sh tests/unit/go/pageheap_cost.golden
check_PROGRAMS += tests/unit/go/pageheap_cost
tests_unit_go_pageheap_cost_SOURCES = tests/unit/go/pageheap_cost.c \
	tests/unit/go/fake_os.c tests/unit/go/fake_os.h \
	harness/stats/growth.c harness/stats/growth.h \
	harness/stats/resample.h
tests_unit_go_pageheap_cost_CFLAGS = $(AM_CFLAGS) $(GSL_CFLAGS)
tests_unit_go_pageheap_cost_LDADD = libgocore.a libcommon.a $(GSL_LIBS) -lm
TESTS += tests/unit/go/pageheap_cost.sh
