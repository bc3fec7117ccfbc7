#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# check_style.sh - what the house style can say by machine; prints FILE:LINE: what.
#
# Usage:  scripts/check_style.sh [SOURCE-FOLDER]
# Checks: C: licence line of the folder, header block with its fields in order,
#         at most 600 lines, 80 columns (tabs of 8; a string is never broken, so
#         its line may be longer), which folder includes which. Every text file:
#         a licence line where comments exist, no blanks at line ends, a last
#         newline, no path of one machine, no promise left in the code. A file that
#         a program wrote (DO NOT EDIT in its third line) may be long and wide.
# Needs:  a POSIX shell, find and awk. Exit code 1 when something was found.
set -eu

cd "${1:-$(dirname "$0")/..}"
found=${TMPDIR:-/tmp}/check_style.$$
trap 'rm -f "$found"' EXIT

files() # every text file that is ours, none that a build made
{
	find .ci allocators doc harness include scripts suites tests workloads \
		-type f \( -name '*.[ch]' -o -name '*.sh' -o -name '*.mk' \
		-o -name '*.md' -o -name '*.def' -o -name '*.gp' \
		-o -name '*.awk' -o -path .ci/run \) 2>/dev/null
	find . -maxdepth 1 -type f \( -name '*.md' -o -name 'run-*' \
		-o -name configure.ac -o -name Makefile.am \)
}

files | sed 's|^\./||' | sort | xargs awk '
function say(what)
{
	print FILENAME ":" FNR ": " what
}
function columns(line,   i, n, width)
{
	if (line !~ /\t/)
		return length(line)
	n = length(line)
	for (i = 1; i <= n; i++)
		width += substr(line, i, 1) == "\t" ? 8 - width % 8 : 1
	return width
}
# The folder that a quoted include leads to, from the folder it stands in.
function lead(file, to,   parts, out, n, i, m)
{
	sub(/[^\/]*$/, "", file)
	n = split(file to, parts, "/")
	m = 0
	for (i = 1; i <= n; i++)
		if (parts[i] == "..")
			m--
		else
			out[++m] = parts[i]
	return m > 1 ? out[1] "/" out[2] "/" : ""
}
function include_allowed(from, to,   base)
{
	base = to
	sub(/.*\//, "", base)
	if (to == "" || to == "config.h" || to ~ /^allotrope\//)
		return !(from ~ /^(include|allocators)\// && to == "config.h")
	to = lead(from, to)
	if (from ~ /^include\//)
		return to ~ /^include\//
	if (from ~ /^allocators\//)
		return to ~ /^allocators\//
	if (from ~ /^workloads\/synthetic\//)
		return to ~ /^workloads\//
	if (from ~ /^harness\/(lib|stats)\//)
		return to == lead(from, "x") || to ~ /^harness\/lib\//
	if (base == "commands.h") # every command has its prototype there
		return 1
	if (from ~ /^harness\/driver\// && to ~ /^harness\/report\//)
		return 1 # a run closes with its report
	if (from ~ /^harness\//) # runner and report know nobody above them
		return to == lead(from, "x") || \
			to ~ /^(harness\/lib|harness\/stats|workloads)\//
	return 1
}
FNR == 1 {
	is_c = FILENAME ~ /\.[ch]$/
	spdx = 0
	field = 0
	generated = 0
	licence = FILENAME ~ /^(allocators|include)\// ? "MIT" : "GPL-3.0-or-later"
	nfields = split("Role Invariants Locks Units Source", fields, " ")
	base = FILENAME
	sub(/.*\//, "", base)
}
FNR <= 3 && /SPDX-License-Identifier:/ {
	spdx = 1
	if (is_c && index($0, "// SPDX-License-Identifier: " licence) != 1)
		say("this folder is " licence)
}
FNR == 3 && !spdx && FILENAME !~ /\.md$/ { say("no licence line") }
is_c && FNR == 3 { generated = /DO NOT EDIT/ }
is_c && FNR == 3 && index($0, " * " base " - ") != 1 {
	say("the header block begins with \" * " base " - what it is\"")
}
is_c && FNR < 60 && field < nfields && index($0, " * " fields[field + 1] ":") == 1 {
	field++
}
is_c && FNR == 60 && field < nfields { say("no " fields[field + 1] ": in the header block") }
is_c && !generated && FNR == 601 { say("longer than 600 lines") }
/[ \t]$/ { say("blanks at the end of the line") }
is_c && !generated && columns($0) > 80 && !/"[^"]*"/ { say(columns($0) " columns") }
is_c && match($0, /^#[ \t]*include[ \t]*["<][^">]*/) {
	target = substr($0, RSTART, RLENGTH)
	quoted = target ~ /"/
	sub(/.*["<]/, "", target)
	if (quoted && !include_allowed(FILENAME, target))
		say("must not include " target)
}
/(^|[^A-Za-z0-9_.])\/(home|root|work|Users)\/[A-Za-z0-9]/ {
	say("a path of one machine")
}
/(TO[D]O|FIX[M]E|(^|[^X])XX[X]([^X]|$))/ { say("a promise in the code") }
{ seen[FILENAME] = field; lines[FILENAME] = FNR }
END {
	for (f in seen)
		if (f ~ /\.[ch]$/ && lines[f] < 60 && seen[f] < nfields)
			print f ":1: no " fields[seen[f] + 1] ": in the header block"
}
' >"$found"

for f in $(files); do
	[ ! -s "$f" ] || [ -z "$(tail -c 1 "$f")" ] ||
		echo "${f#./}: no newline at the end" >>"$found"
done

scripts/variants.sh --check 2>>"$found" || :

if [ -s "$found" ]; then
	sort "$found"
	echo "check_style: $(wc -l <"$found") to mend" >&2
	exit 1
fi
echo "check_style: $(files | wc -l) files, nothing to mend"
