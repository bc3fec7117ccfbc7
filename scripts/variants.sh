#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# variants.sh - the build rules of each file in allocators/go/variants.
#
# Usage:  scripts/variants.sh [--check]
# Writes: allocators/go/variants.mk (plugins, drop-ins) and tests/unit/go/stress.mk
#         (a stress test each); --check only compares them, for the tests.
# Why:    automake has no loops, and rules written by hand differ before long.
set -eu

cd "$(dirname "$0")/.."

variants() # their names, in the order of releases
{
	for file in allocators/go/variants/*.c; do
		name=${file##*/}
		echo "${name%.c}"
	done | LC_ALL=C sort -V
}

rules() # TEMPLATE: once a variant; @NAME@ its name, @ID@ the name in symbols
{
	variants | while read -r name; do
		id=$(echo "$name" | tr -c 'A-Za-z0-9\n' _)
		echo
		echo "$1" | sed "s/@NAME@/$name/g; s/@ID@/$id/g"
	done
}

plugins_mk()
{
	cat <<'END'
# SPDX-License-Identifier: GPL-3.0-or-later
# Made by scripts/variants.sh from the files in allocators/go/variants.
END
	rules 'allocator_PROGRAMS += plugins/allocators/@NAME@.so
plugins_allocators_@ID@_so_SOURCES = allocators/go/variants/@NAME@.c
plugins_allocators_@ID@_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_@ID@_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_@ID@_so_LDADD = libgocore.a'
	cat <<'END'

# Every variant once more, as the C library's malloc for LD_PRELOAD. Under a
# sanitizer malloc is the sanitizer's, so there is nothing to build.
# initfirst: see start_early() in go_dropin.h.
AL_DROPIN_LINK = $(AL_PLUGIN_LINK) -Wl,-z,initfirst
if !SANITIZED
dropindir = $(pkglibdir)/dropin
dropin_PROGRAMS =
END
	rules 'dropin_PROGRAMS += plugins/dropin/liballotrope-@NAME@.so
plugins_dropin_liballotrope_@ID@_so_SOURCES = allocators/go/variants/@NAME@.c
plugins_dropin_liballotrope_@ID@_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_@ID@_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_@ID@_so_LDADD = libgocore.a'
	echo endif
}

stress_mk()
{
	cat <<'END'
# SPDX-License-Identifier: GPL-3.0-or-later
# Made by scripts/variants.sh from the files in allocators/go/variants.
END
	rules 'check_PROGRAMS += tests/unit/go/stress_@NAME@
TESTS += tests/unit/go/stress_@NAME@
tests_unit_go_stress_@ID@_SOURCES = tests/unit/go/stress_go.c \
	allocators/go/variants/@NAME@.c
tests_unit_go_stress_@ID@_CFLAGS = $(go_test_flags) -DGO_TEST_ID=@ID@
tests_unit_go_stress_@ID@_LDADD = libgocore.a'
}

case ${1:-} in
"")
	plugins_mk >allocators/go/variants.mk
	stress_mk >tests/unit/go/stress.mk
	;;
--check)
	plugins_mk | cmp - allocators/go/variants.mk &&
		stress_mk | cmp - tests/unit/go/stress.mk || {
		echo "variants.sh: the rules are old: run scripts/variants.sh" >&2
		exit 1
	}
	;;
*)
	echo "allotrope: variants.sh: no option $1" >&2
	exit 2
	;;
esac
