/* Texts kept under a word (base/vault.h). */
#include "base/vault.h"

#include "base/random.h"
#include "fixture.h"

static struct arena arena;

static struct vault vault_for(const char *word, uint32_t rights)
{
	struct vault vault;

	vault_of(text_of(word), rights, &vault);
	return vault;
}

static int set_up(void **state)
{
	static const unsigned char key[32] = "a key of 32 bytes for this test";

	(void)state;
	vault_set_key(key);
	arena_init(&arena, 1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_destroy(&arena);
	return 0;
}

static void test_whoever_has_the_word_reads_the_text(void **state)
{
	struct vault vault = vault_for("word", 0), again = vault_for("word", 0);
	struct text  sealed = vault_seal(&vault, &arena, TEXT("secret"));

	(void)state;
	assert_string_equal(vault.name, again.name);
	assert_true(text_equal(vault_open(&again, &arena, sealed), TEXT("secret")));
	assert_null(strstr(sealed.data, "secret"));
	assert_null(strstr(vault.name, "word"));
	assert_true(text_equal(vault_open(&vault, &arena, vault_seal(&vault, &arena, TEXT(""))), TEXT("")));
	assert_false(text_equal(sealed, vault_seal(&vault, &arena, TEXT("secret"))));
}

static void test_another_word_other_rights_or_another_key_do_not(void **state)
{
	static const unsigned char other_key[32] = "another key of thirty-two bytes";
	struct vault               vault = vault_for("word", 0), other = vault_for("Word", 0), lower = vault_for("word", 1);
	struct text                sealed = vault_seal(&vault, &arena, TEXT("secret"));

	(void)state;
	assert_string_not_equal(vault.name, other.name);
	assert_string_equal(vault.name, lower.name);
	assert_null(vault_open(&other, &arena, sealed).data);
	assert_null(vault_open(&lower, &arena, sealed).data);
	vault_set_key(other_key);
	other = vault_for("word", 0);
	assert_string_not_equal(vault.name, other.name);
	assert_null(vault_open(&other, &arena, sealed).data);
}

static void test_what_was_altered_cannot_be_read(void **state)
{
	struct vault vault = vault_for("word", 0);
	struct text  sealed = vault_seal(&vault, &arena, TEXT("secret"));
	char        *bytes = (char *)sealed.data;

	(void)state;
	for (size_t i = 0; i < sealed.length; i++) {
		bytes[i] ^= 1;
		assert_null(vault_open(&vault, &arena, sealed).data);
		bytes[i] ^= 1;
		assert_null(vault_open(&vault, &arena, (struct text){bytes, i}).data);
	}
	assert_non_null(vault_open(&vault, &arena, sealed).data);
}

static void test_a_fingerprint_is_of_one_content_and_one_word(void **state)
{
	struct vault vault = vault_for("word", 0), other = vault_for("other", 0), rights = vault_for("word", 1);
	struct text  print = vault_fingerprint(&vault, &arena, TEXT("a"));

	(void)state;
	assert_true(text_equal(print, vault_fingerprint(&rights, &arena, TEXT("a"))));
	assert_false(text_equal(print, vault_fingerprint(&vault, &arena, TEXT("b"))));
	assert_false(text_equal(print, vault_fingerprint(&other, &arena, TEXT("a"))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_whoever_has_the_word_reads_the_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_another_word_other_rights_or_another_key_do_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_was_altered_cannot_be_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_fingerprint_is_of_one_content_and_one_word, set_up, tear_down),
	};

	return random_init() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
