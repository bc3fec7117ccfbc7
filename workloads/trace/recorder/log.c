// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * log.c - the recorder's event log.
 *
 * Role:       see log.h; everything that happens once in thousands of events.
 * Invariants: runs inside malloc of any program: allocates nothing, keeps no
 *             file descriptor (programs close those they do not know, and open
 *             others under the same number), is no cancellation point, keeps
 *             errno.
 * Locks:      none; file space is given out by an atomic addition.
 * Units:      bytes.
 * Source:     none.
 */
#include "config.h"

#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

__thread struct log_thread log_self;
_Atomic uint64_t log_seq;

static const unsigned char always = 1;
const volatile unsigned char *log_alive = &always;

static char folder[PATH_MAX - 32];
static char path[PATH_MAX];
static struct raw_head *head; /* NULL: not recording */
static _Atomic uint64_t file_end;
static _Atomic uint32_t nthreads;
static pthread_key_t exit_key;
static bool have_key;

static int open_quietly(const char *name, int flags)
{
	return (int)syscall(SYS_openat, AT_FDCWD, name, flags | O_CLOEXEC,
			    0600);
}

/*
 * Space that exists, so that a full disk is an error here and not a SIGBUS at
 * some later store.
 */
static void *map_space(int fd, uint64_t offset, size_t bytes)
{
	void *p;

	if (syscall(SYS_fallocate, fd, 0, (off_t)offset, (off_t)bytes)) {
		char byte = 0;

		if (errno != EOPNOTSUPP ||
		    syscall(SYS_pwrite64, fd, &byte, 1,
			    (off_t)(offset + bytes - 1)) != 1)
			return NULL;
	}
	p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		 (off_t)offset);
	if (p == MAP_FAILED)
		return NULL;
	madvise(p, bytes, MADV_DONTFORK);
	return p;
}

static void read_command(struct raw_head *h)
{
	int fd = open_quietly("/proc/self/cmdline", O_RDONLY);
	long n;

	if (fd < 0)
		return;
	n = syscall(SYS_read, fd, h->command, sizeof(h->command) - 1);
	h->command_bytes = n > 0 ? (uint32_t)n : 0;
	syscall(SYS_close, fd);
}

static char *put_number(char *to, unsigned long n)
{
	char digits[24];
	int used = 0;

	do
		digits[used++] = (char)('0' + n % 10);
	while (n /= 10);
	while (used)
		*to++ = digits[--used];
	return to;
}

/* FOLDER/PID.IMAGE.raw with the first IMAGE that is not there yet. */
static int create_file(uint32_t *image)
{
	size_t n = strlen(folder);

	for (*image = 0; *image < 10000; (*image)++) {
		char *p = path;
		int fd;

		memcpy(p, folder, n);
		p += n;
		*p++ = '/';
		p = put_number(p, (unsigned long)getpid());
		*p++ = '.';
		p = put_number(p, *image);
		memcpy(p, ".raw", 5);
		fd = open_quietly(path, O_RDWR | O_CREAT | O_EXCL);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

static void begin_process(void)
{
	uint32_t image;
	struct raw_head *h;
	int fd = create_file(&image);

	head = NULL;
	if (fd < 0)
		return;
	h = map_space(fd, 0, RAW_UNIT);
	syscall(SYS_close, fd);
	if (!h)
		return;
	h->pid = (uint32_t)getpid();
	h->parent = (uint32_t)getppid();
	h->image = image;
	read_command(h);
	atomic_store(&file_end, RAW_UNIT);
	atomic_store(&nthreads, 0);
	atomic_store(&log_seq, 0);
	atomic_thread_fence(memory_order_release);
	h->magic = RAW_MAGIC;
	head = h;
}

static bool next_chunk(void)
{
	struct log_thread *t = &log_self;
	size_t bytes = RAW_UNIT;
	struct raw_chunk *c;
	uint64_t offset;
	int fd;

	if (!head || atomic_load_explicit(&head->cut, memory_order_relaxed))
		return false;
	if (!t->chunk && !t->nchunks) {
		t->number = atomic_fetch_add(&nthreads, 1);
		if (have_key)
			pthread_setspecific(exit_key, t);
	}
	for (uint32_t i = 0; i < t->nchunks && bytes < RAW_CHUNK_MAX; i++)
		bytes *= 2;
	offset = atomic_fetch_add(&file_end, bytes);
	fd = open_quietly(path, O_RDWR);
	c = fd < 0 ? NULL : map_space(fd, offset, bytes);
	if (fd >= 0)
		syscall(SYS_close, fd);
	if (!c) {
		atomic_store(&head->cut, 1);
		t->next = t->end = NULL;
		return false;
	}
	if (t->chunk)
		munmap(t->chunk, t->chunk->bytes);
	c->thread = t->number;
	c->index = t->nchunks++;
	c->bytes = bytes;
	atomic_thread_fence(memory_order_release);
	c->magic = RAW_CHUNK_MAGIC;
	t->chunk = c;
	t->next = (struct raw_record *)(c + 1);
	t->end = t->next + (bytes - sizeof(*c)) / sizeof(struct raw_record);
	return true;
}

/* The page that the kernel empties in a forked child. */
static void watch_forks(void)
{
	unsigned char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return;
	if (madvise(page, 4096, MADV_WIPEONFORK)) {
		munmap(page, 4096);
		return;
	}
	*page = 1;
	log_alive = page;
}

bool log_more(void)
{
	int saved = errno;
	bool more;

	if (!*log_alive) { /* a child: its threads and file are its own */
		log_self = (struct log_thread){ 0 };
		*(volatile unsigned char *)(uintptr_t)log_alive = 1;
		begin_process();
	}
	more = next_chunk();
	errno = saved;
	return more;
}

void log_failed(void)
{
	if (head && *log_alive)
		atomic_fetch_add_explicit(&head->failed, 1,
					  memory_order_relaxed);
}

/*
 * Other destructors of the thread may still free; so this one asks to be called
 * again until the last round. What comes after even that is a thread anew.
 */
static void thread_exits(void *self)
{
	struct log_thread *t = self;

	if (!*log_alive)
		return;
	if (++t->rounds < PTHREAD_DESTRUCTOR_ITERATIONS) {
		pthread_setspecific(exit_key, t);
		return;
	}
	log_event(EVENT_THREAD_END, log_position(), NULL, 0, 0);
	if (t->chunk)
		munmap(t->chunk, t->chunk->bytes);
	*t = (struct log_thread){ 0 };
}

void log_init(void)
{
	const char *to = getenv(RAW_ENVIRONMENT);
	int saved = errno;

	if (to && *to && strlen(to) < sizeof(folder)) {
		memcpy(folder, to, strlen(to) + 1);
		have_key = !pthread_key_create(&exit_key, thread_exits);
		watch_forks();
		begin_process();
	}
	errno = saved;
}
