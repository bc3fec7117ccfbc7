# SPDX-License-Identifier: GPL-3.0-or-later

# The driver, for real.
driver_tests = tests/integration/run.sh tests/integration/resume.sh \
	tests/integration/words.sh tests/integration/matrix.sh \
	tests/integration/program.sh
dist_check_SCRIPTS += $(driver_tests)
EXTRA_DIST += tests/integration/lib.sh tests/integration/matrix.json
TESTS += $(driver_tests)

# What the handbook says.
dist_check_SCRIPTS += tests/integration/docs.sh
TESTS += tests/integration/docs.sh
