// SPDX-License-Identifier: MIT
/*
 * span.h - one run of pages, cut into slots of one size.
 *
 * Role:       the descriptor of a span, its slots' bitmaps, lists of spans.
 * Invariants: bit i of freebits is 1 iff slot i may be handed out by the owner.
 *             A slot freed by another thread is 1 in remotebits until folded
 *             into freebits; a slot is never 1 in both. Bits from nslots on
 *             are 0. limit is 0 unless frees may take the fast path.
 * Locks:      see each field. "owner" is the thread of the owning cache; while
 *             owner is NULL, central[spanclass].lock stands for it.
 * Units:      bytes, pages (npages), slots.
 * Source:     after Go mheap.go mspan; freed slots as in design note 4.4.
 * Differs:    freebits is the complement of allocBits and exact at every
 *             moment, allocCache is the word of it that malloc takes from,
 *             freeindex is the position of that word. The original lets the
 *             sweeper rebuild all three.
 */
#ifndef GO_SPAN_H
#define GO_SPAN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "go_internal.h"

enum span_state {
	SPAN_DEAD,  /* descriptor not in use */
	SPAN_INUSE, /* handed out by the page heap */
	SPAN_FREE,  /* in the page heap (Go up to 1.13) */
};

/* Where an in-use span is kept. */
enum span_place {
	PLACE_NONE,	/* large object, or between two places */
	PLACE_CURRENT,	/* its cache allocates from it; on no list */
	PLACE_FULL,	/* its cache's list of spans without a free slot */
	PLACE_PARTIAL,	/* its cache's list of spans with free slots */
	PLACE_NONEMPTY, /* central's list of spans with free slots */
	PLACE_EMPTY,	/* central's list of spans without a free slot */
	PLACE_KEPT,	/* its thread's runs of freed large objects */
};

/* Bit of pending: somebody has queued the span, or is about to. */
#define SPAN_NOTIFIED	(1u << 31)

/* Never reached by a span that malloc takes from. */
#define SPAN_LEFT_NEVER UINT32_C(0x80000000)

struct span {
	/* Line 0: read on every malloc and free, written by the owner. */
	_Atomic(struct go_cache *) owner; /* NULL: central, large or free */
	uintptr_t base;			  /* address of slot 0 */
	union {
		struct { /* in use */
			union {
				struct { /* slots in a bitmap, Go 1.7 on */
					/* &word, or a block of words */
					uint64_t *freebits;
					/* the word malloc takes from */
					uint64_t *cur;
					/* address of its bit 0's slot */
					uintptr_t cur_addr;
				};
				struct { /* linked slots; see freelist.h */
					void *freelist;
					void *freebuf;
					uint32_t ref;
					bool incache;
				};
			};
			uint32_t elemsize;
			uint32_t divmul; /* see struct size_classes */
		};
		struct { /* free, on a treap: the policy's */
			struct span *child[2];
			struct span *parent;
			union {
				size_t key_npages; /* by length */
				struct { /* by address: addr_treap.c */
					uint64_t own_npages : 56;
					uint64_t kinds : 8;
				};
			};
		};
	};
	uint32_t limit; /* bytes of whole slots, 0: all frees are slow */
	union {
		uint32_t left;	   /* frees until the owner must look again */
		uint32_t priority; /* free, on a treap */
	};
	union {
		uint64_t word;	    /* freebits of up to 64 slots */
		uint64_t maxnpages; /* free, on a treap: longest run below */
	};

	/* Line 1: written by other threads' frees; by lists. */
	union {
		struct {			      /* in use */
			_Atomic uint64_t *remotebits; /* set at init */
			_Atomic uint64_t remoteword;  /* as word */
			struct span *notify_next;     /* who set NOTIFIED */
		};
		struct { /* free */
			uint64_t unused_since_ns;
			size_t returned_npages; /* given to the system */
		};
	};
	_Atomic uint32_t pending; /* bit w: remotebits[w] != 0; NOTIFIED */
	uint16_t nslots;
	uint8_t spanclass; /* size class * 2 + noscan; set at init */
	uint8_t state;	   /* enum span_state; heap->lock */
	struct span *next; /* guarded as the list */
	union {
		struct span *prev;
		uint64_t set_entry; /* inset: its number; owner */
	};
	size_t npages;
	uint8_t place;	   /* enum span_place; owner */
	uint8_t needzero;  /* slots may hold old contents; owner */
	uint8_t held;	   /* counted in its cache's hoard; owner */
	uint8_t nwords;	   /* of freebits; set at init */
	uint8_t tiny;	   /* has a count per slot; set at init */
	uint8_t scavenged; /* free: all of it given to the system (1.12 on) */
	uint8_t inset;	   /* has an entry in a span set; owner */
};

_Static_assert(offsetof(struct span, remotebits) == GO_CACHELINE,
	       "what others write stays off the owner's line");
_Static_assert(sizeof(struct span) == 2 * GO_CACHELINE,
	       "a span descriptor is two cache lines");

/* Blocks behind freebits: words, then as many remote words on lines apart. */
#define SPAN_BITS_SMALL_WORDS 8	 /* 512 slots */
#define SPAN_BITS_LARGE_WORDS 16 /* 1024 slots */

/** struct span_list - doubly linked, through next and prev. */
struct span_list {
	struct span *first;
	struct span *last;
};

/** span_list_push_front() - insert @s, which is on no list. */
static inline void span_list_push_front(struct span_list *l, struct span *s)
{
	s->prev = NULL;
	s->next = l->first;
	if (l->first)
		l->first->prev = s;
	else
		l->last = s;
	l->first = s;
}

/** span_list_push_back() - insert @s, which is on no list. */
static inline void span_list_push_back(struct span_list *l, struct span *s)
{
	s->next = NULL;
	s->prev = l->last;
	if (l->last)
		l->last->next = s;
	else
		l->first = s;
	l->last = s;
}

/** span_list_remove() - take @s off @l. */
static inline void span_list_remove(struct span_list *l, struct span *s)
{
	if (s->prev)
		s->prev->next = s->next;
	else
		l->first = s->next;
	if (s->next)
		s->next->prev = s->prev;
	else
		l->last = s->prev;
}

/** span_needs_block() - does a span of @nslots need a block of words? */
static inline bool span_needs_block(unsigned int nslots)
{
	return nslots > 64;
}

/**
 * span_init_slots() - cut @s into slots, all free.
 * @block: zero or used memory for the words, if span_needs_block(nslots) or
 *	@tiny; aligned to a cache line.
 * Cost: linear in nslots / 64.
 */
void span_init_slots(struct span *s, const struct size_classes *classes,
		     unsigned int spc, bool tiny, void *block);

/** span_init_linked() - the same for slots that are linked; none is yet. */
void span_init_linked(struct span *s, const struct size_classes *classes,
		      unsigned int spc);

/** span_init_large() - make @s one slot of all its bytes, handed out. */
void span_init_large(struct span *s, unsigned int spc, size_t nbytes);

/** span_nfree() - slots in freebits. Owner. Linear in nslots / 64. */
unsigned int span_nfree(const struct span *s);

/** span_tiny_count() - live pieces of slot @i of a tiny span. */
static inline _Atomic uint8_t *span_tiny_count(struct span *s, size_t i)
{
	return (_Atomic uint8_t *)(s->freebits + 2 * SPAN_BITS_SMALL_WORDS) + i;
}

/** span_bytes() - length of the run. */
static inline size_t span_bytes(const struct go_heap *h, const struct span *s)
{
	return s->npages << h->lg_page;
}

/**
 * span_find_word() - let malloc take from the first word with a free slot
 * after word @now, and around. Owner.
 * Return: false if there is none.
 */
bool span_find_word(struct span *s, unsigned int now);

/**
 * span_next_word() - the same from the present word on. Most spans have one.
 */
static inline bool span_next_word(struct span *s)
{
	if (s->nwords <= 1)
		return *s->cur != 0;
	return span_find_word(s, (unsigned int)(s->cur - s->freebits));
}

/** span_first_word() - the same from the first word on. */
static inline void span_first_word(struct span *s)
{
	if (s->nwords > 1)
		span_find_word(s, s->nwords - 1u);
}

/**
 * span_fold() - move slots freed by other threads into freebits. Owner.
 * @taken: words of remotebits to move, as taken from pending.
 * Return: slots gained. A slot that was free already is a double free: fatal.
 */
unsigned int span_fold(struct go_heap *h, struct span *s, uint32_t taken);

/** span_fold_pending() - span_fold() of what is there, keep NOTIFIED. Owner */
static inline unsigned int span_fold_pending(struct go_heap *h, struct span *s)
{
	if (GO_LIKELY(
		    !(atomic_load_explicit(&s->pending, memory_order_relaxed) &
		      ~SPAN_NOTIFIED)))
		return 0;
	return span_fold(h, s,
			 atomic_fetch_and_explicit(&s->pending, SPAN_NOTIFIED,
						   memory_order_acq_rel));
}

/** span_fold_notified() - the same, and clear NOTIFIED: for who unqueued it. */
unsigned int span_fold_notified(struct go_heap *h, struct span *s);

#endif /* GO_SPAN_H */
