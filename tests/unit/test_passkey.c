/* The party of passkeys, and what is no answer to a challenge; whole ceremonies are in tests/http/test_passkeys.py. */
#include "fixture.h"

#include "auth/passkey.h"
#include "base/random.h"
#include "base/seal.h"

static void test_the_party(void **state)
{
	static const struct {
		const char *url, *id, *origin;
	} rows[] = {
		{"https://Time.example.com", "time.example.com", "https://time.example.com"},
		{"https://time.example.com:8443/stint", "time.example.com", "https://time.example.com:8443"},
		{"http://127.0.0.1:8080", "127.0.0.1", "http://127.0.0.1:8080"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct passkey_party party;

		assert_int_equal(passkey_party_of(*state, text_of(rows[i].url), &party), ERROR_NONE);
		assert_text_equal(party.id, rows[i].id);
		assert_text_equal(party.origin, rows[i].origin);
	}
}

static struct text as_base64url(struct arena *arena, struct text text)
{
	return base64url_of(arena, (const unsigned char *)text.data, text.length);
}

/* The client data is right or wrong; what follows it is no authenticator's. */
static enum error answer_with(struct arena *arena, struct text client_data, int64_t binding, int64_t now,
                              int64_t *ret_issued_at)
{
	struct passkey_party  party = {TEXT("example.com"), TEXT("https://example.com")};
	struct passkey_answer answer = {
		as_base64url(arena, client_data), as_base64url(arena, TEXT("nothing")), TEXT("AA"), binding, now,
	};
	struct passkey passkey;

	return passkey_registered(arena, &party, &answer, &passkey, ret_issued_at);
}

static void test_challenges(void **state)
{
	struct text challenge = passkey_challenge(*state, 7, 1000);
	int64_t     issued_at = NONE;
	struct text data =
		text_format(*state, "{\"type\":\"webauthn.create\",\"challenge\":\"%s\",\"origin\":\"https://example.com\"}",
	                challenge.data);

	assert_int_equal(answer_with(*state, data, 7, 1000 + PASSKEY_SECONDS, &issued_at), ERROR_PASSKEY_REFUSED);
	assert_int_equal(issued_at, 1000); /* it was read; the rest is no authenticator's */
	issued_at = NONE;
	assert_int_equal(answer_with(*state, data, 8, 1000, &issued_at), ERROR_PASSKEY_REFUSED);
	assert_int_equal(answer_with(*state, data, 7, 1001 + PASSKEY_SECONDS, &issued_at), ERROR_PASSKEY_REFUSED);
	assert_int_equal(answer_with(*state, data, 7, 999, &issued_at), ERROR_PASSKEY_REFUSED);
	assert_int_equal(answer_with(*state, TEXT("{}"), 7, 1000, &issued_at), ERROR_PASSKEY_REFUSED);
	assert_int_equal(answer_with(*state, TEXT("[]"), 7, 1000, &issued_at), ERROR_PASSKEY_REFUSED);
	assert_int_equal(answer_with(*state, TEXT(""), 7, 1000, &issued_at), ERROR_PASSKEY_REFUSED);
	assert_true(issued_at == NONE);
}

int main(void)
{
	static const unsigned char key[SEAL_KEY_BYTES] = {1};
	const struct CMUnitTest    tests[] = {test_with_arena(test_the_party), test_with_arena(test_challenges)};

	if (!random_init())
		return 1;
	seal_set_key(key);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
