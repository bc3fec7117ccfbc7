// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * runner.h - the driver's questions to allotrope-runner.
 *
 * Role:       asks the runner for its JSON self-descriptions, and gives every
 *             runner the same clean environment.
 * Invariants: nothing of the user's environment that could tune an allocator
 *             reaches a runner.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_DRIVER_RUNNER_H
#define AL_DRIVER_RUNNER_H

#include <jansson.h>
#include <stddef.h>

#include "text.h"

/** runner_path() - the runner's program file; without it the driver ends. */
const char *runner_path(void);

/**
 * runner_environment() - what a runner finds in its environment.
 * @env:     filled.
 * @preload: value of LD_PRELOAD, or NULL.
 * @vars:    object of NAME: "value" to add (an allocator's knobs), or NULL.
 * @padding: bytes of padding, which moves the stack.
 */
void runner_environment(struct text_list *env, const char *preload,
			json_t *vars, size_t padding);

/** runner_dropped() - allocator settings in our environment, not passed. */
void runner_dropped(struct text_list *names);

/**
 * runner_ask() - run `allotrope-runner QUESTION [ARG]`.
 * @why: on failure a sentence, the caller's to free.
 * Return: its JSON object, or NULL.
 */
json_t *runner_ask(const char *question, const char *arg, char **why);

#endif /* AL_DRIVER_RUNNER_H */
