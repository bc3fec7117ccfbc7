#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# driver.sh - automake's test driver for this project: one result a case.
#
# Role:   runs one test under a time limit, reads the TAP lines it printed (cmocka
#         prints them when asked), and writes the log and the .trs file.
# Differs from automake's own drivers: a test without TAP lines counts as one
#         case by its exit status (0, 77 skipped, 99 cannot run); several plans
#         in one program add up; a program that dies, or ends before its plan is
#         fulfilled, has an ERROR beside the cases that passed; a skip carries
#         its reason: what follows SKIP, else the last line before it.
# Env:    AL_TEST_TIMEOUT  seconds a test may take (900)
set -u

name= log= trs=
while [ $# -gt 0 ]; do
	case $1 in
	--test-name) name=$2; shift ;;
	--log-file) log=$2; shift ;;
	--trs-file) trs=$2; shift ;;
	--color-tests | --collect-skipped-logs) shift ;;
	--expect-failure | --enable-hard-errors) shift ;;
	--) shift; break ;;
	*) break ;;
	esac
	shift
done
[ -n "$name" ] && [ -n "$log" ] && [ -n "$trs" ] && [ $# -gt 0 ] || {
	echo "driver.sh: called by make check, see automake's manual" >&2
	exit 2
}

limit=${AL_TEST_TIMEOUT:-900}
begin=$(date +%s)
CMOCKA_MESSAGE_OUTPUT=TAP timeout -k 10 "$limit" "$@" >"$log" 2>&1 </dev/null &
child=$!
trap 'kill $child 2>/dev/null; rm -f "$log" "$trs"; exit 130' HUP INT TERM
wait $child
status=$?
took=$(($(date +%s) - begin))
if [ $status = 124 ] || [ $status = 137 ]; then
	[ $took -lt "$limit" ] ||
		echo "driver.sh: still running after $limit s, stopped" >>"$log"
fi

awk -v status=$status -v took=$took -v name="$name" -v trs="$trs" '
function result(what, text)
{
	print ":test-result: " what (text == "" ? "" : " " text) >trs
	count[what]++
	cases++
}
/^(not )?ok [0-9]+/ {
	tap++
	text = $0
	sub(/^(not )?ok [0-9]+( -)? */, "", text)
	if (toupper($0) ~ /# *SKIP/) {
		reason = text
		sub(/.*# *[Ss][Kk][Ii][Pp] */, "", reason)
		sub(/ *# *[Ss][Kk][Ii][Pp].*/, "", text)
		if (text == "") { # cmocka has the name behind
			text = reason
			reason = ""
		}
		reason = reason == "" ? last : reason
		result("SKIP", text (reason == "" ? "" : ": " reason))
	} else if ($1 == "not")
		result("FAIL", text)
	else
		result("PASS", text)
	next
}
/^1\.\.[0-9]+/ {
	split($0, plan, /\.\./)
	planned += plan[2] + 0
	next
}
NF { last = $0 }
END {
	if (!tap && status == 77)
		result("SKIP", last)
	else if (!tap && status == 99)
		result("ERROR", last)
	else if (!tap)
		result(status ? "FAIL" : "PASS", "")
	else if (planned && tap != planned)
		result("ERROR", tap " cases of " planned " came, status " status)
	else if (status && status != 77 && !count["FAIL"])
		result("ERROR", "every case passed, yet status " status)
	sum = count["FAIL"] ? "FAIL" : count["ERROR"] ? "ERROR" : \
		count["PASS"] ? "PASS" : "SKIP"
	bad = sum == "FAIL" || sum == "ERROR"
	print ":global-test-result: " sum >trs
	print ":recheck: " (bad ? "yes" : "no") >trs
	print ":copy-in-global-log: " (sum == "PASS" ? "no" : "yes") >trs
	many = cases > 1 ? ", " cases " cases" : ""
	print sum ": " name " (" took " s" many ")" \
		(sum == "SKIP" ? ": " last : "")
}' "$log"
