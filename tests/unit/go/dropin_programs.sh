#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# dropin_programs.sh - the real programs of dropin.sh, one a call.
#
# Usage:  dropin_programs.sh PROGRAM FOLDER [LIBRARY]    (from the build folder)
# Prints: what PROGRAM must say with every malloc; FOLDER is for its files.
# Exit:   the program's; 77, with the reason, where it is not installed.
# Each runs with LIBRARY preloaded, needs no network, no home and no terminal, and
# no step of it waits without a limit.
set -eu

dir=$2
unset CDPATH
export HOME="$dir" GIT_CONFIG_NOSYSTEM=1 LC_ALL=C

need() # TOOL...
{
	for tool; do
		command -v "$tool" >/dev/null 2>&1 || {
			echo "$tool: not installed"
			exit 77
		}
	done
}

preload() # run from here on with the library
{
	[ -z "${library:-}" ] || export LD_PRELOAD="$library"
}

run_api() # the C library's functions, one by one
{
	if [ -z "${library:-}" ]; then
		sed -n 's/^\trun("\([^"]*\)".*/\1/p' "$api_source"
		return
	fi
	preload
	tests/unit/go/dropin_api >"$dir/api" || {
		grep -v '^ok' "$dir/api" >&2
		return 1
	}
	sed -n 's/^ok [0-9]* - //p' "$dir/api"
}

run_own() # the project's own tests
{
	preload
	CMOCKA_MESSAGE_OUTPUT=TAP
	export CMOCKA_MESSAGE_OUTPUT
	for test in test_stats test_report test_driver trace/test_trace; do
		"tests/unit/$test" 2>/dev/null </dev/null | grep -E '^(not )?ok|^1\.\.'
	done
}

run_bash()
{
	need bash
	preload
	bash -c 'a=(); for i in {1..20000}; do a+=("x$i"); done
		echo ${#a[@]} "${a[@]: -1}"
		f() { echo $(($1 * 2)); }; f 21 | cat'
}

run_perl()
{
	need perl
	preload
	perl -e 'my %h; $h{$_ % 5000} .= $_ for 1 .. 60000;
		my $s = join ",", map { length $h{$_} } sort keys %h;
		print length($s), "\n"; $| = 1;
		my $child = fork() // exit 1; exit if !$child;
		waitpid $child, 0; print "child $?\n"'
}

run_python3()
{
	need python3
	preload
	python3 -c '
import threading, json, re
out = {}
def work(k):
    d = {str(i): [k] * (i % 50) for i in range(4000)}
    out[k] = len(json.dumps(d)) + len(re.sub("[1-3]", "", json.dumps(d)))
threads = [threading.Thread(target=work, args=(k,)) for k in range(6)]
[t.start() for t in threads]; [t.join() for t in threads]
print(sorted(out.items()))'
}

run_git()
{
	need git
	preload
	rm -rf "$dir/repo"
	mkdir "$dir/repo"
	cd "$dir/repo"
	git init -q .
	git config gc.autoDetach false
	for i in 1 2 3 4; do
		seq $((i * 1000)) >"f$i"
		git add .
		git -c user.name=t -c user.email=t@localhost \
			commit -qm "$i" --date=2020-01-01T00:00:00Z
	done
	git gc -q
	git fsck --full 2>&1
	git --no-pager log --oneline --stat | sed 's/^[0-9a-f]* //'
}

run_sqlite3()
{
	need sqlite3
	preload
	sqlite3 :memory: "create table t(a,b);
		with recursive c(x) as
			(select 1 union all select x+1 from c where x<40000)
		insert into t select x, printf('%d-%d', x*7919%40000, x) from c;
		create index i on t(b); select count(*), min(b), max(b) from t;
		select sum(length(b)) from t where b like '%99%';"
}

run_xz()
{
	need xz
	seq 300000 >"$dir/seq"
	preload
	xz -T2 -3 --block-size=500KiB -c "$dir/seq" | xz -dc | cksum
}

run_gxx()
{
	need g++ nm
	cat >"$dir/t.cc" <<-'CC'
	#include <map>
	#include <string>
	#include <tuple>
	#include <variant>
	#include <vector>
	template <int N> struct fib {
		static const int v = (fib<N-1>::v + fib<N-2>::v) % 9973;
	};
	template <> struct fib<0> { static const int v = 0; };
	template <> struct fib<1> { static const int v = 1; };
	std::map<std::string, std::vector<std::variant<int, std::string>>> m;
	int f(std::string s)
	{
		m[s].push_back(fib<300>::v);
		return std::get<0>(m[s][0]);
	}
	CC
	preload
	g++ -O1 -c -o "$dir/t.o" "$dir/t.cc"
	nm "$dir/t.o" | wc -l
}

run_redis()
{
	need redis-server redis-cli redis-benchmark
	sock=$dir/redis.sock
	rm -f "$sock"
	(
		preload
		exec redis-server --port 0 --unixsocket "$sock" --save '' \
			--dir "$dir" --daemonize no
	) >"$dir/redis.log" 2>&1 &
	server=$!
	trap 'kill $server 2>/dev/null || :' EXIT
	tries=0
	until redis-cli -s "$sock" ping >/dev/null 2>&1; do
		tries=$((tries + 1))
		if ! kill -0 $server 2>/dev/null || [ $tries -gt 300 ]; then
			cat "$dir/redis.log" >&2
			return 1
		fi
		sleep 0.1
	done
	redis-benchmark -s "$sock" -q -n 3000 -r 3000 \
		-t set,get,lpush,hset,mset >/dev/null
	redis-cli -s "$sock" ping
	redis-cli -s "$sock" dbsize | wc -l
	redis-cli -s "$sock" shutdown nosave
	wait $server
}

library=${3:-}
api_source=${srcdir:-.}/tests/unit/go/dropin_api.c
"run_$1"
