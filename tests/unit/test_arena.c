/* Unit tests of base/arena. */
#include "fixture.h"

#include "base/arena.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define assert_readable(memory)   assert_false(__asan_address_is_poisoned(memory))
#define assert_unreadable(memory) assert_true(__asan_address_is_poisoned(memory))
#else
#define assert_readable(memory)   assert_non_null(memory)
#define assert_unreadable(memory) ((void)(memory))
#endif

#define LIMIT FIXTURE_LIMIT

static void assert_zero(const unsigned char *memory, size_t size)
{
	for (size_t i = 0; i < size; i++)
		assert_int_equal(memory[i], 0);
}

static void memory_is_zeroed_aligned_and_its_own(void **state)
{
	static const size_t sizes[] = {0, 1, 7, 8, 15, 16, 17, 100, 8191, 8192, 8193, 300000, 3};
	unsigned char      *memories[COUNT(sizes)];
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < COUNT(sizes); i++) {
			memories[i] = arena_alloc(*state, sizes[i]);
			assert_non_null(memories[i]);
			assert_int_equal((uintptr_t)memories[i] % _Alignof(max_align_t), 0);
			assert_zero(memories[i], sizes[i]);
			memset(memories[i], (int)i + 1, sizes[i]);
		}
		for (size_t i = 0; i < COUNT(sizes); i++)
			for (size_t j = 0; j < sizes[i]; j++)
				assert_int_equal(memories[i][j], i + 1);
		arena_reset(*state);
	}
}

static void the_limit_bounds_the_sum_and_the_arena_stays_usable(void **state)
{
	struct arena *arena = *state;
	assert_null(arena_alloc(arena, LIMIT + 1));
	assert_true(arena->exhausted);
	arena_reset(arena);
	assert_false(arena->exhausted);
	assert_non_null(arena_alloc(arena, LIMIT - 32));
	assert_non_null(arena_alloc(arena, 16));
	assert_null(arena_alloc(arena, 17));
	assert_true(arena->exhausted);
	assert_non_null(arena_alloc(arena, 16));
	assert_null(arena_alloc(arena, 1));
	assert_non_null(arena_alloc(arena, 0));
	arena_reset(arena);
	assert_non_null(arena_alloc(arena, LIMIT));
}

static void absurd_sizes_are_refused(void **state)
{
	volatile size_t huge = SIZE_MAX; /* volatile: else the compiler itself complains */
	assert_null(arena_alloc(*state, huge));
	assert_null(arena_alloc(*state, huge - 15));
	assert_null(arena_alloc_array(*state, huge / 2 + 1, 2));
	assert_null(arena_alloc_array(*state, huge, huge));
	void *memory = arena_alloc(*state, 16);
	assert_null(arena_grow(*state, memory, 16, huge));
	assert_null(arena_grow(*state, memory, 16, huge - 15));
	assert_readable(memory);

	struct arena unlimited;
	arena_init(&unlimited, SIZE_MAX);
	assert_null(arena_alloc(&unlimited, huge));
	assert_true(unlimited.exhausted);
#ifndef __SANITIZE_ADDRESS__ /* its malloc ends the program instead */
	assert_null(arena_alloc(&unlimited, huge / 8));
#endif
	assert_non_null(arena_alloc(&unlimited, 100));
	arena_destroy(&unlimited);
}

static void arrays_are_count_times_size(void **state)
{
	unsigned char *items = arena_alloc_array(*state, 10, 12);
	assert_zero(items, 120);
	assert_readable(items + 119);
	assert_unreadable(items + 120);
	assert_non_null(arena_alloc_array(*state, 0, 12));
}

static void the_last_allocation_grows_in_place(void **state)
{
	unsigned char *memory = arena_grow(*state, NULL, 0, 10);
	memset(memory, 'x', 10);
	assert_ptr_equal(arena_grow(*state, memory, 10, 12), memory);
	assert_ptr_equal(arena_grow(*state, memory, 12, 1000), memory);
	assert_memory_equal(memory, "xxxxxxxxxx", 10);
	assert_zero(memory + 10, 990);
	assert_unreadable(memory + 1000);
	assert_ptr_equal(arena_grow(*state, memory, 1000, 5), memory);
}

static void any_other_allocation_is_copied(void **state)
{
	unsigned char *memory = arena_alloc(*state, 10);
	memset(memory, 'x', 10);
	unsigned char *other = arena_alloc(*state, 1);
	*other = 'o';
	unsigned char *grown = arena_grow(*state, memory, 10, 100);
	assert_ptr_not_equal(grown, memory);
	assert_memory_equal(grown, "xxxxxxxxxx", 10);
	assert_zero(grown + 10, 90);
	assert_int_equal(*other, 'o');
	assert_unreadable(memory);
	unsigned char *moved = arena_grow(*state, grown, 100, 20000); /* does not fit its block */
	assert_memory_equal(moved, "xxxxxxxxxx", 10);
	assert_zero(moved + 10, 19990);
}

/* It doubles on its way, and leaves nothing behind but what stood in the first block. */
static void a_large_allocation_grows_with_its_block(void **state)
{
	struct arena     *arena = *state;
	unsigned char    *memory = arena_alloc(arena, 100000); /* more than the first block has */
	struct arena_mark mark = arena_mark(arena);
	size_t            size = 100000, blocks = arena->blocks;
	memset(memory, 'x', size);
	for (; size < 800000; size *= 2) {
		memory = arena_grow_unset(arena, memory, size, 2 * size);
		assert_non_null(memory);
		assert_int_equal(memory[0], 'x');
		assert_int_equal(memory[99999], 'x');
		memset(memory, 'x', 2 * size);
		assert_unreadable(memory + 2 * size);
		assert_int_equal(arena->blocks, blocks);
	}
	void *other = arena_alloc(arena, 100000);
	memory = arena_grow(arena, memory, size, size + 10); /* not the last any more */
	assert_int_equal(memory[size - 1], 'x');
	assert_zero(memory + size, 10);
	assert_readable(other);
	arena_rewind(arena, mark);
	assert_unreadable(memory);
	assert_non_null(arena_alloc(arena, 100000));
}

static void growing_past_the_limit_leaves_the_old_memory(void **state)
{
	unsigned char *memory = arena_alloc(*state, 10);
	memset(memory, 'x', 10);
	assert_null(arena_grow(*state, memory, 10, LIMIT + 1));
	assert_true(((struct arena *)*state)->exhausted);
	assert_memory_equal(memory, "xxxxxxxxxx", 10);
}

static void rewinding_takes_back_what_came_after_the_mark(void **state)
{
	static const size_t sizes[] = {1, 100, 8000, 9000, 500000};
	struct arena       *arena = *state;
	char               *kept = arena_alloc(arena, 4);
	memcpy(kept, "kept", 4);
	struct arena_mark mark = arena_mark(arena);
	size_t            used = arena->used;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		char *first = arena_alloc(arena, 1);
		for (int j = 0; j < 3; j++)
			memset(arena_alloc(arena, sizes[i]), 'x', sizes[i]);
		assert_null(arena_alloc(arena, LIMIT));
		arena_rewind(arena, mark);
		assert_unreadable(first);
		assert_int_equal(arena->used, used);
		assert_false(arena->exhausted);
		assert_memory_equal(kept, "kept", 4);
		assert_ptr_equal(arena_alloc(arena, 1), first);
		arena_rewind(arena, mark);
	}
}

static void marks_nest(void **state)
{
	struct arena_mark outer = arena_mark(*state); /* before any block */
	char             *first = arena_alloc(*state, 5000);
	struct arena_mark inner = arena_mark(*state);
	char             *second = arena_alloc(*state, 5000);
	arena_rewind(*state, inner);
	assert_readable(first);
	assert_non_null(second);
	arena_rewind(*state, outer);
	assert_unreadable(first);
	assert_ptr_equal(arena_alloc(*state, 5000), first);
}

static void an_arena_that_was_never_used_can_be_rewound_reset_and_destroyed(void **state)
{
	struct arena arena;
	(void)state;
	arena_init(&arena, 100);
	arena_rewind(&arena, arena_mark(&arena));
	arena_reset(&arena);
	arena_destroy(&arena);
	arena_destroy(&arena);
}

static void the_first_block_stays_and_stays_small(void **state)
{
	struct arena *arena = *state;
	arena_alloc(arena, 1000000);
	const struct arena_block *first = arena->first;
	assert_ptr_not_equal(arena->current, first);
	arena_reset(arena);
	assert_ptr_equal(arena->first, first);
	assert_ptr_equal(arena->current, first);
	assert_non_null(arena_alloc(arena, 100));
	assert_ptr_equal(arena->current, first);
}

static void a_red_zone_stands_between_allocations(void **state)
{
	char *first = arena_alloc(*state, 16);
	char *second = arena_alloc(*state, 16);
	assert_readable(first + 15);
	assert_unreadable(first + 16);
	assert_unreadable(second - 1);
	assert_unreadable(second + 16);
	assert_unreadable(arena_alloc(*state, 0));
}

static void note_end(void *data)
{
	static int ends;
	*(int *)data = ++ends;
}

static void what_goes_with_memory_is_told_before_it_goes_the_last_one_first(void **state)
{
	struct arena *arena = *state;
	int           first = 0, second = 0, third = 0;
	assert_true(arena_on_end(arena, note_end, &first));
	struct arena_mark mark = arena_mark(arena);
	assert_true(arena_on_end(arena, note_end, &second));
	assert_true(arena_on_end(arena, note_end, &third));
	arena_rewind(arena, mark);
	assert_int_equal(first, 0);
	assert_true(third && second == third + 1);
	arena_rewind(arena, mark);
	assert_int_equal(second, third + 1);
	arena_reset(arena);
	assert_int_equal(first, second + 1);
	while (arena_alloc(arena, 1024))
		;
	while (arena_alloc(arena, 1))
		;
	assert_false(arena_on_end(arena, note_end, &third));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_with_arena(memory_is_zeroed_aligned_and_its_own),
		test_with_arena(the_limit_bounds_the_sum_and_the_arena_stays_usable),
		test_with_arena(absurd_sizes_are_refused),
		test_with_arena(arrays_are_count_times_size),
		test_with_arena(the_last_allocation_grows_in_place),
		test_with_arena(any_other_allocation_is_copied),
		test_with_arena(a_large_allocation_grows_with_its_block),
		test_with_arena(growing_past_the_limit_leaves_the_old_memory),
		test_with_arena(rewinding_takes_back_what_came_after_the_mark),
		test_with_arena(marks_nest),
		cmocka_unit_test(an_arena_that_was_never_used_can_be_rewound_reset_and_destroyed),
		test_with_arena(the_first_block_stays_and_stays_small),
		test_with_arena(what_goes_with_memory_is_told_before_it_goes_the_last_one_first),
		test_with_arena(a_red_zone_stands_between_allocations),
	};
	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
