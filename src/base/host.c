/* Names and addresses of machines. */
#include "base/host.h"

#include <arpa/inet.h>

/* With a '\0', and without brackets around it. False: it is longer than an address can be, or empty. */
static bool copy_literal(struct text host, char ret[static INET6_ADDRSTRLEN])
{
	if (host.length > 1 && host.data[0] == '[' && host.data[host.length - 1] == ']')
		host = (struct text){host.data + 1, host.length - 2};
	if (!host.length || host.length >= INET6_ADDRSTRLEN)
		return false;
	memcpy(ret, host.data, host.length);
	ret[host.length] = '\0';
	return true;
}

bool host_is_loopback(struct text host)
{
	char            literal[INET6_ADDRSTRLEN];
	struct in_addr  four;
	struct in6_addr six;

	if (!copy_literal(host, literal))
		return false;
	if (inet_pton(AF_INET, literal, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	if (inet_pton(AF_INET6, literal, &six) == 1)
		return IN6_IS_ADDR_LOOPBACK(&six);
	return text_equal_ignoring_case(host, TEXT("localhost"));
}

struct text host_origin(struct text url)
{
	const char *authority = url.length ? memmem(url.data, url.length, "://", 3) : NULL;
	const char *end = url.data + url.length, *c = authority ? authority + 3 : url.data;

	while (c < end && *c != '/' && *c != '?' && *c != '#')
		c++;
	return (struct text){url.data, (size_t)(c - url.data)};
}

struct text host_without_port(struct text authority)
{
	const char *colon = authority.length ? memrchr(authority.data, ':', authority.length) : NULL;

	if (colon && !memchr(colon, ']', (size_t)(authority.data + authority.length - colon)))
		authority.length = (size_t)(colon - authority.data);
	return authority;
}

/* --- what is public ---------------------------------------------------------------------------------------------- */

/* The IANA's registry of special-purpose addresses (RFC 6890), and groups. */
static const struct four_range {
	uint32_t first;
	unsigned bits;
} not_public[] = {
	{0x00000000, 8},  /* this network */
	{0x0a000000, 8},  /* private */
	{0x64400000, 10}, /* of carriers */
	{0x7f000000, 8},  /* loopback */
	{0xa9fe0000, 16}, /* link-local, and the metadata of clouds */
	{0xac100000, 12}, /* private */
	{0xc0000000, 24}, /* of protocols */
	{0xc0000200, 24}, /* documentation */
	{0xc0586300, 24}, /* relays that are no more */
	{0xc0a80000, 16}, /* private */
	{0xc6120000, 15}, /* measurements */
	{0xc6336400, 24}, /* documentation */
	{0xcb007100, 24}, /* documentation */
	{0xe0000000, 3},  /* groups, reserved, and everybody */
};

static bool is_public_four(uint32_t address)
{
	for (size_t i = 0; i < sizeof(not_public) / sizeof(not_public[0]); i++)
		if ((address ^ not_public[i].first) >> (32 - not_public[i].bits) == 0)
			return false;
	return true;
}

static uint32_t four_at(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Of the unicast addresses of the Internet, 2000::/3, not those of protocols (2001::/23), of documentation, and of
 * tunnels (2002::/16), behind which any address of IPv4 may be. Where one of IPv4 is meant, that counts. */
static bool is_public_six(const unsigned char *bytes)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff}, translated[12] = {0, 0x64, 0xff, 0x9b};
	uint32_t                   first = four_at(bytes);

	if (memcmp(bytes, mapped, sizeof(mapped)) == 0 || memcmp(bytes, translated, sizeof(translated)) == 0)
		return is_public_four(four_at(bytes + 12));
	return first >> 29 == 1 && first >> 9 != 0x20010000 >> 9 && first != 0x20010db8 && first >> 16 != 0x2002 &&
	       first >> 12 != 0x3fff0;
}

bool host_is_public(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return is_public_four(ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr));
	return address->sa_family == AF_INET6 && is_public_six(((const struct sockaddr_in6 *)address)->sin6_addr.s6_addr);
}

static bool ends_in_localhost(struct text host)
{
	static const struct text name = {"localhost", 9};

	if (host.length && host.data[host.length - 1] == '.')
		host.length--;
	return host.length >= name.length &&
	       text_equal_ignoring_case((struct text){host.data + host.length - name.length, name.length}, name) &&
	       (host.length == name.length || host.data[host.length - name.length - 1] == '.');
}

/* inet_aton reads what browsers and getaddrinfo read: fewer than four parts, octal and hexadecimal ones. */
bool host_may_be_public(struct text host)
{
	char            literal[INET6_ADDRSTRLEN];
	struct in_addr  four;
	struct in6_addr six;

	if (ends_in_localhost(host))
		return false;
	if (!copy_literal(host, literal))
		return host.length > 0;
	if (inet_pton(AF_INET6, literal, &six) == 1)
		return is_public_six(six.s6_addr);
	return !inet_aton(literal, &four) || is_public_four(ntohl(four.s_addr));
}
