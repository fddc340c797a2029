/* The connections: counted by address in a hash table, watched by deadline in one list a thread. It must not know the
 * HTTP library; a descriptor is only shut down here, never closed.
 *
 * A connection stands in its list exactly as long as its descriptor is open, and the list's mutex is held whenever a
 * descriptor is used: so a number that the system has given to someone else is never shut down. */
#include "http/connections.h"

#include <string.h>

#include "base/log.h"
#include "base/random.h"
#include "http/client.h"
#include "http/reply.h"
#include "http/tls.h"

/* ---- addresses ---- */

struct address {
	struct address *next; /* in its bucket or among the unused */
	uint64_t        key;
	unsigned        count;
};

/* A power of two that keeps the chains short when every connection has an address of its own. */
static unsigned bucket_count(unsigned limit)
{
	unsigned count = 64;
	while (count < limit && count < 1u << 20)
		count *= 2;
	return count;
}

bool addresses_init(struct addresses *addresses, unsigned limit, unsigned limit_per_address)
{
	unsigned count = bucket_count(limit);
	*addresses = (struct addresses){.limit = limit, .limit_per_address = limit_per_address, .mask = count - 1};
	arena_init(&addresses->arena, SIZE_MAX);
	addresses->buckets = arena_alloc_array(&addresses->arena, count, sizeof(struct address *));
	if (!addresses->buckets) {
		arena_destroy(&addresses->arena);
		return false;
	}
	pthread_mutex_init(&addresses->mutex, NULL);
	return true;
}

void addresses_destroy(struct addresses *addresses)
{
	pthread_mutex_destroy(&addresses->mutex);
	arena_destroy(&addresses->arena);
}

static uint64_t key_of(const struct sockaddr *client)
{
	struct client_address address = client_of_socket(client);

	return client_key(&address);
}

/* The place where the address is linked, or would be. */
static struct address **find(const struct addresses *addresses, uint64_t key)
{
	struct address **place = &addresses->buckets[hash_table(&key, sizeof(key)) & addresses->mask];
	while (*place && (*place)->key != key)
		place = &(*place)->next;
	return place;
}

bool addresses_admit(struct addresses *addresses, const struct sockaddr *client)
{
	pthread_mutex_lock(&addresses->mutex);
	bool room = addresses->total < addresses->limit;
	if (room && addresses->limit_per_address) {
		const struct address *address = *find(addresses, key_of(client));
		room = !address || address->count < addresses->limit_per_address;
	}
	pthread_mutex_unlock(&addresses->mutex);
	return room;
}

unsigned addresses_total(struct addresses *addresses)
{
	pthread_mutex_lock(&addresses->mutex);
	unsigned total = addresses->total;
	pthread_mutex_unlock(&addresses->mutex);
	return total;
}

static struct address *address_enter(struct addresses *addresses, uint64_t key)
{
	pthread_mutex_lock(&addresses->mutex);
	struct address **place = find(addresses, key), *address = *place;
	if (!address) {
		address = addresses->unused;
		if (address)
			addresses->unused = address->next;
		else
			address = arena_new(&addresses->arena, struct address);
		if (address) {
			*address = (struct address){.key = key};
			*place = address;
		}
	}
	if (address) {
		address->count++;
		addresses->total++;
	}
	pthread_mutex_unlock(&addresses->mutex);
	return address;
}

static void address_leave(struct addresses *addresses, struct address *address)
{
	pthread_mutex_lock(&addresses->mutex);
	addresses->total--;
	if (--address->count == 0) {
		*find(addresses, address->key) = address->next;
		address->next = addresses->unused;
		addresses->unused = address;
	}
	pthread_mutex_unlock(&addresses->mutex);
}

/* ---- connections ---- */

void connections_init(struct connections *connections, struct addresses *addresses)
{
	*connections = (struct connections){.addresses = addresses};
	arena_init(&connections->arena, SIZE_MAX);
	pthread_mutex_init(&connections->mutex, NULL);
}

void connections_destroy(struct connections *connections)
{
	pthread_mutex_destroy(&connections->mutex);
	arena_destroy(&connections->arena);
}

static struct connection *take_unused(struct connections *connections)
{
	struct connection *connection = connections->unused;
	if (!connection)
		return arena_new(&connections->arena, struct connection);
	connections->unused = connection->next;
	return connection;
}

struct connection *connection_open(struct connections *connections, const struct socket_of_client *client,
                                   int64_t deadline)
{
	struct address *address = address_enter(connections->addresses, key_of(client->address));
	if (!address)
		return NULL;
	pthread_mutex_lock(&connections->mutex);
	struct connection *connection = take_unused(connections);
	if (connection) {
		*connection = (struct connection){
			.next = connections->open,
			.address = address,
			.deadline = deadline,
			.fd = client->fd,
			.tls = client->tls,
		};
		if (connections->open)
			connections->open->previous = connection;
		connections->open = connection;
	}
	pthread_mutex_unlock(&connections->mutex);
	if (!connection)
		address_leave(connections->addresses, address);
	return connection;
}

void connection_close(struct connections *connections, struct connection *connection)
{
	struct address *address = connection->address;
	pthread_mutex_lock(&connections->mutex);
	if (connection->next)
		connection->next->previous = connection->previous;
	*(connection->previous ? &connection->previous->next : &connections->open) = connection->next;
	explicit_bzero(&connection->known_token, sizeof(connection->known_token));
	connection->next = connections->unused;
	connections->unused = connection;
	pthread_mutex_unlock(&connections->mutex);
	address_leave(connections->addresses, address);
}

bool connection_enter(struct connections *connections, struct connection *connection, enum phase phase,
                      int64_t deadline)
{
	pthread_mutex_lock(&connections->mutex);
	bool alive = connection->phase != PHASE_EXPIRED;
	if (alive) {
		if (deadline && connection->phase != PHASE_NEW)
			connection->deadline = deadline;
		connection->phase = phase;
		connection->examined = false;
	}
	pthread_mutex_unlock(&connections->mutex);
	return alive;
}

/* The HTTP library wakes up to a closed connection and cleans up. */
static void expire(struct connection *connection)
{
	connection->phase = PHASE_EXPIRED;
	shutdown(connection->fd, SHUT_RDWR);
}

/* Until a request is complete nothing of its reply has been written: this does not land in the middle of one. Of a
 * session of TLS one thread may read while another one writes. */
static void refuse(struct connection *connection, enum error error)
{
	char reply[REFUSAL_BYTES], id[REQUEST_ID_SIZE];
	random_request_id(id);
	size_t length = reply_refusal(error, id, reply);
	log_event(LOG_INFO, "request_refused", "id=%s status=%d", id, error_info(error)->status);
	if (connection->tls)
		tls_send_last(connection->tls, reply, length);
	else
		send(connection->fd, reply, length, MSG_DONTWAIT | MSG_NOSIGNAL);
	expire(connection);
}

void connection_refuse(struct connections *connections, struct connection *connection, enum error error)
{
	pthread_mutex_lock(&connections->mutex);
	refuse(connection, error);
	pthread_mutex_unlock(&connections->mutex);
}

/* libmicrohttpd 0.9.75 overlooks the end of a client's data when it arrives together with what went before: after a
 * read that does not fill its buffer it waits for the next event, and there is none. */
static bool has_ended(struct connection *connection)
{
	char byte;
	bool first_look = !connection->examined;
	if (connection->phase != PHASE_IDLE && connection->phase != PHASE_RECEIVING)
		return false;
	connection->examined = true;
	/* An idle connection needs one look. One that receives needs a second, a tick later: at the first the library may
	 * be about to find that the request is complete. */
	if (first_look != (connection->phase == PHASE_IDLE))
		return false;
	return recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void connections_expire(struct connections *connections, int64_t now)
{
	pthread_mutex_lock(&connections->mutex);
	for (struct connection *c = connections->open; c; c = c->next) {
		bool late = c->deadline < now;
		if (late && c->phase == PHASE_RECEIVING)
			refuse(c, ERROR_REQUEST_TIMEOUT);
		else if (c->phase != PHASE_EXPIRED && (late || has_ended(c)))
			expire(c);
	}
	pthread_mutex_unlock(&connections->mutex);
}

unsigned connections_retire(struct connections *connections, int64_t streams_end)
{
	unsigned busy = 0;
	pthread_mutex_lock(&connections->mutex);
	for (struct connection *c = connections->open; c; c = c->next) {
		if (c->phase == PHASE_NEW || c->phase == PHASE_IDLE)
			expire(c);
		else if (c->phase != PHASE_EXPIRED)
			busy++;
		if (c->phase == PHASE_STREAMING && c->deadline > streams_end)
			c->deadline = streams_end;
	}
	pthread_mutex_unlock(&connections->mutex);
	return busy;
}
