/* Addresses of clients. It counts nobody and refuses nobody. */
#include "http/client.h"

#include <arpa/inet.h>

#define IPV4_BITS_BEFORE 96 /* of ::ffff:0:0/96 */

static struct client_address client_of_ipv4(const struct in_addr *ipv4)
{
	struct client_address address = {.in6.s6_addr = {[10] = 0xff, [11] = 0xff}};

	memcpy(&address.in6.s6_addr[12], ipv4, sizeof(*ipv4));
	return address;
}

static bool client_parse(struct text text, struct client_address *ret, bool *ret_is_ipv4)
{
	char           literal[INET6_ADDRSTRLEN];
	struct in_addr ipv4;

	if (text.length >= sizeof(literal))
		return false;
	memcpy(literal, text.data, text.length);
	literal[text.length] = '\0';
	*ret_is_ipv4 = inet_pton(AF_INET, literal, &ipv4) == 1;
	if (*ret_is_ipv4)
		*ret = client_of_ipv4(&ipv4);
	return *ret_is_ipv4 || inet_pton(AF_INET6, literal, &ret->in6) == 1;
}

static bool client_parse_range(struct text text, struct client_range *ret)
{
	const char *slash = memchr(text.data, '/', text.length);
	struct text address = {text.data, slash ? (size_t)(slash - text.data) : text.length};
	struct text bits = slash ? (struct text){slash + 1, text.length - address.length - 1} : NO_TEXT;
	int64_t     number;
	bool        is_ipv4;

	if (!client_parse(address, &ret->first, &is_ipv4))
		return false;
	number = is_ipv4 ? 32 : 128;
	if (slash && (!text_to_integer(bits, &number) || number < 0 || number > (is_ipv4 ? 32 : 128)))
		return false;
	ret->bits = (unsigned)number + (is_ipv4 ? IPV4_BITS_BEFORE : 0);
	return true;
}

/* Takes the part behind the last comma off the list. */
static struct text take_last(struct text *list)
{
	const char *comma = memrchr(list->data, ',', list->length);
	size_t      before = comma ? (size_t)(comma - list->data) : 0;
	struct text last = comma ? (struct text){comma + 1, list->length - before - 1} : *list;

	list->length = before;
	return text_trim(last);
}

bool client_parse_ranges(struct arena *arena, struct text list, struct client_ranges *ret)
{
	*ret = (struct client_ranges){.items = arena_alloc_array(arena, list.length + 1, sizeof(*ret->items))};
	while (ret->items && list.length)
		if (!client_parse_range(take_last(&list), &ret->items[ret->count++]))
			return false;
	return ret->items != NULL;
}

struct client_address client_of_socket(const struct sockaddr *socket)
{
	if (socket->sa_family == AF_INET)
		return client_of_ipv4(&((const struct sockaddr_in *)socket)->sin_addr);
	return (struct client_address){((const struct sockaddr_in6 *)socket)->sin6_addr};
}

static bool client_is_in(const struct client_address *address, const struct client_range *range)
{
	unsigned bytes = range->bits / 8, rest = range->bits % 8;

	return memcmp(&address->in6, &range->first.in6, bytes) == 0 &&
	       (!rest || (address->in6.s6_addr[bytes] ^ range->first.in6.s6_addr[bytes]) >> (8 - rest) == 0);
}

static bool client_is_trusted(const struct client_address *address, const struct client_ranges *trusted)
{
	for (size_t i = 0; i < trusted->count; i++)
		if (client_is_in(address, &trusted->items[i]))
			return true;
	return false;
}

struct client_address client_find(struct client_address peer, struct text forwarded_for,
                                  const struct client_ranges *trusted)
{
	struct client_address client = peer, next;
	bool                  is_ipv4;

	while (forwarded_for.length && client_is_trusted(&client, trusted) &&
	       client_parse(take_last(&forwarded_for), &next, &is_ipv4))
		client = next;
	return client;
}

/* An IPv4 address is set apart from the /64 prefixes by leading ones, where IPv6 has multicast groups: no clients. */
uint64_t client_key(const struct client_address *address)
{
	uint64_t key = UINT64_MAX;

	if (IN6_IS_ADDR_V4MAPPED(&address->in6))
		memcpy((char *)&key + 4, &address->in6.s6_addr[12], 4);
	else
		memcpy(&key, &address->in6, sizeof(key));
	return key;
}

/* The same client often comes again, and inet_ntop is slow: its last answer is kept. */
const char *client_print(const struct client_address *address)
{
	static _Thread_local struct client_address last;
	static _Thread_local char                  printed[INET6_ADDRSTRLEN];

	if (printed[0] && memcmp(&last, address, sizeof(last)) == 0)
		return printed;
	last = *address;
	if (IN6_IS_ADDR_V4MAPPED(&address->in6))
		inet_ntop(AF_INET, &address->in6.s6_addr[12], printed, sizeof(printed));
	else
		inet_ntop(AF_INET6, &address->in6, printed, sizeof(printed));
	return printed;
}
