// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * info.h - what is in a trace, for people and for programs.
 *
 * Role:       `allotrope trace info`, `export`, and the trace part of `list`.
 * Invariants: prints only what trace_verify() has accepted.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_TRACE_INFO_H
#define AL_TRACE_INFO_H

#include "trouble.h"

#include <stdbool.h>
#include <stdio.h>

/**
 * trace_info() - print what @path holds, after verifying all of it.
 * @json: as one JSON object. Return: 0, or -1 and *@t.
 */
int trace_info(const char *path, bool json, FILE *out, struct trouble *t);

/**
 * trace_export() - print every op as one line of text, doc/trace-format.md.
 * Return: 0, or -1 and *@t; nothing is printed of a trace that is not sound.
 */
int trace_export(const char *path, FILE *out, struct trouble *t);

#endif /* AL_TRACE_INFO_H */
