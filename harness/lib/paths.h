// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * paths.h - where the programs find their own parts.
 *
 * Role:       one answer for the build tree and for an installed copy.
 * Invariants: a program started from a build folder uses that folder's plugins
 *             and runner and the source tree's data, never installed ones. A
 *             build folder is known by the file allotrope.paths beside the
 *             program, which configure writes.
 * Locks:      none; the first call decides, before threads start.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_PATHS_H
#define AL_PATHS_H

/** enum al_place - what can be looked for. */
enum al_place {
	AL_PLACE_RUNNER,   /* file: allotrope-runner */
	AL_PLACE_CONFORM,  /* file: allotrope-conform */
	AL_PLACE_RECORDER, /* file: the LD_PRELOAD recorder */
	AL_PLACE_PLUGINS,  /* folder: NAME.so allocators */
	AL_PLACE_SUITES,   /* folder: NAME.json */
	AL_PLACE_TRACES,   /* folder: recorded traces */
	AL_PLACE_PROGRAMS, /* folder: NAME.sh of the workload program */
	AL_PLACE_RESULTS,  /* folder: where result sets go by default */
};

/**
 * al_path() - the absolute path of @place.
 * Return: a static string; never NULL (existence is the caller's to check).
 */
const char *al_path(enum al_place place);

#endif /* AL_PATHS_H */
