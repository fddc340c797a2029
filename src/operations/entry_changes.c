/* Changes of entries: noting, numbering, forgetting. */
#include "operations/entry_changes.h"

#include "base/random.h"

#define NUMBERED_AT_ONCE  10000 /* some 50 ms of a writer */
#define FORGOTTEN_AT_ONCE 5000
#define MARK_BITS         20

enum error entry_change_note(struct db_context *db, int64_t user_id, int64_t entry_id)
{
	const struct entry_change_row change = {user_id, entry_id};

	return sql_note_entry_changes(db, &change, 1);
}

static enum error is_any_unnumbered(struct db_context *db, bool *ret)
{
	struct entry_change_rows unnumbered;

	TRY(sql_list_unnumbered_changes(db, 1, &unnumbered));
	*ret = unnumbered.count > 0;
	return ERROR_NONE;
}

static enum error make_position(struct db_context *db, const struct export_position_row *newest,
                                struct export_position_row *ret)
{
	struct export_position_row next = {newest->position + 1, (int64_t)(random_number() >> (64 - MARK_BITS))};
	int64_t                    made;

	TRY(sql_insert_export_position(db, next.position, next.mark, &made));
	if (!made)
		return ERROR_CONFLICT;
	*ret = next;
	return sql_number_entry_changes(db, next.position, NUMBERED_AT_ONCE);
}

enum error entry_changes_number(struct db_context *db, struct export_position_row *ret)
{
	struct export_position_row newest = {0};
	bool                       found, unnumbered;

	TRY(sql_newest_export_position(db, &newest, &found));
	TRY(is_any_unnumbered(db, &unnumbered));
	if (!found || unnumbered)
		return make_position(db, &newest, ret);
	*ret = newest;
	return ERROR_NONE;
}

int64_t position_id(const struct export_position_row *position)
{
	return position->position << MARK_BITS | position->mark;
}

enum error position_find(struct db_context *db, int64_t id, struct export_position_row *ret, bool *ret_found)
{
	*ret_found = false;
	if (id < 0)
		return ERROR_NONE;
	return sql_find_export_position(db, id >> MARK_BITS, id & ((INT64_C(1) << MARK_BITS) - 1), ret, ret_found);
}

enum error entry_changes_forget(struct db_context *db)
{
	struct export_position_row newest;
	bool                       unnumbered;

	TRY(sql_date_export_positions_back(db));
	TRY(sql_forget_export_positions(db, db->now - FOLLOWED_DAYS * SECONDS_PER_DAY));
	/* Waits for whoever changes one of them; nobody waits for this, as nothing is numbered yet. */
	TRY(sql_forget_entry_changes(db, FORGOTTEN_AT_ONCE));
	TRY(is_any_unnumbered(db, &unnumbered)); /* they grow old where nobody asks for them, too */
	return unnumbered ? entry_changes_number(db, &newest) : ERROR_NONE;
}

enum error entry_changes_are_old(struct db_context *db, bool *ret)
{
	struct entry_change_rows old, unnumbered;

	TRY(sql_list_forgettable_changes(db, 1, &old));
	TRY(sql_list_unnumbered_changes(db, NUMBERED_AT_ONCE, &unnumbered));
	*ret = old.count > 0 || unnumbered.count == NUMBERED_AT_ONCE;
	return ERROR_NONE;
}
