// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plan.c - what a plan answers about itself.
 *
 * Role:       see plan.h; a suite becomes one in plan_make.c, plan_expand.c and
 *             plan_passes.c, and plan.json in plan_file.c.
 * Invariants: see plan.h.
 * Locks:      none.
 * Units:      none.
 * Source:     doc/result-set.md.
 */
#include "config.h"

#include "plan.h"

#include <stdlib.h>

char *plan_key(const struct plan *plan, const struct plan_cell *cell)
{
	return text_format("%s/%s", plan->point[cell->point].key,
			   plan->allocator[cell->allocator].label);
}

const struct plan_placement *plan_cpus(const struct plan *plan,
				       unsigned int threads)
{
	for (size_t i = 0; i < plan->nplacements; i++)
		if (plan->placement[i].threads == threads)
			return &plan->placement[i];
	return NULL;
}

size_t plan_pass_groups(const struct plan_pass *pass)
{
	return pass->groups ? json_array_size(pass->groups) : 1;
}

uint64_t plan_total(const struct plan *plan)
{
	uint64_t total = 0;

	for (size_t i = 0; i < plan->npasses; i++)
		total += (uint64_t)plan->pass[i].ncells * plan->pass[i].rounds *
			 plan_pass_groups(&plan->pass[i]);
	return total;
}

void plan_fini(struct plan *plan)
{
	for (size_t i = 0; i < plan->nallocators; i++) {
		free(plan->allocator[i].label);
		free(plan->allocator[i].path);
		free(plan->allocator[i].file);
		json_decref(plan->allocator[i].knobs);
	}
	for (size_t i = 0; i < plan->npoints; i++) {
		free(plan->point[i].key);
		free(plan->point[i].workload);
		free(plan->point[i].workload_path);
		json_decref(plan->point[i].params);
	}
	for (size_t i = 0; i < plan->npasses; i++) {
		free(plan->pass[i].name);
		free(plan->pass[i].cell);
		json_decref(plan->pass[i].groups);
	}
	for (size_t i = 0; i < plan->nplacements; i++)
		json_decref(plan->placement[i].cpus);
	free(plan->allocator);
	free(plan->point);
	free(plan->cell);
	free(plan->pass);
	free(plan->placement);
	free(plan->name);
	free(plan->suite);
	free(plan->started);
	free(plan->baseline);
	free(plan->pin);
	json_decref(plan->command);
	text_list_fini(&plan->notes);
	*plan = (struct plan){ .name = NULL };
}
