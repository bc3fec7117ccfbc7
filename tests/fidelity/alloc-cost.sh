#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# alloc-cost.sh - nanoseconds an allocation: a variant against the real Go.
#
# Usage:  tests/fidelity/alloc-cost.sh [VARIANT [ROUNDS]]   (go1.19, 9)
# Prints: a table: kind, size, median processor time an allocation of each, the
#         median ratio of the rounds with its least and most, and the median
#         ratio of elapsed time, which neighbours on the machine disturb. Both without a collector and without a
#         free, every page of an object written to once; a process a sample, the
#         two in turn, who begins changes with the round.
# Env:    GO            the go command (go)
#         top_builddir  a built tree (build)
#         BYTES         memory a sample takes at most (256 MiB)
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${top_builddir:-$top/build}
variant=${1:-go1.19}
rounds=${2:-9}
bytes=${BYTES:-268435456}
plugin=$build/plugins/allocators/$variant.so
sizes="8 16 24 32 48 64 96 128 256 512 1024 2048 4096 8192 16384 32768"

[ -e "$plugin" ] && [ -x "$build/tests/fidelity/cost" ] || {
	echo "alloc-cost.sh: make, then make tests/fidelity/cost, in $build" >&2
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
	judge) "$tmp/judge" "$2" "$3" "$4" ;;
	ours) "$build/tests/fidelity/cost" "$plugin" "$2" "$3" "$4" ;;
	esac
}

round=0
while [ $round -lt "$rounds" ]; do
	for size in $sizes; do
		count=$((bytes / size))
		[ $count -le 4000000 ] || count=4000000
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
sort -k1,1 -k2,2n "$tmp/samples" | awk -v variant="$variant" '
function median(values, n,   i, j, v)
{
	for (i = 2; i <= n; i++) {
		v = values[i]
		for (j = i - 1; j && values[j] > v; j--)
			values[j + 1] = values[j]
		values[j + 1] = v
	}
	return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
}
function row(   mj, mo, mr, mw)
{
	if (!n)
		return
	mj = median(judge, n)
	mo = median(ours, n)
	mr = median(ratio, n)
	mw = median(wall, n)
	printf "%-7s %6d %9.2f %9.2f %6.2f %6.2f .. %-5.2f %7.2f\n", kind, \
		size, mj, mo, mr, ratio[1], ratio[n], mw
	n = 0
}
BEGIN { printf "%-7s %6s %9s %9s %6s %15s %7s\n", "kind", "bytes", "Go ns", \
	"ours ns", "ratio", "of the rounds", "elapsed" }
$1 != kind || $2 != size { row(); kind = $1; size = $2 }
{
	n++
	judge[n] = $3
	ours[n] = $5
	ratio[n] = $5 / $3
	wall[n] = $6 / $4
}
END { row() }'
