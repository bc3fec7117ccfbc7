# SPDX-License-Identifier: GPL-3.0-or-later
# Unit and stress tests of the Go-style allocator. A variant under test is
# compiled into the program as it stands; GO_TEST_ID tells the test its name.
EXTRA_DIST += tests/unit/go/go_under_test.h
go_test_flags = $(AM_CFLAGS) -ftls-model=initial-exec

check_PROGRAMS += tests/unit/go/stress_go1.11
tests_unit_go_stress_go1_11_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.11.c
tests_unit_go_stress_go1_11_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_11
tests_unit_go_stress_go1_11_LDADD = libgocore.a
TESTS += tests/unit/go/stress_go1.11

check_PROGRAMS += tests/unit/go/stress_go1.11-lists
tests_unit_go_stress_go1_11_lists_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.11-lists.c
tests_unit_go_stress_go1_11_lists_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_11_lists
tests_unit_go_stress_go1_11_lists_LDADD = libgocore.a
TESTS += tests/unit/go/stress_go1.11-lists
