/* Queues a mail: a row, and a note in the directory of due work that it is there. */
#include "operations/mail.h"

#include "db/ids.h"
#include "operations/due_work.h"
#include "statements.h"

enum error mail_queue(struct db_context *db, struct text recipient, struct text subject, struct text body)
{
	struct mail_row mail = {.recipient = recipient, .subject = subject, .body = body};

	TRY(ids_next(db->ids, SEQUENCE_MAILS, &mail.id));
	TRY(sql_insert_mail(db, &mail));
	return due_work_note(db, MAIL_KIND, db->now);
}
