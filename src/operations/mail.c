/* Queues a mail: a row, and a note in the directory of due work that it is there. */
#include "operations/mail.h"

#include "db/ids.h"
#include "operations/due_work.h"
#include "statements.h"

#define OF_NO_WORKSPACE 0

enum error mail_queue(struct db_context *db, struct text recipient, struct text subject, struct text body)
{
	struct mail_row mail = {.recipient = recipient, .subject = subject, .body = body};

	TRY(ids_next(db->ids, SEQUENCE_MAILS, &mail.id));
	TRY(sql_insert_mail(db, &mail));
	return due_work_note(db, MAIL_KIND, db->now);
}

static struct db_context in_no_workspace(const struct db_context *db)
{
	struct db_context context = *db;

	context.workspace_id = OF_NO_WORKSPACE;
	return context;
}

enum error mail_queue_for_person(struct db_context *db, struct text recipient, struct text subject, struct text body)
{
	struct db_context context = in_no_workspace(db);

	return mail_queue(&context, recipient, subject, body);
}

enum error mail_note_for_person(struct db_context *db)
{
	struct db_context context = in_no_workspace(db);

	return due_work_note(&context, MAIL_KIND, db->now);
}
