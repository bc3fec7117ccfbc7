#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# peers.sh - what installed malloc libraries do, and that the tests bear it.
#
# Usage:  tests/conformance/peers.sh        (from the build folder)
# Checks: that every library goes through every test to its end. A library that
#         breaks a promise is reported here, not held against this tree.
# Exit:   77 when no library is installed, or malloc is a sanitizer's.
set -eu

if grep -q 'define AL_SANITIZED' config.h; then
	echo "peers.sh: the sanitizer's malloc stands before a library's"
	exit 77
fi
checked=
for name in jemalloc mimalloc tcmalloc tbbmalloc snmalloc rpmalloc; do
	status=0
	out=$(./allotrope check --patience "${PATIENCE:-4}" $name 2>&1) ||
		status=$?
	case $status in
	0 | 1)
		checked="$checked $name"
		echo "$out" | grep -v '  pass  '
		echo "$out" | grep -q "^$name: [0-9]* passed" || exit 1
		;;
	3) ;; # not installed
	*)
		echo "$out"
		exit 1
		;;
	esac
done
if [ -z "$checked" ]; then
	echo "peers.sh: no malloc library is installed: nothing to check"
	exit 77
fi
