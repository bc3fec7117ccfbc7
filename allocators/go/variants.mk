# SPDX-License-Identifier: GPL-3.0-or-later
# Made by scripts/variants.sh from the files in allocators/go/variants.

allocator_PROGRAMS += plugins/allocators/go1.0.so
plugins_allocators_go1_0_so_SOURCES = allocators/go/variants/go1.0.c
plugins_allocators_go1_0_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_0_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_0_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.3.so
plugins_allocators_go1_3_so_SOURCES = allocators/go/variants/go1.3.c
plugins_allocators_go1_3_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_3_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_3_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.4.so
plugins_allocators_go1_4_so_SOURCES = allocators/go/variants/go1.4.c
plugins_allocators_go1_4_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_4_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_4_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.8.so
plugins_allocators_go1_8_so_SOURCES = allocators/go/variants/go1.8.c
plugins_allocators_go1_8_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_8_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_8_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.9.so
plugins_allocators_go1_9_so_SOURCES = allocators/go/variants/go1.9.c
plugins_allocators_go1_9_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_9_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_9_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.11.so
plugins_allocators_go1_11_so_SOURCES = allocators/go/variants/go1.11.c
plugins_allocators_go1_11_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_11_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_11_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.11-bestfit.so
plugins_allocators_go1_11_bestfit_so_SOURCES = allocators/go/variants/go1.11-bestfit.c
plugins_allocators_go1_11_bestfit_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_11_bestfit_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_11_bestfit_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.11-lists.so
plugins_allocators_go1_11_lists_so_SOURCES = allocators/go/variants/go1.11-lists.c
plugins_allocators_go1_11_lists_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_11_lists_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_11_lists_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.12.so
plugins_allocators_go1_12_so_SOURCES = allocators/go/variants/go1.12.c
plugins_allocators_go1_12_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_12_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_12_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.12.5.so
plugins_allocators_go1_12_5_so_SOURCES = allocators/go/variants/go1.12.5.c
plugins_allocators_go1_12_5_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_12_5_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_12_5_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.13.so
plugins_allocators_go1_13_so_SOURCES = allocators/go/variants/go1.13.c
plugins_allocators_go1_13_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_13_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_13_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.14.so
plugins_allocators_go1_14_so_SOURCES = allocators/go/variants/go1.14.c
plugins_allocators_go1_14_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_14_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_14_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.14-runcache.so
plugins_allocators_go1_14_runcache_so_SOURCES = allocators/go/variants/go1.14-runcache.c
plugins_allocators_go1_14_runcache_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_14_runcache_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_14_runcache_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.19.so
plugins_allocators_go1_19_so_SOURCES = allocators/go/variants/go1.19.c
plugins_allocators_go1_19_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_19_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_19_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.19-centrallists.so
plugins_allocators_go1_19_centrallists_so_SOURCES = allocators/go/variants/go1.19-centrallists.c
plugins_allocators_go1_19_centrallists_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_19_centrallists_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_19_centrallists_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.19-lists.so
plugins_allocators_go1_19_lists_so_SOURCES = allocators/go/variants/go1.19-lists.c
plugins_allocators_go1_19_lists_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_19_lists_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_19_lists_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.19-no24.so
plugins_allocators_go1_19_no24_so_SOURCES = allocators/go/variants/go1.19-no24.c
plugins_allocators_go1_19_no24_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_19_no24_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_19_no24_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.19-nopagecache.so
plugins_allocators_go1_19_nopagecache_so_SOURCES = allocators/go/variants/go1.19-nopagecache.c
plugins_allocators_go1_19_nopagecache_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_19_nopagecache_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_19_nopagecache_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.19-notiny.so
plugins_allocators_go1_19_notiny_so_SOURCES = allocators/go/variants/go1.19-notiny.c
plugins_allocators_go1_19_notiny_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_19_notiny_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_19_notiny_so_LDADD = libgocore.a

allocator_PROGRAMS += plugins/allocators/go1.19-treap.so
plugins_allocators_go1_19_treap_so_SOURCES = allocators/go/variants/go1.19-treap.c
plugins_allocators_go1_19_treap_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_PLUGIN
plugins_allocators_go1_19_treap_so_LDFLAGS = $(AL_PLUGIN_LINK)
plugins_allocators_go1_19_treap_so_LDADD = libgocore.a

# Every variant once more, as the C library's malloc for LD_PRELOAD. Under a
# sanitizer malloc is the sanitizer's, so there is nothing to build.
# initfirst: see start_early() in go_dropin.h.
AL_DROPIN_LINK = $(AL_PLUGIN_LINK) -Wl,-z,initfirst
if !SANITIZED
dropindir = $(pkglibdir)/dropin
dropin_PROGRAMS =

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.0.so
plugins_dropin_liballotrope_go1_0_so_SOURCES = allocators/go/variants/go1.0.c
plugins_dropin_liballotrope_go1_0_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_0_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_0_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.3.so
plugins_dropin_liballotrope_go1_3_so_SOURCES = allocators/go/variants/go1.3.c
plugins_dropin_liballotrope_go1_3_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_3_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_3_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.4.so
plugins_dropin_liballotrope_go1_4_so_SOURCES = allocators/go/variants/go1.4.c
plugins_dropin_liballotrope_go1_4_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_4_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_4_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.8.so
plugins_dropin_liballotrope_go1_8_so_SOURCES = allocators/go/variants/go1.8.c
plugins_dropin_liballotrope_go1_8_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_8_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_8_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.9.so
plugins_dropin_liballotrope_go1_9_so_SOURCES = allocators/go/variants/go1.9.c
plugins_dropin_liballotrope_go1_9_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_9_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_9_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.11.so
plugins_dropin_liballotrope_go1_11_so_SOURCES = allocators/go/variants/go1.11.c
plugins_dropin_liballotrope_go1_11_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_11_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_11_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.11-bestfit.so
plugins_dropin_liballotrope_go1_11_bestfit_so_SOURCES = allocators/go/variants/go1.11-bestfit.c
plugins_dropin_liballotrope_go1_11_bestfit_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_11_bestfit_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_11_bestfit_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.11-lists.so
plugins_dropin_liballotrope_go1_11_lists_so_SOURCES = allocators/go/variants/go1.11-lists.c
plugins_dropin_liballotrope_go1_11_lists_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_11_lists_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_11_lists_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.12.so
plugins_dropin_liballotrope_go1_12_so_SOURCES = allocators/go/variants/go1.12.c
plugins_dropin_liballotrope_go1_12_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_12_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_12_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.12.5.so
plugins_dropin_liballotrope_go1_12_5_so_SOURCES = allocators/go/variants/go1.12.5.c
plugins_dropin_liballotrope_go1_12_5_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_12_5_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_12_5_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.13.so
plugins_dropin_liballotrope_go1_13_so_SOURCES = allocators/go/variants/go1.13.c
plugins_dropin_liballotrope_go1_13_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_13_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_13_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.14.so
plugins_dropin_liballotrope_go1_14_so_SOURCES = allocators/go/variants/go1.14.c
plugins_dropin_liballotrope_go1_14_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_14_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_14_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.14-runcache.so
plugins_dropin_liballotrope_go1_14_runcache_so_SOURCES = allocators/go/variants/go1.14-runcache.c
plugins_dropin_liballotrope_go1_14_runcache_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_14_runcache_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_14_runcache_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.19.so
plugins_dropin_liballotrope_go1_19_so_SOURCES = allocators/go/variants/go1.19.c
plugins_dropin_liballotrope_go1_19_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_19_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_19_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.19-centrallists.so
plugins_dropin_liballotrope_go1_19_centrallists_so_SOURCES = allocators/go/variants/go1.19-centrallists.c
plugins_dropin_liballotrope_go1_19_centrallists_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_19_centrallists_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_19_centrallists_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.19-lists.so
plugins_dropin_liballotrope_go1_19_lists_so_SOURCES = allocators/go/variants/go1.19-lists.c
plugins_dropin_liballotrope_go1_19_lists_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_19_lists_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_19_lists_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.19-no24.so
plugins_dropin_liballotrope_go1_19_no24_so_SOURCES = allocators/go/variants/go1.19-no24.c
plugins_dropin_liballotrope_go1_19_no24_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_19_no24_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_19_no24_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.19-nopagecache.so
plugins_dropin_liballotrope_go1_19_nopagecache_so_SOURCES = allocators/go/variants/go1.19-nopagecache.c
plugins_dropin_liballotrope_go1_19_nopagecache_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_19_nopagecache_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_19_nopagecache_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.19-notiny.so
plugins_dropin_liballotrope_go1_19_notiny_so_SOURCES = allocators/go/variants/go1.19-notiny.c
plugins_dropin_liballotrope_go1_19_notiny_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_19_notiny_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_19_notiny_so_LDADD = libgocore.a

dropin_PROGRAMS += plugins/dropin/liballotrope-go1.19-treap.so
plugins_dropin_liballotrope_go1_19_treap_so_SOURCES = allocators/go/variants/go1.19-treap.c
plugins_dropin_liballotrope_go1_19_treap_so_CFLAGS = $(AL_PLUGIN_COMPILE) -DGO_DROPIN
plugins_dropin_liballotrope_go1_19_treap_so_LDFLAGS = $(AL_DROPIN_LINK)
plugins_dropin_liballotrope_go1_19_treap_so_LDADD = libgocore.a
endif
