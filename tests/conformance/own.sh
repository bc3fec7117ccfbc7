#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# own.sh - every allocator of this tree, and the C library's, passes.
#
# Usage:  tests/conformance/own.sh          (from the build folder)
# Needs:  the plugins built. glibc is the control: it fails where a test is wrong
#         (not in a build with sanitizers, where malloc is theirs).
set -eu

names=glibc
if grep -q 'define AL_SANITIZED' config.h; then
	names= # malloc is the sanitizer's
fi
for plugin in plugins/allocators/*.so; do
	name=${plugin##*/}
	names="$names ${name%.so}"
done
# shellcheck disable=SC2086 # a list of words
exec ./allotrope check --patience "${PATIENCE:-4}" $names
