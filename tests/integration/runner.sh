#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# runner.sh - the measuring process by itself: every allocator, every pass, and
# everything that can be wrong with a cell, a plugin or a library.
#
# Role:   runs allotrope-runner as the driver does and by hand, and reads its
#         records. Prints TAP.
# Needs:  a build, with the plugins of tests/plugins.
set -u

runner=$top_builddir/allotrope-runner
plugins=$top_builddir/tests/plugins
record=${TMPDIR:-/tmp}/runner-test.$$
trap 'rm -f "$record"' EXIT
trap 'exit 130' HUP INT TERM
count=0

ok() # DESCRIPTION, after the condition: ok "..." $?
{
	count=$((count + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		sed 's/^/# record: /' "$record"
	fi
}

skip() # DESCRIPTION, REASON
{
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

has() # TEXT: is it in the record?
{
	grep -qF -- "$1" "$record"
}

value() # NAME: of a number in the record; -1 when it is not there
{
	sed -n 's/.*"'"$1"'":\([-0-9.e+]*\).*/\1/p;T;q' "$record" | grep . ||
		echo -1
}

holds() # AWK-EXPRESSION
{
	awk "BEGIN { exit !($1) }"
}

measure() # CELL [PRELOAD]: leaves the record; returns the runner's exit code
{
	printf '%s\n' "$1" |
		LD_PRELOAD=${2-} timeout 60 "$runner" --cell - >"$record" \
			2>/dev/null
}

cell() # PASS ALLOCATOR-JSON WORKLOAD-JSON [MORE]
{
	printf '{"v":1,"pass":"%s","allocator":%s,"workload":%s,"seed":7%s}' \
		"$1" "$2" "$3" "${4-}"
}

glibc='{"name":"glibc","kind":"libc"}'
pairs='{"name":"pairs","params":{"pairs":20000}}'
larson='{"name":"larson","params":{"blocks":200}}'
mixed='{"name":"mixed","path":"'$plugins/mixed.so'","params":{"steps":5000}}'
events=',"threads":2,"events":["perf::PAGE-FAULTS","no_such_event"]'

plugin() # NAME [PATH]
{
	printf '{"name":"%s","kind":"plugin","path":"%s"}' "$1" \
		"${2-$plugins/$1.so}"
}

# --- each way to bring an allocator, each pass ------------------------------

null=$(plugin null "$top_builddir/plugins/allocators/null.so")
measure "$(cell time "$null" '{"name":"threadtest","params":{"iterations":50}}')"
ok "null: the floor is measured" $?
holds "$(value ns_per_op) > 0 && $(value ns_per_op) < 100"
ok "null: the floor is below 100 ns a call" $?
measure "$(cell check "$null" "$pairs")" && has '"status":"unsupported"'
ok "null: nothing to check is unsupported, not a number" $?

every_pass() # NAME ALLOCATOR-JSON PRELOAD FILE
{
	for pass in time counters memory check; do
		for workload in "$larson" "$mixed"; do
			measure "$(cell $pass "$2" "$workload" "$events")" "$3" &&
				has '"status":"ok"' && has "\"file\":\"$4\""
			status=$?
			name=${workload#*:\"}
			ok "$1: pass $pass of ${name%%\"*}" $status
		done
	done
}

every_pass none "$(plugin none)" "" "$(realpath "$plugins/none.so")"
libc=$(ldd "$runner" | sed -n 's/.*libc\.so\.6 => \([^ ]*\).*/\1/p')
every_pass glibc "$glibc" "" "$(realpath "$libc")"
for name in jemalloc.so.2 mimalloc.so.2 tcmalloc_minimal.so.4 \
	tbbmalloc_proxy.so.2; do
	file=$(ldconfig -p 2>/dev/null |
		sed -n "s/^[[:space:]]*lib$name .*=> //p" | head -n 1)
	[ -n "$file" ] || file=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p |
		sed -n "s/^[[:space:]]*lib$name .*=> //p" | head -n 1)
	if [ -z "$file" ]; then
		skip "lib$name" "not installed"
		continue
	fi
	every_pass "lib$name" \
		"{\"name\":\"x\",\"kind\":\"library\",\"path\":\"$file\"}" \
		"$file" "$(realpath "$file")"
done

# --- what the passes say ----------------------------------------------------

batch='{"name":"pairs","params":{"pairs":2000,"batch":1000,"size":4096}}'
measure "$(cell memory "$glibc" "$batch" ',"sample_points":10')"
[ "$(value peak_live_bytes)" = 4096000 ]
ok "memory: live bytes are exact" $?
holds "$(value peak_rss_bytes) >= 4096000 && $(value peak_rss_bytes) < 5500000"
ok "memory: resident is what the objects take, not the harness" $?
has '"rows":[[0,'
ok "memory: the first sample is at 0 operations" $?
rows=$(sed 's/.*"rows"://' "$record" | grep -o '\[' | wc -l)
holds "$rows > 10 && $rows <= 24"
ok "memory: about as many samples as asked for ($rows)" $?
measure "$(cell counters "$glibc" "$pairs" "$events")"
has '"no_such_event":"'
ok "counters: what does not exist is missing, with the reason" $?
! has '"no_such_event_per_op"'
ok "counters: ... and has no number" $?

# --- the faults of tests/plugins --------------------------------------------

expect() # PLUGIN PASS STATUS PART-OF-WHY
{
	# one thread: with two, who notices first is a matter of luck
	measure "$(cell "$2" "$(plugin "$1" |
		sed 's/}$/,"knobs":{"every":"100"}}/')" "$mixed")"
	[ $? -eq 1 ] && has "\"status\":\"$3\"" && has "$4"
	ok "$1: $3, \"$4\"" $?
}

expect overlap check fault 'overlaps a live object'
expect misaligned check fault 'not aligned to 16'
expect dirty_calloc check fault 'is not zero'
expect lossy_realloc check fault 'did not keep the first'
expect short_usable check fault 'usable size is'
expect out_of_memory time oom 'returned NULL'
expect bad_init time error 'init failed: Invalid argument'
expect bad_abi time error 'rebuild it'
expect short_table time error 'set .size'
expect no_free time error 'has no free'
expect own_process time error 'belongs to the harness'
measure "$(cell check "$(plugin scribble)" "$mixed" ',"threads":2')"
[ $? -eq 1 ] && has '"status":"fault"'
ok "scribble: fault, whoever sees it first" $?
measure "$(cell time "$(plugin crash)" "$mixed")"
[ $? -ge 128 ] && ! [ -s "$record" ]
ok "crash: dies by a signal, without a record" $?
printf '%s\n' "$(cell time "$(plugin hang)" "$mixed")" |
	timeout 2 "$runner" --cell - >"$record" 2>/dev/null
[ $? -eq 124 ] && ! [ -s "$record" ]
ok "hang: hangs until it is stopped" $?

# --- cells that cannot be done ----------------------------------------------

refused() # PART-OF-WHY CELL [PRELOAD]
{
	measure "$2" "${3-}"
	[ $? -eq 1 ] && has '"status":"error"' && has "$1"
	ok "refused: $1" $?
}

refused 'near end of file' ''
refused 'has to be an object' '[]'
refused 'duplicate object key' '{"v":1,"v":1}'
refused '\"v\" is 2, has to be 1' "$(cell time "$glibc" "$pairs" |
	sed 's/"v":1/"v":2/')"
refused 'unknown field \"surprise\"' \
	"$(cell time "$glibc" "$pairs" ',"surprise":1')"
refused '\"pass\" is missing' '{"v":1}'
refused 'no pass \"speed\"' "$(cell speed "$glibc" "$pairs")"
refused 'no kind of allocator \"magic\"' \
	"$(cell time '{"name":"x","kind":"magic"}' "$pairs")"
refused '\"path\" is missing' \
	"$(cell time '{"name":"x","kind":"plugin"}' "$pairs")"
refused 'cannot be loaded' "$(cell time "$(plugin x /no/such.so)" "$pairs")"
refused 'not an allocator plugin' \
	"$(cell time "$(plugin x "$plugins/mixed.so")" "$pairs")"
refused 'not a workload plugin' "$(cell time "$glibc" \
	'{"name":"x","path":"'"$plugins/none.so"'"}')"
refused 'no workload \"x\"' "$(cell time "$glibc" '{"name":"x"}')"
refused 'pairs has no parameter \"x\"' \
	"$(cell time "$glibc" '{"name":"pairs","params":{"x":1}}')"
refused 'pairs.size is 1, has to be 8' \
	"$(cell time "$glibc" '{"name":"pairs","params":{"size":1}}')"
refused 'pairs.size has to be an integer' \
	"$(cell time "$glibc" '{"name":"pairs","params":{"size":"8"}}')"
refused 'not lifo, fifo or random' \
	"$(cell time "$glibc" '{"name":"pairs","params":{"order":"x"}}')"
refused '\"threads\" is 0' "$(cell time "$glibc" "$pairs" ',"threads":0')"
refused '1 cpus for 2 threads' \
	"$(cell time "$glibc" "$pairs" ',"threads":2,"cpus":["0x1"]')"
if grep -q '^#define HAVE_HWLOC' config.h; then
	refused 'is no processor set' \
		"$(cell time "$glibc" "$pairs" ',"cpus":["everywhere"]')"
	refused 'names processors that this process cannot use' \
		"$(cell time "$glibc" "$pairs" ',"cpus":["0x1,,,,,,,,,,,,,0x0"]')"
else
	refused 'this build has no hwloc, so threads cannot be bound' \
		"$(cell time "$glibc" "$pairs" ',"cpus":["0x1"]')"
fi
refused 'only plugins have knobs' "$(cell time \
	'{"name":"g","kind":"libc","knobs":{"x":"1"}}' "$pairs")"
refused 'has no knob \"x\"' "$(cell time "$(plugin none |
	sed 's/}$/,"knobs":{"x":"1"}}/')" "$pairs")"
refused 'needs \"events\"' "$(cell counters "$glibc" "$pairs")"
refused 'is not preloaded' "$(cell time \
	'{"name":"x","kind":"library","path":"'"$libc"'.none"}' "$pairs" |
	sed "s|$libc.none|$plugins/none.so|")"
refused 'has no malloc of its own' "$(cell time \
	'{"name":"x","kind":"library","path":"'"$plugins/none.so"'"}' \
	"$pairs")" "$plugins/none.so"
huge='{"name":"pairs","params":{"batch":100000,"size":4096}}'
measure "$(cell time "$glibc" "$huge" \
	',"limits":{"address_space_bytes":50000000}')"
[ $? -eq 1 ] && has '"status":"oom"'
ok "an address space limit ends in oom" $?

# A worker that somebody moves away is found out.
long='{"name":"pairs","params":{"pairs":300000000}}'
if [ "$(nproc)" -lt 2 ] || ! command -v taskset >/dev/null; then
	skip "moved" "needs two processors and taskset"
elif ! cell time "$glibc" "$pairs" ',"cpus":["0x1"]' |
	"$runner" --cell - | grep -q '"status":"ok"'; then
	skip "moved" "processor 0 is not ours, or there is no hwloc"
else
	cell time "$null" "$long" ',"cpus":["0x1"]' |
		"$runner" 3<&0 4>"$record" </dev/null &
	sleep 0.4
	taskset -a -p 2 $! >/dev/null
	wait $!
	has '"status":"moved"' && has 'worker 0 ended outside'
	ok "moved: a worker outside of its processors" $?
fi

# --- the driver's way, and what it says of itself ---------------------------

cell time "$glibc" "$pairs" ',"round":3,"cell":"my key"' |
	"$runner" 3<&0 4>"$record" </dev/null
has '"cell":"my key"' && has '"round":3' && has '"status":"ok"'
ok "cell on file descriptor 3, record on 4" $?
"$runner" >"$record" 2>&1 3<&- 4>&-
[ $? -eq 2 ] && has Usage
ok "without a cell: usage, exit code 2" $?
"$runner" --cell /no/such >"$record" 2>&1
[ $? -eq 2 ] && has 'allotrope: /no/such: No such file'
ok "a cell file that is not there: exit code 2" $?
"$runner" --describe >"$record" && has '"name": "pairs"' && has '"unit":'
ok "--describe lists the workloads" $?
"$runner" --describe "$plugins/mixed.so" >"$record" &&
	has '"name": "mixed"' && ! has '"name": "pairs"'
ok "--describe PLUGIN lists that plugin's" $?
"$runner" --describe-allocator "$plugins/none.so" >"$record" &&
	has '"name": "every"' && has '"default": "1000"'
ok "--describe-allocator shows the knobs" $?
"$runner" --describe-allocator "$plugins/bad_abi.so" >"$record"
[ $? -eq 1 ] && has 'rebuild it'
ok "--describe-allocator of another version: the reason" $?
"$runner" --probe-counters >"$record" && has '"PAPI_L1_DCM"'
ok "--probe-counters names every event" $?

echo "1..$count"
