// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * gnuplot.c - starting gnuplot on a finished script.
 *
 * Role:       one child process a figure, in the figures folder.
 * Invariants: the child reads nothing but its script: no start-up file of the
 *             user changes a figure.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "figure.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_NO_GNUPLOT 127

static void become_gnuplot(const char *dir, const char *script, int log)
{
	int none = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (chdir(dir) != 0 || none < 0)
		_exit(1);
	dup2(none, STDIN_FILENO);
	dup2(log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("GNUTERM");
	execlp("gnuplot", "gnuplot", "-d", script, (char *)NULL);
	_exit(errno == ENOENT || errno == EACCES ? EXIT_NO_GNUPLOT : 1);
}

/* The last line that gnuplot said, for the error message. */
static void read_complaint(int from, char *text, size_t size)
{
	char part[4096];
	size_t used = 0;
	ssize_t n;

	while ((n = read(from, part, sizeof(part))) > 0 ||
	       (n < 0 && errno == EINTR))
		for (ssize_t i = 0; i < n; i++)
			if (used + 1 < size)
				text[used++] = part[i] < ' ' ? ' ' : part[i];
	text[used] = '\0';
}

/* Cairo writes the time into a PDF: a fixed one, so that drawing repeats. */
static void fix_date(const char *dir, const char *name)
{
	static const char key[] = "/CreationDate (D:",
			  date[] = "20000101000000";
	char path[PATH_MAX], part[4096];
	size_t matched = 0, n;
	long at = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.pdf", dir, name);
	f = fopen(path, "r+e");
	while (f && (n = fread(part, 1, sizeof(part), f)) > 0)
		for (size_t i = 0; i < n; i++, at++) {
			matched = part[i] == key[matched] ? matched + 1
							  : part[i] == key[0];
			if (matched < sizeof(key) - 1)
				continue;
			fseek(f, at + 1, SEEK_SET);
			fwrite(date, 1, sizeof(date) - 1, f);
			fclose(f);
			return;
		}
	if (f)
		fclose(f);
}

enum al_drawing al_gnuplot_run(const char *dir, const char *name)
{
	char script[NAME_MAX + 4], complaint[512];
	int pipe_fds[2], status = 0;
	pid_t child;

	snprintf(script, sizeof(script), "%s.gp", name);
	if (pipe2(pipe_fds, O_CLOEXEC) != 0) {
		al_error("gnuplot", "%s", strerror(errno));
		return AL_DRAWING_FAILED;
	}
	child = fork();
	if (child == 0)
		become_gnuplot(dir, script, pipe_fds[1]);
	close(pipe_fds[1]);
	read_complaint(pipe_fds[0], complaint, sizeof(complaint));
	close(pipe_fds[0]);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (child > 0 && WIFEXITED(status) &&
	    WEXITSTATUS(status) == EXIT_NO_GNUPLOT)
		return AL_NO_GNUPLOT;
	if (child > 0 && status == 0 && *complaint)
		al_warn(script, "gnuplot: %s", complaint);
	if (child < 0 || status != 0) {
		al_error(script, "gnuplot: %s",
			 child < 0    ? strerror(errno)
			 : *complaint ? complaint
				      : "ended early");
		return AL_DRAWING_FAILED;
	}
	fix_date(dir, name);
	return AL_DRAWN;
}
