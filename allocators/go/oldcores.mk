# SPDX-License-Identifier: GPL-3.0-or-later
# Linked slots: the generations before Go 1.7.
libgocore_a_SOURCES += \
	allocators/go/central_chains.c allocators/go/central_spans.c \
	allocators/go/freelist.c allocators/go/freelist.h

go_linked_parts = \
	allocators/go/cache_chains.h allocators/go/cache_linked.h \
	allocators/go/cache_linked_stats.h allocators/go/cache_linked_tiny.h \
	allocators/go/cache_spans.h
EXTRA_DIST += $(go_linked_parts)
