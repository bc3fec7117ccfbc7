// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * raw.h - what the recorder leaves behind: one file a process image.
 *
 * Role:       the only contract between record.so, inside the recorded program,
 *             and `allotrope record`, which makes the trace of it.
 * Invariants: files lie in the folder that RAW_ENVIRONMENT names, called
 *             PID.IMAGE.raw; IMAGE counts the programs that a process became
 *             by exec. A file is a head and chunks, each at a multiple of
 *             RAW_UNIT; a chunk belongs to one thread, and is in use to the
 *             first record whose word is 0. All is written through shared
 *             mappings, so what a killed program wrote is there. Native byte
 *             order: the file does not leave the machine.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#ifndef AL_TRACE_RAW_H
#define AL_TRACE_RAW_H

#include "../builder.h"

#include <stdatomic.h>

#define RAW_ENVIRONMENT "ALLOTROPE_RECORD"
#define RAW_UNIT	16384u /* a first chunk holds 681 events */
#define RAW_CHUNK_MAX	(64u * RAW_UNIT)
#define RAW_MAGIC	UINT64_C(0x3157415254414c41) /* "ALATRAW1" */
#define RAW_CHUNK_MAGIC UINT64_C(0x4b4e554843574152) /* "RAWCHUNK" */

/**
 * struct raw_head - the first RAW_UNIT of the file.
 * @cut:    not 0: the recorder had to stop (disk full, file not to be opened).
 * @failed: calls that returned NULL; they are not in the trace.
 * @command: the argument strings, each ended by a NUL, @command_bytes of them.
 */
struct raw_head {
	uint64_t magic; /* written last */
	uint32_t pid;
	uint32_t parent;
	uint32_t image;
	_Atomic uint32_t cut;
	_Atomic uint64_t failed;
	uint32_t command_bytes;
	char command[4096];
};

/** struct raw_chunk - the head of a run of records of one thread. */
struct raw_chunk {
	uint64_t magic; /* written last */
	uint32_t thread;
	uint32_t index; /* of the thread's chunks, from 0 */
	uint64_t bytes; /* with this head, a multiple of RAW_UNIT */
};

/**
 * struct raw_record - one event.
 * @word: position << RAW_SEQ_SHIFT | lg_align << RAW_ALIGN_SHIFT | kind + 1, of
 *	enum trace_event_kind; written last; 0 where nothing was recorded yet.
 * @addr: as in struct trace_event; of EVENT_RESIZE_BEGIN, the old address.
 */
struct raw_record {
	_Atomic uint64_t word;
	uint64_t addr;
	uint64_t size;
};

#define RAW_KIND_MASK	0xfu
#define RAW_ALIGN_SHIFT 4
#define RAW_SEQ_SHIFT	12

#endif /* AL_TRACE_RAW_H */
