# SPDX-License-Identifier: GPL-3.0-or-later
# lib.sh - what the driver's integration tests share: TAP, a scratch folder,
#          tiny runs. Sourced; needs top_builddir and top_srcdir.

allotrope=$top_builddir/allotrope
plugins=$top_builddir/tests/plugins
scratch=${TMPDIR:-/tmp}/driver-test.$$
mkdir -m 700 "$scratch" || exit 99
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM
count=0

# A run of a moment: one small point a thread count.
tiny='--workloads larson --set larson.blocks=50,larson.lives=2,larson.rounds=4'

# Calls enough for the faulty plugins, which go wrong at the 1000th.
busy='--workloads larson --set larson.blocks=100,larson.lives=2'

ok() # DESCRIPTION, after the condition: ok "..." $?
{
	count=$((count + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		[ ! -e "$scratch/err" ] || sed 's/^/# /' "$scratch/err"
	fi
}

skip() # DESCRIPTION, REASON
{
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

run() # WORDS...: leaves out, err and returns the exit code
{
	timeout 60 "$allotrope" "$@" >"$scratch/out" 2>"$scratch/err"
}

said() # TEXT: on standard error
{
	grep -qF -- "$1" "$scratch/err"
}

lines() # FILE: how many; 0 if it is not there
{
	[ -e "$1" ] && wc -l <"$1" | tr -d ' ' || echo 0
}

# What names a measurement, a line each, in the order measured.
names() # DIR
{
	sed -n 's/.*"cell":"\([^"]*\)".*"pass":"\([a-z]*\)".*"round":\([0-9]*\).*/\2 \3 \1/p' \
		"$1/samples.jsonl"
}

status_of() # DIR ALLOCATOR PASS: the statuses, each once
{
	grep "\"allocator\":\"$2\"" "$1/samples.jsonl" | grep "\"pass\":\"$3\"" |
		sed 's/.*"status":"\([a-z]*\)".*/\1/' | sort -u | tr '\n' ' '
}

wait_for_lines() # FILE COUNT: at most 20 s
{
	tries=0
	while [ "$(lines "$1")" -lt "$2" ] && [ $tries -lt 200 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	[ "$(lines "$1")" -ge "$2" ]
}
