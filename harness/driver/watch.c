// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * watch.c - what else the machine does while a runner measures.
 *
 * Role:       see watch.h.
 * Invariants: see watch.h.
 * Locks:      none.
 * Units:      clock ticks inside, shares outside.
 * Source:     proc(5).
 */
#include "config.h"

#include "watch.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* More is a mark: of all CPUs' time, but on large machines at most so many
 * CPUs. One busy neighbour may sit on the very CPU that was measured. */
#define STEAL_SHARE  0.01
#define STEAL_CPUS   0.1
#define OTHERS_SHARE 0.05
#define OTHERS_CPUS  0.5

#define LEAST_TICKS  3	  /* below that it is the clock's resolution */
#define SLOW_CLOCK   0.90 /* of the best frequency seen */

/* The first bytes of a small file of /proc or /sys. Return: false if absent. */
static bool read_small(const char *path, char *text, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, room - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return true;
}

static bool read_ticks(struct watch_ticks *t)
{
	uint64_t v[8];
	char text[512];

	if (!read_small("/proc/stat", text, sizeof(text)) ||
	    sscanf(text,
		   "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
		   " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
		   &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7]) != 8)
		return false;
	t->busy = v[0] + v[1] + v[2] + v[5] + v[6]; /* not idle, not iowait */
	t->steal = v[7];
	return true;
}

static double read_mhz(int cpu)
{
	char path[128], text[64];
	double khz;

	snprintf(path, sizeof(path),
		 "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_cur_freq", cpu);
	if (!read_small(path, text, sizeof(text)) ||
	    sscanf(text, "%lf", &khz) != 1)
		return 0;
	return khz / 1000;
}

/* CPU 0 speaks for its package; further packages are rare and alike. */
static uint64_t read_throttles(int cpu)
{
	char path[128], text[64];
	uint64_t n;

	snprintf(path, sizeof(path),
		 "/sys/devices/system/cpu/cpu%d/thermal_throttle/"
		 "package_throttle_count",
		 cpu);
	if (!read_small(path, text, sizeof(text)) ||
	    sscanf(text, "%" SCNu64, &n) != 1)
		return 0;
	return n;
}

void watch_begin(struct watch *w, unsigned int nthreads, int cpu)
{
	w->nthreads = nthreads;
	w->looks = w->crowded = 0;
	w->cpu = cpu < 0 ? 0 : cpu;
	w->throttles = read_throttles(w->cpu);
	if (!read_ticks(&w->begin))
		w->begin = (struct watch_ticks){ 0, 0 };
}

void watch_look(struct watch *w)
{
	unsigned int running;
	char text[128];

	if (!read_small("/proc/loadavg", text, sizeof(text)) ||
	    sscanf(text, "%*s %*s %*s %u/", &running) != 1)
		return;
	w->looks++;
	w->crowded += running > w->nthreads + 1; /* ourselves */
}

bool watch_is_much(double ticks, double wall_ticks, long ncpus, double share,
		   double cpus)
{
	/* Each CPU's time is told in whole ticks; the errors add up so. */
	double least = LEAST_TICKS * sqrt(ncpus > 2 ? (double)ncpus / 2 : 1);

	return ticks >= least &&
	       ticks > wall_ticks * fmin(share * (double)ncpus, cpus);
}

json_t *watch_end(struct watch *w, double wall_s, const struct rusage *usage,
		  json_t *marks)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	long ncpus = online > 0 ? online : 1;
	long hz = sysconf(_SC_CLK_TCK);
	double wall = wall_s * (double)hz, all = wall * (double)ncpus;
	double own = (double)hz * ((double)usage->ru_utime.tv_sec +
				   (double)usage->ru_stime.tv_sec +
				   1e-6 * (double)usage->ru_utime.tv_usec +
				   1e-6 * (double)usage->ru_stime.tv_usec);
	double mhz = read_mhz(w->cpu);
	json_t *readings = json_object();
	struct watch_ticks end;

	if (read_ticks(&end) && all > 0) {
		double steal = (double)(end.steal - w->begin.steal);
		double others = (double)(end.busy - w->begin.busy) - own;

		if (others < 0)
			others = 0;
		json_object_set_new(readings, "steal", json_real(steal / all));
		json_object_set_new(readings, "others",
				    json_real(others / all));
		if (watch_is_much(steal, wall, ncpus, STEAL_SHARE, STEAL_CPUS))
			json_array_append_new(marks, json_string("steal"));
		if (watch_is_much(others, wall, ncpus, OTHERS_SHARE,
				  OTHERS_CPUS))
			json_array_append_new(marks, json_string("busy"));
	}
	if (w->looks) {
		json_object_set_new(readings, "crowded",
				    json_real((double)w->crowded / w->looks));
		if (w->crowded > 1 && 2 * w->crowded > w->looks)
			json_array_append_new(marks, json_string("runqueue"));
	}
	if (mhz > 0) {
		json_object_set_new(readings, "mhz", json_real(mhz));
		if (mhz < SLOW_CLOCK * w->best_mhz)
			json_array_append_new(marks, json_string("slow_clock"));
		if (mhz > w->best_mhz)
			w->best_mhz = mhz;
	}
	if (read_throttles(w->cpu) > w->throttles)
		json_array_append_new(marks, json_string("throttled"));
	return readings;
}
