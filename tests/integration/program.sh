#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# program.sh - the workload `program`: what it measures, and what it notices.
set -eu

: "${top_srcdir:?run by make check}" "${top_builddir:?run by make check}"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
TMPDIR=$tmp/tmp
export TMPDIR
mkdir "$TMPDIR"
if grep -q 'define AL_SANITIZED' "$top_builddir/config.h"; then
	echo "program.sh: malloc is the sanitizer's in this build"
	exit 77
fi
cases=0
bad=0

verdict() # CODE WHAT
{
	cases=$((cases + 1))
	if [ "$1" = 0 ]; then
		echo "ok $cases - $2"
		return
	fi
	sed 's/^/# /' "$tmp/out"
	echo "not ok $cases - $2"
	bad=1
}

run() # ALLOCATORS SCRIPT: the samples' status, reason and RSS to $tmp/samples
{
	rm -rf "$tmp/set"
	"$top_builddir/allotrope" run --workloads program --allocators "$1" \
		--set "program.program=$2" --threads 1 --reps 1 --seed 1 \
		--passes check,time --pin none --out "$tmp/set" \
		>"$tmp/out" 2>&1 || true
	cp "$tmp/set/samples.jsonl" "$tmp/samples"
	cat "$tmp/samples" >>"$tmp/out"
}

says() # PATTERN TIMES WHAT
{
	rc=0
	[ "$(grep -c "$1" "$tmp/samples")" = "$2" ] || rc=1
	verdict $rc "$3"
}

script() # NAME COMMAND: a script whose `run` is COMMAND
{
	cat >"$tmp/$1.sh" <<-EOF
	case \$1 in
	prepare) echo one >data ;;
	run) $2 ;;
	esac
	EOF
}

run glibc,go1.14,null bash
says '"status":"ok"' 4 "a shipped program, in both passes, on two allocators"
says '"program_rss_bytes":[0-9]' 4 "the program's peak of resident memory is recorded"
says '"unsupported".*no library to preload' 2 "no library, no measurement"

# shellcheck disable=SC2016 # for the script to expand
script differs 'cat data; echo "${LD_PRELOAD:-}"'
run glibc,go1.14 "$tmp/differs.sh"
says '"allocator":"go1.14".*"status":"fault".*byte 0' 2 "other output is a fault"
says '"allocator":"glibc".*"status":"ok"' 2 "and none where nothing is preloaded"

# shellcheck disable=SC2016
script dies '[ -z "${LD_PRELOAD:-}" ] || kill -SEGV $$'
run go1.14 "$tmp/dies.sh"
says '"status":"fault".*signal 11' 2 "a program that dies is a fault"

script fails 'exit 3'
run go1.14 "$tmp/fails.sh"
says '"status":"error".*without the allocator: exit code 3' 2 \
	"one that fails in any case is an error"

echo 'exit 77' >"$tmp/absent.sh"
run go1.14 "$tmp/absent.sh"
says '"status":"unsupported".*not installed' 2 "one that is not installed is left out"

run go1.14 "$tmp/nowhere.sh"
says '"status":"error".*No such file' 2 "a script that does not exist is an error"

rc=0
[ -z "$(ls -A "$TMPDIR")" ] || rc=1
verdict $rc "no folder is left behind"

echo "1..$cases"
exit $bad
