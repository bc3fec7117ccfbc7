# SPDX-License-Identifier: GPL-3.0-or-later
# Tests of the generations before Go 1.7.
if HAVE_CMOCKA
oldcore_tests = \
	tests/unit/go/test_go_chains \
	tests/unit/go/test_go1.3_spans tests/unit/go/test_go1.4_spans

check_PROGRAMS += $(oldcore_tests)
TESTS += $(oldcore_tests)

# These contain their variant, to look inside.
oldcore_flags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) -ftls-model=initial-exec
tests_unit_go_test_go_chains_SOURCES = tests/unit/go/test_go_chains.c
tests_unit_go_test_go_chains_CFLAGS = $(oldcore_flags) -DGO_TEST_ID=go1_0
tests_unit_go_test_go_chains_LDADD = libgocore.a $(CMOCKA_LIBS)

tests_unit_go_test_go1_3_spans_SOURCES = tests/unit/go/test_go_spans.c
tests_unit_go_test_go1_3_spans_CFLAGS = $(oldcore_flags) -DGO_TEST_ID=go1_3 \
	-DGO_TEST_VARIANT='"../../../allocators/go/variants/go1.3.c"'
tests_unit_go_test_go1_3_spans_LDADD = libgocore.a $(CMOCKA_LIBS)

tests_unit_go_test_go1_4_spans_SOURCES = tests/unit/go/test_go_spans.c
tests_unit_go_test_go1_4_spans_CFLAGS = $(oldcore_flags) -DGO_TEST_ID=go1_4 \
	-DGO_TEST_VARIANT='"../../../allocators/go/variants/go1.4.c"'
tests_unit_go_test_go1_4_spans_LDADD = libgocore.a $(CMOCKA_LIBS)
endif
