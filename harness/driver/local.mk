# SPDX-License-Identifier: GPL-3.0-or-later
bin_PROGRAMS += allotrope
allotrope_SOURCES = harness/driver/main.c \
	harness/driver/commands.h harness/driver/commands.def \
	harness/driver/cmd_record.c harness/driver/cmd_trace.c
allotrope_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(ZSTD_CFLAGS) \
	$(GSL_CFLAGS) $(HWLOC_CFLAGS)
allotrope_LDADD = libtrace.a libcommon.a $(JANSSON_LIBS) $(ZSTD_LIBS) $(GSL_LIBS) \
	$(HWLOC_LIBS) $(PAPI_LIBS) -lm -ldl
