// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plan_passes.c - the passes of a plan: their rounds and their cells.
 *
 * Role:       which instruments run, how often, and over what.
 * Invariants: the suite was checked; a pass is named once.
 * Locks:      none.
 * Units:      rounds, runs.
 * Source:     doc/result-set.md.
 */
#include "config.h"

#include "plan.h"

#include <string.h>

#define AUTO_MOST_ROUNDS 40

/* How often each pass visits its cells, unless told otherwise. */
static json_t *default_reps(const char *pass)
{
	if (!strcmp(pass, "time"))
		return json_integer(5);
	return json_integer(strcmp(pass, "check") ? 3 : 1);
}

/* A plain --reps N leaves the check at one: its verdict does not vary. */
static json_t *pass_reps(json_t *reps, const char *pass)
{
	json_t *own = json_object_get(reps, pass);

	if (own)
		return json_incref(own);
	if (!reps || json_is_object(reps) || !strcmp(pass, "check"))
		return default_reps(pass);
	return strcmp(pass, "time") && json_is_string(reps)
		       ? default_reps(pass) /* auto steers by time alone */
		       : json_incref(reps);
}

void plan_make_passes(struct plan *plan, json_t *root)
{
	json_t *reps = json_object_get(root, "reps");
	json_t *list = json_object_get(root, "passes"), *item, *experiment;
	struct text_list names = { NULL, 0 };
	size_t i, k;

	json_array_foreach(list, i, item)
	{
		if (!text_list_has(&names, json_string_value(item)))
			text_list_add(&names, json_string_value(item));
	}
	json_array_foreach(json_object_get(root, "experiments"), k, experiment)
	{
		json_array_foreach(json_object_get(experiment, "passes"), i,
				   item)
		{
			if (!text_list_has(&names, json_string_value(item)))
				text_list_add(&names, json_string_value(item));
		}
	}
	plan->npasses = names.n;
	plan->pass = text_alloc(names.n, sizeof(*plan->pass));
	for (i = 0; i < names.n; i++) {
		struct plan_pass *pass = &plan->pass[i];
		json_t *r = pass_reps(reps, names.item[i]);

		pass->name = text_copy(names.item[i]);
		pass->is_auto = json_is_string(r);
		pass->rounds = pass->is_auto
				       ? AUTO_MOST_ROUNDS
				       : (unsigned int)json_integer_value(r);
		json_decref(r);
	}
	text_list_fini(&names);
}

void plan_fill_passes(struct plan *plan)
{
	for (size_t i = 0; i < plan->npasses; i++) {
		struct plan_pass *pass = &plan->pass[i];

		for (size_t c = 0; c < plan->ncells; c++) {
			if (!(plan->cell[c].passes & 1u << i))
				continue;
			text_grow(&pass->cell, pass->ncells,
				  sizeof(*pass->cell));
			pass->cell[pass->ncells++] = (uint32_t)c;
		}
	}
}
