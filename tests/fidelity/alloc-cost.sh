#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# alloc-cost.sh - nanoseconds an allocation: a variant against the real Go.
#
# Usage:  tests/fidelity/alloc-cost.sh [VARIANT [ROUNDS]]   (go1.19, 15)
# Prints: a line a kind and size: processor time an allocation of each, the
#         median ratio of the rounds with its 95% interval (by ranks, no shape is
#         assumed), the same for elapsed time, which neighbours on the machine
#         disturb, and page faults for 1000 allocations of each. Then which sizes
#         are below Go, above Go, or neither for certain. Exit code 1: one is above.
# Method: both without a collector and without a free, the same count of the same
#         size, every system page of an object written to once. A process a sample;
#         each round takes all sizes, the two in turn, who begins changes with
#         the round. Neither gets huge pages (PR_SET_THP_DISABLE): faults say so.
#         Processor time is the allocating thread's, in the system too.
# Time:   some 30 ms a sample: 5 minutes for all of it on an idle machine.
# Env:    GO            the go command (go)
#         top_builddir  a built tree (build)
#         BYTES         memory a sample takes at most (64 MiB)
#         SIZES         instead of each size class and the middle between two
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${top_builddir:-$top/build}
variant=${1:-go1.19}
rounds=${2:-15}
bytes=${BYTES:-67108864}
plugin=$build/plugins/allocators/$variant.so
cost=$build/tests/fidelity/cost

[ -e "$plugin" ] && [ -x "$cost" ] || {
	echo "alloc-cost.sh: make, then make tests/fidelity/cost, in $build" >&2
	exit 2
}
[ "$rounds" -ge 6 ] || {
	echo "alloc-cost.sh: a 95% interval needs 6 rounds" >&2
	exit 2
}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
(cd "$tmp" && env GO111MODULE=off GOPROXY=off GOFLAGS= GOCACHE="$tmp/cache" \
	GOPATH="$tmp" "${GO:-go}" build -o "$tmp/judge" \
	"$top/tests/fidelity/cost.go")
export GOMAXPROCS=1 GOGC=off
unset GOMEMLIMIT

sample() # judge|ours SIZE KIND COUNT
{
	case $1 in
	judge) "$cost" calm "$tmp/judge" "$2" "$3" "$4" ;;
	ours) "$cost" calm "$cost" "$plugin" "$2" "$3" "$4" ;;
	esac
}

sizes=${SIZES:-$("$cost" sizes)}
round=0
while [ "$round" -lt "$rounds" ]; do
	for size in $sizes; do
		count=$((bytes / size))
		[ $count -le 2000000 ] || count=2000000
		for kind in noscan scan; do
			if [ $((round % 2)) = 0 ]; then
				a=$(sample judge "$size" $kind $count)
				b=$(sample ours "$size" $kind $count)
			else
				b=$(sample ours "$size" $kind $count)
				a=$(sample judge "$size" $kind $count)
			fi
			echo "$kind $size $a $b"
		done
	done
	round=$((round + 1))
done >"$tmp/samples"

"${GO:-go}" version
echo "$variant, $rounds rounds, up to $bytes bytes a sample"
sort -k1,1 -k2,2n "$tmp/samples" | awk -f "$top/tests/fidelity/alloc-cost.awk"
