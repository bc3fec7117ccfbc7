// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * record.h - what `allotrope record` was asked, and its second half.
 *
 * Role:       between cmd_record.c, which runs the command, and
 *             record_images.c, which makes traces of what was recorded.
 * Invariants: none.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_DRIVER_RECORD_H
#define AL_DRIVER_RECORD_H

#include <stdbool.h>
#include <sys/types.h>

/** struct record_options - the words of the command line. */
struct record_options {
	const char *out;
	const char *raw_parent; /* or NULL: beside @out */
	bool main_only;
	bool keep_raw;
	int level;
};

/**
 * record_convert() - make a trace of every raw file in @folder, then remove it.
 * @command: process id of the command, whose trace gets the plain name.
 * Return: an enum al_exit; the error was printed.
 */
int record_convert(const struct record_options *o, const char *folder,
		   pid_t command);

#endif /* AL_DRIVER_RECORD_H */
