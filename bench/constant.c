/* The yardstick of bench/run.py: libmicrohttpd, set up as in src/http/server.c, with one fixed reply to every request.
 * What it answers in a second is what is left for a server on this library that does nothing at all.
 *
 * usage: constant THREADS REPLY-FILE, where the file holds header lines, an empty line and the body */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG          1024
#define STACK_BYTES      ((size_t)1024 * 1024)
#define CONNECTION_BYTES ((size_t)32 * 1024)
#define THREADS_MAX      64

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void *read_all(const char *name, size_t *ret_size)
{
	static char data[1 << 20];
	FILE       *file = fopen(name, "rb");

	if (!file)
		die(name);
	*ret_size = fread(data, 1, sizeof(data) - 1, file);
	fclose(file);
	return data;
}

/* Each thread has its own reply: the library counts its uses under a lock. */
static struct MHD_Response *make_reply(const char *name)
{
	size_t               size;
	char                *data = read_all(name, &size);
	char                *body = strstr(data, "\n\n");
	struct MHD_Response *reply;

	if (!body)
		die("no empty line in the reply file");
	*body = '\0';
	body += 2;
	reply = MHD_create_response_from_buffer(size - (size_t)(body - data), body, MHD_RESPMEM_MUST_COPY);
	for (char *line = strtok(data, "\n"); line; line = strtok(NULL, "\n")) {
		char *colon = strstr(line, ": ");

		if (!colon)
			die("a header without ': '");
		*colon = '\0';
		MHD_add_response_header(reply, line, colon + 2);
	}
	return reply;
}

/* As a server must, it answers when the request is complete. */
static enum MHD_Result handle(void *closure, struct MHD_Connection *client, const char *url, const char *method,
                              const char *version, const char *data, size_t *ret_left, void **ret_seen)
{
	static char seen;

	(void)url, (void)method, (void)version, (void)data;
	if (!*ret_seen || *ret_left) { /* the header, a part of the body */
		*ret_seen = &seen;
		*ret_left = 0;
		return MHD_YES;
	}
	return MHD_queue_response(client, MHD_HTTP_OK, closure);
}

/* On a free port the first time; *ret_port says which. */
static int listen_shared(in_port_t *ret_port)
{
	struct in_addr     loopback = {htonl(INADDR_LOOPBACK)};
	struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = *ret_port, .sin_addr = loopback};
	socklen_t          length = sizeof(place);
	int                on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&place, length) || listen(fd, BACKLOG) ||
	    getsockname(fd, (struct sockaddr *)&place, &length))
		die("listen");
	*ret_port = place.sin_port;
	return fd;
}

static void start_thread(const char *reply_file, in_port_t *ret_port)
{
	struct MHD_Daemon *daemon = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, make_reply(reply_file),
		MHD_OPTION_LISTEN_SOCKET, listen_shared(ret_port), MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES,
		MHD_OPTION_CONNECTION_TIMEOUT, 0u, MHD_OPTION_THREAD_STACK_SIZE, STACK_BYTES, MHD_OPTION_END);

	if (!daemon)
		die("start");
}

int main(int count, char **arguments)
{
	in_port_t port = 0;
	int       threads = count == 3 ? atoi(arguments[1]) : 0;

	if (threads < 1 || threads > THREADS_MAX) {
		fputs("usage: constant THREADS REPLY-FILE\n", stderr);
		return 2;
	}
	for (int i = 0; i < threads; i++)
		start_thread(arguments[2], &port);
	printf("listening on http://127.0.0.1:%d\n", ntohs(port));
	fflush(stdout);
	for (;;)
		pause();
}
