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

check_PROGRAMS += tests/unit/go/test_go_runs
TESTS += tests/unit/go/test_go_runs
tests_unit_go_test_go_runs_SOURCES = tests/unit/go/test_go_runs.c \
	allocators/go/variants/go1.14-runcache.c
tests_unit_go_test_go_runs_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) -ftls-model=initial-exec -DGO_TEST_ID=go1_14_runcache
tests_unit_go_test_go_runs_LDADD = libgocore.a $(CMOCKA_LIBS)
endif

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
