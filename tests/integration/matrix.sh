#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# matrix.sh - the check pass of every workload on every allocator: all answers right.
#             Prints TAP, a case an allocator, and the table workload x allocator.
# The long form is `allotrope run --suite check`.
set -u
. "$top_srcdir/tests/integration/lib.sh"

dir=$scratch/matrix
timeout 280 "$allotrope" run --suite "$top_srcdir/tests/integration/matrix.json" \
	--no-report --out "$dir" >"$scratch/out" 2>"$scratch/err"
status=$?
[ "$status" -eq 0 ]
ok "the run ends with 0 (it said $status)" $?

# A line a record: allocator, workload, operations, outcome.
sed -n 's/.*"allocator":"\([^"]*\)".*"workload":"\([^"]*\)".*"status":"\([^"]*\)".*/\1 \2 \3 &/p' \
	"$dir/samples.jsonl" |
	sed 's/^\([^ ]* [^ ]* [^ ]*\) .*"ops":\([0-9]*\).*/\1 \2/; s/ {.*/ 0/' |
	sort >"$scratch/table"
timeout 60 "$allotrope" list workloads | sed -n 's/^\([^ ].*\):.*/\1/p' |
	sed 's/:.*//' | sort >"$scratch/there"
cut -d ' ' -f 2 "$scratch/table" | sort -u >"$scratch/run"
cmp -s "$scratch/there" "$scratch/run"
ok "no workload is left out (else add it to matrix.json and suites/check.json)" $?
diff "$scratch/there" "$scratch/run" | sed -n 's/^[<>]/#&/p'
workloads=$(lines "$scratch/run")
for allocator in $(timeout 60 "$allotrope" list allocators |
	awk '!/^ / && $2 != "-" { print $1 }'); do
	grep "^$allocator " "$scratch/table" >"$scratch/mine"
	case $allocator in
	# objects of the floor overlap, which is what a check looks for
	null) may='unsupported' ;;
	# the template is no library to preload into a program
	example) may='program unsupported' ;;
	*) may='-' ;;
	esac
	good=$(grep -c -e ' ok ' -e " $may " "$scratch/mine")
	[ "$good" -eq "$workloads" ]
	ok "$allocator: $good of $workloads workloads" $?
done
awk '{ printf "# %-20s %-14s %9d %s\n", $1, $2, $4, $3 }' "$scratch/table"
echo "1..$count"
