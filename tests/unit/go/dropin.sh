#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# dropin.sh - every variant as malloc of real programs: the table program x variant.
#
# Usage:  tests/unit/go/dropin.sh [VARIANT...]      (from the build folder)
# Checks: the C library's functions one by one (dropin_api), the project's own
#         tests, and programs (dropin_programs.sh) whose output must be what it is
#         without the preload.
# Prints: a case a variant, then the table. What is not installed says so.
# Env:    AL_DROPIN_LIMIT  seconds a program may take (120); one that takes longer
#         is stopped, and where its threads stood is printed.
set -eu

builddir=${top_builddir:-$(pwd)}
here=$(cd "$(dirname "$0")" && pwd -P)
srcdir=$(cd "$here/../../.." && pwd -P)
export srcdir
limit=${AL_DROPIN_LIMIT:-120}
all="api own bash perl python3 git sqlite3 xz gxx redis"
cd "$builddir"
if grep -q 'define AL_SANITIZED' config.h; then
	echo "dropin.sh: malloc is the sanitizer's in this build"
	exit 77
fi
if [ $# -eq 0 ]; then
	for so in plugins/dropin/liballotrope-*.so; do
		name=${so##*/liballotrope-}
		set -- "$@" "${name%.so}"
	done
fi
work=$(mktemp -d)
want=$work/want
mkdir "$want"
trap 'rm -rf "$work"' EXIT

session() # LEADER: its processes
{
	for stat in /proc/[0-9]*/stat; do
		sed -n "s/^\([0-9]*\) (.*) [A-Z] [0-9]* [0-9]* $1 .*/\1/p" \
			"$stat" 2>/dev/null
	done
}

# Where does everything that a program started stand?
stacks() # LEADER
{
	for pid in $(session "$1"); do
		echo "process $pid: $(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c1-60)"
		if command -v gdb >/dev/null 2>&1; then
			gdb -p "$pid" -batch -ex 'thread apply all backtrace 12' \
				2>/dev/null </dev/null | grep -E '^(Thread|#)'
		else
			grep -H . "/proc/$pid/task"/*/wchan 2>/dev/null || :
		fi
	done
}

# A program under its time limit; output, errors and result in files.
run_limited() # PROGRAM FOLDER [LIBRARY]: its exit status, or 124
{
	setsid sh "$here/dropin_programs.sh" "$@" >"$2/got" 2>"$2/err" </dev/null &
	leader=$!
	waited=0
	while kill -0 $leader 2>/dev/null; do
		# Fine steps at first: most take less than a second.
		if [ $waited -lt 40 ]; then sleep 0.05; else sleep 0.5; fi
		waited=$((waited + 1))
		if [ $waited -gt $((40 + limit * 2)) ]; then
			{
				echo "still running after $limit s, stopped"
				stacks $leader
			} >>"$2/err" 2>&1
			kill -9 -- -$leader 2>/dev/null || :
			wait $leader 2>/dev/null || :
			return 124
		fi
	done
	status=0
	wait $leader || status=$?
	return $status
}

programs=
for program in $all; do
	mkdir "$work/$program"
	status=0
	run_limited "$program" "$work/$program" || status=$?
	if [ $status -eq 77 ]; then
		echo "# $program not run: $(tail -n 1 "$work/$program/got")"
		continue
	elif [ $status -ne 0 ]; then
		echo "Bail out! $program fails without a preload ($status)"
		sed 's/^/# /' "$work/$program/err"
		exit 99
	fi
	programs="$programs $program"
	mv "$work/$program/got" "$want/$program"
done

# One variant: its row goes to $work/VARIANT/row, what went wrong to the output.
run_variant() # VARIANT
{
	mine=$work/$1
	mkdir "$mine"
	row="" bad=""
	for program in $programs; do
		status=0
		run_limited "$program" "$mine" \
			"$builddir/plugins/dropin/liballotrope-$1.so" || status=$?
		if [ $status -eq 0 ] && cmp -s "$mine/got" "$want/$program"; then
			row="$row ok"
			continue
		fi
		bad="$bad $program($status)"
		[ $status -eq 124 ] && row="$row hung" || row="$row $status"
		[ $status -ne 0 ] ||
			diff "$want/$program" "$mine/got" >>"$mine/err" || :
		{
			echo "# $1: $program: status $status"
			tail -n 60 "$mine/err" | sed 's/^/#   /'
		} >"$mine/why"
		cat "$mine/why"
	done
	echo "$1$row" >"$mine/row"
	echo "$bad" >"$mine/bad"
}

# Two at a time: most of it is waiting for files and sockets.
for variant; do
	run_variant "$variant" &
	if [ -n "${before:-}" ]; then
		wait "$before"
	fi
	before=$!
done
wait

failed=0 n=0
for variant; do
	n=$((n + 1))
	bad=$(cat "$work/$variant/bad")
	if [ -z "$bad" ]; then
		echo "ok $n - $variant:$programs"
	else
		echo "not ok $n - $variant:$bad"
		failed=1
	fi
done
echo "1..$n"
{
	echo "variant$programs"
	for variant; do
		cat "$work/$variant/row"
	done
} | awk '{
	printf "# %-22s", $1
	for (i = 2; i <= NF; i++)
		printf " %-8s", $i
	print ""
}'
exit $failed
