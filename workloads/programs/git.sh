#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# git.sh - the history of 500 commits, with every difference.
case $1 in
prepare)
	command -v git >/dev/null || exit 77
	git init -q repo || exit
	awk 'BEGIN {
		for (i = 1; i <= 500; i++) {
			text = ""
			for (k = 1; k <= 400; k++)
				text = text "line " (k * k * i) % (97 + i % 5) "\n"
			print "commit refs/heads/main"
			print "committer A <a@localhost> " 1600000000 + i " +0000"
			print "data 3\nc" i % 10 "\n"
			print "M 100644 inline f" i % 7
			print "data " length(text)
			print text
		}
	}' | git -C repo fast-import --quiet
	;;
run)
	HOME=. GIT_CONFIG_NOSYSTEM=1 \
		exec git -C repo --no-pager log -p --no-color main
	;;
esac
