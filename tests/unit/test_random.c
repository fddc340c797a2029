/* Unit tests of base/random. */
#include "fixture.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/random.h"

static void secrets_are_a_prefix_and_256_random_bits(void **state)
{
	static const char base64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	struct text       previous = TEXT("");
	for (int i = 0; i < 100; i++) {
		struct text secret = random_secret(*state, "stint_");
		assert_int_equal(secret.length, 6 + 43);
		assert_memory_equal(secret.data, "stint_", 6);
		assert_int_equal(strspn(secret.data + 6, base64url), 43);
		assert_int_equal(secret.data[secret.length], '\0');
		assert_false(text_equal(secret, previous));
		previous = secret;
	}
}

static void secrets_are_stored_as_their_sha_256(void **state)
{
	static const struct {
		const char *secret, *hash;
	} rows[] = {
		/* FIPS 180-4's own examples */
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
		{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_text_equal(hash_secret(*state, text_of(rows[i].secret)), rows[i].hash);
}

static void a_full_arena_gives_absent_text(void **state)
{
	struct arena none;
	(void)state;
	arena_init(&none, 0);
	assert_null(random_secret(&none, "x").data);
	assert_null(hash_secret(&none, TEXT("x")).data);
	arena_destroy(&none);
}

enum { IDS_PER_THREAD = 5000, THREADS = 3 };

static char ids[THREADS * IDS_PER_THREAD][REQUEST_ID_SIZE];

static void *make_ids(void *first)
{
	for (int i = 0; i < IDS_PER_THREAD; i++)
		random_request_id(((char(*)[REQUEST_ID_SIZE])first)[i]);
	return NULL;
}

static int compare_ids(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void request_ids_are_unique_in_all_threads(void **state)
{
	pthread_t threads[THREADS];
	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, make_ids, ids[i * IDS_PER_THREAD]), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	qsort(ids, COUNT(ids), sizeof(*ids), compare_ids);
	for (size_t i = 0; i < COUNT(ids); i++) {
		assert_int_equal(strlen(ids[i]), 16);
		assert_int_equal(strspn(ids[i], "0123456789abcdef"), 16);
		if (i > 0)
			assert_string_not_equal(ids[i], ids[i - 1]);
	}
}

static void the_table_hash_has_a_new_key_after_each_start(void **state)
{
	(void)state;
	uint64_t hash = hash_table("abc", 3);
	assert_true(hash_table("abc", 3) == hash);
	assert_true(hash_table("abd", 3) != hash);
	assert_true(hash_table("ab", 2) != hash);
	assert_true(hash_table(NULL, 0) == hash_table("", 0));
	assert_true(random_init());
	assert_true(hash_table("abc", 3) != hash);
}

/* The hashes are in databases and in clients' caches: a change of this table is a change of the interface. */
static void the_stable_hash_never_changes(void **state)
{
	static const struct {
		const char *data, *hash;
	} rows[] = {
		{"", "99aa06d3014798d86001c324468d497f"},
		{"abc", "06b05ab6733a618578af5f94892f3950"},
		{"{\"success\":true}", "3b9bbd114202c69ea6ae45c6bca3de2b"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char hash[STABLE_HASH_SIZE];
		hash_stable(rows[i].data, strlen(rows[i].data), hash);
		assert_string_equal(hash, rows[i].hash);
	}
}

/* RFC 7636, appendix B. */
static void a_challenge_is_that_of_pkce(void **state)
{
	assert_text_equal(hash_challenge(*state, TEXT("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")),
	                  "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

static void base64_is_read_back(void **state)
{
	assert_text_equal(base64_to_bytes(*state, TEXT("YTpiPz4=")), "a:b?>");
	assert_null(base64_to_bytes(*state, TEXT("YTpiPz4")).data);
	assert_null(base64_to_bytes(*state, TEXT("YT*iPz4=")).data);
	assert_null(base64_to_bytes(*state, NO_TEXT).data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_with_arena(secrets_are_a_prefix_and_256_random_bits),
		test_with_arena(secrets_are_stored_as_their_sha_256),
		cmocka_unit_test(a_full_arena_gives_absent_text),
		cmocka_unit_test(request_ids_are_unique_in_all_threads),
		cmocka_unit_test(the_table_hash_has_a_new_key_after_each_start),
		cmocka_unit_test(the_stable_hash_never_changes),
		test_with_arena(a_challenge_is_that_of_pkce),
		test_with_arena(base64_is_read_back),
	};
	if (!random_init())
		return 1;
	return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
