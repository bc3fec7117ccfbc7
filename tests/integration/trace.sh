#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# trace.sh - recording real processes, and what becomes of the traces.
#
# Role:   records trace_victim in all its ways to die, compares counts, spoils
#         files, imports, converts and replays. Prints TAP.
# Needs:  a build.
set -u

allotrope=$top_builddir/allotrope
case $allotrope in /*) ;; *) allotrope=$PWD/$allotrope ;; esac
victim=$top_builddir/tests/integration/trace_victim
case $victim in /*) ;; *) victim=$PWD/$victim ;; esac
traces=$(cd "$top_srcdir/workloads/trace/traces" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
cd "$work" || exit 99
count=0

ok() # DESCRIPTION STATUS
{
	count=$((count + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		sed 's/^/# /' out
	fi
}

skip() # DESCRIPTION REASON
{
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

number() # FILE NAME: of a member of info --json
{
	"$allotrope" trace info --json "$1" |
		sed -n "s/^ *\"$2\": \([0-9]*\),*\$/\1/p" | head -n 1
}

size_count() # FILE UP_TO: objects of the size class
{
	"$allotrope" trace info --json "$1" | tr -d ' \n' |
		sed -n "s/.*\"sizes_bytes\":\[[^]]*{\"up_to\":$2,\"count\":\([0-9]*\)}.*/\1/p"
}

if grep -q '^#define AL_SANITIZED' "$top_builddir/config.h"; then
	skip recorder "the sanitizers' malloc is not to be stood before"
else
	"$allotrope" record -o t.altr -- "$victim" threads >out 2>&1
	ok "records a threaded program" $?
	[ "$(number t.altr threads)" = 9 ]
	ok "sees its nine threads" $?
	[ "$(number t.altr aligned)" = 80000 ] &&
		[ "$(number t.altr realloc)" = 80000 ] &&
		[ "$(number t.altr dropped_frees)" = 0 ] &&
		[ "$(number t.altr implied_frees)" = 0 ]
	ok "counts its calls exactly, no address twice" $?
	[ "$(number t.altr remote_frees)" -ge 1024 ]
	ok "sees frees by other threads" $?
	[ "$(size_count t.altr 8192)" -ge 1234 ]
	ok "and the main thread's calls" $?

	for mode in killed exits; do
		"$allotrope" record -o $mode.altr -- "$victim" $mode >out 2>&1
		ok "records a program that is gone: $mode" $?
		[ "$(size_count $mode.altr 8192)" -ge 1234 ]
		ok "with all that it did: $mode" $?
	done

	"$allotrope" record -o c.altr -- "$victim" children >out 2>&1
	ok "records children" $?
	set -- c.*.altr
	[ $# = 4 ] # two forked, and two images of the one that runs exec
	ok "each process image has a trace of its own ($# of 4)" $?
	bad=0
	for file in c.*.altr; do
		n=$(number "$file" ops)
		[ "$n" -ge 1000 ] || bad=1
	done
	ok "killed and _exited ones too, though they closed all files" $bad
	[ "$(ls -d record-* 2>/dev/null | wc -l)" = 0 ]
	ok "leaves nothing else behind" $?
	"$allotrope" record --children main -o m.altr -- "$victim" children \
		>out 2>&1 && [ "$(ls m*.altr | wc -l)" = 1 ]
	ok "--children main keeps one" $?
	"$allotrope" record -o x.altr -- /nonexistent/program >out 2>&1
	[ $? = 2 ] && grep -q '/nonexistent/program: No such file' out
	ok "a program that is not there is a usage error" $?
fi

trace=$traces/git.altr
size=$(wc -c <"$trace")
for cut in 0 5 100 300 1000 $((size - 1)); do
	head -c $cut "$trace" >bad.altr
	"$allotrope" trace info bad.altr >out 2>&1
	[ $? = 2 ] && grep -q '^allotrope: bad.altr@[0-9]*: ' out
	ok "cut at $cut: exit 2 and the offset" $?
done
for verb in 'trace info' 'trace export' 'trace convert -o n.altr' \
	'replay -a glibc'; do
	# shellcheck disable=SC2086
	"$allotrope" $verb ./bad.altr >out 2>&1
	[ $? = 2 ] && grep -q 'bad.altr@' out && [ ! -e n.altr ]
	ok "so says $verb" $?
done
"$allotrope" trace info /dev/null >out 2>&1
[ $? = 2 ]
ok "a device is no trace" $?
cp "$trace" bad.altr
printf '\377' | dd of=bad.altr bs=1 seek=$((size / 2)) conv=notrunc 2>out
"$allotrope" replay ./bad.altr -a glibc >out 2>&1
[ $? = 2 ] && grep -q '^allotrope: ./bad.altr@' out
ok "replay measures nothing with a trace that has a wrong byte" $?
mkfifo pipe
timeout 20 "$allotrope" trace info pipe >out 2>&1
[ $? = 2 ] && grep -q 'not a regular file' out
ok "a pipe is no trace" $?
"$allotrope" trace convert -o pipe "$trace" >out 2>&1
[ $? = 2 ] && [ -p pipe ] && grep -q 'not a regular file' out
ok "and is not replaced by one" $?
"$allotrope" record -o pipe -- touch ran >out 2>&1
[ $? = 2 ] && [ -p pipe ] && [ ! -e ran ]
ok "nor by record, which finds out before it runs the command" $?

cat >android.txt <<'END'
7: malloc 0xb4827400 1024
8: calloc 0xb4837058 4 5
7: realloc 0xb4900000 0xb4827400 2048
8: memalign 0xb4910000 64 100 100 200
8: free 0xb4900000
7: free 0x0
7: thread_done 0x0
END
"$allotrope" trace import --from android -o a.altr android.txt >out 2>&1 &&
	[ "$(number a.altr ops)" = 5 ] && [ "$(number a.altr remote_frees)" = 1 ]
ok "imports Android text" $?
echo '7: mallok 0x1 2' >>android.txt
"$allotrope" trace import --from android -o b.altr android.txt >out 2>&1
[ $? = 2 ] && grep -q '^allotrope: android.txt:8: unknown operation' out &&
	[ ! -e b.altr ]
ok "and names the line that it does not understand" $?
printf '%s\n' '= Start' '@ ./a.out:(main+0x1e)[0x401156] + 0x55a0 0x20' \
	'@ [0x1] < 0x55a0' '@ [0x1] > 0x66b0 0x40' '@ [0x1] - 0x66b0' '= End' \
	>mtrace.txt
"$allotrope" trace import --from mtrace -o g.altr mtrace.txt >out 2>&1 &&
	[ "$(number g.altr ops)" = 3 ]
ok "imports mtrace text" $?
"$allotrope" trace convert --one-thread --free-left -o one.altr "$trace" \
	>out 2>&1 && [ "$(number one.altr threads)" = 1 ] &&
	[ "$(number one.altr never_freed_objects)" = 0 ]
ok "converts to one thread that frees all" $?
lines=$("$allotrope" trace export "$trace" | grep -vc '^#')
[ "$lines" -ge "$(number "$trace" ops)" ]
ok "exports every event" $?

for file in "$traces"/*.altr; do
	"$allotrope" trace info "$file" >out 2>&1 &&
		[ "$(wc -c <"$file")" -lt 1000000 ]
	ok "shipped: $(basename "$file") is sound and below 1 MB" $?
done
"$allotrope" replay git -a glibc,example --reps 1 --pin none >out 2>&1 &&
	grep -q '^example .*[0-9]' out
ok "replays with two allocators" $?
"$allotrope" replay git -a nonesuch >out 2>&1
[ $? = 2 ]
ok "an unknown allocator is a usage error" $?
echo "1..$count"
