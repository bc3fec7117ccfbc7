# SPDX-License-Identifier: GPL-3.0-or-later
# What driver and runner share.
noinst_LIBRARIES += libcommon.a
libcommon_a_SOURCES = harness/lib/error.h harness/lib/error.c \
	harness/lib/paths.h harness/lib/paths.c \
	harness/lib/replace.h harness/lib/replace.c
