/* Queues mail; jobs/mail.h sends it. */
#ifndef STINT_OPERATIONS_MAIL_H
#define STINT_OPERATIONS_MAIL_H

#include "db/context.h"

/* The kind of due work (sql/jobs.sql). */
#define MAIL_KIND TEXT("mail")

/* A mail that goes out when the transaction is committed. Recipient and subject have no line breaks. */
enum error mail_queue(struct db_context *db, struct text recipient, struct text subject, struct text body);

/* The same to a person, in no workspace's name. */
enum error mail_queue_for_person(struct db_context *db, struct text recipient, struct text subject, struct text body);

/* Nothing is sent, but what else is written of such a mail is. */
enum error mail_note_for_person(struct db_context *db);

#endif
