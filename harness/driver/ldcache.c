// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * ldcache.c - where the dynamic linker would find a library.
 *
 * Role:       see ldcache.h.
 * Invariants: see ldcache.h.
 * Locks:      none.
 * Units:      none.
 * Source:     the format that ldconfig writes, "glibc-ld.so.cache1.1".
 */
#include "config.h"

#include "elf.h"
#include "ldcache.h"
#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CACHE	   "/etc/ld.so.cache"
#define MAGIC	   "glibc-ld.so.cache1.1"
#define MOST_BYTES ((size_t)64 << 20)

struct cache_head {
	char magic[20];
	uint32_t nlibs;
	uint32_t strings_bytes;
	uint32_t unused[5];
};

struct cache_entry {
	int32_t flags;
	uint32_t key;	/* offsets from the head: soname, */
	uint32_t value; /* path */
	uint32_t osversion;
	uint64_t hwcap;
};

_Static_assert(sizeof(struct cache_head) == 48, "as ldconfig writes it");
_Static_assert(sizeof(struct cache_entry) == 24, "as ldconfig writes it");

/* Is it there and made for this machine (and not its 32-bit sister)? */
static bool is_loadable(const char *path)
{
	static const char *const symbols[] = { "malloc" };
	bool found;

	return !elf_exports(path, symbols, 1, &found) && found;
}

static char *find_in_folders(const char *folders, const char *soname)
{
	struct text_list list = { NULL, 0 };
	char *path = NULL;

	if (folders && *folders)
		text_list_split(&list, folders, ':');
	for (size_t i = 0; !path && i < list.n; i++) {
		path = text_format("%s/%s", list.item[i], soname);
		if (!is_loadable(path)) {
			free(path);
			path = NULL;
		}
	}
	text_list_fini(&list);
	return path;
}

static char *find_in_cache(const char *soname)
{
	size_t len;
	char *bytes = text_read_file(CACHE, MOST_BYTES, &len), *path = NULL;
	struct cache_head head;

	/* An old cache keeps its older form in front: not worth the reading. */
	if (!bytes || len < sizeof(head))
		goto out;
	memcpy(&head, bytes, sizeof(head));
	if (memcmp(head.magic, MAGIC, sizeof(head.magic)) ||
	    head.nlibs > (len - sizeof(head)) / sizeof(struct cache_entry))
		goto out;
	for (uint32_t i = 0; !path && i < head.nlibs; i++) {
		struct cache_entry e;

		memcpy(&e, bytes + sizeof(head) + i * sizeof(e), sizeof(e));
		if (e.key >= len ||
		    e.value >= len || /* NUL-terminated at len */
		    strcmp(bytes + e.key, soname) ||
		    !is_loadable(bytes + e.value))
			continue;
		path = text_copy(bytes + e.value);
	}
out:
	free(bytes);
	return path;
}

char *ldcache_find(const char *soname)
{
	char *path = find_in_folders(getenv("LD_LIBRARY_PATH"), soname);

	if (!path)
		path = find_in_cache(soname);
	if (!path)
		path = find_in_folders("/usr/local/lib:/usr/lib64:/usr/lib",
				       soname);
	return path;
}
