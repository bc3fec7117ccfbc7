// SPDX-License-Identifier: MIT
/*
 * go_lockrank.h - the one order in which locks are taken, and who checks it.
 *
 * Role:       a rank for every go_lock. Built with GO_LOCK_RANKS (configure:
 *             --enable-sanitizers, or --with-assert-level=2 and above) each
 *             take and drop is checked and a deadlock that might be becomes a
 *             line naming both locks; else all of it compiles to nothing.
 * Invariants: a thread takes locks in rising rank, each rank once.
 * Locks:      none; what a thread holds is its own.
 * Units:      none.
 * Source:     after Go lockrank.go, jemalloc's witness.
 * Differs:    Go's order is partial; ours is short enough to be total.
 */
#ifndef GO_LOCKRANK_H
#define GO_LOCKRANK_H

/** enum go_rank - lowest first. */
enum go_rank {
	GO_RANK_NONE, /* was not given one: an error */
	GO_RANK_START,
	GO_RANK_QUIET,
	GO_RANK_CENTRAL, /* and the span class, below 136 */
	GO_RANK_SPAN_SET = GO_RANK_CENTRAL + 136,
	GO_RANK_HEAP,
	GO_RANKS
};

#ifdef GO_LOCK_RANKS
/** go_rank_take() - about to wait for a lock of @rank; may end the program. */
void go_rank_take(unsigned int rank);

/** go_rank_drop() - lets go of it. */
void go_rank_drop(unsigned int rank);
#endif

#endif /* GO_LOCKRANK_H */
