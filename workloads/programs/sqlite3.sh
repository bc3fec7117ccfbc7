#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# sqlite3.sh - a table in memory, indexed, joined, updated.
case $1 in
prepare)
	command -v sqlite3 >/dev/null || exit 77
	cat >work.sql <<'SQL'
create table t(a integer primary key, b text, c integer);
with recursive n(x) as (select 1 union all select x + 1 from n where x < 60000)
insert into t select x, printf('%d-%d', x * 7919 % 60000, x), x * 31 % 977 from n;
create index i on t(b);
create index j on t(c, b);
update t set b = b || '+' where c < 300;
delete from t where c between 500 and 600;
select count(*), min(b), max(b), sum(c) from t;
select c, count(*), group_concat(b) from t where c < 40 group by c order by c;
select count(*) from t x join t y on x.c = y.c where x.a < 2000;
SQL
	;;
run) exec sqlite3 -batch :memory: '.read work.sql' ;;
esac
