# SPDX-License-Identifier: GPL-3.0-or-later
# The soak: `make soak` for long, short.sh for a moment in every `make check`.
check_PROGRAMS += tests/unit/go/soak/soak
tests_unit_go_soak_soak_SOURCES = \
	tests/unit/go/soak/each.c \
	tests/unit/go/soak/life.c tests/unit/go/soak/life.h \
	tests/unit/go/soak/main.c \
	tests/unit/go/soak/osfail.c tests/unit/go/soak/osfail.h \
	tests/unit/go/soak/pattern.c tests/unit/go/soak/pattern.h \
	tests/unit/go/soak/plugin.c tests/unit/go/soak/soak.h \
	tests/unit/go/soak/take.c \
	tests/unit/go/soak/work.c tests/unit/go/soak/work.h
tests_unit_go_soak_soak_LDADD = libcommon.a -ldl

# go1.11, but some frees are forgotten: is it seen?
check_PROGRAMS += tests/unit/go/soak/leaky.so
tests_unit_go_soak_leaky_so_SOURCES = tests/unit/go/soak/leaky.c \
	allocators/go/variants/go1.11.c
tests_unit_go_soak_leaky_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN \
	-Dallotrope_allocator=whole_table
tests_unit_go_soak_leaky_so_LDFLAGS = $(AL_PLUGIN_LINK)
tests_unit_go_soak_leaky_so_LDADD = libgocore.a

dist_check_SCRIPTS += tests/unit/go/soak/short.sh tests/unit/go/soak/soak.sh
TESTS += tests/unit/go/soak/short.sh

soak: all tests/unit/go/soak/soak
	SOAK_SECONDS="$(SOAK_SECONDS)" SOAK_VARIANTS="$(SOAK_VARIANTS)" \
		SOAK_JOBS="$(SOAK_JOBS)" SOAK_SEED="$(SOAK_SEED)" \
		SOAK_OPTIONS="$(SOAK_OPTIONS)" \
		$(SHELL) $(srcdir)/tests/unit/go/soak/soak.sh
.PHONY: soak
