#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# own.sh - every allocator of this tree, and the C library's, passes.
#
# Usage:  tests/conformance/own.sh          (from the build folder)
# Needs:  the plugins built. glibc is the control: it fails where a test is wrong.
#         With sanitizers, where malloc is theirs and all is ten times as slow:
#         no control, and of the Go family those that have every policy between
#         them.
set -eu

if grep -q 'define AL_SANITIZED' config.h; then
	names="example go1.0 go1.3 go1.11 go1.13 go1.19"
else
	names=glibc
	for plugin in plugins/allocators/*.so; do
		name=${plugin##*/}
		names="$names ${name%.so}"
	done
fi
# shellcheck disable=SC2086 # a list of words
exec ./allotrope check --patience "${PATIENCE:-4}" $names
