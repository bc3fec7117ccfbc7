// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * replace.c - a file that appears whole or not at all.
 *
 * Role:       see replace.h.
 * Invariants: see replace.h.
 * Locks:      none.
 * Units:      none.
 * Source:     none.
 */
#include "config.h"

#include "replace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int al_replace_begin(struct al_replace *r, const char *path)
{
	int err = -ENOMEM;

	r->path = strdup(path);
	if (!r->path)
		return err;
	if (asprintf(&r->temporary, "%s.tmp", path) < 0)
		goto err_path;
	r->f = fopen(r->temporary, "we");
	if (r->f)
		return 0;
	err = -errno;
	free(r->temporary);
err_path:
	free(r->path);
	return err;
}

int al_replace_end(struct al_replace *r)
{
	int err = 0;

	errno = 0; /* a failed write may have happened long ago */
	if (fflush(r->f) || ferror(r->f) || fsync(fileno(r->f)))
		err = errno ? -errno : -EIO;
	if (fclose(r->f) && !err)
		err = -errno;
	if (!err && rename(r->temporary, r->path))
		err = -errno;
	if (err)
		unlink(r->temporary);
	free(r->temporary);
	free(r->path);
	return err;
}
