# SPDX-License-Identifier: GPL-3.0-or-later
# The page heaps of Go 1.12 on.
libgocore_a_SOURCES += \
	allocators/go/pageheap_radix.c \
	allocators/go/pallocbits.c allocators/go/pallocbits.h \
	allocators/go/pallocsum.h \
	allocators/go/radix.c allocators/go/radix.h \
	allocators/go/radix_scavenge.c \
	allocators/go/radix_summary.c
