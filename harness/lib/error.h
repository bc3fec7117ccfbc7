// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * error.h - how the programs speak of trouble, and their exit codes.
 *
 * Role:       one form for every message: "allotrope: what: why".
 * Invariants: messages go to standard error only; nothing here allocates.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_ERROR_H
#define AL_ERROR_H

/** enum al_exit - the exit codes of every program and script of the project. */
enum al_exit {
	AL_EXIT_OK = 0,
	AL_EXIT_FAILED = 1,  /* a cell failed, or a check found a fault */
	AL_EXIT_USAGE = 2,   /* wrong words, or input that cannot be read */
	AL_EXIT_MACHINE = 3, /* the machine lacks what was asked for */
};

/**
 * al_error() - print "allotrope: @what: why".
 * @what: the thing in trouble: a file (with ":line" or "@offset"), an option,
 *	an allocator.
 * @why_format: why, in one sentence without a full stop; where there is a next
 *	step for the reader, it ends with "; try ...".
 */
void al_error(const char *what, const char *why_format, ...)
	__attribute__((format(printf, 2, 3)));

/** al_warn() - as al_error(), for what does not stop the work: "warning". */
void al_warn(const char *what, const char *why_format, ...)
	__attribute__((format(printf, 2, 3)));

/** al_die() - al_error(), then exit(@code). */
void al_die(enum al_exit code, const char *what, const char *why_format, ...)
	__attribute__((format(printf, 3, 4), __noreturn__));

#endif /* AL_ERROR_H */
