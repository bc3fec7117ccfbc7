// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_span.c - slots, bitmaps, folding of other threads' frees, lists.
 *
 * Role:       span.c for spans with and without a block of bits.
 * Invariants: none.
 * Locks:      none.
 * Units:      slots.
 * Source:     none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../../allocators/go/span.h"

#define GROWN (&go_classes_grown)
#define BASE  UINT64_C(0xc000000000)

static struct go_heap heap = { .name = "test", .lg_page = 13 };

static _Alignas(GO_CACHELINE) uint64_t block[2 * SPAN_BITS_LARGE_WORDS];

static void make(struct span *s, unsigned int class)
{
	memset(s, 0, sizeof(*s));
	memset(block, 0xff, sizeof(block)); /* as left by an earlier user */
	s->base = BASE;
	s->npages = GROWN->npages[class];
	span_init_slots(s, GROWN, 2 * class, false,
			span_needs_block(GROWN->nobjects[class]) ? block
								 : NULL);
}

/* What malloc does: the lowest free slot of the current word. */
static uintptr_t take(struct span *s)
{
	uint64_t bits = *s->cur;

	*s->cur = bits & (bits - 1);
	return s->cur_addr + (uintptr_t)__builtin_ctzll(bits) * s->elemsize;
}

static void test_every_class_hands_out_each_slot_once_upwards(void **state)
{
	for (unsigned int class = 1; class < GROWN->nclasses; class ++) {
		struct span s;
		unsigned int n = 0;

		make(&s, class);
		assert_int_equal(span_nfree(&s), GROWN->nobjects[class]);
		do {
			while (*s.cur) {
				assert_int_equal(take(&s),
						 BASE + (uintptr_t)n *
								 s.elemsize);
				n++;
			}
		} while (span_next_word(&s));
		assert_int_equal(n, GROWN->nobjects[class]);
		assert_int_equal(span_nfree(&s), 0);
	}
	(void)state;
}

static void test_next_word_goes_around(void **state)
{
	struct span s;

	make(&s, 2); /* 512 slots of 16 bytes, 8 words */
	memset(s.freebits, 0, 64);
	s.cur = s.freebits + 5;
	assert_false(span_next_word(&s));
	s.freebits[2] = 1u << 3;
	assert_true(span_next_word(&s));
	assert_ptr_equal(s.cur, s.freebits + 2);
	assert_int_equal(take(&s), BASE + (2 * 64 + 3) * 16);
	s.freebits[5] = 1;
	s.freebits[7] = 1;
	span_first_word(&s);
	assert_ptr_equal(s.cur, s.freebits + 5);
	(void)state;
}

static void free_remotely(struct span *s, unsigned int slot)
{
	s->remotebits[slot / 64] |= UINT64_C(1) << slot % 64;
	s->pending |= 1u << slot / 64;
}

static void test_fold_moves_announced_words_only(void **state)
{
	struct span s;

	make(&s, 2);
	memset(s.freebits, 0, 64);
	free_remotely(&s, 0);
	free_remotely(&s, 130);
	s.pending |= SPAN_NOTIFIED;
	s.remotebits[7] = 1; /* its freer has not come to pending yet */
	assert_int_equal(span_fold_pending(&heap, &s), 2);
	assert_int_equal(s.pending, SPAN_NOTIFIED);
	assert_int_equal(s.freebits[0], 1);
	assert_int_equal(s.freebits[2], 1u << 2);
	assert_int_equal(s.freebits[7], 0);
	assert_int_equal(s.remotebits[7], 1);
	assert_int_equal(s.needzero, 1);
	s.pending |= 1u << 7;
	assert_int_equal(span_fold_notified(&heap, &s), 1);
	assert_int_equal(s.pending, 0);
	assert_int_equal(span_nfree(&s), 3);
	(void)state;
}

static void test_one_word_spans_need_no_block(void **state)
{
	struct span s;

	make(&s, 10); /* 64 slots of 144 or fewer */
	assert_true(s.nslots <= 64);
	assert_ptr_equal(s.freebits, &s.word);
	assert_true(s.remotebits == &s.remoteword);
	(void)state;
}

static void test_local_and_remote_bits_lie_on_lines_apart(void **state)
{
	for (unsigned int class = 1; class < GROWN->nclasses; class ++) {
		struct span s;
		uintptr_t last, first;

		make(&s, class);
		if (s.freebits == &s.word)
			continue;
		last = (uintptr_t)(s.freebits + s.nwords - 1);
		first = (uintptr_t)s.remotebits;
		assert_true(last / GO_CACHELINE < first / GO_CACHELINE);
	}
	(void)state;
}

static void test_list_keeps_order(void **state)
{
	struct span_list l = { 0 };
	struct span s[4] = { 0 };

	span_list_push_front(&l, &s[1]);
	span_list_push_front(&l, &s[0]);
	span_list_push_back(&l, &s[2]);
	span_list_push_back(&l, &s[3]);
	for (int i = 0; i < 3; i++) {
		assert_ptr_equal(s[i].next, &s[i + 1]);
		assert_ptr_equal(s[i + 1].prev, &s[i]);
	}
	span_list_remove(&l, &s[1]); /* middle */
	span_list_remove(&l, &s[0]); /* first */
	span_list_remove(&l, &s[3]); /* last */
	assert_ptr_equal(l.first, &s[2]);
	assert_ptr_equal(l.last, &s[2]);
	span_list_remove(&l, &s[2]);
	assert_null(l.first);
	assert_null(l.last);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_every_class_hands_out_each_slot_once_upwards),
		cmocka_unit_test(test_next_word_goes_around),
		cmocka_unit_test(test_fold_moves_announced_words_only),
		cmocka_unit_test(test_one_word_spans_need_no_block),
		cmocka_unit_test(test_local_and_remote_bits_lie_on_lines_apart),
		cmocka_unit_test(test_list_keeps_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
