/* Opens the sockets that clients connect to. It must not accept from them: the HTTP library does.
 *
 * Sockets that share their port (SO_REUSEPORT) do so with another server of the same user, too, which would then get
 * half of our clients. So the first one is tried with a socket that shares with nobody. */
#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 1024

static struct text reason(void)
{
	switch (errno) {
	case EADDRINUSE:
		return TEXT("the port is in use");
	case EACCES:
		return TEXT("the port may not be used without more rights");
	case EADDRNOTAVAIL:
		return TEXT("the address is not one of this machine");
	default:
		return TEXT("the socket could not be opened");
	}
}

/* A bound socket, or -1 with errno set. */
static int bind_socket(const struct addrinfo *address, int port, int sharing)
{
	struct sockaddr_storage place = {0};
	memcpy(&place, address->ai_addr, address->ai_addrlen);
	((struct sockaddr_in *)&place)->sin_port = htons((uint16_t)port); /* at the same place for IPv6 */
	int on = 1, fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	/* SO_REUSEADDR on all of them: else connections that linger after a stop keep the port from the next start. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, sharing, &on, sizeof(on)) == 0 &&
	    bind(fd, (struct sockaddr *)&place, address->ai_addrlen) == 0)
		return fd;
	int error = errno;
	close(fd);
	errno = error;
	return -1;
}

static bool is_free(const struct addrinfo *address, int port)
{
	int fd = bind_socket(address, port, SO_REUSEADDR);
	return fd >= 0 && close(fd) == 0;
}

static int port_of(int fd)
{
	struct sockaddr_storage place = {0};
	socklen_t               length = sizeof(place);
	getsockname(fd, (struct sockaddr *)&place, &length);
	return ntohs(((struct sockaddr_in *)&place)->sin_port);
}

static enum error open_shared(const struct addrinfo *address, int *port, bool further, int *ret_fd,
                              struct text *ret_reason)
{
	int fd = further || is_free(address, *port) ? bind_socket(address, *port, SO_REUSEPORT) : -1;
	if (fd >= 0 && listen(fd, BACKLOG) == 0) {
		*port = port_of(fd);
		*ret_fd = fd;
		return ERROR_NONE;
	}
	*ret_reason = reason();
	if (fd >= 0)
		close(fd);
	return ERROR_UNAVAILABLE;
}

enum error listen_open(const char *address, int *port, bool further, int *ret_fd, struct text *ret_reason)
{
	struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
	if (getaddrinfo(address, NULL, &hints, &found) != 0) {
		*ret_reason = TEXT("the address is neither an IPv4 nor an IPv6 address");
		return ERROR_INVALID;
	}
	enum error error = open_shared(found, port, further, ret_fd, ret_reason);
	freeaddrinfo(found);
	return error;
}
