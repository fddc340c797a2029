/* Names of machines. */
#include "base/host.h"

#include <arpa/inet.h>

bool host_is_loopback(struct text host)
{
	char            literal[INET6_ADDRSTRLEN];
	struct in_addr  four;
	struct in6_addr six;

	if (host.length > 1 && host.data[0] == '[' && host.data[host.length - 1] == ']')
		host = (struct text){host.data + 1, host.length - 2};
	if (!host.length || host.length >= sizeof(literal))
		return false;
	memcpy(literal, host.data, host.length);
	literal[host.length] = '\0';
	if (inet_pton(AF_INET, literal, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	if (inet_pton(AF_INET6, literal, &six) == 1)
		return IN6_IS_ADDR_LOOPBACK(&six);
	return text_equal_ignoring_case(host, TEXT("localhost"));
}

struct text host_without_port(struct text authority)
{
	const char *colon = authority.length ? memrchr(authority.data, ':', authority.length) : NULL;

	if (colon && !memchr(colon, ']', (size_t)(authority.data + authority.length - colon)))
		authority.length = (size_t)(colon - authority.data);
	return authority;
}
