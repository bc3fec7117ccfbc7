// SPDX-License-Identifier: MIT
/*
 * cache_thread.h - threads come and go: what every cache policy shares.
 *
 * Role:       included by a variant after its cache policy, which provides
 *             struct thread_cache, cache_mine, cache_dummy and
 *
 *		cache_begin(c)		make an idle cache usable, empty
 *		cache_give_back(c)	everything it holds goes to central
 *
 * Invariants: a cache whose thread has ended holds nothing; it waits on
 *             heap->caches_idle for the next thread.
 * Locks:      start_lock < heap->lock.
 * Units:      none.
 * Source:     after Go mcache.go allocmcache, freemcache.
 * Differs:    one cache a thread (a P in Go), so it is given back at thread
 *             exit: all spans go to central, free pages to the page heap.
 */
#ifndef GO_CACHE_THREAD_H
#define GO_CACHE_THREAD_H

#include <pthread.h>

/* go_variant.h includes cache_fork.h after the state it locks. */
static void cache_fork_prepare(void);
static void cache_fork_parent(void);
static void cache_fork_child(void);

static struct go_lock cache_start_lock = GO_LOCK_INIT(GO_RANK_START);
static unsigned int cache_start_step; /* guarded by cache_start_lock */
static pthread_key_t cache_key;

/* The C library still frees a thing or two after the keys' destructors. */
static __thread bool cache_thread_ended;

static void cache_detach(struct thread_cache *c);

static void cache_thread_ends(void *c)
{
	if (cache_mine == c)
		cache_detach(c);
	cache_thread_ended = true;
}

/* Has this thread given its cache back for good? Then it frees without. */
static bool cache_has_ended(void)
{
	return cache_thread_ended;
}

/* Each step is made once; one that fails is tried again by the next call. */
static bool cache_start(void)
{
	unsigned int *step = &cache_start_step;
	bool ok;

	go_lock_take(&cache_start_lock);
	if (*step == 0 && heap_init(&go_heap, &go_heap_choices) == 0)
		++*step;
	if (*step == 1 &&
	    pthread_key_create(&cache_key, cache_thread_ends) == 0)
		++*step;
	if (*step == 2 && pthread_atfork(cache_fork_prepare, cache_fork_parent,
					 cache_fork_child) == 0)
		++*step;
	ok = *step == 3;
	go_lock_drop(&cache_start_lock);
	return ok;
}

/* A cache for this thread. NULL: no memory. */
static struct thread_cache *cache_attach(void)
{
	struct thread_cache *c;

	if (!cache_start())
		return NULL;
	go_lock_take(&go_heap.lock);
	c = (struct thread_cache *)go_heap.caches_idle;
	if (c) {
		go_heap.caches_idle = c->base.idle_next;
	} else {
		c = fixalloc_alloc(&go_heap.cachealloc);
		if (c) {
			c->base.heap = &go_heap;
			c->base.all_next = go_heap.caches;
			go_heap.caches = &c->base;
		}
	}
	go_lock_drop(&go_heap.lock);
	if (!c)
		return NULL;
	cache_begin(c);
	cache_mine = c; /* before setspecific, which may allocate */
	pthread_setspecific(cache_key, c);
	return c;
}

/* Give back everything; the thread's next allocation starts anew. */
static void cache_detach(struct thread_cache *c)
{
	cache_give_back(c);
	cache_mine = &cache_dummy;
	go_lock_take(&go_heap.lock);
	if (go_heap.pageheap->flush_locked)
		go_heap.pageheap->flush_locked(&go_heap, &c->base.pages);
	c->base.idle_next = go_heap.caches_idle;
	go_heap.caches_idle = &c->base;
	go_lock_drop(&go_heap.lock);
}

#endif /* GO_CACHE_THREAD_H */
