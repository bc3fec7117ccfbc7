// SPDX-License-Identifier: MIT
/*
 * go_dropin.h - a variant as the C library's malloc, for LD_PRELOAD.
 *
 * Role:       included by go_variant.h with GO_DROPIN; C's, POSIX's and the GNU
 *             C library's names over the variant's entry points.
 * Invariants: whatever another function of this file or C++'s operator new
 *             allocated, free() takes. errno is kept on success.
 *             The heap is ready, and its fork handlers are registered, before
 *             any other library's: then its prepare runs after all others and
 *             its child before, and they may allocate.
 * Locks:      none of its own; fork() is cache_fork.h's.
 * Units:      bytes.
 * Source:     malloc(3), posix_memalign(3), C23 7.24.3.
 * Differs:    from the GNU C library: aligned_alloc() and memalign() refuse an
 *             alignment that is not a power of two (EINVAL).
 */
#ifndef GO_DROPIN_H
#define GO_DROPIN_H

#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#define GO_EXPORT     __attribute__((visibility("default")))
#define GO_STRING_(x) #x
#define GO_STRING(x)  GO_STRING_(x)
#define GO_EXPORT_AS(v) \
	__attribute__((visibility("default"), alias(GO_STRING(GO_SYM(v)))))

/* The same code under two names: no call in between. */
GO_EXPORT_AS(malloc) void *malloc(size_t size);
GO_EXPORT_AS(free) void free(void *p);
GO_EXPORT_AS(calloc) void *calloc(size_t n, size_t size);
GO_EXPORT_AS(free_sized) void free_sized(void *p, size_t size);

void free_aligned_sized(void *p, size_t align, size_t size);

/*
 * First of all constructors: the library is linked with -z initfirst. Else the
 * first malloc() would do this, and that might be pthread_atfork()'s own, which
 * holds the lock that registering takes.
 */
static __attribute__((constructor)) void start_early(void)
{
	cache_start(); /* without memory now, malloc() tries again */
}

static bool is_alignment(size_t align)
{
	return align && (align & (align - 1)) == 0;
}

static void *aligned(size_t align, size_t size)
{
	if (!is_alignment(align)) {
		errno = EINVAL;
		return NULL;
	}
	if (align > PTRDIFF_MAX / 2)
		return no_memory();
	return GO_SYM(aligned_alloc)(align, size);
}

GO_EXPORT void free_aligned_sized(void *p, size_t align, size_t size)
{
	(void)align;
	GO_SYM(free_sized)(p, size);
}

/* realloc(p, 0) frees, as programs for the GNU C library expect. */
GO_EXPORT void *realloc(void *p, size_t size)
{
	if (p && size == 0) {
		GO_SYM(free)(p);
		return NULL;
	}
	return GO_SYM(realloc)(p, size);
}

GO_EXPORT void *reallocarray(void *p, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		return no_memory();
	return realloc(p, total);
}

GO_EXPORT void *aligned_alloc(size_t align, size_t size)
{
	return aligned(align, size);
}

GO_EXPORT void *memalign(size_t align, size_t size)
{
	return aligned(align, size);
}

GO_EXPORT int posix_memalign(void **p, size_t align, size_t size)
{
	int saved = errno;
	void *got;

	if (!is_alignment(align) || align % sizeof(void *))
		return EINVAL;
	got = aligned(align, size);
	errno = saved;
	if (!got)
		return ENOMEM;
	*p = got;
	return 0;
}

GO_EXPORT void *valloc(size_t size)
{
	return aligned((size_t)sysconf(_SC_PAGESIZE), size);
}

GO_EXPORT void *pvalloc(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (size > PTRDIFF_MAX)
		return no_memory();
	return aligned(page, (size + page - 1) & ~(page - 1));
}

GO_EXPORT size_t malloc_usable_size(void *p)
{
	return GO_SYM(usable_size)(p);
}

#endif /* GO_DROPIN_H */
