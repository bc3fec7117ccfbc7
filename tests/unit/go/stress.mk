# SPDX-License-Identifier: GPL-3.0-or-later
# Made by scripts/variants.sh from the files in allocators/go/variants.

check_PROGRAMS += tests/unit/go/stress_go1.0
TESTS += tests/unit/go/stress_go1.0
tests_unit_go_stress_go1_0_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.0.c
tests_unit_go_stress_go1_0_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_0
tests_unit_go_stress_go1_0_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.3
TESTS += tests/unit/go/stress_go1.3
tests_unit_go_stress_go1_3_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.3.c
tests_unit_go_stress_go1_3_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_3
tests_unit_go_stress_go1_3_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.4
TESTS += tests/unit/go/stress_go1.4
tests_unit_go_stress_go1_4_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.4.c
tests_unit_go_stress_go1_4_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_4
tests_unit_go_stress_go1_4_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.8
TESTS += tests/unit/go/stress_go1.8
tests_unit_go_stress_go1_8_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.8.c
tests_unit_go_stress_go1_8_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_8
tests_unit_go_stress_go1_8_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.9
TESTS += tests/unit/go/stress_go1.9
tests_unit_go_stress_go1_9_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.9.c
tests_unit_go_stress_go1_9_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_9
tests_unit_go_stress_go1_9_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.11
TESTS += tests/unit/go/stress_go1.11
tests_unit_go_stress_go1_11_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.11.c
tests_unit_go_stress_go1_11_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_11
tests_unit_go_stress_go1_11_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.11-bestfit
TESTS += tests/unit/go/stress_go1.11-bestfit
tests_unit_go_stress_go1_11_bestfit_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.11-bestfit.c
tests_unit_go_stress_go1_11_bestfit_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_11_bestfit
tests_unit_go_stress_go1_11_bestfit_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.11-lists
TESTS += tests/unit/go/stress_go1.11-lists
tests_unit_go_stress_go1_11_lists_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.11-lists.c
tests_unit_go_stress_go1_11_lists_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_11_lists
tests_unit_go_stress_go1_11_lists_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.12
TESTS += tests/unit/go/stress_go1.12
tests_unit_go_stress_go1_12_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.12.c
tests_unit_go_stress_go1_12_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_12
tests_unit_go_stress_go1_12_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.12.5
TESTS += tests/unit/go/stress_go1.12.5
tests_unit_go_stress_go1_12_5_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.12.5.c
tests_unit_go_stress_go1_12_5_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_12_5
tests_unit_go_stress_go1_12_5_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.13
TESTS += tests/unit/go/stress_go1.13
tests_unit_go_stress_go1_13_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.13.c
tests_unit_go_stress_go1_13_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_13
tests_unit_go_stress_go1_13_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.14
TESTS += tests/unit/go/stress_go1.14
tests_unit_go_stress_go1_14_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.14.c
tests_unit_go_stress_go1_14_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_14
tests_unit_go_stress_go1_14_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.14-runcache
TESTS += tests/unit/go/stress_go1.14-runcache
tests_unit_go_stress_go1_14_runcache_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.14-runcache.c
tests_unit_go_stress_go1_14_runcache_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_14_runcache
tests_unit_go_stress_go1_14_runcache_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.19
TESTS += tests/unit/go/stress_go1.19
tests_unit_go_stress_go1_19_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.19.c
tests_unit_go_stress_go1_19_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_19
tests_unit_go_stress_go1_19_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.19-centrallists
TESTS += tests/unit/go/stress_go1.19-centrallists
tests_unit_go_stress_go1_19_centrallists_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.19-centrallists.c
tests_unit_go_stress_go1_19_centrallists_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_19_centrallists
tests_unit_go_stress_go1_19_centrallists_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.19-lists
TESTS += tests/unit/go/stress_go1.19-lists
tests_unit_go_stress_go1_19_lists_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.19-lists.c
tests_unit_go_stress_go1_19_lists_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_19_lists
tests_unit_go_stress_go1_19_lists_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.19-no24
TESTS += tests/unit/go/stress_go1.19-no24
tests_unit_go_stress_go1_19_no24_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.19-no24.c
tests_unit_go_stress_go1_19_no24_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_19_no24
tests_unit_go_stress_go1_19_no24_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.19-nopagecache
TESTS += tests/unit/go/stress_go1.19-nopagecache
tests_unit_go_stress_go1_19_nopagecache_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.19-nopagecache.c
tests_unit_go_stress_go1_19_nopagecache_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_19_nopagecache
tests_unit_go_stress_go1_19_nopagecache_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.19-notiny
TESTS += tests/unit/go/stress_go1.19-notiny
tests_unit_go_stress_go1_19_notiny_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.19-notiny.c
tests_unit_go_stress_go1_19_notiny_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_19_notiny
tests_unit_go_stress_go1_19_notiny_LDADD = libgocore.a

check_PROGRAMS += tests/unit/go/stress_go1.19-treap
TESTS += tests/unit/go/stress_go1.19-treap
tests_unit_go_stress_go1_19_treap_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/go1.19-treap.c
tests_unit_go_stress_go1_19_treap_CFLAGS = $(go_test_flags) -DGO_TEST_ID=go1_19_treap
tests_unit_go_stress_go1_19_treap_LDADD = libgocore.a
