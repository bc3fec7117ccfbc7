// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * placement.c - which worker runs on which CPU.
 *
 * Role:       see placement.h.
 * Invariants: every policy is an order of all CPUs; worker i gets the i-th, and
 *             beyond the last the order begins again.
 * Locks:      none.
 * Units:      CPUs.
 * Source:     hwloc_distrib() for `scatter`.
 */
#include "config.h"

#include "placement.h"
#include "../lib/error.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "0,2,4-7". Return: false if @text is no such list. */
static bool parse_list(const char *text, unsigned int **cpu, size_t *n)
{
	*cpu = NULL;
	*n = 0;
	do {
		char *end;
		unsigned long first, last;

		if (*text < '0' || *text > '9')
			goto wrong;
		first = last = strtoul(text, &end, 10);
		if (*end == '-') {
			text = end + 1;
			if (*text < '0' || *text > '9')
				goto wrong;
			last = strtoul(text, &end, 10);
		}
		if (last < first || last >= 1u << 20 || (*end && *end != ','))
			goto wrong;
		for (unsigned long c = first; c <= last; c++) {
			text_grow(cpu, *n, sizeof(**cpu));
			(*cpu)[(*n)++] = (unsigned int)c;
		}
		text = *end ? end + 1 : NULL;
	} while (text);
	return true;
wrong:
	free(*cpu);
	*cpu = NULL;
	return false;
}

static bool is_policy(const char *policy)
{
	static const char *const names[] = { "compact", "scatter", "core",
					     "numa", "none" };
	unsigned int *cpu;
	size_t n;
	bool is_list;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], policy))
			return true;
	is_list = parse_list(policy, &cpu, &n);
	free(cpu);
	return is_list;
}

#ifdef HAVE_HWLOC

#include <hwloc.h>

struct placement {
	hwloc_topology_t topology;
};

bool placement_has_hwloc(void)
{
	return true;
}

/* What taskset or a batch system left us. */
static int restrict_to_ours(hwloc_topology_t topology)
{
	hwloc_bitmap_t ours = hwloc_bitmap_alloc();
	int err = 0;

	if (!hwloc_get_cpubind(topology, ours, HWLOC_CPUBIND_PROCESS) &&
	    !hwloc_bitmap_iszero(ours))
		err = hwloc_topology_restrict(topology, ours, 0);
	hwloc_bitmap_free(ours);
	return err;
}

struct placement *placement_new(const char *synthetic, char **why)
{
	struct placement *p = text_alloc(1, sizeof(*p));

	if (hwloc_topology_init(&p->topology)) {
		*why = text_copy("hwloc cannot be initialised");
		free(p);
		return NULL;
	}
	if ((synthetic &&
	     hwloc_topology_set_synthetic(p->topology, synthetic)) ||
	    hwloc_topology_load(p->topology) ||
	    (!synthetic && restrict_to_ours(p->topology))) {
		*why = text_format("hwloc cannot see %s: %s",
				   synthetic ? synthetic : "this machine",
				   strerror(errno));
		placement_delete(p);
		return NULL;
	}
	return p;
}

void placement_delete(struct placement *p)
{
	hwloc_topology_destroy(p->topology);
	free(p);
}

static unsigned int count(const struct placement *p, hwloc_obj_type_t type)
{
	int n = hwloc_get_nbobjs_by_type(p->topology, type);

	return n > 0 ? (unsigned int)n : 0;
}

unsigned int placement_npus(const struct placement *p)
{
	return count(p, HWLOC_OBJ_PU);
}

/* Some machines (and containers) show no cores: then each CPU is one. */
unsigned int placement_ncores(const struct placement *p)
{
	unsigned int n = count(p, HWLOC_OBJ_CORE);

	return n ? n : placement_npus(p);
}

unsigned int placement_nnodes(const struct placement *p)
{
	unsigned int n = count(p, HWLOC_OBJ_NUMANODE);

	return n ? n : 1;
}

int placement_check(const struct placement *p, const char *policy, char **why)
{
	hwloc_const_bitmap_t ours =
		hwloc_topology_get_topology_cpuset(p->topology);
	unsigned int *cpu;
	size_t n;
	int status = AL_EXIT_OK;

	if (!is_policy(policy)) {
		*why = text_format("'%s': expected " PLACEMENT_POLICIES,
				   policy);
		return AL_EXIT_USAGE;
	}
	if (!parse_list(policy, &cpu, &n))
		return AL_EXIT_OK;
	for (size_t i = 0; i < n; i++)
		if (!hwloc_bitmap_isset(ours, cpu[i])) {
			char *have;

			hwloc_bitmap_list_asprintf(&have, ours);
			*why = text_format("CPU %u is not ours to use; there "
					   "are %s",
					   cpu[i], have);
			free(have);
			status = AL_EXIT_MACHINE;
			break;
		}
	free(cpu);
	return status;
}

/*
 * Orders the CPUs inside @within: the first hardware thread of each core, then
 * the second of each, and so on. Appends to @order. Return: how many.
 */
static size_t order_by_core(hwloc_topology_t topology,
			    hwloc_const_cpuset_t within, unsigned int *order)
{
	hwloc_obj_t core = NULL;
	size_t n = 0, before;
	unsigned int turn = 0;

	if (!hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE)) {
		int c;

		for (c = hwloc_bitmap_first(within); c >= 0;
		     c = hwloc_bitmap_next(within, c))
			order[n++] = (unsigned int)c;
		return n;
	}
	do {
		before = n;
		while ((core = hwloc_get_next_obj_by_type(
				topology, HWLOC_OBJ_CORE, core)) != NULL) {
			hwloc_obj_t pu;

			if (!hwloc_bitmap_intersects(core->cpuset, within))
				continue;
			pu = hwloc_get_obj_inside_cpuset_by_type(
				topology, core->cpuset, HWLOC_OBJ_PU, turn);
			if (pu && hwloc_bitmap_isset(within, pu->os_index))
				order[n++] = pu->os_index;
		}
		turn++;
	} while (n > before);
	return n;
}

static void order_compact(hwloc_topology_t topology, unsigned int *order)
{
	hwloc_obj_t pu = NULL;
	size_t n = 0;

	while ((pu = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PU, pu)))
		order[n++] = pu->os_index;
}

/* One CPU of each node in turn; nodes without CPUs (memory only) are passed. */
static void order_numa(hwloc_topology_t topology, unsigned int *order,
		       size_t npus)
{
	size_t nnodes =
		(size_t)hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE);
	unsigned int **cpus = text_alloc(nnodes, sizeof(*cpus));
	size_t *left = text_alloc(nnodes, sizeof(*left));
	size_t *at = text_alloc(nnodes, sizeof(*at));
	hwloc_obj_t node = NULL;
	size_t n = 0;

	for (size_t i = 0; i < nnodes; i++) {
		node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE,
						  node);
		cpus[i] = text_alloc(npus, sizeof(**cpus));
		left[i] = order_by_core(topology, node->cpuset, cpus[i]);
	}
	for (size_t before = npus; n < npus && n != before;) {
		before = n;
		for (size_t i = 0; i < nnodes && n < npus; i++)
			if (at[i] < left[i])
				order[n++] = cpus[i][at[i]++];
	}
	for (size_t i = 0; i < nnodes; i++)
		free(cpus[i]);
	free(cpus);
	free(left);
	free(at);
}

/* hwloc spreads a given number of workers; the order depends on that number. */
static void order_scatter(hwloc_topology_t topology, unsigned int *order,
			  unsigned int n)
{
	hwloc_obj_t root = hwloc_get_root_obj(topology);
	hwloc_cpuset_t *set = text_alloc(n, sizeof(*set));

	hwloc_distrib(topology, &root, 1, set, n, INT_MAX, 0);
	for (unsigned int i = 0; i < n; i++) {
		order[i] = (unsigned int)hwloc_bitmap_first(set[i]);
		hwloc_bitmap_free(set[i]);
	}
	free(set);
}

static void add_cpu(struct text_list *cpus, unsigned int cpu)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	char *text;

	hwloc_bitmap_only(set, cpu);
	hwloc_bitmap_asprintf(&text, set);
	text_list_add(cpus, text);
	free(text);
	hwloc_bitmap_free(set);
}

bool placement_choose(const struct placement *p, const char *policy,
		      unsigned int nthreads, struct text_list *cpus)
{
	size_t npus = placement_npus(p), n;
	unsigned int *order;

	if (!strcmp(policy, "none"))
		return nthreads > npus;
	if (!parse_list(policy, &order, &n)) {
		n = npus;
		order = text_alloc(npus, sizeof(*order));
		if (!strcmp(policy, "compact"))
			order_compact(p->topology, order);
		else if (!strcmp(policy, "numa"))
			order_numa(p->topology, order, npus);
		else if (!strcmp(policy, "core"))
			order_by_core(
				p->topology,
				hwloc_topology_get_topology_cpuset(p->topology),
				order);
		else
			order_scatter(p->topology, order,
				      nthreads < npus ? nthreads
						      : (unsigned int)npus);
	}
	for (unsigned int i = 0; i < nthreads; i++)
		add_cpu(cpus, order[i % n]);
	free(order);
	return nthreads > n;
}

int placement_export(const struct placement *p, const char *path)
{
	return hwloc_topology_export_xml(p->topology, path, 0) ? -errno : 0;
}

#else /* !HAVE_HWLOC */

struct placement {
	unsigned int npus;
};

bool placement_has_hwloc(void)
{
	return false;
}

struct placement *placement_new(const char *synthetic, char **why)
{
	struct placement *p = text_alloc(1, sizeof(*p));
	cpu_set_t ours;

	(void)synthetic;
	(void)why;
	p->npus = sched_getaffinity(0, sizeof(ours), &ours)
			  ? (unsigned int)sysconf(_SC_NPROCESSORS_ONLN)
			  : (unsigned int)CPU_COUNT(&ours);
	return p;
}

void placement_delete(struct placement *p)
{
	free(p);
}

unsigned int placement_npus(const struct placement *p)
{
	return p->npus;
}

unsigned int placement_ncores(const struct placement *p)
{
	return p->npus;
}

unsigned int placement_nnodes(const struct placement *p)
{
	(void)p;
	return 1;
}

int placement_check(const struct placement *p, const char *policy, char **why)
{
	(void)p;
	if (!is_policy(policy)) {
		*why = text_format("'%s': expected " PLACEMENT_POLICIES,
				   policy);
		return AL_EXIT_USAGE;
	}
	if (!strcmp(policy, "none"))
		return AL_EXIT_OK;
	*why = text_copy("this build has no hwloc, so only `--pin none` "
			 "works; install libhwloc-dev and configure again");
	return AL_EXIT_MACHINE;
}

bool placement_choose(const struct placement *p, const char *policy,
		      unsigned int nthreads, struct text_list *cpus)
{
	(void)policy;
	(void)cpus;
	return nthreads > p->npus;
}

int placement_export(const struct placement *p, const char *path)
{
	(void)p;
	(void)path;
	return -ENOTSUP;
}

#endif /* HAVE_HWLOC */
