# SPDX-License-Identifier: GPL-3.0-or-later
dist_suite_DATA += suites/check.json suites/quick.json suites/standard.json suites/full.json suites/peers.json suites/programs.json
EXTRA_DIST += suites/README.md
