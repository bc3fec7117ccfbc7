# SPDX-License-Identifier: GPL-3.0-or-later
# From samples to statistics, figures and the report.
noinst_LIBRARIES += libreport.a
libreport_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(GSL_CFLAGS)
libreport_a_SOURCES = \
	harness/stats/describe.h harness/stats/describe.c \
	harness/stats/resample.h harness/stats/resample.c \
	harness/stats/paired.h harness/stats/paired.c \
	harness/stats/growth.h harness/stats/growth.c

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test_stats
TESTS += tests/unit/test_stats
tests_unit_test_stats_SOURCES = tests/unit/test_stats.c
tests_unit_test_stats_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_stats_LDADD = libreport.a libcommon.a $(GSL_LIBS) \
	$(CMOCKA_LIBS) -lm
endif
