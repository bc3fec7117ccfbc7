// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * progress.c - tells a waiting person how far a run is.
 *
 * Role:       see progress.h.
 * Invariants: see progress.h.
 * Locks:      none.
 * Units:      seconds.
 * Source:     none.
 */
#include "config.h"

#include "progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define LINE_EVERY_S 5.0 /* where there is no terminal */
#define BAR_CELLS    24

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void progress_init(struct progress *p, bool is_quiet, uint64_t done,
		   uint64_t total)
{
	*p = (struct progress){
		.is_quiet = is_quiet,
		.is_terminal = isatty(STDERR_FILENO),
		.done = done,
		.total = total,
		.begin_s = now_s(),
	};
	p->said_s = p->begin_s;
}

static void format_time(double s, char *text, size_t room)
{
	unsigned long n = s > 0 ? (unsigned long)(s + 0.5) : 0;

	if (n >= 3600)
		snprintf(text, room, "%lu:%02lu:%02lu", n / 3600, n / 60 % 60,
			 n % 60);
	else
		snprintf(text, room, "%lu:%02lu", n / 60, n % 60);
}

static int columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || size.ws_col < 40)
		return 80;
	return size.ws_col;
}

static void draw(const struct progress *p, double share, const char *left,
		 const char *what)
{
	int filled = (int)(share * BAR_CELLS + 0.5), room;
	char bar[BAR_CELLS + 1], line[512];

	memset(bar, '.', BAR_CELLS);
	memset(bar, '#', (size_t)(filled < BAR_CELLS ? filled : BAR_CELLS));
	bar[BAR_CELLS] = '\0';
	room = columns() - 1;
	snprintf(line, sizeof(line), "[%s] %3.0f%% %llu/%llu, %s left  %s", bar,
		 100 * share, (unsigned long long)p->done,
		 (unsigned long long)p->total, left, what);
	fprintf(stderr, "\r%.*s\033[K", room, line);
	fflush(stderr);
}

void progress_step(struct progress *p, uint64_t left, const char *what)
{
	double now = now_s(), share;
	char text[32];

	p->done++;
	p->measured++;
	p->total = p->done + left;
	/* Everything of the driver's own between two is in it, too. */
	p->mean_s = (now - p->begin_s) / (double)p->measured;
	if (p->is_quiet)
		return;
	share = p->total ? (double)p->done / (double)p->total : 1;
	format_time(p->mean_s * (double)left, text, sizeof(text));
	if (p->is_terminal) {
		draw(p, share, text, what);
		return;
	}
	if (now - p->said_s < LINE_EVERY_S && left)
		return;
	p->said_s = now;
	fprintf(stderr, "%3.0f%% %llu/%llu, %s left, at %s\n", 100 * share,
		(unsigned long long)p->done, (unsigned long long)p->total, text,
		what);
}

void progress_line(struct progress *p, const char *format, ...)
{
	va_list args;

	if (p->is_quiet)
		return;
	if (p->is_terminal)
		fputs("\r\033[K", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void progress_end(struct progress *p)
{
	if (!p->is_quiet && p->is_terminal)
		fputs("\r\033[K", stderr);
}
