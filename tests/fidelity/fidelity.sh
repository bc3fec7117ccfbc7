#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# fidelity.sh - the test that holds go1.19 against the real Go 1.19 runtime.
#
# Role:   both carry out the same allocation scripts; what they print is compared
#         section by section. Prints the table of agreements, then shows that
#         other variants are told apart. README.md has the questions.
# Env:    GO  the go command (go). Nothing is fetched: the one file is built with
#         the standard library that came with Go.
set -eu

top=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
build=${top_builddir:-$top/build}
here=$top/tests/fidelity
bin=$build/tests/fidelity
go=${GO:-go}

command -v "$go" >/dev/null 2>&1 || {
	echo "go is not installed: nobody to compare with"
	exit 77
}
version=$("$go" version)
case $version in
*\ go1.19*\ linux/amd64) ;;
*)
	echo "the judge is Go 1.19 on linux/amd64, here is: $version"
	exit 77
	;;
esac

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
env GO111MODULE=off GOPROXY=off GOFLAGS= GOCACHE="$tmp/cache" GOPATH="$tmp" \
	"$go" build -o "$tmp/judge" "$here/fidelity.go"

# One processor, and no stack that shrinks or signal that comes in between.
export GOMAXPROCS=1 GOGC=off GODEBUG=asyncpreemptoff=1,gcshrinkstackoff=1
unset GOMEMLIMIT

cases=0
bad=0
result() # ok|"not ok" WHAT
{
	cases=$((cases + 1))
	echo "$1 $cases - $2"
	[ "$1" = ok ] || bad=1
}

for script in $("$bin/scripts"); do
	"$bin/scripts" "$script" >"$script.script"
	"$tmp/judge" "$script.script" >"$script.judge"
done

ours() # VARIANT: what it answers, compared, to VARIANT.table
{
	for ours_script in $("$bin/scripts"); do
		"$bin/fidelity-$1" "$ours_script.script" >"$ours_script.ours" \
			2>"$ours_script.err" || cat "$ours_script.err" >&2
		awk -f "$here/compare.awk" "$ours_script.judge" \
			"$ours_script.ours"
	done >"$1.table"
}

ours go1.19
echo "# $version"
echo "# section                compared  go1.19"
while read -r section things verdict rest; do
	printf '# %-20s %10s  %s\n' "$section" "$things" "$verdict"
	why=$(sed -n "s/^$section|//p" "$here/known-differences.txt")
	case $verdict:$why in
	agrees:) result ok "$section" ;;
	differs:?*)
		echo "#     $rest"
		echo "#     $why"
		result ok "$section differs as explained"
		;;
	agrees:?*)
		echo "# $section agrees: take it off known-differences.txt"
		result "not ok" "$section"
		;;
	*)
		echo "#     first difference, Go's and ours: $rest"
		result "not ok" "$section"
		;;
	esac
done <go1.19.table

# A comparison that cannot fail says nothing.
grep -v '^#' "$here/told-apart.txt" >told-apart
while IFS='|' read -r variant section; do
	ours "$variant"
	echo "# $variant differs in:" \
		$(sed -n 's/ [0-9]* differs.*//p' "$variant.table")
	if grep -q "^$section [0-9]* differs" "$variant.table"; then
		result ok "$variant is told apart by $section"
	else
		result "not ok" "$variant is told apart by $section"
	fi
done <told-apart
echo "1..$cases"
exit $bad
