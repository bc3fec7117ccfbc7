# SPDX-License-Identifier: GPL-3.0-or-later
# The trace format, for driver and runner.
noinst_LIBRARIES += libtrace.a
libtrace_a_SOURCES = workloads/trace/format.h workloads/trace/opcode.h \
	workloads/trace/crc32.c \
	workloads/trace/zeroed.h workloads/trace/zeroed.c \
	workloads/trace/trouble.h workloads/trace/trouble.c \
	workloads/trace/writer.h workloads/trace/writer.c \
	workloads/trace/reader.h workloads/trace/reader.c \
	workloads/trace/merge.h workloads/trace/merge.c \
	workloads/trace/verify.h workloads/trace/verify.c \
	workloads/trace/addrmap.h workloads/trace/addrmap.c \
	workloads/trace/slots.h workloads/trace/slots.c \
	workloads/trace/builder.h workloads/trace/builder.c \
	workloads/trace/info.h workloads/trace/info.c \
	workloads/trace/convert.h workloads/trace/convert.c \
	workloads/trace/import.h workloads/trace/import.c \
	workloads/trace/lines.c \
	workloads/trace/import_android.c workloads/trace/import_mtrace.c \
	workloads/trace/replay.h workloads/trace/replay.c \
	workloads/trace/player.c \
	workloads/trace/recorder/raw.h \
	workloads/trace/recorder/raw_read.h workloads/trace/recorder/raw_read.c
libtrace_a_CFLAGS = $(AM_CFLAGS) $(ZSTD_CFLAGS) $(JANSSON_CFLAGS) \
	$(ZLIB_CFLAGS)

# The recorder. Its functions stand for the C library's, so the compiler may not
# take them for the ones it knows; it is never built with sanitizers, which
# bring a malloc of their own.
recorderdir = $(pkglibdir)/recorder
recorder_PROGRAMS = plugins/recorder/record.so
plugins_recorder_record_so_SOURCES = workloads/trace/recorder/raw.h \
	workloads/trace/recorder/log.h workloads/trace/recorder/log.c \
	workloads/trace/recorder/interpose.c
plugins_recorder_record_so_CFLAGS = $(AL_CFLAGS) -pthread -fPIC \
	-fvisibility=hidden -ftls-model=initial-exec -fno-builtin
plugins_recorder_record_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_recorder_record_so_LDADD = -ldl

dist_trace_DATA += workloads/trace/traces/README.md \
	workloads/trace/traces/gcc.altr workloads/trace/traces/git.altr \
	workloads/trace/traces/python3.altr workloads/trace/traces/redis.altr \
	workloads/trace/traces/sqlite3.altr
dist_doc_DATA += doc/trace-format.md
EXTRA_DIST += scripts/record-traces
