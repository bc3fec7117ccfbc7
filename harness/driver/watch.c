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
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STEAL_SHARE  0.01 /* of all CPUs' time: more is a mark */
#define OTHERS_SHARE 0.05
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

json_t *watch_end(struct watch *w, double wall_s, const struct rusage *usage,
		  json_t *marks)
{
	long ncpus = sysconf(_SC_NPROCESSORS_ONLN);
	long hz = sysconf(_SC_CLK_TCK);
	double all = wall_s * (double)hz * (double)(ncpus > 0 ? ncpus : 1);
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
		if (steal >= LEAST_TICKS && steal > STEAL_SHARE * all)
			json_array_append_new(marks, json_string("steal"));
		if (others >= LEAST_TICKS && others > OTHERS_SHARE * all)
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
