// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * elf.c - what a shared object exports, without loading it.
 *
 * Role:       see elf.h; walks the dynamic symbol table by section headers.
 * Invariants: every structure is read through span(), which checks the range.
 * Locks:      none.
 * Units:      bytes.
 * Source:     System V ABI, chapters 4 and 5.
 */
#include "config.h"

#include "elf.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct image {
	const unsigned char *bytes;
	size_t len;
};

/* Return: @len bytes at @offset, aligned for any ELF structure, or NULL. */
static const void *span(const struct image *image, uint64_t offset,
			uint64_t len)
{
	if (offset > image->len || len > image->len - offset || offset % 8)
		return NULL;
	return image->bytes + offset;
}

static const ElfW(Shdr) *
	section(const struct image *image, const ElfW(Ehdr) * head, size_t i)
{
	if (i >= head->e_shnum || head->e_shentsize != sizeof(ElfW(Shdr)))
		return NULL;
	return span(image, head->e_shoff + i * sizeof(ElfW(Shdr)),
		    sizeof(ElfW(Shdr)));
}

static void search(const ElfW(Sym) * sym, size_t nsyms, const char *names,
		   size_t names_len, const char *const *symbols, size_t n,
		   bool *found)
{
	for (size_t i = 0; i < nsyms; i++) {
		size_t at = sym[i].st_name;

		if (sym[i].st_shndx == SHN_UNDEF || at >= names_len)
			continue;
		for (size_t k = 0; k < n; k++) {
			size_t len = strlen(symbols[k]) + 1;

			if (len <= names_len - at &&
			    !memcmp(names + at, symbols[k], len))
				found[k] = true;
		}
	}
}

static int parse(const struct image *image, const char *const *symbols,
		 size_t n, bool *found)
{
	const ElfW(Ehdr) *head = span(image, 0, sizeof(*head));

	if (!head || memcmp(head->e_ident, ELFMAG, SELFMAG) ||
	    head->e_ident[EI_CLASS] != ELFCLASS64 || head->e_type != ET_DYN)
		return -ENOEXEC;
	for (size_t i = 0; i < head->e_shnum; i++) {
		const ElfW(Shdr) *table = section(image, head, i), *strings;
		const ElfW(Sym) * sym;
		const char *names;

		if (!table)
			return -ENOEXEC;
		if (table->sh_type != SHT_DYNSYM)
			continue;
		strings = section(image, head, table->sh_link);
		if (!strings || strings->sh_offset > image->len ||
		    strings->sh_size > image->len - strings->sh_offset)
			return -ENOEXEC;
		sym = span(image, table->sh_offset, table->sh_size);
		names = (const char *)image->bytes + strings->sh_offset;
		if (!sym)
			return -ENOEXEC;
		search(sym, table->sh_size / sizeof(*sym), names,
		       strings->sh_size, symbols, n, found);
		return 0;
	}
	return -ENOEXEC;
}

int elf_exports(const char *path, const char *const *symbols, size_t n,
		bool *found)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;
	struct image image = { NULL, 0 };
	struct stat st;
	void *map;

	memset(found, 0, n * sizeof(*found));
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size <= 0) {
		close(fd);
		return -ENOEXEC;
	}
	image.len = (size_t)st.st_size;
	map = mmap(NULL, image.len, PROT_READ, MAP_PRIVATE, fd, 0);
	err = map == MAP_FAILED ? -errno : 0;
	close(fd);
	if (err)
		return err;
	image.bytes = map;
	err = parse(&image, symbols, n, found);
	munmap(map, image.len);
	return err;
}
