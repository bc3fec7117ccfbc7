// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cmd_doctor.c - `allotrope doctor`: what on this machine spoils a measurement.
 *
 * Role:       judges the facts of machine.c; says how to mend each.
 * Invariants: changes nothing. A fact that cannot be read is "unknown", never
 *             "good".
 * Locks:      none.
 * Units:      in the texts.
 * Source:     none.
 */
#include "config.h"

#include "commands.h"
#include "machine.h"
#include "placement.h"
#include "runner.h"
#include "usage.h"
#include "watch.h"
#include "../lib/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOOK_MS	      500
#define MAPS_ENOUGH   1000000
#define MEMORY_ENOUGH 4e9

static const char doc[] =
	"Look for what on this machine will spoil a measurement, and say how to "
	"mend it."
	"\v`bad` spoils numbers; `note` is to be known when reading them. "
	"Nothing is changed. Every fact also goes into the env.json of each "
	"run.\n"
	"\n"
	"Exit codes: 0 nothing bad; 1 something is.";

enum verdict {
	GOOD,
	NOTE,
	BAD,
	UNKNOWN
};

static const char *const verdicts[] = { "good", "note", "bad", "unknown" };

/* Adds one finding; @fix is NULL when there is nothing to do. */
static void find(json_t *list, const char *what, enum verdict verdict,
		 const char *fix, char *seen)
{
	json_array_append_new(list,
			      json_pack("{s:s, s:s, s:s, s:s?}", "what", what,
					"verdict", verdicts[verdict], "seen",
					seen, "fix", fix));
	free(seen);
}

static const char *text(json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

/* -1 where it is unknown. */
static double number(json_t *object, const char *member)
{
	json_t *value = json_object_get(object, member);

	if (json_is_boolean(value))
		return json_is_true(value);
	return json_is_number(value) ? json_number_value(value) : -1;
}

static void look_at_cpu(json_t *list, json_t *cpu, unsigned int ncores,
			unsigned int npus)
{
	const char *governor = text(cpu, "governor");
	double turbo = number(cpu, "turbo");

	find(list, "governor",
	     !governor				? UNKNOWN
	     : !strcmp(governor, "performance") ? GOOD
						: BAD,
	     governor ? "cpupower frequency-set -g performance"
		      : "the frequency is set outside this system (virtual "
			"machine, firmware)",
	     text_copy(governor ? governor : "not shown"));
	find(list, "turbo",
	     turbo < 0 ? UNKNOWN
	     : turbo   ? NOTE
		       : GOOD,
	     turbo > 0 ? "echo 1 >/sys/devices/system/cpu/intel_pstate/"
			 "no_turbo, or echo 0 >/sys/devices/system/cpu/"
			 "cpufreq/boost"
		       : NULL,
	     text_copy(turbo < 0 ? "not shown"
		       : turbo ? "on: the clock depends on how many cores work"
			       : "off"));
	find(list, "smt", npus > ncores ? NOTE : GOOD,
	     npus > ncores ? "--pin core uses second hardware threads last"
			   : NULL,
	     text_format("%u cores, %u hardware threads", ncores, npus));
}

static void look_at_memory(json_t *list, json_t *memory)
{
	const char *thp = text(memory, "thp");
	double swap = number(memory, "swap_bytes");
	double overcommit = number(memory, "overcommit");
	double maps = number(memory, "max_map_count");
	double available = number(memory, "available_bytes");
	double balancing = number(memory, "numa_balancing");

	find(list, "thp",
	     !thp		      ? UNKNOWN
	     : !strcmp(thp, "always") ? NOTE
				      : GOOD,
	     thp && !strcmp(thp, "always")
		     ? "resident memory depends on it; compare with echo "
		       "madvise >/sys/kernel/mm/transparent_hugepage/enabled"
		     : NULL,
	     text_format("transparent huge pages: %s", thp ? thp : "?"));
	find(list, "swap",
	     swap < 0 ? UNKNOWN
	     : swap   ? NOTE
		      : GOOD,
	     swap > 0 ? "swapoff -a while measuring" : NULL,
	     text_format("%.1f GiB", swap < 0 ? 0 : swap / 0x1p30));
	find(list, "overcommit",
	     overcommit < 0    ? UNKNOWN
	     : overcommit == 2 ? BAD
			       : GOOD,
	     overcommit == 2 ? "sysctl vm.overcommit_memory=0: allocators "
			       "reserve more address space than they use"
			     : NULL,
	     text_format("vm.overcommit_memory=%g", overcommit));
	find(list, "max_map_count",
	     maps < 0		  ? UNKNOWN
	     : maps < MAPS_ENOUGH ? NOTE
				  : GOOD,
	     maps < MAPS_ENOUGH
		     ? "sysctl vm.max_map_count=1048576: large heaps "
		       "of many mappings may fail"
		     : NULL,
	     text_format("vm.max_map_count=%.0f", maps));
	find(list, "memory",
	     available < 0		 ? UNKNOWN
	     : available < MEMORY_ENOUGH ? BAD
					 : GOOD,
	     available < MEMORY_ENOUGH ? "the larger workloads need 4 GB"
				       : NULL,
	     text_format("%.1f GiB available", available / 0x1p30));
	if (balancing > 0)
		find(list, "numa_balancing", BAD,
		     "sysctl kernel.numa_balancing=0: the kernel moves pages "
		     "under the workload",
		     text_copy("on"));
}

/* Steal time and other processes' work, over half a second of doing nothing. */
static void look_at_load(json_t *list, json_t *facts)
{
	struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };
	const char *vm = text(facts, "virtualisation");
	struct rusage nothing = { .ru_maxrss = 0 };
	json_t *marks = json_array(), *readings;
	struct watch watch = { .best_mhz = 0 };
	double steal, others;

	watch_begin(&watch, 0, 0);
	nanosleep(&pause, NULL);
	readings = watch_end(&watch, LOOK_MS / 1000.0, &nothing, marks);
	steal = number(readings, "steal");
	others = number(readings, "others");
	find(list, "virtual machine", vm && !strcmp(vm, "none") ? GOOD : NOTE,
	     vm && !strcmp(vm, "none")
		     ? NULL
		     : "neighbours and the hypervisor add noise: use more "
		       "rounds (--reps auto), look at the intervals",
	     text_copy(vm ? vm : "?"));
	find(list, "steal",
	     steal < 0	    ? UNKNOWN
	     : steal > 0.01 ? BAD
			    : GOOD,
	     steal > 0.01 ? "the hypervisor gives our CPUs to others: ask for "
			    "dedicated ones"
			  : NULL,
	     text_format("%.1f%% of the time", 100 * steal));
	find(list, "load",
	     others < 0	     ? UNKNOWN
	     : others > 0.05 ? BAD
			     : GOOD,
	     others > 0.05 ? "other processes work; `top` names them" : NULL,
	     text_format("%.0f%% of all CPUs in use while we rested",
			 100 * others));
	json_decref(marks);
	json_decref(readings);
}

static void look_at_counters(json_t *list, json_t *facts)
{
	double paranoid = number(facts, "perf_event_paranoid");
	char *why = NULL;
	json_t *answer = runner_ask("--probe-counters", NULL, &why), *event;
	const char *reason = NULL;
	size_t i, n = 0, hardware = 0;

	json_array_foreach(json_object_get(answer, "events"), i, event)
	{
		const char *name = text(event, "name");

		n++;
		if (json_is_true(json_object_get(event, "available")))
			hardware += name && (strstr(name, "INS") ||
					     strstr(name, "CYC"));
		else if (!reason)
			reason = text(event, "why");
	}
	find(list, "counters", hardware ? GOOD : NOTE,
	     hardware	    ? NULL
	     : paranoid > 2 ? "sysctl kernel.perf_event_paranoid=1"
			    : "none here: virtual machines often pass no "
			      "performance counters on",
	     !answer	? text_format("cannot be asked: %s", why)
	     : hardware ? text_format("PAPI counts; %zu events known", n)
			: text_format("no instructions or cycles: %s "
				      "(perf_event_paranoid=%g)",
				      reason ? reason : "built without PAPI",
				      paranoid));
	json_decref(answer);
	free(why);
}

static void look_at_rest(json_t *list, json_t *facts)
{
	double aslr = number(facts, "aslr");
	double cpus = number(facts, "cgroup_cpus");
	double memory = number(facts, "cgroup_memory_bytes");
	struct text_list dropped = { NULL, 0 };
	char *names;

	find(list, "aslr", aslr == 2 ? GOOD : NOTE,
	     aslr == 2
		     ? NULL
		     : "sysctl kernel.randomize_va_space=2: layout luck should "
		       "be variance, not bias",
	     text_format("kernel.randomize_va_space=%g", aslr));
	if (cpus >= 0)
		find(list, "cgroup", BAD,
		     "a CPU quota stops the workload in its middle: raise "
		     "cpu.max, use cpuset.cpus instead",
		     text_format("quota of %.2g CPUs", cpus));
	if (memory >= 0)
		find(list, "cgroup memory", NOTE, "raise memory.max",
		     text_format("at most %.1f GiB", memory / 0x1p30));
	runner_dropped(&dropped);
	if (dropped.n) {
		names = text_list_join(&dropped, ", ");
		find(list, "environment", NOTE,
		     "not passed to runners; use knobs, NAME:VARIABLE=value",
		     names);
	}
	text_list_fini(&dropped);
}

static json_t *examine(void)
{
	json_t *facts = machine_facts(), *list = json_array();
	char *why = NULL;
	struct placement *p = placement_new(NULL, &why);

	if (!p)
		al_die(AL_EXIT_MACHINE, "hwloc", "%s", why);
	look_at_cpu(list, json_object_get(facts, "cpu"), placement_ncores(p),
		    placement_npus(p));
	if (!placement_has_hwloc())
		find(list, "hwloc", BAD,
		     "install libhwloc-dev and configure again",
		     text_copy("built without: threads are not bound"));
	look_at_memory(list, json_object_get(facts, "memory"));
	look_at_load(list, facts);
	look_at_counters(list, facts);
	look_at_rest(list, facts);
	placement_delete(p);
	json_decref(facts);
	return list;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	bool *json = state->input;

	if (key == 'j')
		*json = true;
	else if (key == ARGP_KEY_ARG)
		al_die(AL_EXIT_USAGE, arg, "doctor takes no such word");
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

int cmd_doctor(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "json", 'j', NULL, 0, "As a JSON array", 0 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	static const struct argp argp = { options, parse, NULL, doc,
					  NULL,	   NULL,  NULL };
	int status = AL_EXIT_OK;
	bool json = false;
	json_t *list, *f;
	size_t i;

	usage_parse(&argp, argc, argv, &json);
	list = examine();
	json_array_foreach(list, i, f)
	{
		const char *fix = text(f, "fix");

		if (!strcmp(text(f, "verdict"), verdicts[BAD]))
			status = AL_EXIT_FAILED;
		if (json)
			continue;
		printf("%-7s  %-15s  %s\n", text(f, "verdict"), text(f, "what"),
		       text(f, "seen"));
		if (fix)
			printf("%26s-> %s\n", "", fix);
	}
	if (json) {
		json_dumpf(list, stdout, JSON_INDENT(1));
		putchar('\n');
	}
	json_decref(list);
	return status;
}
