# SPDX-License-Identifier: GPL-3.0-or-later
EXTRA_DIST += tests/driver.sh
dist_check_SCRIPTS = scripts/check_style.sh scripts/format.sh \
	scripts/variants.sh tests/bootstrap.sh
TESTS += scripts/check_style.sh tests/bootstrap.sh
