#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bootstrap.sh - tests of run-suite's and run-tests' set-up and of the test driver.
#
# Nothing is installed: the machine that lacks things is a PATH of stubs.
set -eu

top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cases=0
bad=0

expect() # WHAT WANTED GOT
{
	cases=$((cases + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $cases - $1"
	else
		echo "# $1: wanted: $2"
		echo "# $1: got:    $3"
		echo "not ok $cases - $1"
		bad=1
	fi
}

code() # COMMAND...: its exit code, its output in $tmp/out
{
	rc=0
	"$@" >"$tmp/out" 2>&1 </dev/null || rc=$?
	echo $rc
}

# The words of the two commands.
expect "run-suite --help" 0 "$(code "$top/run-suite" --help)"
expect "run-tests --help" 0 "$(code "$top/run-tests" --help)"
expect "run-tests, unknown option" 2 "$(code "$top/run-tests" --nonsense)"

# A bare machine without root: stubs for apt, nothing of what is needed.
mkdir "$tmp/bin" "$tmp/tree" "$tmp/tree/scripts"
for tool in sh dirname mkdir cat grep sed tr tail awk env; do
	ln -s "$(command -v $tool)" "$tmp/bin/$tool"
done
printf '#!/bin/sh\necho 1000\n' >"$tmp/bin/id"
printf '#!/bin/sh\nexit 1\n' >"$tmp/bin/apt-get"
printf '#!/bin/sh\necho "  Candidate: 1.0"\n' >"$tmp/bin/apt-cache"
printf '#!/bin/sh\n' >"$tmp/bin/ldconfig"
cp "$tmp/bin/ldconfig" "$tmp/bin/true"
for stub in id apt-get apt-cache ldconfig true; do
	chmod +x "$tmp/bin/$stub"
done
cp "$top/run-suite" "$top/run-tests" "$tmp/tree"
cp "$top/scripts/bootstrap.sh" "$top/scripts/count-tests.sh" "$tmp/tree/scripts"

for command in run-suite run-tests; do
	expect "$command without root ends with 3" 3 \
		"$(code env -i PATH="$tmp/bin" "$tmp/tree/$command")"
	line=$(tail -n 1 "$tmp/out")
	expect "$command: the last line is for root" \
		"apt-get update && DEBIAN_FRONTEND=noninteractive apt-get" \
		"$(echo "$line" | cut -d ' ' -f 1-5)"
	for p in gcc libc6-dev make autoconf automake pkg-config libhwloc-dev \
		libpapi-dev gnuplot-nox libjemalloc2; do
		case " $line " in
		*" $p "*) ;;
		*) expect "$command: $p is in the line" yes no ;;
		esac
	done
done

# A compiler that was asked for by name and does not work.
expect "a CC that does not work ends with 3" 3 \
	"$(code env CC=/nonexistent/cc "$tmp/tree/run-suite")"
expect "and is named" \
	"allotrope: CC=/nonexistent/cc: does not work; try another, or unset CC" \
	"$(cat "$tmp/out")"

# Root, but the package manager fails: the end of its log, exit code 3.
printf '#!/bin/sh\necho 0\n' >"$tmp/bin/id"
printf '#!/bin/sh\necho "E: the network is down"\nexit 100\n' \
	>"$tmp/bin/apt-get"
expect "a package manager that fails ends with 3" 3 \
	"$(code env -i PATH="$tmp/bin" "$tmp/tree/run-suite")"
expect "and the end of its log is shown" "    E: the network is down" \
	"$(tail -n 1 "$tmp/out")"

# Through sudo: what apt-get is asked, in order, when one peer is not to be had.
cat >"$tmp/bin/sudo" <<'END'
#!/bin/sh
[ "$1" = -n ] && shift
exec env SUDO=yes "$@"
END
cat >"$tmp/bin/apt-get" <<'END'
#!/bin/sh
echo "sudo=$SUDO $DEBIAN_FRONTEND $*" >>"$CALLS"
case "$*" in *libjemalloc2*) exit 100 ;; esac
END
chmod +x "$tmp/bin/sudo"
printf '#!/bin/sh\necho 1000\n' >"$tmp/bin/id"
: >"$tmp/calls"
expect "sudo: what is missing afterwards ends with 3" 3 "$(code \
	env -i PATH="$tmp/bin" CALLS="$tmp/calls" "$tmp/tree/run-suite")"
expect "sudo: every call is root's and asks nothing" 0 \
	"$(grep -vc '^sudo=yes noninteractive -q' "$tmp/calls")"
expect "sudo: all at once, the required, then one peer at a time" \
	"18 14 1 1 1 1" "$(sed 's/.*recommends //' "$tmp/calls" |
		awk '{ printf "%s%s", (NR > 1 ? " " : ""), NF }')"
expect "sudo: the peer is named" \
	"allotrope: not to be had here: libjemalloc2" \
	"$(grep 'not to be had' "$tmp/out")"

# The test driver: one result a case.
drive() # SCRIPT-TEXT [LIMIT]: the results it writes, joined
{
	printf '%s\n' "$1" >"$tmp/case"
	AL_TEST_TIMEOUT=${2:-10} sh "$top/tests/driver.sh" --test-name case \
		--log-file "$tmp/log" --trs-file "$tmp/trs" \
		--color-tests no -- sh "$tmp/case" >/dev/null
	sed -n 's/^:\(test\|global-test\)-result: //p' "$tmp/trs" |
		tr '\n' ';'
}
expect "no TAP, passes" "PASS;PASS;" "$(drive 'exit 0')"
expect "no TAP, fails" "FAIL;FAIL;" "$(drive 'exit 1')"
expect "no TAP, skipped with its reason" "SKIP no such luck;SKIP;" \
	"$(drive 'echo no such luck; exit 77')"
expect "no TAP, cannot run" "ERROR why;ERROR;" "$(drive 'echo why; exit 99')"
expect "a hang is a failure" "FAIL;FAIL;" "$(drive 'sleep 60' 1)"
expect "TAP cases" "PASS a;FAIL b;FAIL;" \
	"$(drive 'echo 1..2; echo ok 1 - a; echo not ok 2 - b; exit 1')"
expect "TAP, skipped as cmocka says it" "PASS a;SKIP b: no perl;PASS;" \
	"$(drive 'echo 1..2; echo ok 1 - a; echo no perl
		echo "not ok 2 # SKIP b"')"
expect "TAP, skipped with a reason of its own" "PASS a;SKIP b: no luck;PASS;" \
	"$(drive 'echo 1..2; echo ok 1 - a; echo something else
		echo "ok 2 - b # SKIP no luck"')"
expect "several plans add up" "PASS a;PASS b;PASS;" \
	"$(drive 'echo 1..1; echo ok 1 - a; echo 1..1; echo ok 1 - b')"
expect "a crash after one case" \
	"PASS a;ERROR 1 cases of 2 came, status 139;ERROR;" \
	"$(drive 'echo 1..2; echo ok 1 - a; kill -SEGV $$')"
expect "all passed, yet it failed" \
	"PASS a;ERROR every case passed, yet status 3;ERROR;" \
	"$(drive 'echo 1..1; echo ok 1 - a; exit 3')"

# The style check finds what it is for.
mkdir -p "$tmp/style/allocators/x"
printf '// SPDX-License-Identifier: GPL-3.0-or-later\n/*\n * y.c - x \n' \
	>"$tmp/style/allocators/x/x.c"
printf '#include "../../harness/lib/error.h"' >>"$tmp/style/allocators/x/x.c"
expect "the style check fails" 1 \
	"$(code "$top/scripts/check_style.sh" "$tmp/style")"
for what in "is MIT" "header block begins" "no Role: in" "blanks at the end" \
	"must not include" "no newline"; do
	expect "it finds: $what" 1 "$(grep -c "$what" "$tmp/out")"
done

echo "1..$cases"
exit $bad
