/* Reads that come close together share a snapshot: their connection's transaction stays open from one to the next.
 *
 * Taking and leaving a snapshot costs SQLite locks for which all readers of a process wait in turn, about a tenth of a
 * short read. Nobody may notice that it was not taken anew: a snapshot is used again only while this process has
 * committed nothing since, and for a moment, because other processes commit, too. One that nobody reads would hold up
 * the checkpoint, so whoever commits ends it first. */
#include <assert.h>

#include "base/clock.h"
#include "db/driver.h"

#define SHARED_MICROSECONDS 1000

static void end(struct db_connection *reader)
{
	reader->snapshot.open = false;
	db_commit(reader); /* rolls back where it fails */
}

static bool is_recent(const struct db_connection *reader)
{
	return reader->snapshot.commits == atomic_load(&reader->db->commits) &&
	       clock_monotonic() - reader->snapshot.begun <= SHARED_MICROSECONDS;
}

enum error db_snapshot_enter(struct db_connection *reader)
{
	assert(reader->access == DB_READ);
	pthread_mutex_lock(&reader->snapshot.mutex);
	if (reader->snapshot.open && is_recent(reader))
		return ERROR_NONE;
	if (reader->snapshot.open)
		end(reader);
	reader->snapshot.commits = atomic_load(&reader->db->commits); /* before it begins: better too old than too new */
	reader->snapshot.begun = clock_monotonic();
	return db_begin(reader);
}

void db_snapshot_leave(struct db_connection *reader)
{
	reader->snapshot.open = db_in_transaction(reader);
	if (reader->snapshot.open && (reader->failed || !is_recent(reader)))
		end(reader);
	pthread_mutex_unlock(&reader->snapshot.mutex);
}

void db_snapshots_init(struct db *db)
{
	pthread_mutex_init(&db->readers_mutex, NULL);
}

void db_snapshots_destroy(struct db *db)
{
	assert(!db->readers);
	pthread_mutex_destroy(&db->readers_mutex);
}

void db_snapshots_add(struct db_connection *reader)
{
	struct db *db = reader->db;
	pthread_mutex_init(&reader->snapshot.mutex, NULL);
	pthread_mutex_lock(&db->readers_mutex);
	reader->snapshot.next = db->readers;
	db->readers = reader;
	pthread_mutex_unlock(&db->readers_mutex);
}

void db_snapshots_remove(struct db_connection *reader)
{
	struct db *db = reader->db;
	pthread_mutex_lock(&db->readers_mutex);
	struct db_connection **at = &db->readers;
	while (*at != reader)
		at = &(*at)->snapshot.next;
	*at = reader->snapshot.next;
	pthread_mutex_unlock(&db->readers_mutex);
	pthread_mutex_destroy(&reader->snapshot.mutex);
}

void db_snapshots_end_idle(struct db *db)
{
	pthread_mutex_lock(&db->readers_mutex);
	for (struct db_connection *reader = db->readers; reader; reader = reader->snapshot.next) {
		if (pthread_mutex_trylock(&reader->snapshot.mutex))
			continue; /* it is being read, and looked at after that */
		if (reader->snapshot.open)
			end(reader);
		pthread_mutex_unlock(&reader->snapshot.mutex);
	}
	pthread_mutex_unlock(&db->readers_mutex);
}
