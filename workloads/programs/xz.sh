#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# xz.sh - few allocations, large ones: what an allocator must not spoil.
case $1 in
prepare)
	command -v xz >/dev/null || exit 77
	seq 1 7 1500000 >data
	;;
run) exec xz -1 -T2 --block-size=512KiB -c data ;;
esac
