#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bash.sh - a shell's variables, arrays and strings.
case $1 in
prepare) command -v bash >/dev/null || exit 77
	cat >work.sh <<'SH'
declare -A count
for ((i = 0; i < 30000; i++)); do
	word=w$((i * 7919 % 997))
	count[$word]=$((${count[$word]:-0} + 1))
	list[i % 500]=$word-${#list[@]}
done
echo "${#count[@]} ${count[w7]} ${list[*]}"
SH
	;;
run) exec bash work.sh ;;
esac
