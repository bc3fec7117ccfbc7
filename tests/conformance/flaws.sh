#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# flaws.sh - every flaw is seen, by the test that is meant to see it.
#
# Usage:  tests/conformance/flaws.sh        (from the build folder)
# Checks: each flaw of flawed.so and of tests/plugins fails the named test, and
#         the same allocators without a flaw pass all tests.
set -eu

if grep -q 'define AL_SANITIZED' config.h; then
	echo "flaws.sh: a sanitizer ends a flawed process before the test can"
	exit 77
fi

check() # ALLOCATOR-SPEC PLUGIN [OPTION...]
{
	spec=$1 name=${1%%:*} plugin=$2
	shift 2
	./allotrope check --allocator "$name=./$plugin" "$@" "$spec" 2>&1
}

failed=0
count=0

wrong() # WHAT OUTPUT
{
	echo "FAIL: $1"
	echo "$2" | sed 's/^/	/'
	failed=$((failed + 1))
}

passes() # ALLOCATOR-SPEC PLUGIN
{
	count=$((count + 1))
	if out=$(check "$1" "$2"); then
		echo "ok: $1 passes everything"
	else
		wrong "$1 has no flaw and does not pass" "$out"
	fi
}

is_seen() # ALLOCATOR-SPEC PLUGIN TEST REASON [OPTION...]
{
	spec=$1 plugin=$2 test=$3 reason=$4
	shift 4
	count=$((count + 1))
	if out=$(check "$spec" "$plugin" --tests "$test" "$@"); then
		wrong "$test passes $spec" "$out"
	elif ! echo "$out" | grep -q "^  $test  *FAIL  *.*$reason"; then
		wrong "$test fails $spec, but not with '$reason'" "$out"
	else
		echo "ok: $test sees $spec"
	fi
}

flaw() # FLAW TEST REASON
{
	is_seen "flawed:flaw=$1" tests/conformance/flawed.so "$2" "$3"
}

passes flawed:flaw=none tests/conformance/flawed.so
flaw leak reuse 'MiB resident after 5 rounds'
flaw leak_remote remote_reuse 'what another thread freed is not used again'
flaw leak_exit thread_churn 'something of each stays'
flaw leak_resized realloc_churn 'MiB resident'
flaw abort_enomem enomem_small 'crashes: killed by SIGABRT'
flaw abort_enomem enomem_large 'crashes: killed by SIGABRT'
flaw abort_enomem huge 'crashes: killed by SIGABRT'
flaw lose_enomem enomem_small 'gave 0x.* twice'
flaw quiet_enomem errno_enomem 'errno to 0, not to ENOMEM'
flaw wrap_size huge 'gave an object'
flaw wrap_calloc calloc_overflow 'gave an object'
flaw dirty_calloc calloc_zero 'reads 0x.*, not 0'
flaw dirty_flags flags 'reads 0x.*, not 0'
flaw cap_align align_asked 'aligned to'
flaw drop_failed realloc_fails 'after a realloc that failed'
flaw drop_shrunk realloc_prefix 'after realloc'
flaw drop_shrunk contents 'after realloc'
flaw boast_usable usable_size ''
flaw cut_trim trim 'after trim'
flaw falling_stats stats 'refills fell'
flaw empty_stats stats 'inuse_bytes'
flaw racy threads ''
flaw die_on_null zero_size 'crashes: killed by SIGABRT'
flaw die_remote remote_reuse 'crashes: killed by SIGABRT'

plugin() # FAULT TEST REASON [OPTION...]
{
	fault=$1 test=$2 reason=$3
	shift 3
	is_seen "$fault" "tests/plugins/$fault.so" "$test" "$reason" "$@"
}

passes none tests/plugins/none.so
plugin crash contents 'crashes: killed by SIGSEGV'
plugin hang no_overlap 'hangs: still running' --patience 0.1
plugin overlap no_overlap 'overlap'
plugin overlap contents 'reads 0x'
plugin misaligned align_malloc 'aligned to 4'
plugin dirty_calloc calloc_zero 'reads 0x'
plugin lossy_realloc realloc_prefix 'after realloc'
plugin scribble contents 'reads 0x'
plugin short_usable usable_size 'usable_size of'
plugin out_of_memory align_malloc 'gave NULL'
plugin bad_init huge 'init failed'
plugin bad_abi huge 'interface'
plugin short_table huge 'its table says'
plugin no_free huge 'no free'

echo "flaws.sh: $((count - failed)) of $count as they should be"
[ "$failed" = 0 ]
