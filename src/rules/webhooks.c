/* The Standard Webhooks specification, version 1 of its signature: HMAC-SHA256. */
#include "rules/webhooks.h"

#define JITTER_PARTS 10

struct text webhook_secret(struct arena *arena, const unsigned char key[static WEBHOOK_KEY_BYTES])
{
	struct text digits = base64_of(arena, key, WEBHOOK_KEY_BYTES);

	return digits.data ? text_format(arena, "whsec_%s", digits.data) : NO_TEXT;
}

struct text webhook_signature(struct arena *arena, const unsigned char key[static WEBHOOK_KEY_BYTES], const char *id,
                              int64_t timestamp, struct text body)
{
	struct text message = text_format(arena, "%s.%lld.%.*s", id, (long long)timestamp, (int)body.length, body.data);
	struct text hash = message.data ? hash_keyed(arena, key, message) : NO_TEXT;

	return hash.data ? text_format(arena, "v1,%s", hash.data) : NO_TEXT;
}

int64_t webhook_delay(int64_t attempts, int64_t retry_after, uint64_t random)
{
	static const int64_t schedule[WEBHOOK_ATTEMPTS_MAX] = {
		0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, WEBHOOK_DELAY_MAX};

	if (attempts >= WEBHOOK_ATTEMPTS_MAX)
		return NONE;
	int64_t delay = schedule[attempts];
	if (retry_after > delay)
		delay = retry_after < WEBHOOK_DELAY_MAX ? retry_after : WEBHOOK_DELAY_MAX;
	return delay + (int64_t)(random % (uint64_t)(delay / JITTER_PARTS + 1));
}

bool webhook_pattern_matches(struct text pattern, struct text event)
{
	if (!pattern.length || pattern.data[pattern.length - 1] != '*')
		return text_equal(pattern, event);
	pattern.length--;
	return (!pattern.length || (pattern.length > 1 && pattern.data[pattern.length - 1] == '.')) &&
	       event.length > pattern.length && memcmp(event.data, pattern.data, pattern.length) == 0;
}

/* --- addresses --------------------------------------------------------------------------------------------------- */

static bool skip_scheme(struct text *url)
{
	static const struct text schemes[] = {{"https://", 8}, {"http://", 7}};

	for (size_t i = 0; i < 2; i++) {
		struct text begin = {url->data, schemes[i].length};

		if (url->length > begin.length && text_equal_ignoring_case(begin, schemes[i])) {
			*url = (struct text){url->data + begin.length, url->length - begin.length};
			return true;
		}
	}
	return false;
}

/* A port, behind its colon. */
static bool is_port(struct text text)
{
	int64_t port;

	return text.length <= 5 && text_to_integer(text, &port) && port > 0 && port <= 65535;
}

static bool has_only_visible(struct text url)
{
	for (size_t i = 0; i < url.length; i++)
		if ((unsigned char)url.data[i] < ' ' || strchr(" \\\"<>^`{|}", url.data[i]))
			return false;
	return true;
}

/* Without what stands before it, and behind it. */
static struct text authority_of(struct text url)
{
	size_t begin = 0, end = 0;

	while (end < url.length && !strchr("/?#", url.data[end]))
		if (url.data[end++] == '@')
			begin = end;
	return (struct text){url.data + begin, end - begin};
}

bool webhook_target_of(struct text url, struct webhook_target *ret)
{
	struct text host, port;

	if (!skip_scheme(&url) || !has_only_visible(url))
		return false;
	host = authority_of(url);
	const char *colon = host.length && host.data[host.length - 1] != ']' ? memrchr(host.data, ':', host.length) : NULL;
	if (colon) {
		port = (struct text){colon + 1, host.length - (size_t)(colon + 1 - host.data)};
		host.length = (size_t)(colon - host.data);
		if (!is_port(port))
			return false;
	}
	ret->host = host;
	return host.length > 0;
}
