#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# pageheap_cost.sh - steps, instructions and cache misses of the page heaps.
#
# Usage:  tests/unit/go/pageheap_cost.sh [--write]     (from the build folder)
# Checks: growth of the steps within the bounds of pageheap_cost.c, and each
#         number of steps to the digit of pageheap_cost.golden: the shape of a
#         treap follows from the sequence of requests alone. Then, under
#         Callgrind with caches of 48 KiB and 2 MiB, instructions (2%) and
#         misses (10%, a tenth of a miss) a pair. --write makes the table anew.
#         With SPANS=N in the environment: misses at N free spans, unjudged.
# Needs:  for the second part valgrind, and the compiler, flags and machine that
#         the table names.
set -eu

cd "${top_builddir:-.}"
golden=${top_srcdir:-..}/tests/unit/go/pageheap_cost.golden
program=tests/unit/go/pageheap_cost
policies="listtreap listtreap_bestfit treaps-mended treap_addr radix"
pairs=2000

if grep -q 'define AL_SANITIZED' config.h; then
	echo "pageheap_cost.sh: the sanitizer's cost would be counted"
	exit 77
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
compiler=$(sed -n 's/^CC = //p' Makefile)
# shellcheck disable=SC2086 # a command with options
built="$($compiler -dumpfullversion) $(sed -n 's/^CFLAGS = //p' Makefile)"
built="$built $(uname -m)"

simulate() # WARM SPANS POLICY REQUEST: events inside serve(), WARM + WARM pairs
{
	valgrind --tool=callgrind --callgrind-out-file=/dev/null \
		--cache-sim=yes --I1=32768,8,64 --D1=49152,12,64 \
		--LL=2097152,16,64 --toggle-collect=serve \
		"$program" -f "$2" -n "$2" -o "$3" -q "$4" -w "$1" -k 1 2>&1 |
		sed -n 's/.*Collected : //p'
}

# The second half of 2 * PAIRS worn pairs is what 2 * PAIRS have more than PAIRS.
costs() # SPANS POLICY REQUEST: instructions, first- and last-level misses a pair
{
	echo "$(simulate $((pairs / 2)) "$@") $(simulate $pairs "$@")" |
		awk -v n=$pairs -v what="cost $2 $3 $1" '{
		printf "%s %.1f %.2f %.2f\n", what, ($10 - $1) / n,
			($14 + $15 - $5 - $6) / n, ($17 + $18 - $8 - $9) / n }'
}

all_costs()
{
	for policy in $policies; do
		[ -n "${SPANS:-}" ] || costs 100 "$policy" any
		costs "${SPANS:-10000}" "$policy" any
		costs "${SPANS:-10000}" "$policy" scattered
	done
}

if [ -n "${SPANS:-}" ]; then
	all_costs
	exit 0
fi
for request in any rare scattered; do
	most=100000
	[ $request != scattered ] || most=10000
	"$program" -n $most -q $request >>"$dir/said" 2>>"$dir/err" ||
		echo "$?" >"$dir/failed"
done
awk '/free spans:/ { print "steps", $1, $2, $3, $4, $7 }' "$dir/said" \
	>"$dir/now"
skipped=
if ! command -v valgrind >/dev/null 2>&1; then
	skipped="valgrind is not installed"
elif [ "${1:-}" != --write ] && ! grep -qxF "# $built" "$golden"; then
	skipped="the table is of another compiler, flags or machine"
else
	all_costs >>"$dir/now"
fi
if [ "${1:-}" = --write ]; then
	{
		echo "# $built"
		echo "# steps: page heap, request, age, free spans, steps a pair"
		echo "# cost: page heap, request, free spans, instructions," \
			"misses of 48 KiB and of 2 MiB a pair"
		cat "$dir/now"
	} >"$golden"
	exit 0
fi
cat "$dir/said" "$dir/err"
awk -v failed="$(cat "$dir/failed" 2>/dev/null)" -v skipped="$skipped" '
function within(now, want, share, slack)
{
	return now <= want * (1 + share) + slack &&
	       now >= want * (1 - share) - slack
}
function say(good, what)
{
	printf "%sok %d - %s\n", good ? "" : "not ", ++n, what
	bad += !good
}
{ key = $1 " " $2 " " $3 " " $4 ($1 == "steps" ? " " $5 : "") }
FNR == NR { want[key] = $0; next }
$1 == "steps" {
	same = want[key] == $0
	if (!same)
		print $0 ", the table says " want[key]
	differ += !same
	counted++
	next
}
{
	split(want[key], w, " ")
	say(within($5, w[5], 0.02, 0) && within($6, w[6], 0.1, 0.1) &&
	    within($7, w[7], 0.1, 0.1), $0 ", the table says " \
	    w[5] " " w[6] " " w[7])
}
END {
	say(failed == "", "growth of the steps is within bounds")
	say(counted && !differ, "all " counted " numbers of steps")
	if (skipped != "")
		say(1, "instructions and misses # SKIP " skipped)
	print "1.." n
	exit bad > 0
}' "$golden" "$dir/now"
