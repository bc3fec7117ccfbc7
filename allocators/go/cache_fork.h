// SPDX-License-Identifier: MIT
/*
 * cache_fork.h - the heap across fork().
 *
 * Role:       included by a variant; all locks are held while the process is
 *             copied, so that the child finds every list whole.
 * Invariants: prepare takes the locks in their order; parent and child let go.
 * Locks:      start_lock < central[i].lock, i rising < heap->lock.
 * Units:      none.
 * Source:     after pthread_atfork(3); the Go runtime never forks without exec.
 * Differs:    caches of the parent's other threads are nobody's in the child.
 *             Their objects may be freed there, but the memory does not serve
 *             again: a child that goes on for long without exec loses what
 *             the other threads had cached.
 */
#ifndef GO_CACHE_FORK_H
#define GO_CACHE_FORK_H

static void cache_fork_prepare(void)
{
	go_lock_take(&cache_start_lock);
	GO_CENTRAL_FN(quiesce)(&go_heap);
	for (unsigned int spc = 0; spc < go_heap.nspanclasses; spc++)
		go_lock_take(&go_heap.central[spc].lock);
	go_lock_take(&go_heap.lock);
}

static void cache_fork_parent(void)
{
	go_lock_drop(&go_heap.lock);
	for (unsigned int spc = go_heap.nspanclasses; spc-- > 0;)
		go_lock_drop(&go_heap.central[spc].lock);
	GO_CENTRAL_FN(resume)(&go_heap, false);
	go_lock_drop(&cache_start_lock);
}

/* As parent, but nobody waits: who did was not copied. */
static void cache_fork_child(void)
{
	go_lock_reset(&go_heap.lock);
	for (unsigned int spc = go_heap.nspanclasses; spc-- > 0;)
		go_lock_reset(&go_heap.central[spc].lock);
	GO_CENTRAL_FN(resume)(&go_heap, true);
	go_lock_reset(&cache_start_lock);
}

#endif /* GO_CACHE_FORK_H */
