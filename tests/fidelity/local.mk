# SPDX-License-Identifier: GPL-3.0-or-later
# go1.19 against the real Go 1.19 runtime, and the variants that must differ.
EXTRA_DIST += tests/fidelity/README.md tests/fidelity/alloc-cost.awk \
	tests/fidelity/compare.awk \
	tests/fidelity/cost.go tests/fidelity/fidelity.go tests/fidelity/known-differences.txt \
	tests/fidelity/told-apart.txt
dist_check_SCRIPTS += tests/fidelity/alloc-cost.sh tests/fidelity/fidelity.sh
# Sanitizers keep the addresses that Go asks for to themselves.
if !SANITIZED
TESTS += tests/fidelity/fidelity.sh
endif

# Not a test: alloc-cost.sh.
check_PROGRAMS += tests/fidelity/cost
tests_fidelity_cost_SOURCES = tests/fidelity/cost.c
tests_fidelity_cost_LDADD = libgocore.a -ldl

fidelity_sources = tests/fidelity/fidelity.c tests/fidelity/variant.c \
	tests/fidelity/variant.h
fidelity_flags = $(AM_CFLAGS) -ftls-model=initial-exec

check_PROGRAMS += tests/fidelity/scripts
tests_fidelity_scripts_SOURCES = tests/fidelity/scripts.c
tests_fidelity_scripts_LDADD = libgocore.a -lm

check_PROGRAMS += tests/fidelity/fidelity-go1.19
tests_fidelity_fidelity_go1_19_SOURCES = $(fidelity_sources)
tests_fidelity_fidelity_go1_19_CFLAGS = $(fidelity_flags) -DGO_VARIANT_FILE='"../../allocators/go/variants/go1.19.c"'
tests_fidelity_fidelity_go1_19_LDADD = libgocore.a

check_PROGRAMS += tests/fidelity/fidelity-go1.11
tests_fidelity_fidelity_go1_11_SOURCES = $(fidelity_sources)
tests_fidelity_fidelity_go1_11_CFLAGS = $(fidelity_flags) -DGO_VARIANT_FILE='"../../allocators/go/variants/go1.11.c"'
tests_fidelity_fidelity_go1_11_LDADD = libgocore.a

check_PROGRAMS += tests/fidelity/fidelity-go1.14
tests_fidelity_fidelity_go1_14_SOURCES = $(fidelity_sources)
tests_fidelity_fidelity_go1_14_CFLAGS = $(fidelity_flags) -DGO_VARIANT_FILE='"../../allocators/go/variants/go1.14.c"'
tests_fidelity_fidelity_go1_14_LDADD = libgocore.a

check_PROGRAMS += tests/fidelity/fidelity-go1.19-no24
tests_fidelity_fidelity_go1_19_no24_SOURCES = $(fidelity_sources)
tests_fidelity_fidelity_go1_19_no24_CFLAGS = $(fidelity_flags) -DGO_VARIANT_FILE='"../../allocators/go/variants/go1.19-no24.c"'
tests_fidelity_fidelity_go1_19_no24_LDADD = libgocore.a

check_PROGRAMS += tests/fidelity/fidelity-go1.19-notiny
tests_fidelity_fidelity_go1_19_notiny_SOURCES = $(fidelity_sources)
tests_fidelity_fidelity_go1_19_notiny_CFLAGS = $(fidelity_flags) -DGO_VARIANT_FILE='"../../allocators/go/variants/go1.19-notiny.c"'
tests_fidelity_fidelity_go1_19_notiny_LDADD = libgocore.a

check_PROGRAMS += tests/fidelity/fidelity-go1.19-nopagecache
tests_fidelity_fidelity_go1_19_nopagecache_SOURCES = $(fidelity_sources)
tests_fidelity_fidelity_go1_19_nopagecache_CFLAGS = $(fidelity_flags) -DGO_VARIANT_FILE='"../../allocators/go/variants/go1.19-nopagecache.c"'
tests_fidelity_fidelity_go1_19_nopagecache_LDADD = libgocore.a

# What is known of Go 1.19.8, where there is no Go.
if HAVE_CMOCKA
check_PROGRAMS += tests/fidelity/test_vectors
if !SANITIZED
TESTS += tests/fidelity/test_vectors
endif
tests_fidelity_test_vectors_SOURCES = tests/fidelity/test_vectors.c \
	tests/fidelity/variant.c tests/fidelity/variant.h
tests_fidelity_test_vectors_CFLAGS = $(fidelity_flags) $(CMOCKA_CFLAGS) -DGO_VARIANT_FILE='"../../allocators/go/variants/go1.19.c"'
tests_fidelity_test_vectors_LDADD = libgocore.a $(CMOCKA_LIBS)
endif
