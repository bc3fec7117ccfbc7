// SPDX-License-Identifier: MIT
/*
 * span.c - slots of a span and lists of spans: what is not on the fast path.
 *
 * Role:       see span.h.
 * Invariants: see span.h.
 * Locks:      the caller's; folding meets other threads' frees with atomics.
 * Units:      slots, bytes.
 * Source:     after Go mheap.go, mcentral.go (1.6 lists), mgcsweep.go.
 * Differs:    see span.h.
 */
#include "span.h"

static void set_bits(uint64_t *words, unsigned int n)
{
	unsigned int whole = n / 64;

	for (unsigned int w = 0; w < whole; w++)
		words[w] = UINT64_MAX;
	if (n % 64)
		words[whole] = (UINT64_C(1) << n % 64) - 1;
}

void span_init_slots(struct span *s, const struct size_classes *classes,
		     unsigned int spc, bool tiny, void *block)
{
	unsigned int class = spc / 2;

	s->spanclass = (uint8_t)spc;
	s->nslots = classes->nobjects[class];
	s->elemsize = classes->size[class];
	s->divmul = classes->divmul[class];
	s->nwords = (uint8_t)((s->nslots + 63u) / 64);
	s->tiny = tiny;
	s->limit = tiny ? 0 : s->nslots * s->elemsize;
	s->place = PLACE_NONE;
	s->held = 0;
	s->left = SPAN_LEFT_NEVER;
	s->word = 0;
	s->remoteword = 0;
	if (block) {
		unsigned int half = s->nwords <= SPAN_BITS_SMALL_WORDS
					    ? SPAN_BITS_SMALL_WORDS
					    : SPAN_BITS_LARGE_WORDS;

		s->freebits = block;
		s->remotebits = (_Atomic uint64_t *)(s->freebits + half);
		for (unsigned int w = 0; w < 2 * half; w++)
			s->freebits[w] = 0;
	} else {
		s->freebits = &s->word;
		s->remotebits = &s->remoteword;
	}
	set_bits(s->freebits, s->nslots);
	s->cur = s->freebits;
	s->cur_addr = s->base;
	s->notify_next = NULL;
	s->pending = 0;
	s->owner = NULL;
}

void span_init_linked(struct span *s, const struct size_classes *classes,
		      unsigned int spc)
{
	unsigned int class = spc / 2;

	s->spanclass = (uint8_t)spc;
	s->nslots = classes->nobjects[class];
	s->elemsize = classes->size[class];
	s->divmul = classes->divmul[class];
	s->freelist = NULL;
	s->freebuf = NULL;
	s->ref = 0;
	s->incache = false;
	s->nwords = 0;
	s->tiny = 0;
	s->limit = 0;
	s->place = PLACE_NONE;
	s->owner = NULL;
}

void span_init_large(struct span *s, unsigned int spc, size_t nbytes)
{
	s->spanclass = (uint8_t)spc;
	s->nslots = 1;
	s->elemsize = nbytes <= UINT32_MAX ? (uint32_t)nbytes : UINT32_MAX;
	s->divmul = 0;
	s->nwords = 0;
	s->tiny = 0;
	s->limit = 0;
	s->place = PLACE_NONE;
	s->held = 0;
	s->freebits = NULL;
	s->remotebits = NULL;
	s->pending = 0;
	s->owner = NULL;
}

unsigned int span_nfree(const struct span *s)
{
	unsigned int n = 0;

	for (unsigned int w = 0; w < s->nwords; w++)
		n += (unsigned int)__builtin_popcountll(s->freebits[w]);
	return n;
}

bool span_find_word(struct span *s, unsigned int now)
{
	unsigned int w = now;

	do {
		if (++w == s->nwords)
			w = 0;
		if (s->freebits[w]) {
			s->cur = s->freebits + w;
			s->cur_addr = s->base + (uintptr_t)w * 64 * s->elemsize;
			return true;
		}
	} while (w != now);
	return false;
}

unsigned int span_fold(struct go_heap *h, struct span *s, uint32_t taken)
{
	unsigned int gained = 0;

	taken &= ~SPAN_NOTIFIED;
	while (taken) {
		unsigned int w = (unsigned int)__builtin_ctz(taken);
		uint64_t freed = atomic_exchange_explicit(&s->remotebits[w], 0,
							  memory_order_acq_rel);
		uint64_t twice = freed & s->freebits[w];

		taken &= taken - 1;
		if (GO_UNLIKELY(twice)) {
			size_t slot = w * 64 + (size_t)__builtin_ctzll(twice);

			go_fatal(h, "double free of",
				 (void *)(s->base + slot * s->elemsize));
		}
		/* relaxed: other threads' frees look for a double free */
		__atomic_store_n(&s->freebits[w], s->freebits[w] | freed,
				 __ATOMIC_RELAXED);
		gained += (unsigned int)__builtin_popcountll(freed);
	}
	if (gained)
		s->needzero = 1;
	return gained;
}

unsigned int span_fold_notified(struct go_heap *h, struct span *s)
{
	return span_fold(
		h, s,
		atomic_exchange_explicit(&s->pending, 0, memory_order_acq_rel));
}
