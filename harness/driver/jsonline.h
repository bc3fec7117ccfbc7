// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * jsonline.h - on which line of a JSON text a value stands.
 *
 * Role:       lets a complaint about a value name file and line; the JSON
 *             library keeps positions of syntax errors only.
 * Invariants: none.
 * Locks:      none.
 * Units:      lines, from 1.
 * Source:     RFC 8259.
 */
#ifndef AL_JSONLINE_H
#define AL_JSONLINE_H

/**
 * jsonline_of() - the line of the value at @path.
 * @text: a JSON text that was parsed without error.
 * @path: members and indices, "experiments/2/threads".
 * Return: its line; of the innermost value found, if it is not there.
 */
int jsonline_of(const char *text, const char *path);

#endif /* AL_JSONLINE_H */
