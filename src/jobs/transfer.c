/* HTTP by libcurl, to addresses that somebody else has chosen: only http and https, no redirects, no proxy of the
 * environment, and the address is looked at when the socket is made, after the name was resolved: whoever answers for
 * the name may answer differently each time. */
#include "jobs/transfer.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/host.h"

#define ANSWER_BYTES_MAX (1024 * 1024)
#define HEADER_BYTES_MAX 512

struct transfers {
	CURLM                  *multi;
	struct transfer_options options;
};

/* --- the address ------------------------------------------------------------------------------------------------- */

static curl_socket_t open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *transfer = data;

	(void)purpose;
	if (!transfer->transfers->options.allow_private && !host_is_public(&address->addr)) {
		transfer->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* --- what is sent ------------------------------------------------------------------------------------------------ */

static bool add_header(struct transfer *transfer, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool add_header(struct transfer *transfer, const char *format, ...)
{
	char    header[HEADER_BYTES_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(header, sizeof(header), format, arguments);
	va_end(arguments);
	struct curl_slist *headers = curl_slist_append(transfer->headers, header);
	if (headers)
		transfer->headers = headers;
	return headers != NULL;
}

/* The time is the machine's: a receiver would not understand the sandbox's. */
static bool add_headers(struct transfer *transfer, const struct delivery *message)
{
	int64_t      timestamp = clock_real();
	struct arena arena;
	struct text  signatures[2] = {{"", 0}, {"", 0}};

	arena_init(&arena, 4096 + 2 * (message->body.length + 4096));
	for (unsigned i = 0; i < message->keys.count; i++)
		signatures[i] = webhook_signature(&arena, message->keys.bytes[i], message->id, timestamp, message->body);
	bool added = signatures[0].data && signatures[1].data && add_header(transfer, "Content-Type: application/json") &&
	             add_header(transfer, "Expect:") && add_header(transfer, "webhook-id: %s", message->id) &&
	             add_header(transfer, "webhook-timestamp: %lld", (long long)timestamp) &&
	             add_header(transfer, "webhook-signature: %s%s%s", signatures[0].data,
	                        message->keys.count > 1 ? " " : "", signatures[1].data);
	arena_destroy(&arena);
	return added;
}

/* --- what is answered -------------------------------------------------------------------------------------------- */

static size_t keep_head(char *data, size_t size, size_t count, void *owner)
{
	struct transfer *transfer = owner;
	size_t           length = size * count;

	if (transfer->answer_length < sizeof(transfer->head)) {
		size_t room = sizeof(transfer->head) - transfer->answer_length;

		memcpy(transfer->head + transfer->answer_length, data, length < room ? length : room);
	}
	transfer->answer_length += length;
	return transfer->answer_length > ANSWER_BYTES_MAX ? 0 : length;
}

/* Whole characters; where it is no text, what is not ASCII shows as '?'. */
static struct text legible_head(const struct transfer *transfer, struct arena *arena)
{
	bool   is_cut = transfer->answer_length > sizeof(transfer->head);
	size_t length = is_cut ? sizeof(transfer->head) : transfer->answer_length;
	char  *copy = arena_alloc(arena, length + 1);

	if (!copy)
		return NO_TEXT;
	memcpy(copy, transfer->head, length);
	for (size_t back = 0; is_cut && back < 4 && !text_is_utf8((struct text){copy, length}); back++)
		length--;
	if (!text_is_utf8((struct text){copy, length}))
		for (size_t i = 0; i < length; i++)
			if (!copy[i] || (unsigned char)copy[i] > 0x7f)
				copy[i] = '?';
	copy[length] = '\0';
	return (struct text){copy, length};
}

/* --- beginning and end ------------------------------------------------------------------------------------------- */

static void describe(CURL *curl, struct transfer *transfer, const struct delivery *message)
{
	curl_easy_setopt(curl, CURLOPT_URL, message->url.data);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "Stint/" STINT_VERSION);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)message->body.length);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, message->body.data);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)transfer->transfers->options.seconds * 1000);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L); /* a name that is still looked up keeps nobody waiting */
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, transfer);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_head);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(curl, CURLOPT_PRIVATE, transfer);
}

bool transfer_begin(struct transfers *transfers, struct transfer *transfer, const struct delivery *message)
{
	*transfer = (struct transfer){.transfers = transfers, .request = curl_easy_init()};
	if (transfer->request && add_headers(transfer, message)) {
		describe(transfer->request, transfer, message);
		if (curl_multi_add_handle(transfers->multi, transfer->request) == CURLM_OK)
			return true;
	}
	transfer_break_off(transfer);
	return false;
}

void transfer_break_off(struct transfer *transfer)
{
	if (!transfer->transfers)
		return;
	if (transfer->request)
		curl_multi_remove_handle(transfer->transfers->multi, transfer->request);
	curl_easy_cleanup(transfer->request);
	curl_slist_free_all(transfer->headers);
	transfer->transfers = NULL;
}

void transfer_end(struct transfer *transfer, struct arena *arena, struct delivery_outcome *ret)
{
	long       status = 0;
	curl_off_t microseconds = 0, retry_after = 0;

	curl_easy_getinfo(transfer->request, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(transfer->request, CURLINFO_TOTAL_TIME_T, &microseconds);
	curl_easy_getinfo(transfer->request, CURLINFO_RETRY_AFTER, &retry_after);
	*ret = (struct delivery_outcome){
		.response_status = status ? status : NONE,
		.retry_after = retry_after,
		.duration_ms = microseconds / 1000,
		.response_head = status ? legible_head(transfer, arena) : NO_TEXT,
	};
	if (transfer->failure &&
	    transfer->answer_length <= ANSWER_BYTES_MAX) /* else nobody wanted the rest. A name may lead to several
	                                                    addresses, of which another one has answered */
		ret->failure = transfer->refused ? TEXT("The address is in a private network.") : text_of(transfer->failure);
	transfer_break_off(transfer);
}

/* --- all of them ------------------------------------------------------------------------------------------------- */

struct transfer *transfers_go_on(struct transfers *transfers)
{
	struct transfer *transfer;
	CURLMsg         *message;
	int              count;

	curl_multi_perform(transfers->multi, &count);
	message = curl_multi_info_read(transfers->multi, &count);
	if (!message)
		return NULL;
	curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
	transfer->failure = message->data.result ? curl_easy_strerror(message->data.result) : NULL;
	return transfer;
}

void transfers_wait(struct transfers *transfers, int64_t microseconds)
{
	curl_multi_poll(transfers->multi, NULL, 0, (int)(microseconds / 1000) + 1, NULL);
}

void transfers_wake(struct transfers *transfers)
{
	curl_multi_wakeup(transfers->multi);
}

struct transfers *transfers_new(const struct transfer_options *options)
{
	struct transfers *transfers = calloc(1, sizeof(*transfers));

	if (!transfers)
		return NULL;
	transfers->options = *options;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	transfers->multi = curl_multi_init();
	if (transfers->multi)
		return transfers;
	transfers_free(transfers);
	return NULL;
}

void transfers_free(struct transfers *transfers)
{
	if (!transfers)
		return;
	curl_multi_cleanup(transfers->multi);
	curl_global_cleanup();
	free(transfers);
}
