/* Addresses to come back to, scopes and the proof of PKCE (rules/oauth.h). */
#include "rules/oauth.h"

#include "contract/operation.h"
#include "fixture.h"

static void test_sound_addresses(void **state)
{
	static const char *const sound[] = {"https://app.example/cb",         "https://app.example",
	                                    "HTTPS://app.example:8443/a?b=c", "http://127.0.0.1/cb",
	                                    "http://[::1]:8080/cb",           "http://localhost:3000/"};
	static const char *const unsound[] = {
		"",
		"app.example/cb",
		"//app.example/cb",
		"http://app.example/cb",
		"http://127.0.0.1.example/cb",
		"http://127.0.0.1@app.example/",
		"https://",
		"https:///cb",
		"https://a@app.example/",
		"https://app.example/#a",
		"https://app.example\\@evil.example/",
		"https://app.example/ a",
		"javascript:alert(1)",
		"data:text/html,a",
		"/",
		"24:00",
		"org.example.app:/cb",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(sound); i++)
		assert_true(oauth_redirect_is_sound(text_of(sound[i]), false));
	for (size_t i = 0; i < COUNT(unsound); i++)
		assert_false(oauth_redirect_is_sound(text_of(unsound[i]), false));
	assert_true(oauth_redirect_is_sound(TEXT("org.example.app:/cb"), true));
	assert_false(oauth_redirect_is_sound(TEXT("javascript:alert(1)"), true));
	assert_false(oauth_redirect_is_sound(TEXT("org.example.app:"), true));
}

static void test_addresses_match(void **state)
{
	static const struct {
		const char *registered, *asked;
		bool        of_any, of_public;
	} cases[] = {
		{"https://a.example/cb", "https://a.example/cb", true, true},
		{"https://a.example/cb", "https://a.example/cb/", false, false},
		{"https://a.example/cb", "https://A.example/cb", false, false},
		{"https://a.example/cb", "https://a.example:443/cb", false, false},
		{"http://127.0.0.1/cb", "http://127.0.0.1:4711/cb", false, true},
		{"http://127.0.0.1:1/cb", "http://127.0.0.1:4711/cb", false, true},
		{"http://[::1]/cb", "http://[::1]:4711/cb", false, true},
		{"http://127.0.0.1/cb", "http://127.0.0.1:4711/cb2", false, false},
		{"http://127.0.0.1/cb", "http://[::1]/cb", false, false},
		{"http://127.0.0.1/cb", "http://127.0.0.1:1@evil.example/cb", false, false},
		{"http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb", false, false},
		{"http://127.0.0.1", "http://127.0.0.1:80", false, true},
		{"http://localhost/cb", "http://localhost:4711/cb", false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text registered = text_of(cases[i].registered), asked = text_of(cases[i].asked);
		assert_int_equal(oauth_redirect_matches(registered, asked, false), cases[i].of_any);
		assert_int_equal(oauth_redirect_matches(registered, asked, true), cases[i].of_public);
	}
}

static void test_scopes(void **state)
{
	struct arena arena;
	int64_t      scopes = 0;

	(void)state;
	arena_init(&arena, 1 << 16);
	assert_true(oauth_parse_scopes(TEXT("write  read"), SCOPE_ADMIN, &scopes));
	assert_int_equal(scopes, SCOPE_READ | SCOPE_WRITE);
	assert_text_equal(oauth_print_scopes(&arena, scopes), "read write");
	assert_true(oauth_parse_scopes(NO_TEXT, SCOPE_READ, &scopes));
	assert_int_equal(scopes, SCOPE_READ);
	assert_true(oauth_parse_scopes(TEXT(" "), SCOPE_ADMIN, &scopes));
	assert_int_equal(scopes, SCOPE_ADMIN);
	assert_false(oauth_parse_scopes(TEXT("read writes"), SCOPE_READ, &scopes));
	assert_false(oauth_parse_scopes(TEXT("READ"), SCOPE_READ, &scopes));
	assert_text_equal(oauth_print_scopes(&arena, 7), "read write admin");
	arena_destroy(&arena);
}

/* RFC 7636, appendix B. */
static void test_proofs(void **state)
{
	(void)state;
	assert_true(oauth_challenge_is_sound(TEXT("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")));
	assert_false(oauth_challenge_is_sound(TEXT("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c=")));
	assert_false(oauth_challenge_is_sound(TEXT("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c")));
	assert_true(oauth_verifier_is_sound(TEXT("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")));
	assert_false(oauth_verifier_is_sound(TEXT("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX")));
	assert_false(oauth_verifier_is_sound(TEXT("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX+")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound_addresses),
		cmocka_unit_test(test_addresses_match),
		cmocka_unit_test(test_scopes),
		cmocka_unit_test(test_proofs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
