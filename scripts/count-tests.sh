# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# count-tests.sh - runs `make check` and counts cases; sourced after bootstrap.sh.
#
# Role:   one unit for every count: the case. A cmocka program gives one result
#         a case, a shell test one a `ok` line or one in all (tests/driver.sh
#         writes them into the .trs files, which are what is counted here).
# Gives:  al_check BUILD TARGET, al_one NAME COMMAND..., and al_closing_line,
#         which ends the script with the exit code.

al_passed=0 al_failed=0 al_skipped=0

al_results() # BUILD: every .trs of the build, without unpacked archives
{
	find "$1" -name 'allotrope-[0-9]*' -prune -o -name '*.trs' -print
}

al_check() # BUILD TARGET: run, show, count
{
	al_dir=$1 al_target=$2
	mkdir -p "$al_dir/log"
	al_log=$al_dir/log/$al_target.log
	al_results "$al_dir" | xargs rm -f
	{
		${al_under:-} make -C "$al_dir" -s -k -j"$(al_jobs)" "$2" 2>&1 </dev/null
		echo "make ended with $?"
	} | tee "$al_log" | grep --line-buffered -E \
		'^(PASS|FAIL|ERROR|SKIP)' || :

	# Results of all programs: "STATUS PROGRAM CASE", told apart by awk.
	al_counts=$(al_results "$al_dir" | xargs cat /dev/null | awk '
		/^:test-result: (PASS|XFAIL)/ { pass++ }
		/^:test-result: (FAIL|XPASS|ERROR)/ { fail++ }
		/^:test-result: SKIP/ { skip++ }
		END { print pass + 0, fail + 0, skip + 0 }')
	# shellcheck disable=SC2086
	set -- $al_counts
	al_results "$al_dir" | sort | while read -r al_trs; do
		al_show_result "$al_dir" "$al_trs"
	done
	if [ "$2" = 0 ] && ! grep -qx 'make ended with 0' "$al_log"; then
		echo "FAIL: make $al_target; the end of $al_log:"
		tail -n 30 "$al_log" | sed 's/^/    /'
		set -- "$1" 1 "$3"
	fi
	al_passed=$((al_passed + $1))
	al_failed=$((al_failed + $2))
	al_skipped=$((al_skipped + $3))
}

al_show_result() # BUILD TRS: what was skipped and why; the log of a failure
{
	al_test=${2#"$1/"}
	al_test=${al_test%.trs}
	sed -n "s|^:test-result: SKIP|skipped: $al_test:|p" "$2"
	if grep -qE '^:global-test-result: (FAIL|ERROR|XPASS)' "$2"; then
		echo "failed: $al_test; the end of ${2%.trs}.log:"
		tail -n 30 "${2%.trs}.log" | sed 's/^/    /'
	fi
}

al_one() # NAME COMMAND...: a step that counts as one case
{
	al_title=$1
	shift
	mkdir -p "$al_logs"
	al_log=$al_logs/$(echo "$al_title" | tr ' /' '--').log
	al_code=0
	"$@" >"$al_log" 2>&1 </dev/null || al_code=$?
	if [ $al_code = 0 ]; then
		al_passed=$((al_passed + 1))
		echo "PASS: $al_title"
		return
	fi
	if [ $al_code = 77 ]; then
		al_skipped=$((al_skipped + 1))
		echo "SKIP: $al_title: $(tail -n 1 "$al_log")"
		return
	fi
	al_failed=$((al_failed + 1))
	echo "FAIL: $al_title; the end of $al_log:"
	tail -n 30 "$al_log" | sed 's/^/    /'
}

al_closing_line() # the count, alone on the last line; then the end
{
	al_line="$al_passed passed, $al_failed failed"
	[ $al_skipped = 0 ] || al_line="$al_line, $al_skipped skipped"
	echo "$al_line"
	[ $al_failed = 0 ] && [ $al_passed -gt 0 ] || exit 1
	exit 0
}
