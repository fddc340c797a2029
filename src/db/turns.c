/* Turns: what work of one process does one after the other without a thread that waits.
 *
 * Of two pieces of work that lock the same row, the second would make its worker wait in the database. Here the second
 * one is told at once, and its executor lets others go first. For rows that other processes have locked it still waits
 * in the database: nothing relies on turns but speed. */
#include "db/context.h"
#include "db/driver.h"

/* Two of them may share a turn by chance, and then wait for each other without need. */
static unsigned turn_of(int64_t whom)
{
	return (unsigned)((uint64_t)whom * 0x9e3779b97f4a7c15u >> 32) % DB_TURNS;
}

bool db_turn_enter(struct db_connection *connection, unsigned turn)
{
	struct db_connection *holder = NULL;

	if (connection->turn_count == DB_TURNS_HELD)
		return true; /* waits in the database, if at all */
	if (!atomic_compare_exchange_strong(&connection->db->turns[turn], &holder, connection))
		return holder == connection;
	connection->turns_held[connection->turn_count++] = (uint16_t)turn;
	return true;
}

void db_turns_leave(struct db_connection *connection)
{
	while (connection->turn_count)
		atomic_store(&connection->db->turns[connection->turns_held[--connection->turn_count]], NULL);
}

bool db_turn_is_free(const struct db *db, unsigned turn)
{
	return atomic_load(&db->turns[turn]) == NULL;
}

enum error db_take_turn(struct db_context *context, int64_t whom)
{
	struct db_connection *connection = context->connection;
	unsigned              turn = turn_of(whom);

	if (!connection->takes_turns || db_turn_enter(connection, turn))
		return ERROR_NONE;
	connection->turn_awaited = (int)turn;
	return db_fail(connection, ERROR_CONFLICT, "another request has the turn");
}
