// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * ldcache.h - where the dynamic linker would find a library.
 *
 * Role:       answers from /etc/ld.so.cache and $LD_LIBRARY_PATH, without
 *             loading the library (malloc libraries do not like dlopen()).
 * Invariants: the cache is read as hostile input: no offset is trusted.
 * Locks:      none.
 * Units:      none.
 * Source:     the format that ldconfig writes, "glibc-ld.so.cache1.1".
 */
#ifndef AL_LDCACHE_H
#define AL_LDCACHE_H

/** ldcache_find() - absolute path of @soname, the caller's to free, or NULL. */
char *ldcache_find(const char *soname);

#endif /* AL_LDCACHE_H */
