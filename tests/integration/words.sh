#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# words.sh - every wrong word is one line and the right exit code; suites with
#            mistakes are told with file and line. Prints TAP.
set -u
. "$top_srcdir/tests/integration/lib.sh"

wrong() # CODE TEXT WORDS...: exit code, text in the one line on stderr
{
	code=$1
	text=$2
	shift 2
	run "$@" --out "$scratch/none"
	[ $? -eq "$code" ] && [ "$(lines "$scratch/err")" -eq 1 ] &&
		said "allotrope: " && said "$text" && [ ! -e "$scratch/none" ]
	ok "$(echo "$*" | tail -c 60)" $?
}

for c in run check list doctor merge report compare record trace replay; do
	run $c --help && grep -q "^Usage: allotrope $c" "$scratch/out" &&
		[ ! -s "$scratch/err" ]
	ok "$c --help explains and does nothing" $?
	run $c --nonsense
	[ $? -eq 2 ] && [ "$(lines "$scratch/err")" -eq 1 ] &&
		said "allotrope: --nonsense: "
	ok "$c --nonsense" $?
done

# No command leaves its user without the next step.
for c in "record" "record -o x" "trace" "trace bogus" "trace info" "replay" \
	"replay gcc" "check" "report" "compare" "merge" "list" \
	"nonsense"; do
	run $c
	[ $? -eq 2 ] && [ "$(lines "$scratch/err")" -eq 1 ] &&
		said "try \`allotrope"
	ok "$c alone: what is missing, and where to look" $?
done

t="run $tiny --allocators glibc"
wrong 2 "--nonsense" $t --nonsense
wrong 2 "--threads" $t --threads 0
wrong 2 "--threads" $t --threads 1,,2
wrong 2 "--threads" $t --threads many
wrong 2 "1 to 65536" $t --threads 100000
wrong 2 "--reps" $t --reps 0
wrong 2 "--reps" $t --reps often
wrong 2 "--reps" $t --reps nope=3
wrong 2 "--pin" $t --pin nearby
wrong 2 "--pin" $t --pin 3-1
wrong 2 "--seed" $t --seed -1
wrong 2 "--seed" $t --seed 99999999999999999999
wrong 2 "--time-limit" $t --time-limit 0
wrong 2 "--time-limit" $t --time-limit soon
wrong 2 "--label" $t --label a/b
wrong 2 "--set" $t --set larson
wrong 2 "--set" $t --set larson.blokcs=1
wrong 2 "did you mean 'blocks'" $t --set larson.blokcs=1
wrong 2 "outside" $t --set larson.blocks=0
wrong 2 "not an integer" $t --set larson.blocks=few
wrong 2 "--set" $t --set larson.blocks=1..
wrong 2 "--set" $t --set nothing.blocks=1
wrong 2 "not among the workloads" $t --set threadtest.size=64
wrong 2 "did you mean 'larson'" run --workloads lasron
wrong 2 "no allocator" run --workloads larson --allocators nobody
wrong 2 "NAME=/path" $t --allocator mine
wrong 2 "No such file" $t --allocator mine=/nowhere/lib.so
wrong 2 "no shared object" $t --allocator "mine=$top_srcdir/COPYING"
wrong 2 "exports neither" $t --allocator \
	"mine=$(ldconfig -p 2>/dev/null | sed -n 's/.*libm\.so\.6 .*x86-64.* => //p' | head -n 1)"
wrong 2 "no pass" $t --passes times
wrong 2 "--baseline" $t --baseline nobody
wrong 2 "no trace" run --workloads replay --set replay.trace=nothing
wrong 2 "takes options only" $t word
wrong 2 "No such file" run --suite nothing
wrong 2 "no other option" run --resume "$scratch" --seed 1
wrong 3 "not installed" run --workloads larson --allocators hoard

for reps in -1 0 few; do
	run replay git -a null --reps $reps
	[ $? -eq 2 ] && said "allotrope: --reps: '$reps': "
	ok "replay --reps $reps" $?
done
for level in 0 20 9x ''; do
	run record -o "$scratch/none" --level "$level" -- true
	[ $? -eq 2 ] && said "allotrope: --level: '$level' "
	ok "record --level '$level'" $?
done
run $t --out /dev/null
[ $? -eq 2 ] && said "/dev/null: Not a directory"
ok "--out of a file" $?
run $t --workload "$top_srcdir/COPYING"
[ $? -eq 2 ] && [ "$(lines "$scratch/err")" -eq 1 ] && said "file too short" ||
	said "invalid ELF header"
ok "--workload that is none gives the loader's reason" $?
sh -c 'ulimit -n 10; exec "$@"' sh "$allotrope" $t --out "$scratch/none" \
	2>"$scratch/err"
[ $? -eq 3 ] && said "Too many open files"
ok "too few files may be open" $?
"$allotrope" $t --reps 1 --no-report --out "$scratch/closed" <&- >&- 2>&-
[ $? -eq 0 ] && [ "$(lines "$scratch/closed/samples.jsonl")" -eq \
	"$(grep -c '^{.*}$' "$scratch/closed/samples.jsonl")" ]
ok "runs with all three streams closed" $?
if [ -w /dev/full ]; then
	"$allotrope" --help >/dev/full 2>"$scratch/err"
	[ $? -eq 1 ] && said "standard output: cannot be written"
	ok "says that its output is lost" $?
else
	skip "says that its output is lost" "no /dev/full"
fi

run run --resume "$scratch/nowhere"
[ $? -eq 2 ] && [ "$(lines "$scratch/err")" -eq 1 ]
ok "--resume of nothing" $?
mkdir "$scratch/used"
echo x >"$scratch/used/x"
run $t --out "$scratch/used"
[ $? -eq 2 ] && said "is not empty"
ok "--out of a folder in use" $?
if run $t --pin 4095 --dry-run; [ $? -eq 3 ]; then
	[ "$(lines "$scratch/err")" -eq 1 ]
	ok "--pin of a CPU that is not there" $?
else
	ok "--pin of a CPU that is not there" 1
fi

suite() # LINE TEXT JSON: a mistake on that line
{
	printf '%s\n' "$3" >"$scratch/suite.json"
	run run --suite "$scratch/suite.json" --out "$scratch/none"
	[ $? -eq 2 ] && [ "$(lines "$scratch/err")" -eq 1 ] &&
		said "suite.json:$1: " && said "$2" && [ ! -e "$scratch/none" ]
	ok "suite: $2" $?
}

suite 2 "" '{
	"experiments": [}'
suite 1 "a suite is a JSON object" '[]'
suite 1 "at least one experiment" '{"experiments": []}'
suite 2 "no such member" '{
	"experimnets": []}'
suite 3 "no workload" '{"experiments": [
	{"workload": "larson"},
	{"workload": "nothing"}]}'
suite 4 "no such parameter" '{"experiments": [
	{"workload": "larson",
	"set": {"blocks": 5,
		"chunks": 5}}]}'
suite 3 "outside" '{"experiments": [
	{"workload": "larson", "set": {
		"blocks": [10, 0]}}]}'
suite 2 "a sweep is" '{"experiments": [
	{"workload": "larson", "set": {"blocks": {"from": 5, "to": 1, "factor": 2}}}]}'
suite 1 "count of threads" '{"threads": [0], "experiments": [{"workload": "larson"}]}'
suite 1 "no such pass" '{"passes": ["tme"], "experiments": [{"workload": "larson"}]}'
suite 1 "no allocator" '{"allocators": ["nobody"], "experiments": [{"workload": "larson"}]}'
suite 1 "expected a count" '{"reps": {"time": 0}, "experiments": [{"workload": "larson"}]}'

for s in quick standard full; do
	run run --suite $s --dry-run
	ok "suite $s makes a plan" $?
done

echo "1..$count"
