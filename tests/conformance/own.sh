#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# own.sh - every allocator of this tree, and the C library's, passes.
#
# Usage:  tests/conformance/own.sh          (from the build folder)
# Needs:  the plugins built. glibc is the control: it fails where a test is wrong.
set -eu

names=glibc
for plugin in plugins/allocators/*.so; do
	name=${plugin##*/}
	names="$names ${name%.so}"
done
# shellcheck disable=SC2086 # a list of words
exec ./allotrope check --patience "${PATIENCE:-4}" $names
