/* What has changed of a workspace's entries, for those who follow them (docs/decisions/0044). */
#ifndef STINT_OPERATIONS_ENTRY_CHANGES_H
#define STINT_OPERATIONS_ENTRY_CHANGES_H

#include "base/calendar.h"
#include "db/context.h"
#include "statements.h"

#define ALL_ENTRIES     0                 /* of a member: instead of the id of one */
#define FOLLOWED_DAYS   90                /* a position is good for as long after the next one was made */
#define POSITION_SEALED "export_position" /* the kind of sealed id that stands for one */

/* To be called in the transaction that changes, makes or deletes the entry; its member's timeline is locked. */
enum error entry_change_note(struct db_context *db, int64_t user_id, int64_t entry_id);

/* Numbers what was committed, and tells the newest position: a snapshot that has it has everything that is numbered up
 * to it. In a transaction that takes turns. What is too much at once stays without a number, and then comes after all
 * positions. ERROR_CONFLICT: another one does the same. */
enum error entry_changes_number(struct db_context *db, struct export_position_row *ret);

/* What callers hold of a position, and back. Not found: there is none such, or no more. */
int64_t    position_id(const struct export_position_row *position);
enum error position_find(struct db_context *db, int64_t id, struct export_position_row *ret, bool *ret_found);

/* Forgets a batch of what is too old, numbers a batch, and tells whether there is more than another one. */
enum error entry_changes_forget(struct db_context *db);
enum error entry_changes_are_old(struct db_context *db, bool *ret);

#endif
