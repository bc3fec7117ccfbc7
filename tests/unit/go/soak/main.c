// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * main.c - the soak program: options, supervisor, the closing line.
 *
 * Role:       forks one life after the other until the time is over; sees that
 *             each goes on; says what was done and what was found.
 * Invariants: this process never calls the allocator.
 * Locks:      none.
 * Units:      seconds, operations.
 * Source:     none.
 */
#include "config.h"

#include "soak.h"
#include "../../../../harness/lib/error.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LIFE_S 12.0
#define POLL_S 0.05

static const char help[] =
	"Usage: soak [OPTION...] PLUGIN.so\n"
	"Puts an allocator under all loads at once for a long time: threads born and\n"
	"dying, objects handed over, resized, verified, and mmap failing meanwhile.\n"
	"  --seconds S      how long (600)\n"
	"  --threads N      at a time (4)\n"
	"  --seed N         of all draws (from the clock; printed)\n"
	"  --knob NAME=VAL  a knob of the plugin\n"
	"  --hang S         no progress for so long is a fault (60)\n"
	"  --on-hang CMD    run first; the process's id is $SOAK_PID\n"
	"  --each           not for long: let each call of mmap fail once\n"
	"Exit codes: 0 no fault; 1 a fault was found; 2 usage.\n";

double soak_now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void sleep_s(double s)
{
	const struct timespec t = { (time_t)s,
				    (long)((s - (double)(time_t)s) * 1e9) };

	nanosleep(&t, NULL);
}

static uint64_t total(unsigned int what)
{
	uint64_t n = 0;

	for (size_t i = 0; i < soak->nslots; i++)
		n += atomic_load_explicit(&soak->slot[i].n[what],
					  memory_order_relaxed);
	return n;
}

static uint64_t total_calls(void)
{
	uint64_t n = 0;

	for (unsigned int k = 0; k < SOAK_NKINDS; k++)
		n += total(k);
	return n;
}

static void say_what_each_does(void)
{
	for (size_t i = 0; i < soak->nslots; i++) {
		const struct soak_slot *s = &soak->slot[i];
		uint32_t doing = atomic_load(&s->doing);

		if (doing == SOAK_IDLE)
			continue;
		fprintf(stderr,
			"allotrope: soak: %s: slot %zu, thread %u: %s, %" PRIu64
			" bytes, after %" PRIu64 " calls\n",
			soak_opt.name, i, atomic_load(&s->serial),
			soak_kind_name(doing), atomic_load(&s->size),
			atomic_load(&s->ticks) / 2);
	}
}

static void found(const char *what)
{
	if (atomic_fetch_add(&soak->faults, 1) == 0)
		snprintf(soak->fault, sizeof(soak->fault), "%s", what);
	fprintf(stderr, "allotrope: soak: %s: %s (phase %s)\n", soak_opt.name,
		what, soak_phase_name(atomic_load(&soak->phase)));
	say_what_each_does();
}

/* Is a thread in one call for too long, or do all wait? */
static bool hangs(double now)
{
	static uint64_t *ticks;
	static double *since, all_since;
	static uint64_t all;
	uint64_t sum = 0;
	bool stuck = false;

	if (!ticks) {
		ticks = calloc(soak->nslots, sizeof(*ticks));
		since = calloc(soak->nslots, sizeof(*since));
	}
	for (size_t i = 0; i < soak->nslots; i++) {
		const struct soak_slot *s = &soak->slot[i];
		uint64_t n = atomic_load(&s->ticks);
		uint32_t doing = atomic_load(&s->doing);

		sum += n;
		if (n != ticks[i] || doing == SOAK_IDLE || doing == SOAK_WAITS)
			since[i] = now;
		ticks[i] = n;
		stuck |= now - since[i] > soak_opt.hang_s;
	}
	if (sum != all)
		all_since = now;
	all = sum;
	return stuck || (all_since > 0 && now - all_since > soak_opt.hang_s);
}

static void end_hanging(pid_t pid)
{
	char text[32];

	found("hang: no progress");
	if (soak_opt.on_hang) {
		snprintf(text, sizeof(text), "%ld", (long)pid);
		setenv("SOAK_PID", text, 1);
		if (system(soak_opt.on_hang) != 0)
			al_warn(soak_opt.on_hang, "did not succeed");
	}
	kill(pid, SIGKILL);
}

static void say_progress(double now, double began)
{
	static double last;

	if (!isatty(STDERR_FILENO) || now - last < 1)
		return;
	last = now;
	fprintf(stderr,
		"\r%s: %.0f of %.0f s, %.0f s left; life %" PRIu64
		", %-7s %" PRIu64 " calls, %" PRIu64 " threads, %" PRIu64
		" ENOMEM, %" PRIu64 " faults ",
		soak_opt.name, now - began, soak_opt.seconds,
		began + soak_opt.seconds - now, total(SOAK_LIVES),
		soak_phase_name(atomic_load(&soak->phase)), total_calls(),
		total(SOAK_BORN), total(SOAK_ENOMEM),
		atomic_load(&soak->faults));
}

/* Wait for the life @pid to end, well or not. */
static void watch(pid_t pid, double began)
{
	int status;
	pid_t done;

	while ((done = waitpid(pid, &status, WNOHANG)) == 0) {
		double now = soak_now_s();

		if (hangs(now)) {
			end_hanging(pid);
			waitpid(pid, &status, 0);
			return;
		}
		say_progress(now, began);
		sleep_s(POLL_S);
	}
	if (done < 0)
		al_die(AL_EXIT_FAILED, "waitpid", "%s", strerror(errno));
	if (WIFSIGNALED(status)) {
		char text[64];

		snprintf(text, sizeof(text), "killed by signal %d (%s)",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
		found(text);
	} else if (WEXITSTATUS(status) && !atomic_load(&soak->faults)) {
		found("ended without a word");
	}
}

static void live(uint64_t seed, double began)
{
	double end = began + soak_opt.seconds, until = soak_now_s() + LIFE_S;
	pid_t pid;

	for (size_t i = 0; i < soak->nslots; i++)
		atomic_store(&soak->slot[i].doing, SOAK_IDLE);
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		al_die(AL_EXIT_FAILED, "fork", "%s", strerror(errno));
	if (pid == 0) {
		soak_mine = &soak->slot[0];
		soak_live(seed, until < end ? until : end);
		exit(AL_EXIT_OK); /* a sanitizer may have a last word */
	}
	watch(pid, began);
}

static void closing_line(double seconds)
{
	printf("%s: %.0f s, seed %" PRIu64 ", %u threads, %" PRIu64 " lives: ",
	       soak_opt.name, seconds, soak_opt.seed, soak_opt.nthreads,
	       total(SOAK_LIVES));
	for (unsigned int k = 0; k <= SOAK_HUGE; k++)
		printf("%" PRIu64 " %s, ", total(k), soak_kind_name(k));
	printf("%" PRIu64 " calls in all; %" PRIu64 " threads born; %" PRIu64
	       " cross-thread frees, %" PRIu64 " after the allocating thread's "
	       "death; %" PRIu64 " failures injected; %" PRIu64
	       " ENOMEM seen; %" PRIu64 " quiet points, %" PRIu64
	       " of an empty heap; %" PRIu64 " faults%s%s\n",
	       total_calls(), total(SOAK_BORN), total(SOAK_CROSS),
	       total(SOAK_ORPHAN), total(SOAK_INJECTED), total(SOAK_ENOMEM),
	       total(SOAK_QUIET), total(SOAK_EMPTIED),
	       atomic_load(&soak->faults), soak->fault[0] ? ": " : "",
	       soak->fault);
}

static double number(const char *option, const char *text, double least)
{
	char *end;
	double x = strtod(text, &end);

	if (*end || !(x >= least))
		al_die(AL_EXIT_USAGE, option,
		       "\"%s\" is not a number from %g on", text, least);
	return x;
}

static void read_options(int argc, char **argv)
{
	enum {
		SECONDS = 1,
		THREADS,
		SEED,
		KNOB,
		HANG,
		ON_HANG,
		EACH,
		HELP
	};
	static const struct option options[] = {
		{ "seconds", required_argument, NULL, SECONDS },
		{ "threads", required_argument, NULL, THREADS },
		{ "seed", required_argument, NULL, SEED },
		{ "knob", required_argument, NULL, KNOB },
		{ "hang", required_argument, NULL, HANG },
		{ "on-hang", required_argument, NULL, ON_HANG },
		{ "each", no_argument, NULL, EACH },
		{ "help", no_argument, NULL, HELP },
		{ 0 }
	};
	int option;

	soak_opt = (struct soak_options){
		.seconds = 600,
		.hang_s = 60,
		.nthreads = 4,
		.seed = (uint64_t)time(NULL) * 1000003 + (uint64_t)getpid(),
	};
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (option) {
		case SECONDS:
			soak_opt.seconds = number("--seconds", optarg, 0.1);
			break;
		case THREADS:
			soak_opt.nthreads =
				(unsigned int)number("--threads", optarg, 1);
			break;
		case SEED:
			soak_opt.seed = strtoull(optarg, NULL, 0);
			break;
		case KNOB:
			if (soak_opt.nknobs == 16 || !strchr(optarg, '='))
				al_die(AL_EXIT_USAGE, "--knob",
				       "is NAME=VALUE, at most 16 times");
			soak_opt.knobs[soak_opt.nknobs++] = optarg;
			break;
		case HANG:
			soak_opt.hang_s = number("--hang", optarg, 0.1);
			break;
		case ON_HANG:
			soak_opt.on_hang = optarg;
			break;
		case EACH:
			soak_opt.each = true;
			break;
		case HELP:
			fputs(help, stdout);
			exit(AL_EXIT_OK);
		default:
			exit(AL_EXIT_USAGE);
		}
	if (optind != argc - 1) {
		fputs(help, stderr);
		exit(AL_EXIT_USAGE);
	}
	soak_opt.path = argv[optind];
	soak_opt.name = soak_variant_name(soak_opt.path);
}

static void share(void)
{
	size_t n = soak_opt.nthreads + 1;

	if (soak_opt.each)
		n = SOAK_EACH_SLOTS;
	soak = mmap(NULL, sizeof(*soak) + n * sizeof(soak->slot[0]),
		    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (soak == MAP_FAILED)
		al_die(AL_EXIT_FAILED, "shared memory", "%s", strerror(errno));
	soak->nslots = n;
	soak_mine = &soak->slot[0];
}

int main(int argc, char **argv)
{
	double began = soak_now_s(), now = began;

	read_options(argc, argv);
	share();
	soak_load();
	if (soak_opt.each)
		return soak_each();
	for (uint64_t life = 0;
	     now - began < soak_opt.seconds && !atomic_load(&soak->faults);
	     life++, now = soak_now_s())
		live(al_random_derive(soak_opt.seed, life), began);
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\n");
	closing_line(now - began);
	return atomic_load(&soak->faults) ? AL_EXIT_FAILED : AL_EXIT_OK;
}
