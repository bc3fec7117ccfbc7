// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * machine.c - facts about this machine that bear on a measurement.
 *
 * Role:       see machine.h.
 * Invariants: see machine.h.
 * Locks:      none.
 * Units:      in the names.
 * Source:     proc(5), sysfs(5), cgroups(7).
 */
#include "config.h"

#include "machine.h"
#include "text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define MOST_BYTES ((size_t)16 << 20) /* /proc/cpuinfo of a large machine */

/* A file's text without the last newline, or NULL. */
static char *read_text(const char *path)
{
	char *text = text_read_file(path, MOST_BYTES, NULL);

	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

static json_t *file_text(const char *path)
{
	char *text = read_text(path);
	json_t *value = text ? json_string(text) : NULL;

	free(text);
	return value ? value : json_null();
}

static json_t *file_number(const char *path)
{
	char *text = read_text(path), *end = NULL;
	long long n = text ? strtoll(text, &end, 10) : 0;
	json_t *value = text && end != text ? json_integer(n) : json_null();

	free(text);
	return value;
}

/* The word in brackets of "always [madvise] never", or the whole text. */
static json_t *file_choice(const char *path)
{
	char *text = read_text(path), *open, *close;
	json_t *value;

	open = text ? strchr(text, '[') : NULL;
	close = open ? strchr(open, ']') : NULL;
	if (close) {
		*close = '\0';
		value = json_string(open + 1);
	} else {
		value = text ? json_string(text) : json_null();
	}
	free(text);
	return value;
}

/* The value of "NAME : value", "NAME:  value kB" or NAME="value" in a file. */
static char *field(const char *file, const char *name)
{
	char *text = text_read_file(file, MOST_BYTES, NULL), *line = text;
	size_t len = strlen(name);
	char *value = NULL;

	while (line && !value) {
		char *next = strchr(line, '\n');

		if (next)
			*next++ = '\0';
		if (!strncmp(line, name, len) &&
		    strspn(line + len, " \t:=\"") > 0) {
			const char *v = line + len;

			value = text_copy(v + strspn(v, " \t:=\""));
			value[strcspn(value, "\"")] = '\0';
		}
		line = next;
	}
	free(text);
	return value;
}

static json_t *field_text(const char *file, const char *name)
{
	char *text = field(file, name);
	json_t *value = text ? json_string(text) : json_null();

	free(text);
	return value;
}

static json_t *field_bytes(const char *file, const char *name)
{
	char *text = field(file, name);
	json_t *value = text ? json_integer(strtoll(text, NULL, 10) * 1024)
			     : json_null();

	free(text);
	return value;
}

/* What a hypervisor calls itself, or "none". */
static json_t *virtualisation(void)
{
	static const struct {
		const char *file, *word, *name;
	} signs[] = {
		{ "/sys/class/dmi/id/sys_vendor", "QEMU", "qemu" },
		{ "/sys/class/dmi/id/product_name", "KVM", "kvm" },
		{ "/sys/class/dmi/id/sys_vendor", "VMware", "vmware" },
		{ "/sys/class/dmi/id/product_name", "VirtualBox",
		  "virtualbox" },
		{ "/sys/class/dmi/id/sys_vendor", "Amazon EC2", "ec2" },
		{ "/sys/class/dmi/id/sys_vendor", "Google", "gce" },
		{ "/sys/class/dmi/id/sys_vendor", "Microsoft", "hyper-v" },
		{ "/sys/hypervisor/type", "xen", "xen" },
	};
	char *flags;
	json_t *value = NULL;

	for (size_t i = 0; !value && i < sizeof(signs) / sizeof(signs[0]);
	     i++) {
		char *text = read_text(signs[i].file);

		if (text && strstr(text, signs[i].word))
			value = json_string(signs[i].name);
		free(text);
	}
	if (value)
		return value;
	flags = field("/proc/cpuinfo", "flags");
	value = json_string(flags && strstr(flags, " hypervisor")
				    ? "unnamed hypervisor"
				    : "none");
	free(flags);
	return value;
}

static json_t *mitigations(void)
{
	static const char folder[] = "/sys/devices/system/cpu/vulnerabilities";
	json_t *all = json_object();
	struct dirent **entry;
	int n = scandir(folder, &entry, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char *path = text_format("%s/%s", folder, entry[i]->d_name);

		if (entry[i]->d_name[0] != '.')
			json_object_set_new(all, entry[i]->d_name,
					    file_text(path));
		free(path);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	return all;
}

/*
 * A limit of our cgroup (version 2) or of one above it: the lowest. "max" and
 * unreadable files are no limit. Return: null without any.
 */
static json_t *cgroup_limit(const char *file)
{
	char *line = read_text("/proc/self/cgroup"), *path, *slash;
	json_t *least = json_null();

	if (!line || strncmp(line, "0::", 3)) {
		free(line);
		return least;
	}
	path = line + 3;
	for (;;) {
		char *name = text_format("/sys/fs/cgroup%s/%s", path, file);
		char *text = read_text(name), *rest = NULL;
		long long n = text ? strtoll(text, &rest, 10) : 0;

		if (text && rest != text) {
			long long period = strtoll(rest, NULL, 10);
			/* cpu.max: "quota period"; others: one number */
			double value = period > 0 ? (double)n / (double)period
						  : (double)n;

			if (json_is_null(least) ||
			    value < json_number_value(least)) {
				json_decref(least);
				least = json_real(value);
			}
		}
		free(text);
		free(name);
		slash = strrchr(path, '/');
		if (!slash || !*path)
			break;
		*slash = '\0';
	}
	free(line);
	return least;
}

static json_t *cpu_facts(void)
{
	json_t *cpu = json_object(), *turbo;
	json_t *no_turbo =
		file_number("/sys/devices/system/cpu/intel_pstate/no_turbo");

	turbo = json_is_integer(no_turbo)
			? json_boolean(!json_integer_value(no_turbo))
			: NULL;
	json_decref(no_turbo);
	if (!turbo) {
		json_t *boost =
			file_number("/sys/devices/system/cpu/cpufreq/boost");

		turbo = json_is_integer(boost)
				? json_boolean(json_integer_value(boost))
				: json_null();
		json_decref(boost);
	}
	json_object_set_new(cpu, "model",
			    field_text("/proc/cpuinfo", "model name"));
	json_object_set_new(cpu, "microcode",
			    field_text("/proc/cpuinfo", "microcode"));
	json_object_set_new(cpu, "online",
			    json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
	json_object_set_new(cpu, "governor",
			    file_text("/sys/devices/system/cpu/cpu0/cpufreq/"
				      "scaling_governor"));
	json_object_set_new(cpu, "frequency_driver",
			    file_text("/sys/devices/system/cpu/cpu0/cpufreq/"
				      "scaling_driver"));
	json_object_set_new(cpu, "max_khz",
			    file_number("/sys/devices/system/cpu/cpu0/cpufreq/"
					"cpuinfo_max_freq"));
	json_object_set_new(cpu, "turbo", turbo);
	json_object_set_new(cpu, "smt_active",
			    file_number("/sys/devices/system/cpu/smt/active"));
	json_object_set_new(cpu, "isolated",
			    file_text("/sys/devices/system/cpu/isolated"));
	return cpu;
}

static json_t *memory_facts(void)
{
	json_t *m = json_object();

	json_object_set_new(m, "total_bytes",
			    field_bytes("/proc/meminfo", "MemTotal"));
	json_object_set_new(m, "available_bytes",
			    field_bytes("/proc/meminfo", "MemAvailable"));
	json_object_set_new(m, "swap_bytes",
			    field_bytes("/proc/meminfo", "SwapTotal"));
	json_object_set_new(m, "page_bytes",
			    json_integer(sysconf(_SC_PAGESIZE)));
	json_object_set_new(
		m, "thp",
		file_choice("/sys/kernel/mm/transparent_hugepage/enabled"));
	json_object_set_new(
		m, "thp_defrag",
		file_choice("/sys/kernel/mm/transparent_hugepage/defrag"));
	json_object_set_new(m, "overcommit",
			    file_number("/proc/sys/vm/overcommit_memory"));
	json_object_set_new(m, "max_map_count",
			    file_number("/proc/sys/vm/max_map_count"));
	json_object_set_new(m, "numa_balancing",
			    file_number("/proc/sys/kernel/numa_balancing"));
	return m;
}

/*
 * What the kernel was told at boot, as far as it bears on a measurement. The
 * whole command line may name disks, hosts and secrets, and result sets are
 * published.
 */
static json_t *kernel_parameters(void)
{
	static const char telling[] =
		" amd_pstate clocksource cpufreq.default_governor "
		"default_hugepagesz hugepages hugepagesz idle "
		"init_on_alloc init_on_free intel_idle.max_cstate "
		"intel_pstate irqaffinity isolcpus kpti maxcpus mem "
		"mitigations nohlt nohz nohz_full nopti noretpoline nosmt "
		"nr_cpus numa numa_balancing page_alloc.shuffle preempt "
		"processor.max_cstate psi pti randomize_kstack_offset "
		"rcu_nocbs retbleed skew_tick slab_nomerge spec_store_bypass_"
		"disable spectre_v2 swapaccount threadirqs "
		"transparent_hugepage tsc workqueue.power_efficient ";
	char *text = read_text("/proc/cmdline"), *rest = NULL, *word;
	json_t *list = json_array();

	for (word = text ? strtok_r(text, " ", &rest) : NULL; word;
	     word = strtok_r(NULL, " ", &rest)) {
		char *name =
			text_format(" %.*s ", (int)strcspn(word, "="), word);

		if (!strcmp(word, "--")) { /* the rest is for init */
			free(name);
			break;
		}
		if (strstr(telling, name))
			json_array_append_new(list, json_string(word));
		free(name);
	}
	free(text);
	return list;
}

json_t *machine_facts(void)
{
	json_t *f = json_object();
	struct utsname u;
	char host[256] = "";

	gethostname(host, sizeof(host) - 1);
	json_object_set_new(f, "host", json_string(host));
	if (!uname(&u)) {
		json_object_set_new(f, "kernel", json_string(u.release));
		json_object_set_new(f, "kernel_build", json_string(u.version));
		json_object_set_new(f, "machine", json_string(u.machine));
	}
	json_object_set_new(f, "system",
			    field_text("/etc/os-release", "PRETTY_NAME"));
	json_object_set_new(f, "kernel_parameters", kernel_parameters());
	json_object_set_new(f, "cpu", cpu_facts());
	json_object_set_new(f, "memory", memory_facts());
	json_object_set_new(f, "aslr",
			    file_number("/proc/sys/kernel/randomize_va_space"));
	json_object_set_new(
		f, "perf_event_paranoid",
		file_number("/proc/sys/kernel/perf_event_paranoid"));
	json_object_set_new(
		f, "clocksource",
		file_text("/sys/devices/system/clocksource/clocksource0/"
			  "current_clocksource"));
	json_object_set_new(f, "virtualisation", virtualisation());
	json_object_set_new(f, "mitigations", mitigations());
	json_object_set_new(f, "cgroup_cpus", cgroup_limit("cpu.max"));
	json_object_set_new(f, "cgroup_memory_bytes",
			    cgroup_limit("memory.max"));
	return f;
}

/* Microseconds in which some task waited for a CPU, since boot. */
static json_t *cpu_pressure(void)
{
	char *text = read_text("/proc/pressure/cpu"), *total;
	json_t *value = json_null();

	total = text ? strstr(text, "total=") : NULL;
	if (total)
		value = json_integer(strtoll(total + 6, NULL, 10));
	free(text);
	return value;
}

json_t *machine_load(void)
{
	char *text = read_text("/proc/loadavg"), *uptime;
	json_t *load = json_object();
	double one, five, fifteen;
	unsigned int running;

	if (text && sscanf(text, "%lf %lf %lf %u/", &one, &five, &fifteen,
			   &running) == 4) {
		json_object_set_new(load, "average",
				    json_pack("[f,f,f]", one, five, fifteen));
		json_object_set_new(load, "running", json_integer(running));
	}
	free(text);
	uptime = read_text("/proc/uptime");
	json_object_set_new(load, "uptime_s",
			    uptime ? json_real(strtod(uptime, NULL))
				   : json_null());
	free(uptime);
	json_object_set_new(load, "cpu_pressure_us", cpu_pressure());
	return load;
}
