# SPDX-License-Identifier: GPL-3.0-or-later
# The driver: its parts are a library, so that tests link them too.
noinst_LIBRARIES += libdriver.a
libdriver_a_SOURCES = \
	harness/driver/allocators.h harness/driver/allocators.c \
	harness/driver/elf.h harness/driver/elf.c \
	harness/driver/env.h harness/driver/env.c \
	harness/driver/jsonline.h harness/driver/jsonline.c \
	harness/driver/ldcache.h harness/driver/ldcache.c \
	harness/driver/machine.h harness/driver/machine.c \
	harness/driver/measure.h harness/driver/measure.c \
	harness/driver/placement.h harness/driver/placement.c \
	harness/driver/plan.h harness/driver/plan.c \
	harness/driver/plan_maker.h harness/driver/plan_make.c \
	harness/driver/plan_expand.c harness/driver/plan_passes.c \
	harness/driver/plan_file.c \
	harness/driver/process.h harness/driver/process.c \
	harness/driver/progress.h harness/driver/progress.c \
	harness/driver/result_dir.h harness/driver/result_dir.c \
	harness/driver/run_loop.h harness/driver/run_loop.c \
	harness/driver/runner.h harness/driver/runner.c \
	harness/driver/samples.h harness/driver/samples.c \
	harness/driver/schedule.h harness/driver/schedule.c \
	harness/driver/sha256.h harness/driver/sha256.c \
	harness/driver/suite.h harness/driver/suite.c \
	harness/driver/suite_words.c harness/driver/suite_options.c \
	harness/driver/text.h harness/driver/text.c \
	harness/driver/traces.h harness/driver/traces.c \
	harness/driver/trial.h harness/driver/trial.c \
	harness/driver/usage.h harness/driver/usage.c \
	harness/driver/watch.h harness/driver/watch.c \
	harness/driver/workloads.h harness/driver/workloads.c
libdriver_a_CPPFLAGS = $(AM_CPPFLAGS) -DAL_BUILD_CC='"$(CC)"' \
	-DAL_BUILD_CFLAGS='"$(AL_CFLAGS) $(SANITIZE_CFLAGS) $(CFLAGS)"'
libdriver_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(ZSTD_CFLAGS) \
	$(GSL_CFLAGS) $(HWLOC_CFLAGS)

bin_PROGRAMS += allotrope
allotrope_SOURCES = harness/driver/main.c \
	harness/driver/cmd_check.c \
	harness/driver/commands.h harness/driver/commands.def \
	harness/driver/record.h harness/driver/record_images.c \
	harness/driver/cmd_record.c harness/driver/cmd_trace.c harness/driver/cmd_replay.c \
	harness/driver/cmd_doctor.c harness/driver/cmd_list.c \
	harness/driver/cmd_merge.c harness/driver/cmd_run.c
allotrope_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(ZSTD_CFLAGS) \
	$(GSL_CFLAGS) $(HWLOC_CFLAGS)
allotrope_LDADD = libtrace.a libdriver.a libcommon.a $(JANSSON_LIBS) \
	$(ZSTD_LIBS) $(GSL_LIBS) $(HWLOC_LIBS) $(PAPI_LIBS) $(ZLIB_LIBS) -lm -ldl

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test_driver
TESTS += tests/unit/test_driver
tests_unit_test_driver_SOURCES = tests/unit/test_driver.c
tests_unit_test_driver_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_driver_LDADD = libdriver.a libtrace.a libcommon.a \
	$(JANSSON_LIBS) $(ZSTD_LIBS) $(GSL_LIBS) $(HWLOC_LIBS) $(CMOCKA_LIBS) -lm
endif
