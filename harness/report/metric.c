// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * metric.c - what the name of a metric says about it.
 *
 * Role:       unit, sense of comparison; the value of a parameter.
 * Invariants: names carry their unit (doc/result-set.md).
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "result.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && !strcmp(text + n - m, end);
}

enum al_sense al_sense_of(const char *metric)
{
	if (!strcmp(metric, "mops"))
		return AL_MORE_IS_FASTER;
	if (ends_with(metric, "ns_per_op") || ends_with(metric, "_ns"))
		return AL_LESS_IS_FASTER;
	return AL_LESS_OR_MORE;
}

const char *al_unit_of(const char *metric)
{
	static const struct {
		const char *end, *unit;
	} known[] = {
		{ "ns_per_op", "ns/op" }, { "mops", "Mop/s" },
		{ "_bytes", "bytes" },	  { "_per_op", "1/op" },
		{ "_ns", "ns" },	  { "_us", "us" },
		{ "_ms", "ms" },	  { "_cycles", "cycles" },
		{ "_percent", "%" },	  { "_s", "s" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (ends_with(metric, known[i].end))
			return known[i].unit;
	return "";
}

double al_param_of(const char *params, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = params; p; p = strchr(p, ' ')) {
		p += *p == ' ';
		if (!strncmp(p, name, n) && p[n] == '=') {
			char *end;
			double value = strtod(p + n + 1, &end);

			return *end == ' ' || !*end ? value : NAN;
		}
	}
	return NAN;
}
