#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# dropin.sh - every variant as malloc of real programs; prints program x variant.
#
# Usage:  tests/unit/go/dropin.sh [VARIANT...]      (from the build folder)
# Checks: the C library's functions one by one (dropin_api), then programs whose
#         output must be what they say without the preload.
# Needs:  what is not installed is skipped, with a line that says so.
set -eu

builddir=${top_builddir:-$(pwd)}
cd "$builddir"
if grep -q 'define AL_SANITIZED' config.h; then
	echo "dropin.sh: malloc is the sanitizer's in this build"
	exit 77
fi
if [ $# -eq 0 ]; then
	for so in plugins/dropin/liballotrope-*.so; do
		name=${so##*/liballotrope-}
		set -- "$@" "${name%.so}"
	done
fi
work=$(mktemp -d)
want=$work/want
mkdir "$want"
trap 'rm -rf "$work"' EXIT

# Each program is a function that prints what must come out the same.
bash_() { bash -c 'a=(); for i in {1..20000}; do a+=("x$i"); done
	echo ${#a[@]} "${a[@]: -1}"; f() { echo $(($1 * 2)); }; f 21 | cat'; }
perl_() { perl -e 'my %h; $h{$_ % 5000} .= $_ for 1 .. 60000;
	my $s = join ",", map { length $h{$_} } sort keys %h;
	print length($s), "\n"; print "fork ", (fork() // exit 1) ? "" : exit, "\n"'; }
python3_() { python3 -c '
import threading, json, re
out = {}
def work(k):
    d = {str(i): [k] * (i % 50) for i in range(4000)}
    out[k] = len(json.dumps(d)) + len(re.sub("[1-3]", "", json.dumps(d)))
threads = [threading.Thread(target=work, args=(k,)) for k in range(6)]
[t.start() for t in threads]; [t.join() for t in threads]
print(sorted(out.items()))'; }
git_() { rm -rf "$work/repo" && mkdir "$work/repo" && cd "$work/repo" &&
	git init -q . && for i in 1 2 3 4; do
		seq $((i * 1000)) >"f$i" && git add . &&
		git -c user.name=t -c user.email=t@localhost \
			commit -qm "$i" --date=2020-01-01T00:00:00Z; done &&
	git gc -q && git fsck --full 2>&1 && git log --oneline --stat |
	sed 's/^[0-9a-f]* //'; }
sqlite3_() { sqlite3 :memory: "create table t(a,b);
	with recursive c(x) as (select 1 union all select x+1 from c where x<40000)
	insert into t select x, printf('%d-%d', x*7919%40000, x) from c;
	create index i on t(b); select count(*), min(b), max(b) from t;
	select sum(length(b)) from t where b like '%99%';"; }
xz_() { seq 300000 >"$work/seq" && xz -T2 -3 --block-size=500KiB -c \
	"$work/seq" | xz -dc | cksum; }
gxx_() { cat >"$work/t.cc" <<'CC' && g++ -O1 -c -o "$work/t.o" "$work/t.cc" &&
#include <map>
#include <string>
#include <tuple>
#include <variant>
#include <vector>
template <int N> struct fib { static const int v = (fib<N-1>::v + fib<N-2>::v) % 9973; };
template <> struct fib<0> { static const int v = 0; };
template <> struct fib<1> { static const int v = 1; };
std::map<std::string, std::vector<std::variant<int, std::string>>> m;
int f(std::string s) { m[s].push_back(fib<300>::v); return std::get<0>(m[s][0]); }
CC
	nm "$work/t.o" | wc -l; }
redis_() { port=$((20000 + ($$ * 64 + $(echo "$work" | cksum | cut -c1-5)) % 20000))
	redis-server --port $port --save '' --daemonize no >"$work/redis.log" &
	server=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		LD_PRELOAD='' redis-cli -p $port ping >/dev/null 2>&1 && break
		sleep 0.2
	done
	LD_PRELOAD='' redis-benchmark -p $port -q -n 3000 -r 3000 \
		-t set,get,lpush,hset,mset >/dev/null
	LD_PRELOAD='' redis-cli -p $port dbsize | wc -l
	LD_PRELOAD='' redis-cli -p $port shutdown nosave >/dev/null 2>&1 || true
	wait $server; }

programs=
for p in bash perl python3 git sqlite3 xz g++ redis-server; do
	f=$p
	case $p in
	g++) f=gxx ;;
	redis-server) f=redis ;;
	esac
	if ! command -v "$p" >/dev/null 2>&1; then
		echo "# $p: not installed, not run"
		continue
	fi
	programs="$programs $f"
	("${f}_") >"$want/$f" 2>"$work/err" || {
		echo "Bail out! $p fails without a preload: $(tail -1 "$work/err")"
		exit 99
	}
done

# One variant: its row goes to $work/VARIANT/row.
run_variant() # VARIANT
{
	lib=$builddir/plugins/dropin/liballotrope-$1.so
	work=$work/$1
	mkdir "$work"
	row=
	if LD_PRELOAD=$lib tests/unit/go/dropin_api >"$work/api" 2>&1; then
		row="$row api:ok"
	else
		row="$row api:FAILED"
		grep -v '^ok' "$work/api" | sed 's/^/# /'
	fi
	for f in $programs; do
		status=0
		(LD_PRELOAD=$lib; export LD_PRELOAD
		"${f}_") >"$work/got" 2>"$work/err" || status=$?
		if [ $status -eq 0 ] && cmp -s "$work/got" "$want/$f"; then
			row="$row $f:ok"
		else
			row="$row $f:FAILED($status)"
			tail -3 "$work/err" | sed 's/^/# /'
		fi
	done
	echo "$1:$row" >"$work/row"
}

# Two at a time: most of it is waiting for files and sockets.
for variant; do
	run_variant "$variant" &
	if [ -n "${before:-}" ]; then
		wait "$before"
	fi
	before=$!
done
wait

failed=0 n=0
for variant; do
	n=$((n + 1))
	row=$(cat "$work/$variant/row")
	case $row in
	*FAILED*) echo "not ok $n - $row"; failed=1 ;;
	*) echo "ok $n - $row" ;;
	esac
done
echo "1..$n"
exit $failed
