#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# docs.sh - the handbook's commands work, and its links lead somewhere.
#
# Blocks marked `sh` are run, page by page, in a folder that shows the tree's sources
# and nothing else, with a copy of the programs that was installed for it. Blocks marked `sh long` (whole suites, root's work) are only
# parsed, and what they call in the tree must exist.
set -eu

: "${top_srcdir:?run by make check}" "${top_builddir:?run by make check}"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cases=0
bad=0

verdict() # CODE WHAT: one case; $tmp/out says why
{
	cases=$((cases + 1))
	if [ "$1" = 0 ]; then
		echo "ok $cases - $2"
		return
	fi
	sed 's/^/# /' "$tmp/out"
	echo "not ok $cases - $2"
	bad=1
}

blocks() # PAGE MARK FOLDER: each fenced block with this mark to FOLDER/NUMBER
{
	mkdir -p "$3"
	awk -v mark="\`\`\`$2" -v folder="$3" '
	/^```/ { inside = !inside && $0 == mark; n += inside; next }
	inside { printf "%s\n", $0 >sprintf("%s/%03d", folder, n) }
	' "$1"
}

env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL \
	make -C "$top_builddir" -s install DESTDIR="$tmp/stage" \
	>"$tmp/out" 2>&1 || {
	cat "$tmp/out"
	exit 99
}
PATH=$(dirname "$(find "$tmp/stage" -path '*/bin/allotrope')"):$PATH

cd "$top_srcdir"
for page in README.md doc/*.md; do
	name=$(echo "$page" | tr / -)
	blocks "$page" sh "$tmp/$name.sh"
	blocks "$page" "sh long" "$tmp/$name.long"
	mkdir "$tmp/$name.work"
	for part in allocators include suites workloads; do
		ln -s "$top_srcdir/$part" "$tmp/$name.work/$part"
	done
	for block in "$tmp/$name.sh"/*; do
		[ -e "$block" ] || continue
		rc=0
		(cd "$tmp/$name.work" && sh -eux "$block") \
			>"$tmp/out" 2>&1 </dev/null || rc=$?
		verdict $rc "$page: block ${block##*/} runs"
	done
	for block in "$tmp/$name.long"/*; do
		[ -e "$block" ] || continue
		rc=0
		sh -n "$block" >"$tmp/out" 2>&1 || rc=$?
		for script in $(sed -n 's|^\./\([a-z-]*\).*|\1|p' "$block"); do
			[ -x "$script" ] || {
				echo "$script is not there" >>"$tmp/out"
				rc=1
			}
		done
		verdict $rc "$page: block ${block##*/} parses"
	done
	: >"$tmp/out"
	grep -o '](\([^):#]*\))' "$page" | sed 's/^](//; s/)$//' |
		while read -r link; do
			[ -e "$(dirname "$page")/$link" ] || echo "$link"
		done >"$tmp/out"
	rc=0
	[ ! -s "$tmp/out" ] || rc=1
	verdict $rc "$page: links lead somewhere"
done
echo "1..$cases"
exit $bad
