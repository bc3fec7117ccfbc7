// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * interpose.c - the functions that record.so puts before the program's malloc.
 *
 * Role:       calls the real function and logs what it did.
 * Invariants: the program sees what the real function returned, errno included.
 *             Until the real functions are known, memory comes from a small
 *             array: dlsym itself may call calloc.
 * Locks:      none.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "log.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

static struct {
	void *(*malloc)(size_t size);
	void (*free)(void *p);
	void *(*calloc)(size_t n, size_t size);
	void *(*realloc)(void *p, size_t size);
	void *(*memalign)(size_t align, size_t size);
	void *(*aligned_alloc)(size_t align, size_t size);
	int (*posix_memalign)(void **p, size_t align, size_t size);
	void *(*valloc)(size_t size);
	void *(*pvalloc)(size_t size);
	size_t (*malloc_usable_size)(void *p);
} real;

void free_sized(void *p, size_t size);
void free_aligned_sized(void *p, size_t align, size_t size);

/* Memory for the time before real.malloc; never reused. */
static _Alignas(64) char early[65536];
static size_t early_used;
static bool looking; /* the real functions are being looked up */

static bool is_early(const void *p)
{
	return (const char *)p >= early &&
	       (const char *)p < early + sizeof(early);
}

/* The size stands in the 16 bytes before the object. */
static void *early_malloc(size_t size)
{
	char *p = early + early_used + 16;

	if (size > sizeof(early) - early_used - 32) {
		errno = ENOMEM;
		return NULL;
	}
	memcpy(p - 16, &size, sizeof(size));
	early_used += 16 + ((size + 15) & ~(size_t)15);
	return p;
}

static size_t early_size(const void *p)
{
	size_t size;

	memcpy(&size, (const char *)p - 16, sizeof(size));
	return size;
}

static void *look_up(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

/* Once, from the first call or the constructor; there is one thread then. */
static void find_real(void)
{
	if (looking || real.malloc)
		return;
	looking = true;
	real.free = (void (*)(void *))look_up("free");
	real.calloc = (void *(*)(size_t, size_t))look_up("calloc");
	real.realloc = (void *(*)(void *, size_t))look_up("realloc");
	real.memalign = (void *(*)(size_t, size_t))look_up("memalign");
	real.aligned_alloc =
		(void *(*)(size_t, size_t))look_up("aligned_alloc");
	real.posix_memalign =
		(int (*)(void **, size_t, size_t))look_up("posix_memalign");
	real.valloc = (void *(*)(size_t))look_up("valloc");
	real.pvalloc = (void *(*)(size_t))look_up("pvalloc");
	real.malloc_usable_size =
		(size_t(*)(void *))look_up("malloc_usable_size");
	real.malloc = (void *(*)(size_t))look_up("malloc");
	log_init();
	looking = false;
}

__attribute__((constructor)) static void start(void)
{
	find_real();
}

/* Is the real malloc there? Else the caller takes early memory. */
static inline bool ready(void)
{
	if (__builtin_expect(!real.malloc, 0))
		find_real();
	return __builtin_expect(real.malloc != NULL, 1);
}

static inline void *allocated(enum trace_event_kind kind, void *p, size_t size,
			      unsigned int lg_align)
{
	if (__builtin_expect(p != NULL, 1))
		log_event(kind, log_position(), p, size, lg_align);
	else
		log_failed();
	return p;
}

static unsigned int lg(size_t align)
{
	return align > 1 ? 63 - (unsigned int)__builtin_clzll(align) : 0;
}

EXPORT void *malloc(size_t size)
{
	if (!ready())
		return early_malloc(size);
	return allocated(EVENT_MALLOC, real.malloc(size), size, 0);
}

EXPORT void free(void *p)
{
	if (!p || is_early(p) || !ready())
		return;
	log_event(EVENT_FREE, log_position(), p, 0, 0);
	real.free(p);
}

EXPORT void free_sized(void *p, size_t size)
{
	free(p);
}

EXPORT void free_aligned_sized(void *p, size_t align, size_t size)
{
	free(p);
}

EXPORT void *calloc(size_t n, size_t size)
{
	size_t bytes;

	if (!ready()) /* zero since it is never reused */
		return __builtin_mul_overflow(n, size, &bytes)
			       ? NULL
			       : early_malloc(bytes);
	return allocated(EVENT_CALLOC, real.calloc(n, size), n * size, 0);
}

/* @p was allocated before the real functions were known. */
static void *move_early(void *p, size_t size)
{
	size_t old = early_size(p);
	void *q = malloc(size);

	if (q)
		memcpy(q, p, old < size ? old : size);
	return q;
}

EXPORT void *realloc(void *p, size_t size)
{
	uint64_t before;
	void *q;

	if (!p)
		return malloc(size);
	if (is_early(p))
		return move_early(p, size);
	if (!ready())
		return NULL;
	before = log_position();
	q = real.realloc(p, size);
	if (q == p) {
		log_event(EVENT_RESIZE, before, p, size, 0);
		return q;
	}
	if (!q && !size) { /* the C library's way to free */
		log_event(EVENT_FREE, before, p, 0, 0);
		return q;
	}
	/* p may have been another thread's before this one got q */
	log_event(EVENT_RESIZE_BEGIN, before, p, 0, 0);
	log_event(EVENT_RESIZE_END, log_position(), q, size, 0);
	if (!q)
		log_failed();
	return q;
}

EXPORT void *reallocarray(void *p, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		errno = ENOMEM;
		log_failed();
		return NULL;
	}
	return realloc(p, bytes);
}

EXPORT void *memalign(size_t align, size_t size)
{
	if (!ready() || !real.memalign) {
		errno = ENOMEM;
		return NULL;
	}
	return allocated(EVENT_ALIGNED, real.memalign(align, size), size,
			 lg(align));
}

EXPORT void *aligned_alloc(size_t align, size_t size)
{
	if (!ready() || !real.aligned_alloc) {
		errno = ENOMEM;
		return NULL;
	}
	return allocated(EVENT_ALIGNED, real.aligned_alloc(align, size), size,
			 lg(align));
}

EXPORT int posix_memalign(void **p, size_t align, size_t size)
{
	int result;

	if (!ready() || !real.posix_memalign)
		return ENOMEM;
	result = real.posix_memalign(p, align, size);
	if (result)
		log_failed();
	else
		allocated(EVENT_ALIGNED, *p, size, lg(align));
	return result;
}

EXPORT void *valloc(size_t size)
{
	if (!ready() || !real.valloc) {
		errno = ENOMEM;
		return NULL;
	}
	return allocated(EVENT_ALIGNED, real.valloc(size), size, 12);
}

EXPORT void *pvalloc(size_t size)
{
	if (!ready() || !real.pvalloc) {
		errno = ENOMEM;
		return NULL;
	}
	return allocated(EVENT_ALIGNED, real.pvalloc(size),
			 (size + 4095) & ~(size_t)4095, 12);
}

EXPORT size_t malloc_usable_size(void *p)
{
	if (!p)
		return 0;
	if (is_early(p))
		return early_size(p);
	return ready() && real.malloc_usable_size ? real.malloc_usable_size(p)
						  : 0;
}
