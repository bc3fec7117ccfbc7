# SPDX-License-Identifier: GPL-3.0-or-later
# From samples to statistics, figures and the report.
noinst_LIBRARIES += libreport.a
libreport_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(GSL_CFLAGS)
libreport_a_SOURCES = \
	harness/lib/counters.def \
	harness/stats/describe.h harness/stats/describe.c \
	harness/stats/resample.h harness/stats/resample.c \
	harness/stats/paired.h harness/stats/paired.c \
	harness/stats/growth.h harness/stats/growth.c \
	harness/report/names.h harness/report/names.c \
	harness/report/samples.h harness/report/samples.c \
	harness/report/facts.h harness/report/facts.c \
	harness/report/result.h harness/report/result.c \
	harness/report/rows.h harness/report/rows.c \
	harness/report/metric.c \
	harness/report/score.h harness/report/score.c \
	harness/report/growths.h harness/report/growths.c \
	harness/report/events.h harness/report/events.c \
	harness/report/summary.h harness/report/summary.c \
	harness/report/figure.h harness/report/figure.c \
	harness/report/figure_notes.c \
	harness/report/gnuplot.c \
	harness/report/bars.h harness/report/bars.c \
	harness/report/figures.h harness/report/figures.c \
	harness/report/fig_overview.c harness/report/fig_throughput.c \
	harness/report/fig_pageheap.c harness/report/fig_replay.c \
	harness/report/fig_memory.c harness/report/fig_counters.c \
	harness/report/table.h harness/report/table.c \
	harness/report/html.h harness/report/html.c \
	harness/report/page.h harness/report/page.c \
	harness/report/page_tables.c harness/report/page_cells.c \
	harness/report/compare.h harness/report/compare.c \
	harness/report/files.h harness/report/files.c \
	harness/report/report.h harness/report/report.c
allotrope_SOURCES += harness/report/cmd_report.c \
	harness/report/cmd_compare.c
allotrope_LDADD += libreport.a libcommon.a $(JANSSON_LIBS) $(GSL_LIBS) -lm

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test_stats tests/unit/test_report \
	tests/unit/make_result_set
TESTS += tests/unit/test_stats tests/unit/test_report
tests_unit_test_stats_SOURCES = tests/unit/test_stats.c
tests_unit_test_stats_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_stats_LDADD = libreport.a libcommon.a $(GSL_LIBS) \
	$(CMOCKA_LIBS) -lm
tests_unit_test_report_SOURCES = tests/unit/test_report.c
tests_unit_test_report_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_report_LDADD = libreport.a libcommon.a $(JANSSON_LIBS) \
	$(GSL_LIBS) $(CMOCKA_LIBS) -lm
tests_unit_make_result_set_SOURCES = tests/unit/make_result_set.c
tests_unit_make_result_set_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_make_result_set_LDADD = $(JANSSON_LIBS) -lm
endif
