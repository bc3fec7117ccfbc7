// SPDX-License-Identifier: MIT
/*
 * cache_fork.h - the heap across fork().
 *
 * Role:       included by a variant; all locks are held while the process is
 *             copied, so that the child finds every list whole.
 * Invariants: prepare takes the locks in their order; parent and child let go.
 *             A process of one thread takes none: should one be held, then by
 *             this very thread, in whose midst a signal's handler forks. Parent
 *             and child both return to it, and it lets go.
 * Locks:      start_lock < quiet_lock < central[i].lock, i rising < heap->lock.
 * Units:      none.
 * Source:     after pthread_atfork(3); the Go runtime never forks without exec.
 *             A process of one thread: as glibc's fork().
 * Differs:    caches of the parent's other threads are nobody's in the child.
 *             Their objects may be freed there, but the memory does not serve
 *             again: a child that goes on for long without exec loses what
 *             the other threads had cached (glibc's, jemalloc's and tcmalloc's
 *             children lose it too). It cannot be had back: the owner works on
 *             its spans without a lock, the pages are copied one after the
 *             other while it does, and so what the child sees of a cache and
 *             its spans is not the state of any one moment: a slot may be free
 *             in the bitmap and an object in the program's data.
 */
#ifndef GO_CACHE_FORK_H
#define GO_CACHE_FORK_H

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#define CACHE_FORK_IS_ALONE __libc_single_threaded
#else
#define CACHE_FORK_IS_ALONE false
#endif

static bool cache_fork_alone; /* set in prepare, by the one thread there is */

static void cache_fork_prepare(void)
{
	if (CACHE_FORK_IS_ALONE) {
		cache_fork_alone = true;
		return;
	}
	go_lock_take(&cache_start_lock);
	cache_fork_alone = false;
	GO_CENTRAL_FN(quiesce)(&go_heap);
	for (unsigned int spc = 0; spc < go_heap.nspanclasses; spc++)
		go_lock_take(&go_heap.central[spc].lock);
	go_lock_take(&go_heap.lock);
	if (go_heap.pageheap->settle_locked)
		go_heap.pageheap->settle_locked(&go_heap);
}

static void cache_fork_parent(void)
{
	if (cache_fork_alone)
		return;
	go_lock_drop(&go_heap.lock);
	for (unsigned int spc = go_heap.nspanclasses; spc-- > 0;)
		go_lock_drop(&go_heap.central[spc].lock);
	GO_CENTRAL_FN(resume)(&go_heap, false);
	go_lock_drop(&cache_start_lock);
}

/* As parent, but nobody waits: who did was not copied. */
static void cache_fork_child(void)
{
	if (cache_fork_alone)
		return;
	go_lock_reset(&go_heap.lock);
	for (unsigned int spc = go_heap.nspanclasses; spc-- > 0;)
		go_lock_reset(&go_heap.central[spc].lock);
	GO_CENTRAL_FN(resume)(&go_heap, true);
	go_lock_reset(&cache_start_lock);
}

#endif /* GO_CACHE_FORK_H */
