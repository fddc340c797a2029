/* Judges texts of OAuth2 by their form. Looks nothing up. */
#include "rules/oauth.h"

#include "base/buffer.h"
#include "base/host.h"
#include "contract.h"

#define SCOPES_TEXT_MAX  64
#define CHALLENGE_LENGTH 43 /* SHA-256 as base64url */
#define VERIFIER_LENGTH  43 /* at least */
#define VERIFIER_LONGEST 128

static bool starts_with(struct text text, struct text start)
{
	return text.length >= start.length && text_equal_ignoring_case((struct text){text.data, start.length}, start);
}

static struct text text_after(struct text text, size_t length)
{
	return (struct text){text.data + length, text.length - length};
}

static bool has_only(struct text text, const char *others)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    !memchr(others, c, strlen(others)))
			return false;
	}
	return true;
}

/* --- where an app is sent back to -------------------------------------------------------------------------------- */

/* Up to its path, query or end. */
static struct text redirect_authority(struct text rest)
{
	size_t length = 0;

	while (length < rest.length && !strchr("/?", rest.data[length]))
		length++;
	return (struct text){rest.data, length};
}

static bool is_scheme_of_an_app(struct text uri)
{
	const char *end = memchr(uri.data, ':', uri.length);
	struct text scheme = {uri.data, end ? (size_t)(end - uri.data) : 0};

	return scheme.length && memchr(scheme.data, '.', scheme.length) && has_only(scheme, "+-.") &&
	       scheme.length + 1 < uri.length;
}

bool oauth_redirect_is_sound(struct text uri, bool is_public)
{
	if (!uri.length || uri.length > REDIRECT_MAX || !has_only(uri, "-._~:/?[]@!$&'()*+,;=%"))
		return false;
	if (is_public && is_scheme_of_an_app(uri))
		return true;
	bool is_http = starts_with(uri, TEXT("http://"));
	if (!is_http && !starts_with(uri, TEXT("https://")))
		return false;
	struct text authority =
		redirect_authority(text_after(uri, is_http ? sizeof("http://") - 1 : sizeof("https://") - 1));
	if (!authority.length || memchr(authority.data, '@', authority.length))
		return false;
	return !is_http || host_is_loopback(host_without_port(authority));
}

/* "http://127.0.0.1:1234/a" as "/a"; absent where it is no loopback address by number. */
static struct text behind_loopback(struct text uri, struct text address)
{
	struct text rest;

	if (!starts_with(uri, address))
		return NO_TEXT;
	rest = text_after(uri, address.length);
	if (rest.length && rest.data[0] == ':') {
		size_t digits = 1;
		while (digits < rest.length && rest.data[digits] >= '0' && rest.data[digits] <= '9')
			digits++;
		rest = text_after(rest, digits);
	}
	return !rest.length || strchr("/?", rest.data[0]) ? rest : NO_TEXT;
}

bool oauth_redirect_matches(struct text registered, struct text asked, bool is_public)
{
	static const struct text addresses[] = {TEXT("http://127.0.0.1"), TEXT("http://[::1]")};

	if (text_equal(registered, asked))
		return true;
	for (size_t i = 0; is_public && i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		struct text one = behind_loopback(registered, addresses[i]), other = behind_loopback(asked, addresses[i]);
		if (one.data && other.data && text_equal(one, other))
			return true;
	}
	return false;
}

/* --- scopes ------------------------------------------------------------------------------------------------------ */

static bool parse_scope(struct text name, int64_t *scopes)
{
	for (size_t i = 0; i < SCOPE_COUNT; i++)
		if (text_equal(name, text_of(scope_names[i]))) {
			*scopes |= 1 << i;
			return true;
		}
	return false;
}

bool oauth_parse_scopes(struct text scopes, int64_t otherwise, int64_t *ret)
{
	int64_t found = 0;

	for (size_t i = 0, end; i < scopes.length; i = end + 1) {
		for (end = i; end < scopes.length && scopes.data[end] != ' ';)
			end++;
		if (end > i && !parse_scope((struct text){scopes.data + i, end - i}, &found))
			return false;
	}
	*ret = found ? found : otherwise;
	return true;
}

struct text oauth_print_scopes(struct arena *arena, int64_t scopes)
{
	struct buffer buffer;

	buffer_init(&buffer, arena, SCOPES_TEXT_MAX, SCOPES_TEXT_MAX);
	for (size_t i = 0; i < SCOPE_COUNT; i++)
		if (scopes >> i & 1) {
			buffer_append(&buffer, " ", buffer.length ? 1 : 0);
			buffer_append_text(&buffer, text_of(scope_names[i]));
		}
	return buffer.overflown ? NO_TEXT : buffer_text(&buffer);
}

/* --- the proof of PKCE ------------------------------------------------------------------------------------------- */

bool oauth_challenge_is_sound(struct text challenge)
{
	return challenge.length == CHALLENGE_LENGTH && has_only(challenge, "-_");
}

bool oauth_verifier_is_sound(struct text verifier)
{
	return verifier.length >= VERIFIER_LENGTH && verifier.length <= VERIFIER_LONGEST && has_only(verifier, "-._~");
}
