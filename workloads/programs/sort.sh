#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# sort.sh - lines in one large buffer.
case $1 in
prepare)
	seq 1 200000 | awk '{ print ($1 * 7919) % 200003, $1 }' >data
	;;
run) exec sort -k1,1n --parallel=2 data ;;
esac
