#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# atomics.sh - no variant's same-thread path has a locked instruction.
#
# Usage:  tests/unit/go/atomics.sh     (from the build folder)
# Checks: every Go variant with atomic_count, which steps through each instruction.
set -eu

cd "${top_builddir:-.}"
if grep -q 'define AL_SANITIZED' config.h; then
	echo "atomics.sh: the sanitizer's instructions would be counted"
	exit 77
fi
exec tests/unit/go/atomic_count plugins/allocators/go1.*.so
