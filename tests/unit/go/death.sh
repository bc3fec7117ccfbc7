#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# death.sh - misuse stops every variant with one line that names the address.
#
# Usage:  tests/unit/go/death.sh     (from the build folder)
set -eu

cd "${top_builddir:-.}"
failed=0
for so in plugins/allocators/go1.*.so; do
	tests/unit/go/test_go_death "$so" || failed=1
done
exit $failed
