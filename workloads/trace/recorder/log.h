// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * log.h - the recorder's event log: one buffer a thread, in a shared mapping.
 *
 * Role:       puts an event where `allotrope record` finds it, in about ten
 *             instructions; the interposed functions are in interpose.c.
 * Invariants: no thread writes another's buffer. Positions come from one
 *             counter of the process: an allocation takes its own after the
 *             allocator returned, a free before the allocator is called, so
 *             the order of positions is one in which no object is used before
 *             it exists and no address is handed out twice.
 * Locks:      none on any path; the counter is one atomic addition an event.
 * Units:      none.
 * Source:     none.
 */
#ifndef AL_TRACE_LOG_H
#define AL_TRACE_LOG_H

#include "raw.h"

/**
 * struct log_thread - a thread's place in its buffer.
 * @next, @end: next record to write; equal when a new chunk is due.
 */
struct log_thread {
	struct raw_record *next;
	struct raw_record *end;
	struct raw_chunk *chunk;
	uint32_t number;
	uint32_t nchunks;
	unsigned int rounds; /* of thread-exit destructors seen */
};

extern __thread struct log_thread log_self;
extern _Atomic uint64_t log_seq;

/* A page that a forked child finds wiped: 1 in the process that made it. */
extern const volatile unsigned char *log_alive;

/** log_init() - open this process's file, if it is to be recorded. */
void log_init(void);

/**
 * log_more() - after a fork, begin anew; else the thread's next chunk.
 * Return: false if nothing can be recorded. Keeps errno.
 */
bool log_more(void);

/** log_failed() - an allocation returned NULL. */
void log_failed(void);

/** log_position() - the next position in the order of this process. */
static inline uint64_t log_position(void)
{
	return atomic_fetch_add_explicit(&log_seq, 1, memory_order_seq_cst) + 1;
}

/** log_event() - write one record of this thread. */
static inline void log_event(enum trace_event_kind kind, uint64_t position,
			     const void *addr, size_t size,
			     unsigned int lg_align)
{
	struct raw_record *r;

	if (__builtin_expect(log_self.next == log_self.end || !*log_alive, 0) &&
	    !log_more())
		return;
	r = log_self.next++;
	r->addr = (uintptr_t)addr;
	r->size = size;
	atomic_store_explicit(&r->word,
			      position << RAW_SEQ_SHIFT |
				      lg_align << RAW_ALIGN_SHIFT |
				      ((unsigned int)kind + 1),
			      memory_order_release);
}

#endif /* AL_TRACE_LOG_H */
