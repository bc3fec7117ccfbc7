# SPDX-License-Identifier: GPL-3.0-or-later
# Unit and stress tests of the Go-style allocator. A variant under test is
# compiled into the program as it stands; GO_TEST_ID tells the test its name.
EXTRA_DIST += tests/unit/go/go_under_test.h
go_test_flags = $(AM_CFLAGS) -ftls-model=initial-exec

if HAVE_CMOCKA
go_tests = \
	tests/unit/go/test_go_cache \
	tests/unit/go/test_go_fixalloc \
	tests/unit/go/test_go_fork \
	tests/unit/go/test_go_large \
	tests/unit/go/test_go_linear \
	tests/unit/go/test_go_lockrank \
	tests/unit/go/test_go_pageheap \
	tests/unit/go/test_go_sizeclass \
	tests/unit/go/test_go_space \
	tests/unit/go/test_go_span
check_PROGRAMS += $(go_tests)
TESTS += $(go_tests)

# Misuse of every variant.
EXTRA_DIST += tests/unit/go/death.sh
TESTS += tests/unit/go/death.sh
check_PROGRAMS += tests/unit/go/test_go_death
tests_unit_go_test_go_death_SOURCES = tests/unit/go/test_go_death.c
tests_unit_go_test_go_death_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_go_test_go_death_LDADD = $(CMOCKA_LIBS) -ldl

go_fake = tests/unit/go/osmem_fake.c tests/unit/go/osmem_fake.h
go_cmocka = $(AM_CFLAGS) $(CMOCKA_CFLAGS)

tests_unit_go_test_go_cache_SOURCES = tests/unit/go/test_go_cache.c \
	allocators/go/variants/go1.11.c
tests_unit_go_test_go_cache_CFLAGS = $(go_cmocka) -ftls-model=initial-exec -DGO_TEST_ID=go1_11
tests_unit_go_test_go_cache_LDADD = libgocore.a $(CMOCKA_LIBS)
tests_unit_go_test_go_fixalloc_SOURCES = tests/unit/go/test_go_fixalloc.c $(go_fake)
tests_unit_go_test_go_fixalloc_CFLAGS = $(go_cmocka)
tests_unit_go_test_go_fixalloc_LDADD = libgocore.a $(CMOCKA_LIBS)
tests_unit_go_test_go_fork_SOURCES = tests/unit/go/test_go_fork.c \
	allocators/go/variants/go1.19.c
tests_unit_go_test_go_fork_CFLAGS = $(go_cmocka) -ftls-model=initial-exec -DGO_TEST_ID=go1_19
tests_unit_go_test_go_fork_LDADD = libgocore.a $(CMOCKA_LIBS)
tests_unit_go_test_go_large_SOURCES = tests/unit/go/test_go_large.c
tests_unit_go_test_go_large_CFLAGS = $(go_cmocka)
tests_unit_go_test_go_large_LDADD = libgocore.a $(CMOCKA_LIBS)
tests_unit_go_test_go_linear_SOURCES = tests/unit/go/test_go_linear.c $(go_fake)
tests_unit_go_test_go_linear_CFLAGS = $(go_cmocka)
tests_unit_go_test_go_linear_LDADD = libgocore.a $(CMOCKA_LIBS)
tests_unit_go_test_go_lockrank_SOURCES = tests/unit/go/test_go_lockrank.c \
	allocators/go/go_lock.c allocators/go/go_lockrank.c
tests_unit_go_test_go_lockrank_CFLAGS = $(go_cmocka) -DGO_LOCK_RANKS
tests_unit_go_test_go_lockrank_LDADD = $(CMOCKA_LIBS)
tests_unit_go_test_go_pageheap_SOURCES = tests/unit/go/test_go_pageheap.c $(go_fake)
tests_unit_go_test_go_pageheap_CFLAGS = $(go_cmocka)
tests_unit_go_test_go_pageheap_LDADD = libgocore.a $(CMOCKA_LIBS)
tests_unit_go_test_go_sizeclass_SOURCES = tests/unit/go/test_go_sizeclass.c
tests_unit_go_test_go_sizeclass_CFLAGS = $(go_cmocka)
tests_unit_go_test_go_sizeclass_LDADD = libgocore.a $(CMOCKA_LIBS)
tests_unit_go_test_go_space_SOURCES = tests/unit/go/test_go_space.c $(go_fake)
tests_unit_go_test_go_space_CFLAGS = $(go_cmocka)
tests_unit_go_test_go_space_LDADD = libgocore.a $(CMOCKA_LIBS)
tests_unit_go_test_go_span_SOURCES = tests/unit/go/test_go_span.c
tests_unit_go_test_go_span_CFLAGS = $(go_cmocka)
tests_unit_go_test_go_span_LDADD = libgocore.a $(CMOCKA_LIBS)
endif

# Every variant as malloc of real programs.
EXTRA_DIST += tests/unit/go/dropin.sh tests/unit/go/dropin_programs.sh
TESTS += tests/unit/go/dropin.sh
if !SANITIZED
check_PROGRAMS += tests/unit/go/dropin_api
tests_unit_go_dropin_api_SOURCES = tests/unit/go/dropin_api.c
tests_unit_go_dropin_api_LDADD = -ldl
endif

# Moments at which such a malloc can lock itself up.
EXTRA_DIST += tests/unit/go/hostile.sh
TESTS += tests/unit/go/hostile.sh
if !SANITIZED
check_PROGRAMS += tests/unit/go/dropin_hostile tests/unit/go/atfork_early.so
tests_unit_go_dropin_hostile_SOURCES = tests/unit/go/dropin_hostile.c
tests_unit_go_dropin_hostile_LDADD = -ldl
tests_unit_go_atfork_early_so_SOURCES = tests/unit/go/atfork_early.c
tests_unit_go_atfork_early_so_CFLAGS = $(AM_CFLAGS) -fPIC
tests_unit_go_atfork_early_so_LDFLAGS = -shared
endif

# Instructions of the fast paths, held to a table.
EXTRA_DIST += tests/unit/go/fastpath.sh tests/unit/go/fastpath.golden
TESTS += tests/unit/go/fastpath.sh
check_PROGRAMS += tests/unit/go/pair_count
tests_unit_go_pair_count_SOURCES = tests/unit/go/pair_count.c
tests_unit_go_pair_count_LDADD = -ldl

# No lock and no atomic read-modify-write on them.
EXTRA_DIST += tests/unit/go/atomics.sh
TESTS += tests/unit/go/atomics.sh
check_PROGRAMS += tests/unit/go/atomic_count
tests_unit_go_atomic_count_SOURCES = tests/unit/go/atomic_count.c
tests_unit_go_atomic_count_LDADD = -ldl
