# SPDX-License-Identifier: GPL-3.0-or-later
# compare.awk - two outputs of one script, section by section.
#
# Usage:  awk -f compare.awk JUDGE OURS
# Prints: a line a section: name, lines, objects or values compared, "agrees" or
#         "differs", and for the latter the first lines that do.
# Needs:  any awk; linear in both files.
function fields(line,   w, n)
{
	n = split(line, w, " ")
	if (w[1] == "at")
		return n > 2 ? w[n] : 1
	if (w[1] == "sizes")
		return w[4] - w[2] + 1
	return 1
}
$1 == "section" {
	name = $2
	if (NR == FNR)
		order[++sections] = name
	else
		seen[name] = 1
	next
}
NR == FNR { # the judge's
	line[name, ++lines[name]] = $0
	things[name] += fields($0)
	next
}
{
	i = ++ours[name]
	if (!(name in differs) && line[name, i] != $0) {
		differs[name] = 1
		judge_said[name] = line[name, i]
		we_said[name] = $0
	}
}
END {
	for (k = 1; k <= sections; k++) {
		name = order[k]
		bad = name in differs || ours[name] + 0 != lines[name] + 0
		printf "%s %d %s", name, things[name], bad ? "differs" : "agrees"
		if (name in differs)
			printf " [%s] [%s]", judge_said[name], we_said[name]
		print ""
	}
	for (name in seen)
		if (!(name in lines) && ours[name])
			print name " 0 differs [] [a section too many]"
}
