// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * work.h - what a thread does with its and others' objects.
 *
 * Role:       the table of objects, and one thread's life among them.
 * Invariants: an object belongs to whoever holds its record's lock. Records
 *             [slot * WORK_OWN, ...) are those of one slot's threads, which
 *             inherit them from each other; the rest is everybody's.
 * Locks:      a record's lock is tried, never waited for.
 * Units:      bytes.
 * Source:     exchange through a shared table after mstress (Leijen).
 */
#ifndef SOAK_WORK_H
#define SOAK_WORK_H

#include "soak.h"

#define WORK_OWN      192
#define WORK_SHARED   1024

/* Draw size and way. */
#define WORK_ANY_SIZE SIZE_MAX

struct record {
	_Atomic uint32_t lock;
	uint32_t serial;  /* of the thread that allocated it */
	unsigned char *p; /* NULL: no object */
	size_t asked;
	size_t filled; /* bytes with the pattern */
	size_t usable; /* 0: unknown */
	uint64_t key;
	bool full; /* no gaps in the pattern */
	bool tiny; /* may share a block of 16 bytes with others */
};

/** struct work - one life's table; set up by the main thread. */
struct work {
	struct record *record;
	size_t nrecords;
	size_t live_limit;	     /* bytes, about */
	unsigned int lg_max;	     /* sizes up to 1 << lg_max */
	_Atomic uint32_t dead_below; /* lower serials have all died */
	_Atomic int64_t live_bytes;
	_Atomic bool stop;
	_Atomic bool may_fail; /* NULL is an answer in this phase */
};

extern struct work work;

/** work_init() - a table for @nslots slots. */
void work_init(size_t nslots);

/** work_run() - @nops operations in slot @slot; then the thread ends. */
void work_run(size_t slot, struct al_random *r, uint64_t nops);

/** work_make() - an object for empty @rec: of @size, by malloc, or of any. */
void work_make(struct record *rec, struct al_random *r, size_t size);

/** work_resize() - verify the object of @rec and give it @size. */
void work_resize(struct record *rec, struct al_random *r, size_t size);

/** work_drop() - verify the object of @rec and free it. */
void work_drop(struct record *rec);

/** work_verify() - is the object as it was left? */
void work_verify(const struct record *rec);

/** take_size() - of an object to come. */
size_t take_size(struct al_random *r);

/**
 * take_object() - ask for one; sets asked and tiny of @rec.
 * @size: by malloc; WORK_ANY_SIZE: of any, in one of all ways.
 * Return: NULL if it failed as it may.
 */
void *take_object(struct al_random *r, struct record *rec, size_t size);

/** take_moved() - realloc of @rec's object. Return: as take_object(). */
void *take_moved(struct record *rec, size_t size);

/** take_impossible() - ask for what nobody has. */
void take_impossible(struct al_random *r);

#endif /* SOAK_WORK_H */
