// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * schedule.c - in which order a plan is measured, and what is still missing.
 *
 * Role:       see schedule.h.
 * Invariants: see schedule.h; ndone counts the set bits of all passes.
 * Locks:      none.
 * Units:      none.
 * Source:     see schedule.h.
 */
#include "config.h"

#include "schedule.h"

#include <allotrope/random.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define AUTO_LEAST_ROUNDS 6 /* fewer have no 95% interval of the median */

/* Values of one cell that --reps auto judges by. */
struct history {
	double *value;
	size_t n;
};

struct schedule {
	const struct plan *plan;
	json_t *cell_of;	 /* key to index into plan->cell */
	uint64_t **done;	 /* [pass]: a bit a measurement */
	struct history *history; /* [cell]; NULL without --reps auto */
	bool *is_certain;	 /* [point] */
	uint8_t *hangs;		 /* [cell] */
	size_t given_up;
	uint64_t ndone;
	uint64_t total;
	uint32_t pass, round; /* the current one */
	uint32_t *order;      /* of the current round */
	size_t at, norder;
};

static size_t per_round(const struct plan_pass *pass)
{
	return pass->ncells * plan_pass_groups(pass);
}

struct schedule *schedule_new(const struct plan *plan)
{
	struct schedule *s = text_alloc(1, sizeof(*s));

	s->plan = plan;
	s->cell_of = json_object();
	for (size_t i = 0; i < plan->ncells; i++) {
		char *key = plan_key(plan, &plan->cell[i]);

		json_object_set_new(s->cell_of, key, json_integer((int)i));
		free(key);
	}
	s->done = text_alloc(plan->npasses, sizeof(*s->done));
	for (size_t i = 0; i < plan->npasses; i++) {
		const struct plan_pass *pass = &plan->pass[i];
		size_t bits = per_round(pass) * pass->rounds;

		s->done[i] = text_alloc(bits / 64 + 1, sizeof(uint64_t));
		if (pass->is_auto && !s->history) {
			s->history =
				text_alloc(plan->ncells, sizeof(*s->history));
			s->is_certain = text_alloc(plan->npoints,
						   sizeof(*s->is_certain));
		}
	}
	s->hangs = text_alloc(plan->ncells, sizeof(*s->hangs));
	s->total = plan_total(plan);
	return s;
}

void schedule_delete(struct schedule *s)
{
	for (size_t i = 0; i < s->plan->npasses; i++)
		free(s->done[i]);
	for (size_t i = 0; s->history && i < s->plan->ncells; i++)
		free(s->history[i].value);
	free(s->done);
	free(s->history);
	free(s->is_certain);
	free(s->hangs);
	free(s->order);
	json_decref(s->cell_of);
	free(s);
}

void schedule_order(const struct plan *plan, uint32_t pass, uint32_t round,
		    uint32_t *order)
{
	size_t n = per_round(&plan->pass[pass]);
	struct al_random random = { al_random_derive(
		plan->seed ^ text_hash(plan->pass[pass].name), round) };

	for (size_t i = 0; i < n; i++) {
		size_t k = al_random_below(&random, i + 1);

		order[i] = order[k];
		order[k] = (uint32_t)i;
	}
}

/* The position of a cell in its pass: cells stand in rising order. */
static size_t position_of(const struct plan_pass *pass, uint32_t cell)
{
	size_t low = 0, high = pass->ncells;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (pass->cell[middle] < cell)
			low = middle + 1;
		else
			high = middle;
	}
	return low < pass->ncells && pass->cell[low] == cell ? low : SIZE_MAX;
}

static size_t bit_of(const struct plan_pass *pass, size_t round, size_t slot)
{
	return round * per_round(pass) + slot;
}

static bool is_done(const struct schedule *s, size_t pass, size_t bit)
{
	return s->done[pass][bit / 64] >> bit % 64 & 1;
}

static void remember(struct schedule *s, uint32_t cell, json_t *record)
{
	json_t *value = json_object_get(json_object_get(record, "metrics"),
					"ns_per_op");
	struct history *h = &s->history[cell];

	if (!json_is_number(value))
		return;
	text_grow(&h->value, h->n, sizeof(*h->value));
	h->value[h->n++] = json_number_value(value);
}

bool schedule_seen(struct schedule *s, json_t *record)
{
	const char *key = json_string_value(json_object_get(record, "cell"));
	const char *name = json_string_value(json_object_get(record, "pass"));
	const char *status =
		json_string_value(json_object_get(record, "status"));
	json_int_t round = json_integer_value(json_object_get(record, "round"));
	json_int_t group = json_integer_value(json_object_get(record, "group"));
	json_t *index = key ? json_object_get(s->cell_of, key) : NULL;
	uint32_t cell = (uint32_t)json_integer_value(index);

	if (!index || !name || !status)
		return false;
	for (size_t p = 0; p < s->plan->npasses; p++) {
		const struct plan_pass *pass = &s->plan->pass[p];
		size_t at, bit, groups = plan_pass_groups(pass);

		if (strcmp(pass->name, name))
			continue;
		at = position_of(pass, cell);
		if (at == SIZE_MAX || round < 0 || round >= pass->rounds ||
		    group < 0 || (size_t)group >= groups)
			return false;
		bit = bit_of(pass, (size_t)round, at * groups + (size_t)group);
		if (is_done(s, p, bit))
			return true;
		s->done[p][bit / 64] |= UINT64_C(1) << bit % 64;
		s->ndone++;
		if (!strcmp(status, "hang") &&
		    ++s->hangs[cell] == SCHEDULE_HANGS_MOST)
			s->given_up++;
		if (pass->is_auto && !strcmp(status, "ok"))
			remember(s, cell, record);
		return true;
	}
	return false;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * The interval [x(k), x(n+1-k)] covers the median with probability
 * 1 - 2 P(B < k), B binomial(n, 1/2): the largest k that leaves 95%.
 */
double schedule_interval(double *value, size_t n)
{
	double tail = pow(0.5, (double)n), sum = tail, median;
	size_t k = 0;

	while (sum <= 0.025 && k < n / 2) {
		k++;
		tail *= (double)(n - k + 1) / (double)k;
		sum += tail;
	}
	if (!k)
		return INFINITY;
	qsort(value, n, sizeof(*value), compare);
	median = (value[(n - 1) / 2] + value[n / 2]) / 2;
	return (value[n - k] - value[k - 1]) / 2 / median;
}

/* At the end of a round of an auto pass: which points are certain by now? */
static void judge_points(struct schedule *s, const struct plan_pass *pass)
{
	for (size_t i = 0; i < s->plan->npoints; i++)
		s->is_certain[i] = true;
	for (size_t i = 0; i < pass->ncells; i++) {
		uint32_t cell = pass->cell[i];
		struct history *h = &s->history[cell];

		/* A cell without a number does not hold up the others. */
		if (h->n &&
		    schedule_interval(h->value, h->n) > SCHEDULE_AUTO_WIDTH)
			s->is_certain[s->plan->cell[cell].point] = false;
	}
}

/* Goes to the next round or pass. Return: false after the last. */
static bool next_round(struct schedule *s)
{
	const struct plan_pass *pass = &s->plan->pass[s->pass];

	if (s->order) {
		s->round++;
		if (pass->is_auto && s->round >= AUTO_LEAST_ROUNDS)
			judge_points(s, pass);
	}
	if (s->order && s->round == pass->rounds) {
		s->pass++;
		s->round = 0;
	}
	free(s->order);
	s->order = NULL;
	s->at = s->norder = 0;
	if (s->pass == s->plan->npasses)
		return false;
	pass = &s->plan->pass[s->pass];
	s->norder = per_round(pass);
	s->order = text_alloc(s->norder, sizeof(*s->order));
	schedule_order(s->plan, s->pass, s->round, s->order);
	return true;
}

static bool is_wanted(const struct schedule *s, uint32_t slot)
{
	const struct plan_pass *pass = &s->plan->pass[s->pass];
	uint32_t cell = pass->cell[slot / plan_pass_groups(pass)];

	if (is_done(s, s->pass, bit_of(pass, s->round, slot)) ||
	    s->hangs[cell] >= SCHEDULE_HANGS_MOST)
		return false;
	return !(pass->is_auto && s->round >= AUTO_LEAST_ROUNDS &&
		 s->is_certain[s->plan->cell[cell].point]);
}

bool schedule_next(struct schedule *s, struct measurement *m)
{
	for (;;) {
		while (s->at < s->norder) {
			uint32_t slot = s->order[s->at];
			const struct plan_pass *pass = &s->plan->pass[s->pass];
			size_t groups = plan_pass_groups(pass);

			if (!is_wanted(s, slot)) {
				s->at++;
				continue;
			}
			*m = (struct measurement){
				.pass = s->pass,
				.round = s->round,
				.cell = pass->cell[slot / groups],
				.group = (uint32_t)(slot % groups),
			};
			return true;
		}
		if (s->pass == s->plan->npasses || !next_round(s))
			return false;
	}
}

uint64_t schedule_done(const struct schedule *s)
{
	return s->ndone;
}

uint64_t schedule_left(const struct schedule *s)
{
	return s->total - s->ndone;
}

size_t schedule_given_up(const struct schedule *s)
{
	return s->given_up;
}

size_t schedule_uncertain(const struct schedule *s)
{
	size_t n = 0;

	for (size_t i = 0; s->is_certain && i < s->plan->npoints; i++)
		n += !s->is_certain[i];
	return n;
}
