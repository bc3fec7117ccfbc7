#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh - `allotrope run` for real: a result set from beginning to end, faulty
#          allocators as outcomes, the order of measurements. Prints TAP.
set -u
. "$top_srcdir/tests/integration/lib.sh"

# A whole run: two allocators, two thread counts (or one CPU), every pass.
dir=$scratch/whole
run run $tiny --allocators null,glibc --threads 1,2 --reps 2 --seed 7 \
	--passes check,time,memory --out "$dir"
ok "a tiny run ends well" $?
missing=
for f in plan.json env.json samples.jsonl summary.csv report.html; do
	[ -s "$dir/$f" ] || missing="$missing $f"
done
[ -z "$missing" ]
ok "the result set is complete" $?
[ "$(lines "$dir/samples.jsonl")" -eq 20 ]
ok "four cells: one check, two time, two memory rounds make 20 records" $?
! grep -v '"status":"\(ok\|unsupported\)"' "$dir/samples.jsonl" | grep -q .
ok "each record is a good one" $?
grep -q "^results: $dir\$" "$scratch/out" && grep -q "^report: .*report.html" "$scratch/out"
ok "the end names the folder and the report" $?
for t in 1 2; do
	sed -n 's/.*"point":"\([^"]*t'$t'\)".*"seed":\([0-9]*\).*/\2/p' \
		"$dir/samples.jsonl" | sort -u
done | wc -l | grep -qx ' *2'
ok "one seed a point, the same for every allocator and round" $?
[ "$(sed 's/.*"padding_bytes":\([0-9]*\).*/\1/' "$dir/samples.jsonl" | sort -u | wc -l)" -gt 5 ]
ok "the environment's size varies" $?
grep -q '"sha256":"[0-9a-f]\{64\}"' "$dir/plan.json"
ok "allocators are fingerprinted" $?

# What an allocator cannot do is told with the reason, not left as a gap.
run run $tiny --allocators glibc,x --allocator "x=$plugins/no_reuse.so" \
	--passes time --reps 1 --out "$scratch/unable"
run report "$scratch/unable" --no-figures
grep -q "^n/a: x: it never reuses memory\.$" "$scratch/out"
ok "the table says why an allocator is left out" $?

# One cause in many cells is told a few times and counted.
run run --workloads document --set document.entry=x --allocators null,glibc \
	--threads 1,2 --reps 1 --passes check,time --out "$scratch/alike" --no-report
[ "$(grep -c '^failed: document.*entry is "x", not native or c$' "$scratch/err")" -eq 3 ] &&
	grep -q '^failed: [0-9] more, for the same reason: entry is "x"' "$scratch/err"
ok "failures for one reason do not fill the screen" $?

# Order: a function of the seed, another one each round.
order() # DIR SEED
{
	run run $tiny --set larson.max=16:32:64:128:256:512 --threads 1 --reps 2 \
		--allocators null,glibc --passes time --seed "$2" --out "$1" --no-report
}
order "$scratch/o1" 5 && order "$scratch/o2" 5 && order "$scratch/o3" 6
ok "three runs to compare" $?
names "$scratch/o1" >"$scratch/n1"
names "$scratch/o2" >"$scratch/n2"
names "$scratch/o3" >"$scratch/n3"
[ "$(lines "$scratch/n1")" -eq 24 ] && cmp -s "$scratch/n1" "$scratch/n2"
ok "the same seed gives the same order" $?
! cmp -s "$scratch/n1" "$scratch/n3"
ok "another seed another one" $?
sed -n 's/^time 0 //p' "$scratch/n1" >"$scratch/r0"
sed -n 's/^time 1 //p' "$scratch/n1" >"$scratch/r1"
sort "$scratch/r0" >"$scratch/s0"
sort "$scratch/r1" >"$scratch/s1"
! cmp -s "$scratch/r0" "$scratch/r1" && cmp -s "$scratch/s0" "$scratch/s1"
ok "each round visits every cell, in an order of its own" $?

# Faulty allocators are outcomes, and harm nobody else.
dir=$scratch/faulty
run run $busy --passes check,time --reps 2 --time-limit 1 --out "$dir" \
	--allocator "crash=$plugins/crash.so" --allocator "hang=$plugins/hang.so" \
	--allocator "overlap=$plugins/overlap.so" \
	--allocator "out_of_memory=$plugins/out_of_memory.so" \
	--allocators glibc,crash,hang,overlap,out_of_memory
[ $? -eq 1 ]
ok "a run with faulty allocators ends with 1" $?
[ "$(status_of "$dir" glibc check)" = "ok " ] && [ "$(status_of "$dir" glibc time)" = "ok " ]
ok "the sound one is measured all the same" $?
[ "$(status_of "$dir" crash time)" = "crash " ] && said "killed by SIGSEGV"
ok "a crash is an outcome, with its signal" $?
[ "$(status_of "$dir" hang check)" = "hang " ] && said "still running after 1 s"
ok "a hang is an outcome, with the limit" $?
[ "$(grep -c '"allocator":"hang"' "$dir/samples.jsonl")" -eq 2 ]
ok "a cell that hung twice is not tried again" $?
[ "$(status_of "$dir" overlap check)" = "fault " ]
ok "overlapping objects are a fault" $?
[ "$(status_of "$dir" out_of_memory time)" = "oom " ]
ok "NULL from malloc is out of memory" $?
grep -q ',crash' "$dir/summary.csv" && [ -s "$dir/report.html" ]
ok "the table has a row for them" $?

for n in 1 2; do
	run run $tiny --passes time --reps 2 --no-report --allocators glibc \
		--out "$scratch/set$n"
done
cp -r "$scratch/set1" "$scratch/copy"
run merge "$scratch/set1" "$scratch/set2" --no-report --out "$scratch/both"
[ $? -eq 0 ] && [ "$(lines "$scratch/both/samples.jsonl")" -eq 4 ]
ok "two runs merge" $?
run merge "$scratch/set1" "$scratch/copy" --no-report --out "$scratch/twice"
[ $? -eq 2 ] && said "a copy is no second run" && [ ! -e "$scratch/twice" ]
ok "a run and its copy do not" $?

echo "1..$count"
