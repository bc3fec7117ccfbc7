#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# format.sh - clang-format over every C file, with the tree's .clang-format.
#
# Usage:  scripts/format.sh [--check]
# --check changes nothing and names what is not formatted: exit code 1; 77 where
# clang-format is not installed.
set -eu

cd "$(dirname "$0")/.."
if ! command -v clang-format >/dev/null 2>&1; then
	echo "clang-format is not installed"
	exit 77
fi
files=$(find allocators harness include tests workloads -name '*.[ch]')
if [ "${1:-}" != --check ]; then
	# shellcheck disable=SC2086
	exec clang-format -i $files
fi
bad=0
for f in $files; do
	if ! clang-format "$f" | cmp -s - "$f"; then
		echo "$f: not formatted; run make format"
		bad=1
	fi
done
exit $bad
