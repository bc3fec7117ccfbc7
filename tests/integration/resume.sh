#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# resume.sh - a run that is killed, stopped or starved goes on where it was:
#             nothing is lost but the measurement in flight. Prints TAP.
set -u
. "$top_srcdir/tests/integration/lib.sh"

sweep='--set larson.max=16:32:64:128 --threads 1 --allocators null,glibc --passes time,memory --reps 4 --seed 3'

# The whole of it, undisturbed: what every other run must come to.
run run $tiny $sweep --out "$scratch/whole" --no-report
ok "an undisturbed run to compare with" $?
names "$scratch/whole" | sort >"$scratch/want"
[ "$(lines "$scratch/want")" -eq 64 ]
ok "it has 64 records" $?

same() # DIR: the same measurements, each once?
{
	names "$1" | sort >"$scratch/have"
	cmp -s "$scratch/want" "$scratch/have" &&
		[ "$(lines "$1/samples.jsonl")" -eq 64 ]
}

# kill -9 of the driver.
dir=$scratch/killed
"$allotrope" run $tiny $sweep --out "$dir" --no-report >/dev/null 2>&1 &
driver=$!
wait_for_lines "$dir/samples.jsonl" 9
kill -9 $driver
wait $driver 2>/dev/null
had=$(lines "$dir/samples.jsonl")
[ "$had" -ge 9 ] && [ "$had" -lt 64 ]
ok "killed in its middle, it has some records" $?
run report "$dir" --out "$scratch/part" --no-figures
[ $? -eq 0 ] && grep -q "was interrupted" "$scratch/out" &&
	grep -q "was interrupted: $had of 64 measurements" "$scratch/part/report.html"
ok "a report of it says that the run was interrupted" $?
run run --resume "$dir" --no-report
ok "a killed run is resumed" $?
run report "$dir" --out "$scratch/part" --no-figures
[ $? -eq 0 ] && ! grep -q "was interrupted" "$scratch/out" "$scratch/part/report.html"
ok "and its report does not say so any more" $?
same "$dir"
ok "and comes to the same measurements" $?
run run --resume "$dir" --no-report && same "$dir"
ok "resuming a finished run measures nothing" $?

# A torn last line, as a machine that loses power leaves it.
dir=$scratch/torn
cp -R "$scratch/killed" "$dir"
size=$(wc -c <"$dir/samples.jsonl")
truncate -s $((size - 20)) "$dir/samples.jsonl"
run run --resume "$dir" --no-report && same "$dir"
ok "a torn last line is measured again" $?

# A line that is no record is not ours to mend.
dir=$scratch/changed
cp -R "$scratch/killed" "$dir"
sed '5s/.*/{"cell":/' "$scratch/killed/samples.jsonl" >"$dir/samples.jsonl"
run run --resume "$dir" --no-report
[ $? -eq 2 ] && said "samples.jsonl:5:"
ok "a damaged line in the middle is refused, with its number" $?

# The runner dies with the driver.
dir=$scratch/orphan
"$allotrope" run $busy --allocator "hang=$plugins/hang.so" --allocators hang \
	--passes time --out "$dir" --no-report >/dev/null 2>&1 &
driver=$!
runner=
tries=0
while [ -z "$runner" ] && [ $tries -lt 100 ]; do
	sleep 0.1
	tries=$((tries + 1))
	runner=$(cat /proc/[0-9]*/stat 2>/dev/null |
		awk -v p=$driver '$4 == p && $2 ~ /allotrope/ { print $1; exit }')
	[ -e "$dir/plan.json" ] || runner=
done
kill -9 $driver
wait $driver 2>/dev/null
tries=0
while kill -0 "$runner" 2>/dev/null && [ $tries -lt 50 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
[ -n "$runner" ] && ! kill -0 "$runner" 2>/dev/null
ok "no runner outlives a killed driver" $?

# Ctrl-C: ends by the signal, says how to go on.
for signal in INT TERM; do
	dir=$scratch/$signal
	"$allotrope" run $tiny $sweep --out "$dir" --no-report \
		>/dev/null 2>"$scratch/err" &
	driver=$!
	wait_for_lines "$dir/samples.jsonl" 5
	kill -$signal $driver
	wait $driver
	status=$?
	[ $status -gt 128 ] && said "--resume $dir"
	ok "SIG$signal stops it, with the way to go on" $?
	run run --resume "$dir" --no-report && same "$dir"
	ok "and it goes on" $?
done

# Two at once.
dir=$scratch/twice
"$allotrope" run $busy --allocator "hang=$plugins/hang.so" --allocators hang \
	--passes time --out "$dir" --no-report >/dev/null 2>&1 &
driver=$!
wait_for_lines "$dir/plan.json" 3
sleep 0.5
run run --resume "$dir"
status=$?
kill -9 $driver
wait $driver 2>/dev/null
[ $status -eq 2 ] && said "another run is writing it"
ok "a second driver is refused" $?

# An allocator that changed meanwhile.
dir=$scratch/rebuilt
cp "$plugins/none.so" "$scratch/mine.so"
run run $tiny --allocator "mine=$scratch/mine.so" --allocators mine \
	--passes time --reps 1 --out "$dir" --no-report
ok "a run with a plugin of our own" $?
printf x >>"$scratch/mine.so"
run run --resume "$dir"
[ $? -eq 2 ] && said "changed since the run began"
ok "is not resumed after the plugin changed" $?

# Another build of the runner.
dir=$scratch/other
cp -R "$scratch/killed" "$dir"
sed 's/\("runner_sha256": "\)..../\10000/' "$scratch/killed/plan.json" >"$dir/plan.json"
run run --resume "$dir"
[ $? -eq 2 ] && said "the runner changed since the run began"
ok "nor after the runner changed" $?

# No room: a file size limit is as good as a full disk.
dir=$scratch/full
(
	ulimit -f 64 # 32 KiB, in any shell at most 64
	"$allotrope" run $tiny $sweep --out "$dir" --no-report -q \
		>/dev/null 2>"$scratch/err"
)
status=$?
had=$(lines "$dir/samples.jsonl")
if [ "$had" -eq 64 ]; then
	skip "a full disk stops the run" "the limit was not reached"
	skip "what was there stays whole" "the limit was not reached"
	skip "and with room it goes on" "the limit was not reached"
else
	[ $status -eq 1 ] && said "nothing is lost but this measurement" &&
		said "--resume $dir"
	ok "a full disk stops the run with 1 and the way to go on" $?
	[ "$had" -gt 0 ] && [ -z "$(tail -c 1 "$dir/samples.jsonl" | tr -d '\n')" ]
	ok "what was there stays whole" $?
	run run --resume "$dir" --no-report && same "$dir"
	ok "and with room it goes on" $?
fi

# No room for the report: the samples are there, and the exit code is not usage.
(
	ulimit -f 16
	"$allotrope" report "$scratch/whole" --out "$scratch/narrow" --no-figures \
		>/dev/null 2>"$scratch/err"
)
[ $? -eq 1 ] && said "File too large" && [ ! -e "$scratch/narrow/report.html" ]
ok "a report without room fails with 1, and leaves no half page" $?

echo "1..$count"
