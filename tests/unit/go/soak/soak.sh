#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# soak.sh - soak variants for a long time, one after the other or some at once.
#
# Usage:  make soak [SOAK_SECONDS=600] [SOAK_VARIANTS="go1.0 go1.19"] \
#                   [SOAK_JOBS=1] [SOAK_SEED=N] [SOAK_OPTIONS="--threads 8"]
# Prints: one line a variant as it ends. With one job at a time, and a terminal,
#         how far it is. Exit code 1 if any fault was found.
# Needs:  the plugins and the soak program built; runs in the build folder.
set -eu

soak=tests/unit/go/soak/soak
seconds=${SOAK_SECONDS:-600}
jobs=${SOAK_JOBS:-1}
options=${SOAK_OPTIONS:-}
[ -z "${SOAK_SEED:-}" ] || options="$options --seed $SOAK_SEED"

names=${SOAK_VARIANTS:-}
if [ -z "$names" ]; then
	for plugin in plugins/allocators/go*.so; do
		name=${plugin##*/}
		names="$names ${name%.so}"
	done
fi

count=0
for name in $names; do
	if [ ! -e "plugins/allocators/$name.so" ]; then
		echo "allotrope: soak.sh: $name: is no variant" >&2
		exit 2
	fi
	count=$((count + 1))
done
echo "$count variants, $seconds s each, $jobs at a time: about" \
	"$(((count + jobs - 1) / jobs * ${seconds%.*} / 60 + 1)) min" >&2

# shellcheck disable=SC2086 # lists of words
printf '%s\n' $names | xargs -P "$jobs" -I NAME \
	"$soak" --seconds "$seconds" $options plugins/allocators/NAME.so
