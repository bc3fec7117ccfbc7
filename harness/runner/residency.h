// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * residency.h - how much of this process is in memory, by the kernel's account.
 *
 * Role:       reads smaps_rollup and the high-water mark of this process.
 * Invariants: figures are the kernel's, nothing is subtracted here.
 * Locks:      none.
 * Units:      bytes.
 * Source:     proc(5).
 */
#ifndef AL_RESIDENCY_H
#define AL_RESIDENCY_H

#include <stdbool.h>
#include <stdint.h>

struct residency {
	int64_t rss_bytes;
	int64_t pss_bytes;  /* shared pages in part; without mapped files */
	int64_t huge_bytes; /* of these: in anonymous huge pages */
};

/** residency_open() - ends the process if the kernel does not tell. */
void residency_open(void);

/**
 * residency_read() - now. Cost: linear in the process's pages; a walk of the
 * page tables, so exact where RSS counters are kept per processor.
 */
void residency_read(struct residency *r);

/** residency_peak() - VmHWM, bytes. */
int64_t residency_peak(void);

/**
 * residency_reset_peak() - let VmHWM begin anew.
 * Return: false if the kernel does not allow it.
 */
bool residency_reset_peak(void);

/**
 * residency_settle() - bring in every page of every mapped file that may be
 * read, so that running code for the first time is not taken for heap.
 */
void residency_settle(void);

#endif /* AL_RESIDENCY_H */
