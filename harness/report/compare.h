// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * compare.h - two allocators, or two result sets, cell by cell.
 *
 * Role:       ratios of the second to the first, with their tests.
 * Invariants: cells of both sides that have no number are listed with the
 *             reason, never left out.
 * Locks:      none.
 * Units:      ratios.
 * Source:     see stats/paired.h.
 */
#ifndef AL_COMPARE_H
#define AL_COMPARE_H

#include "result.h"

/** struct al_compared - one point (two allocators) or cell (two sets). */
struct al_compared {
	char *name;
	size_t na, nb;	     /* good samples; 0: no number */
	const char *trouble; /* which, when one is 0 */
	double ratio;
	struct al_interval ci;
	double p, p_holm, detectable;
	const char *verdict;
};

/** struct al_comparison - all of them, and over all. */
struct al_comparison {
	struct al_result first, second; /* second: of two sets only */
	bool across;			/* two result sets */
	const char *a, *b, *metric;	/* what is compared */
	struct al_compared *of;
	size_t n, room, ngood;
	double geomean, detectable;
	struct al_interval geomean_ci;
	const char *verdict;
	struct al_set *sets, *others; /* behind the geometric mean */
	double *pool;		      /* behind sets of two result sets */
};

/**
 * al_compare_allocators() - @b to @a inside the result set @dir.
 * Return: AL_EXIT_OK; AL_EXIT_FAILED when no cell has both numbers (each says
 * why); AL_EXIT_USAGE when nothing can be compared.
 */
enum al_exit al_compare_allocators(const char *dir, const char *a,
				   const char *b, const char *metric,
				   struct al_comparison *out);

/** al_compare_sets() - result set @b to @a, for the cells that both have. */
enum al_exit al_compare_sets(const char *a, const char *b, const char *metric,
			     struct al_comparison *out);

/** al_comparison_json() - a new reference. */
json_t *al_comparison_json(const struct al_comparison *c);

/** al_comparison_fini() - also after a failure. */
void al_comparison_fini(struct al_comparison *c);

#endif /* AL_COMPARE_H */
