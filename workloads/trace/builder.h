// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * builder.h - from what happened to a trace: addresses become slots, threads
 *             become lanes, and the waits are worked out.
 *
 * Role:       what the recorder's converter and every importer feed.
 * Invariants: events come in the order in which they took effect. What cannot
 *             be (a free of an unknown object, an address handed out twice) is
 *             mended and counted; the trace written passes trace_verify().
 * Locks:      none; one thread.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_TRACE_BUILDER_H
#define AL_TRACE_BUILDER_H

#include "format.h"
#include "trouble.h"

/**
 * enum trace_event_kind - what may happen.
 * @EVENT_RESIZE: @old became @addr at one point of the order (in place, or in a
 *	source that does not say more).
 * @EVENT_RESIZE_BEGIN: realloc(@old) was called; from here on another thread
 *	may be given the address.
 * @EVENT_RESIZE_END: it returned @addr; 0: it failed, and @old is as it was.
 */
enum trace_event_kind {
	EVENT_MALLOC,
	EVENT_FREE,
	EVENT_CALLOC,
	EVENT_ALIGNED,
	EVENT_RESIZE,
	EVENT_RESIZE_BEGIN,
	EVENT_RESIZE_END,
	EVENT_THREAD_END,
};

/**
 * struct trace_event - one thing that happened.
 * @thread: any number; its first event starts the thread, and after an
 *	EVENT_THREAD_END the same number is another thread.
 * @addr:   of the object afterwards; for EVENT_FREE, of the object. 0 never
 *	names one: events that would act on it are ignored.
 */
struct trace_event {
	uint64_t thread;
	uint64_t addr;
	uint64_t old;
	uint64_t size;
	uint8_t kind;
	uint8_t lg_align;
};

struct trace_builder;

/** trace_builder_open() - begin the file @path; as trace_writer_open(). */
struct trace_builder *trace_builder_open(const char *path, const char *text,
					 int level, struct trouble *t);

/** trace_builder_event() - Return: 0, or -1 and the trouble given to open(). */
int trace_builder_event(struct trace_builder *b, const struct trace_event *e);

/** trace_builder_ops() - how many ops there are so far. */
uint64_t trace_builder_ops(const struct trace_builder *b);

/**
 * trace_builder_close() - finish the file.
 * @flags: TRACE_CUT, TRACE_IMPORTED.
 * @head:  filled with the counts, if not NULL.
 * Return: 0, or -1 and the trouble given to open(). Without any op there is no
 * file, and head->ops is 0. @b is gone either way.
 */
int trace_builder_close(struct trace_builder *b, uint32_t flags,
			struct trace_head *head);

/** trace_builder_abort() - remove what was written. */
void trace_builder_abort(struct trace_builder *b);

#endif /* AL_TRACE_BUILDER_H */
