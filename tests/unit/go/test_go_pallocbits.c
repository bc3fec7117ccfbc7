// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_go_pallocbits.c - chunks of bits and summaries against slow oracles.
 *
 * Role:       named states with worked-out answers; random states against loops
 *             that look at one bit at a time.
 * Invariants: a failure names its case, or prints the seed of its stream.
 * Locks:      none.
 * Units:      pages.
 * Source:     none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <allotrope/random.h>

#include "../../../allocators/go/pallocbits.h"

#define SEED UINT64_C(0x5eed0001)
#define ALL  UINT64_MAX

static bool bit_at(const struct palloc_bits *b, unsigned int i)
{
	return b->word[i / 64] >> i % 64 & 1;
}

/* ---- the oracles ---- */

static unsigned int slow_find(const struct palloc_bits *b, unsigned int n)
{
	unsigned int run = 0;

	for (unsigned int i = 0; i < PALLOC_CHUNK_PAGES; i++) {
		run = bit_at(b, i) ? 0 : run + 1;
		if (run == n)
			return i + 1 - n;
	}
	return PALLOC_CHUNK_PAGES;
}

static uint64_t slow_summary(const struct palloc_bits *b)
{
	unsigned int start = PALLOC_CHUNK_PAGES, max = 0, run = 0;

	for (unsigned int i = 0; i < PALLOC_CHUNK_PAGES; i++) {
		if (bit_at(b, i) && start == PALLOC_CHUNK_PAGES)
			start = i;
		run = bit_at(b, i) ? 0 : run + 1;
		max = run > max ? run : max;
	}
	return pallocsum_pack(start, max, run);
}

/* A state of runs with lengths around @mean, so that long and short occur. */
static struct palloc_bits random_bits(struct al_random *r, unsigned int mean)
{
	struct palloc_bits b = { { 0 } };
	bool used = al_random_below(r, 2);

	for (unsigned int i = 0; i < PALLOC_CHUNK_PAGES;) {
		uint64_t n = 1 + al_random_below(r, 2 * mean);

		for (; n && i < PALLOC_CHUNK_PAGES; n--, i++)
			b.word[i / 64] |= (uint64_t)used << i % 64;
		used = !used;
	}
	return b;
}

/* ---- summaries ---- */

static void test_pallocsum_pack_keeps_fields(void **state)
{
	static const uint64_t cases[][3] = {
		{ 0, 0, 0 },
		{ 512, 512, 512 },
		{ 0, 1, 0 },
		{ 1, 2, 1 },
		{ (1u << 21) - 1, (1u << 21) - 1, (1u << 21) - 1 },
		{ 1u << 21, 1u << 21, 1u << 21 },
		{ 0, (1u << 21) - 1, 7 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t sum =
			pallocsum_pack(cases[i][0], cases[i][1], cases[i][2]);

		assert_int_equal(pallocsum_start(sum), cases[i][0]);
		assert_int_equal(pallocsum_max(sum), cases[i][1]);
		assert_int_equal(pallocsum_end(sum), cases[i][2]);
	}
}

static void test_pallocsum_zero_means_nothing_free(void **state)
{
	assert_int_equal(pallocsum_pack(0, 0, 0), 0);
	assert_int_equal(pallocsum_max(0), 0);
}

/* Eight children of 512 pages, as {start, max, end}. */
struct merge_case {
	const char *name;
	uint16_t child[8][3];
	uint16_t want[3];
};

#define FREE                  \
	{                     \
		512, 512, 512 \
	}
#define USED            \
	{               \
		0, 0, 0 \
	}

static const struct merge_case merges[] = {
	{ "all free",
	  { FREE, FREE, FREE, FREE, FREE, FREE, FREE, FREE },
	  { 4096, 4096, 4096 } },
	{ "all used",
	  { USED, USED, USED, USED, USED, USED, USED, USED },
	  { 0, 0, 0 } },
	{ "last used",
	  { FREE, FREE, FREE, FREE, FREE, FREE, FREE, USED },
	  { 3584, 3584, 0 } },
	{ "first used",
	  { USED, FREE, FREE, FREE, FREE, FREE, FREE, FREE },
	  { 0, 3584, 3584 } },
	{ "runs meet at a border",
	  { USED, { 3, 10, 9 }, { 4, 5, 1 }, USED, USED, USED, USED, USED },
	  { 0, 13, 0 } },
	{ "a run over three children",
	  { USED, { 0, 9, 9 }, FREE, { 5, 8, 0 }, USED, USED, USED, USED },
	  { 0, 526, 0 } },
	{ "the longest lies inside",
	  { { 1, 2, 1 },
	    { 1, 200, 1 },
	    USED,
	    USED,
	    USED,
	    USED,
	    USED,
	    { 7, 9, 8 } },
	  { 1, 200, 8 } },
	{ "start goes on, end begins late",
	  { FREE,
	    { 100, 100, 20 },
	    USED,
	    USED,
	    USED,
	    USED,
	    { 0, 30, 30 },
	    FREE },
	  { 612, 612, 542 } },
};

static void test_pallocsum_merge_named_states(void **state)
{
	for (size_t k = 0; k < sizeof(merges) / sizeof(merges[0]); k++) {
		const struct merge_case *c = &merges[k];
		uint64_t sums[8], got;

		for (size_t i = 0; i < 8; i++)
			sums[i] = pallocsum_pack(c->child[i][0], c->child[i][1],
						 c->child[i][2]);
		got = pallocsum_merge(sums, 8, 9);
		print_message("# %s\n", c->name);
		assert_int_equal(pallocsum_start(got), c->want[0]);
		assert_int_equal(pallocsum_max(got), c->want[1]);
		assert_int_equal(pallocsum_end(got), c->want[2]);
	}
}

static void test_pallocsum_merge_top_level_is_full(void **state)
{
	uint64_t sums[8];

	for (size_t i = 0; i < 8; i++)
		sums[i] = pallocsum_pack(1 << 18, 1 << 18, 1 << 18);
	assert_int_equal(pallocsum_merge(sums, 8, 18), PALLOCSUM_FULL);
}

/* Splitting bits into eight words, summarising each and merging: the same. */
static void test_pallocsum_merge_equals_summary_of_whole(void **state)
{
	struct al_random r = { SEED };

	print_message("# seed %#llx\n", (unsigned long long)SEED);
	for (int round = 0; round < 20000; round++) {
		struct palloc_bits b =
			random_bits(&r, 1 + al_random_below(&r, 150));
		uint64_t sums[PALLOC_WORDS];

		for (unsigned int w = 0; w < PALLOC_WORDS; w++) {
			struct palloc_bits one;
			uint64_t s;

			for (unsigned int v = 0; v < PALLOC_WORDS; v++)
				one.word[v] = v ? ALL : b.word[w];
			s = slow_summary(&one);
			sums[w] = pallocsum_pack(
				pallocsum_start(s), pallocsum_max(s),
				b.word[w] ? (uint64_t)__builtin_clzll(b.word[w])
					  : 64);
		}
		assert_int_equal(pallocsum_merge(sums, PALLOC_WORDS, 6),
				 slow_summary(&b));
	}
}

/* ---- one word ---- */

static void test_pallocbits_find_ones_table(void **state)
{
	static const struct {
		uint64_t x;
		unsigned int n, want;
	} cases[] = {
		{ 0, 1, 64 },
		{ ALL, 1, 0 },
		{ ALL, 64, 0 },
		{ ALL - 1, 64, 64 },
		{ ALL - 1, 63, 1 },
		{ UINT64_C(1) << 63, 1, 63 },
		{ UINT64_C(1) << 63, 2, 64 },
		{ 0xf0f, 4, 0 },
		{ 0xf07, 4, 8 },
		{ 0xff7, 5, 4 },
		{ UINT64_C(3) << 62, 2, 62 },
		{ UINT64_C(0x5555555555555555), 2, 64 },
		{ UINT64_C(0x5755555555555555), 3, 56 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(palloc_find_ones(cases[i].x, cases[i].n),
				 cases[i].want);
}

static void test_pallocbits_find_ones_random(void **state)
{
	struct al_random r = { SEED + 1 };

	for (int round = 0; round < 20000; round++) {
		uint64_t x =
			random_bits(&r, 1 + al_random_below(&r, 40)).word[0];
		unsigned int n = 1 + (unsigned int)al_random_below(&r, 64);
		unsigned int want = 64, run = 0;

		for (unsigned int i = 0; i < 64 && want == 64; i++) {
			run = x >> i & 1 ? run + 1 : 0;
			if (run == n)
				want = i + 1 - n;
		}
		assert_int_equal(palloc_find_ones(x, n), want);
	}
}

/* ---- chunks ---- */

struct chunk_case {
	const char *name;
	struct palloc_bits b;
	unsigned int start, max, end; /* of the summary */
	unsigned int n, at;	      /* a search and its answer */
};

static const struct chunk_case chunks[] = {
	{ "all free", { { 0 } }, 512, 512, 512, 512, 0 },
	{ "all used",
	  { { ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL } },
	  0,
	  0,
	  0,
	  1,
	  512 },
	{ "one page in the middle",
	  { { ALL, ALL, ALL, ALL ^ 1u << 5, ALL, ALL, ALL, ALL } },
	  0,
	  1,
	  0,
	  1,
	  197 },
	{ "first and last page only",
	  { { ALL - 1, ALL, ALL, ALL, ALL, ALL, ALL, ALL >> 1 } },
	  1,
	  1,
	  1,
	  1,
	  0 },
	{ "a run over a word's edge",
	  { { ALL >> 2, ALL << 3, ALL, ALL, ALL, ALL, ALL, ALL } },
	  0,
	  5,
	  0,
	  5,
	  62 },
	{ "a run over two edges",
	  { { ALL >> 2, 0, ALL << 3, ALL, ALL, ALL, ALL, ALL } },
	  0,
	  69,
	  0,
	  69,
	  62 },
	{ "62 inside a word",
	  { { ALL, 1 | UINT64_C(1) << 63, ALL, ALL, ALL, ALL, ALL, ALL } },
	  0,
	  62,
	  0,
	  62,
	  65 },
	{ "63 at a word's low end",
	  { { ALL, UINT64_C(1) << 63, ALL, ALL, ALL, ALL, ALL, ALL } },
	  0,
	  63,
	  0,
	  63,
	  64 },
	{ "the lower of two that fit",
	  { { ALL, ~UINT64_C(0xf0), ALL, ~UINT64_C(0xff), ALL, ALL, ALL,
	      ALL } },
	  0,
	  8,
	  0,
	  3,
	  68 },
	{ "every second page",
	  { { 0x5555555555555555, 0x5555555555555555, 0x5555555555555555,
	      0x5555555555555555, 0x5555555555555555, 0x5555555555555555,
	      0x5555555555555555, 0x5555555555555555 } },
	  0,
	  1,
	  1,
	  2,
	  512 },
	{ "the last page used",
	  { { 0, 0, 0, 0, 0, 0, 0, UINT64_C(1) << 63 } },
	  511,
	  511,
	  0,
	  511,
	  0 },
};

static void test_pallocbits_named_states(void **state)
{
	for (size_t k = 0; k < sizeof(chunks) / sizeof(chunks[0]); k++) {
		const struct chunk_case *c = &chunks[k];
		unsigned int first;

		print_message("# %s\n", c->name);
		assert_int_equal(palloc_summarise(&c->b),
				 pallocsum_pack(c->start, c->max, c->end));
		assert_int_equal(palloc_find_free(&c->b, c->n, 0, &first),
				 c->at);
		assert_int_equal(first, slow_find(&c->b, 1));
	}
}

static void test_pallocbits_random_states(void **state)
{
	struct al_random r = { SEED + 2 };

	for (int round = 0; round < 20000; round++) {
		struct palloc_bits b =
			random_bits(&r, 1 + al_random_below(&r, 100));
		unsigned int n = 1 + (unsigned int)al_random_below(&r, 512);
		unsigned int lowest = slow_find(&b, 1), first;

		n = al_random_below(&r, 2) ? n : 1 + n % 70;
		assert_int_equal(palloc_summarise(&b), slow_summary(&b));
		assert_int_equal(palloc_find_free(&b, n, 0, &first),
				 slow_find(&b, n));
		assert_int_equal(first, lowest);
		if (lowest == PALLOC_CHUNK_PAGES)
			continue;
		/* from anywhere at or below the lowest free page */
		assert_int_equal(palloc_find_free(&b, n,
						  (unsigned int)al_random_below(
							  &r, lowest + 1),
						  &first),
				 slow_find(&b, n));
	}
}

static void test_pallocbits_ranges(void **state)
{
	struct al_random r = { SEED + 3 };

	for (int round = 0; round < 20000; round++) {
		struct palloc_bits b = random_bits(&r, 30), was = b;
		unsigned int i = (unsigned int)al_random_below(&r, 512);
		unsigned int n = 1 + (unsigned int)al_random_below(&r, 512 - i);
		unsigned int ones = 0;
		bool set = al_random_below(&r, 2);

		for (unsigned int k = i; k < i + n; k++)
			ones += bit_at(&b, k);
		assert_int_equal(palloc_count_range(&b, i, n), ones);
		if (set)
			palloc_set_range(&b, i, n);
		else
			palloc_clear_range(&b, i, n);
		for (unsigned int k = 0; k < PALLOC_CHUNK_PAGES; k++)
			assert_int_equal(bit_at(&b, k),
					 k >= i && k < i + n ? set
							     : bit_at(&was, k));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pallocsum_pack_keeps_fields),
		cmocka_unit_test(test_pallocsum_zero_means_nothing_free),
		cmocka_unit_test(test_pallocsum_merge_named_states),
		cmocka_unit_test(test_pallocsum_merge_top_level_is_full),
		cmocka_unit_test(test_pallocsum_merge_equals_summary_of_whole),
		cmocka_unit_test(test_pallocbits_find_ones_table),
		cmocka_unit_test(test_pallocbits_find_ones_random),
		cmocka_unit_test(test_pallocbits_named_states),
		cmocka_unit_test(test_pallocbits_random_states),
		cmocka_unit_test(test_pallocbits_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
