#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# fastpath.sh - instructions inside malloc and free, held to a table.
#
# Usage:  tests/unit/go/fastpath.sh [--write]     (from the build folder)
# Checks: each variant's pairs of 64 bytes, freed at once and in batches of 1000,
#         under Callgrind, against fastpath.golden: 2% up or down is a failure,
#         so that a slower path shows as a difference of the table. --write
#         makes the table anew.
# Needs:  valgrind, and the compiler, flags and machine that the table names.
set -eu

cd "${top_builddir:-.}"
golden=${top_srcdir:-..}/tests/unit/go/fastpath.golden
pairs=20000

command -v valgrind >/dev/null 2>&1 || {
	echo "fastpath.sh: valgrind is not installed"
	exit 77
}
if grep -q 'define AL_SANITIZED' config.h; then
	echo "fastpath.sh: the sanitizer's instructions would be counted"
	exit 77
fi
compiler=$(sed -n 's/^CC = //p' Makefile)
# shellcheck disable=SC2086 # a command with options
built="$($compiler -dumpfullversion) $(sed -n 's/^CFLAGS = //p' Makefile)"
built="$built $(uname -m)"

inside() # PLUGIN PATTERN VERB: instructions a call, with one decimal
{
	valgrind --tool=callgrind --callgrind-out-file=/dev/null \
		"--toggle-collect=go1_*_$3" \
		tests/unit/go/pair_count "$1" "$2" 64 $pairs 2>&1 |
		sed -n 's/.*Collected : \([0-9]*\).*/\1/p' |
		awk -v n=$pairs '{ printf "%.1f", $1 / n }'
}

measure() # prints the table
{
	echo "# $built"
	echo "# variant, at once: malloc free, in batches: malloc free"
	for so in plugins/allocators/go1.*.so; do
		name=${so##*/}
		echo "${name%.so} $(inside "$so" now malloc)" \
			"$(inside "$so" now free)" \
			"$(inside "$so" batch malloc)" \
			"$(inside "$so" batch free)"
	done
}

if [ "${1:-}" = --write ]; then
	measure >"$golden"
	exit 0
fi
if [ "$(sed -n '1s/^# //p' "$golden")" != "$built" ]; then
	echo "fastpath.sh: the table is for $(sed -n '1s/^# //p' "$golden"), not $built"
	exit 77
fi
measure | awk -v golden="$golden" '
BEGIN {
	while ((getline line <golden) > 0)
		if (line !~ /^#/ && split(line, f, " ") == 5)
			want[f[1]] = f[2] " " f[3] " " f[4] " " f[5]
}
/^#/ { next }
{
	ok = split(want[$1], w, " ") == 4
	for (i = 1; i <= 4; i++)
		ok = ok && $(i + 1) <= w[i] * 1.02 && $(i + 1) >= w[i] * 0.98
	printf "%sok %d - %s: %s %s %s %s, the table says %s\n",
		ok ? "" : "not ", ++n, $1, $2, $3, $4, $5, want[$1]
	bad += !ok
}
END { print "1.." n; exit bad > 0 }'
