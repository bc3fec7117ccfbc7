#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# hostile.sh - no variant locks itself up at the moments of dropin_hostile.c.
#
# Usage:  tests/unit/go/hostile.sh [VARIANT...]      (from the build folder)
set -eu

builddir=${top_builddir:-$(pwd)}
cd "$builddir"
if grep -q 'define AL_SANITIZED' config.h; then
	echo "hostile.sh: malloc is the sanitizer's in this build"
	exit 77
fi
if [ $# -eq 0 ]; then
	for so in plugins/dropin/liballotrope-*.so; do
		name=${so##*/liballotrope-}
		set -- "$@" "${name%.so}"
	done
fi
early=$builddir/tests/unit/go/atfork_early.so
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run_case() # VARIANT CASE
{
	preload=$builddir/plugins/dropin/liballotrope-$1.so
	# The last library is the first to be initialised.
	[ "$2" != handlers ] || preload="$preload $early"
	LD_PRELOAD=$preload timeout 60 tests/unit/go/dropin_hostile "$2"
}

failed=0 n=0
for variant; do
	bad=
	for name in signal handlers nested ending library rounds; do
		status=0
		run_case "$variant" $name 2>"$work/err" || status=$?
		[ $status -ne 0 ] || continue
		bad="$bad $name($status)"
		sed "s/^/# $variant: $name: /" "$work/err"
	done
	n=$((n + 1))
	if [ -z "$bad" ]; then
		echo "ok $n - $variant cannot be locked up"
	else
		echo "not ok $n - $variant:$bad"
		failed=1
	fi
done
echo "1..$n"
exit $failed
