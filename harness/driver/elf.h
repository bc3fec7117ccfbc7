// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * elf.h - what a shared object exports, without loading it.
 *
 * Role:       tells a plugin from a malloc library. dlopen() would run its
 *             constructors, and fails for libraries with initial-exec TLS.
 * Invariants: the file is hostile until parsed: no offset is trusted.
 * Locks:      none.
 * Units:      bytes.
 * Source:     System V ABI, chapter 4 and 5.
 */
#ifndef AL_ELF_H
#define AL_ELF_H

#include <stdbool.h>
#include <stddef.h>

/**
 * elf_exports() - which of some symbols a shared object defines.
 * @path:    the file.
 * @symbols: @n names.
 * @found:   filled, one a name.
 * Return: 0; -errno; -ENOEXEC if it is not a shared object for this machine.
 */
int elf_exports(const char *path, const char *const *symbols, size_t n,
		bool *found);

#endif /* AL_ELF_H */
