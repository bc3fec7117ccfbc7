# SPDX-License-Identifier: GPL-3.0-or-later
noinst_LIBRARIES += libworkloads.a
libworkloads_a_SOURCES = workloads/synthetic/pattern.h \
	workloads/synthetic/threadtest.c workloads/synthetic/larson.c \
	workloads/synthetic/batch_queue.h workloads/synthetic/batch_queue.c \
	workloads/synthetic/prodcons.c workloads/synthetic/pageheap.c
