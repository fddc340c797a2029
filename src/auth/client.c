/* Looks at an app's id and secret. What it may ask for is for the rules to say. */
#include "auth/client.h"

#include "base/random.h"

/* Id and secret are encoded as in a form before they are put together (RFC 6749 2.3.1). */
static bool decode_part(struct arena *arena, struct text encoded, struct text *ret)
{
	return text_decode_form(arena, encoded, ret) && text_is_utf8(*ret);
}

/* "Basic " and base64 of "id:secret". */
static bool read_basic(struct arena *arena, struct text header, struct text *ret_id, struct text *ret_secret)
{
	const size_t scheme = sizeof("Basic ") - 1;

	if (header.length <= scheme || !text_equal_ignoring_case((struct text){header.data, scheme}, TEXT("Basic ")))
		return false;
	struct text pair = base64_to_bytes(arena, text_trim((struct text){header.data + scheme, header.length - scheme}));
	const char *colon = pair.length ? memchr(pair.data, ':', pair.length) : NULL;
	if (!colon)
		return false;
	size_t length = (size_t)(colon - pair.data);
	return decode_part(arena, (struct text){pair.data, length}, ret_id) &&
	       decode_part(arena, (struct text){colon + 1, pair.length - length - 1}, ret_secret);
}

static bool has_secret(struct arena *arena, const struct app_row *app, struct text secret)
{
	if (!app->secret_hash.data)
		return !secret.length;
	return secret.length && text_equal(hash_secret(arena, secret), app->secret_hash);
}

enum error client_authenticate(struct db_context *context, const struct client_claim *claim, struct app_row *ret)
{
	struct text    id = claim->id, secret = claim->secret;
	struct app_row app;
	bool           found = false;

	if (claim->authorization.data) {
		if (!read_basic(context->arena, claim->authorization, &id, &secret))
			return context->arena->exhausted ? ERROR_NO_MEMORY : ERROR_INVALID_CLIENT;
		if (claim->secret.length || (claim->id.length && !text_equal(claim->id, id)))
			return ERROR_INVALID_REQUEST;
	}
	if (id.length)
		TRY(sql_find_app_of_client(context, id, &app, &found));
	if (!found || !has_secret(context->arena, &app, secret))
		return context->arena->exhausted ? ERROR_NO_MEMORY : ERROR_INVALID_CLIENT;
	*ret = app;
	return ERROR_NONE;
}
