# SPDX-License-Identifier: GPL-3.0-or-later
# The measuring process. Its malloc is its own (hmem_malloc.c): the linker
# exports it to the libraries since the C library defines the same names.
pkglibexec_PROGRAMS += allotrope-runner
allotrope_runner_SOURCES = harness/runner/main.c \
	harness/runner/account.c harness/runner/account.h \
	harness/runner/affinity.c harness/runner/affinity.h \
	harness/runner/barrier.c harness/runner/barrier.h \
	harness/runner/cell.c harness/runner/cell.h \
	harness/runner/clock.h \
	harness/runner/contents.c harness/runner/contents.h \
	harness/runner/counters.c harness/runner/counters.h \
	harness/lib/counters.def \
	harness/runner/describe.c harness/runner/describe.h \
	harness/runner/fallback.c \
	harness/runner/hmem.c harness/runner/hmem.h \
	harness/runner/hmem_malloc.c \
	harness/runner/objects.c harness/runner/objects.h \
	harness/runner/pass_check.c \
	harness/runner/pass_counters.c \
	harness/runner/pass_memory.c \
	harness/runner/pass_time.c \
	harness/runner/record.c harness/runner/record.h \
	harness/runner/registry.c harness/runner/registry.h \
	harness/runner/rendezvous.c harness/runner/rendezvous.h \
	harness/runner/residency.c harness/runner/residency.h \
	harness/runner/run.c harness/runner/run.h \
	harness/runner/shadow.c harness/runner/shadow.h \
	harness/runner/target.c harness/runner/target.h \
	harness/runner/worker.c \
	harness/runner/workloads.def \
	workloads/synthetic/pairs.c
allotrope_runner_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(HWLOC_CFLAGS) \
	$(ZSTD_CFLAGS)
allotrope_runner_LDADD = libworkloads.a libtrace.a libcommon.a $(JANSSON_LIBS) \
	$(HWLOC_LIBS) $(PAPI_LIBS) $(ZSTD_LIBS) -lm -ldl
