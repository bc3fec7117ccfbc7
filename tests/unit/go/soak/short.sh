#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# short.sh - the soak for a moment: every variant passes, every flaw is seen.
#
# Usage:  tests/unit/go/soak/short.sh        (from the build folder)
# Checks: half a second of soaking a variant of Go's finds nothing; each call of
#         mmap may fail once (--each); allocators with a planted flaw are found
#         out, by the message that is meant to come.
# Needs:  the plugins built. SOAK_SECONDS and SOAK_SEED change the first part.
set -eu

soak=tests/unit/go/soak/soak
tmp=$(mktemp -d "${TMPDIR:-/tmp}/soak.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
seconds=${SOAK_SECONDS:-0.5}
seed=${SOAK_SEED:-1}
sanitized=no
! grep -q 'define AL_SANITIZED' config.h || sanitized=yes

variants()
{
	for plugin in plugins/allocators/go*.so; do
		name=${plugin##*/}
		echo "${name%.so}"
	done
}

# One thread at a time is nothing for ThreadSanitizer, and its processes are slow
# to begin.
each=--each
! grep -q '^SANITIZE_CFLAGS = .*thread' Makefile || each=--help

# Two at a time: a variant waits for nothing but its own threads.
variants | xargs -P 2 -I NAME sh -c '
	if timeout 120 "$1" "$5" \
		plugins/allocators/NAME.so >"$4/NAME.out" 2>&1 &&
		timeout 120 "$1" --seconds "$2" --seed "$3" \
			plugins/allocators/NAME.so >"$4/NAME.out" 2>&1; then
		echo "ok: NAME soaked"
	else
		echo "FAIL: NAME"
		sed "s/^/	/" "$4/NAME.out"
	fi' soak "$soak" "$seconds" "$seed" "$tmp" $each >"$tmp/soaked"
sort "$tmp/soaked"
failed=$(grep -c '^FAIL' "$tmp/soaked") || :
count=$(variants | wc -l)

flaw() # WHAT MESSAGE PLUGIN [OPTION...]: is it seen?
{
	what=$1 message=$2 plugin=$3
	shift 3
	count=$((count + 1))
	if timeout 120 "$soak" --seconds 20 --seed "$seed" "$@" \
		"$plugin" >"$tmp/flaw.out" 2>&1; then
		echo "FAIL: $what is not seen"
	elif ! grep -q "$message" "$tmp/flaw.out"; then
		echo "FAIL: $what is seen, but not by '$message'"
	else
		echo "ok: $what is seen"
		return
	fi
	sed 's/^/	/' "$tmp/flaw.out"
	failed=$((failed + 1))
}

faulty() # FAULT MESSAGE [OPTION...]
{
	fault=$1 message=$2
	shift 2
	flaw "$fault" "$message" "tests/plugins/$fault.so" "$@"
}

flawed() # FLAW MESSAGE
{
	flaw "$1" "$2" tests/conformance/flawed.so --knob "flaw=$1"
}

if [ $sanitized = no ]; then # which would end the process before the soak does
	faulty crash 'killed by signal 11'
	faulty hang 'hang: no progress' --hang 1
	faulty overlap 'lost byte\|is not 0\|usable_size\|realloc'
	faulty scribble 'lost byte\|is not 0'
	faulty misaligned 'not a multiple'
	faulty lossy_realloc 'lost byte .* in a realloc'
	faulty out_of_memory 'NULL for no reason'
	flawed quiet_enomem 'failed with errno 0'
	flawed lose_enomem 'errno to 12\|lost byte\|is not 0\|than there can be'
	flawed touch_errno 'set errno to'
	flawed drop_failed 'killed by signal\|lost byte'
	flawed cut_trim 'lost byte'
	flawed racy 'lost byte\|killed by signal\|is not 0'
	flawed wrap_calloc 'for more than there can be'
fi
flaw 'a leak' 'bytes are in use, of objects there are' \
	tests/unit/go/soak/leaky.so

echo "short.sh: $((count - failed)) of $count as they should be (seed $seed)"
[ "$failed" = 0 ]
